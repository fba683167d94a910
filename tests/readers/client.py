"""A calendar program as RFC 5546 wants it, in forty lines: what is not newer is ignored, and one event is one entry."""

from typing import Any

from icalendar import Calendar

from tests.ics_lint import lint
from tests.readers import Said


def by_icalendar(calendar: bytes) -> Said:
    """What icalendar reads in an object of one event, once our own lint has nothing against its bytes."""
    assert lint(calendar) == []
    whole: Any = Calendar.from_ical(calendar)
    [entry] = whole.events
    attendees = entry.get("ATTENDEE", [])
    return Said(
        method=str(whole["METHOD"]),
        uid=str(entry["UID"]),
        sequence=int(entry["SEQUENCE"]),
        stamp=entry["DTSTAMP"].dt,
        start=entry["DTSTART"].dt,
        end=entry["DTEND"].dt,
        summary=str(entry["SUMMARY"]),
        location=str(entry.get("LOCATION", "")),
        status=str(entry["STATUS"]) if "STATUS" in entry else None,
        organizer=str(entry["ORGANIZER"]),
        attendees=tuple(map(str, attendees if isinstance(attendees, list) else [attendees])),
    )


class Client:
    """One person's calendar, made of what came by mail or was opened as a file, in whatever order it came."""

    def __init__(self) -> None:
        self.entries: dict[str, Said] = {}

    def take(self, said: Said) -> None:
        """Take it in, where it is newer than what is known: by SEQUENCE, then by DTSTAMP (RFC 5546 section 2.1.5)."""
        known = self.entries.get(said.uid)
        if known is None or (said.sequence, said.stamp) > (known.sequence, known.stamp):
            self.entries[said.uid] = said

    @property
    def shown(self) -> list[Said]:
        """What the person sees as taking place, and themselves at it."""
        return [each for each in self.entries.values() if each.method != "CANCEL" and each.status == "CONFIRMED"]

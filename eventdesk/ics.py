"""Calendar bytes: facts of events in, RFC 5545 out. Times in UTC; the local time and its zone are in the description.

icalendar 7.3 is used with care: `Calendar.new` adds a random UID (removed: one subscriber then keeps a single event of
the feed), writes NAME unescaped, omits VALUE=, and passes control characters through; hence the explicit properties.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from icalendar import Calendar, Conference, Event, Timezone, TimezoneStandard, vCalAddress, vDuration, vText

from .labels import LabelRules
from .wording import Channel, EventFacts, summary, write

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODID = "-//Eventdesk//Eventdesk//EN"
#: Raised when the bytes made from the same facts change, so that stored entries are built anew.
FORMAT = 2
END = b"END:VCALENDAR\r\n"
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SPECIAL = re.compile(r"([\\;,])")


class Method(StrEnum):
    """What a calendar object asks of the reader (RFC 5546 section 1.4)."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class Status(StrEnum):
    """How an event stands (RFC 5545 section 3.8.1.11)."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True)
class Attendee:
    """The one person a scheduling message is for."""

    name: str
    email: str


class _Text(vText):
    """TEXT as RFC 5545 section 3.3.11 escapes it; icalendar's own turns a literal backslash-N into a newline."""

    def to_ical(self) -> bytes:
        return _SPECIAL.sub(r"\\\1", self).replace("\n", "\\n").encode()


def _text(value: str) -> _Text:
    return _Text(_FORBIDDEN.sub("", value.replace("\r\n", "\n").replace("\r", "\n")))


def _address(name: str, email: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = _text(name.replace('"', "”").replace("\n", " "))
    return address


def vevent(
    facts: EventFacts,
    mailbox: str,
    *,
    status: Status | None = Status.CONFIRMED,
    sequence: int | None = None,
    attendee: Attendee | None = None,
    own: bool = False,
) -> bytes:
    """One VEVENT. `mailbox` is the organiser's address; `sequence` overrides the event's in a person's own messages.

    `own`: it is in the calendar of someone who registered, whose time it takes.
    `status` None leaves STATUS out: a CANCEL to one person while the event goes on (RFC 5546 section 3.2.5).
    """
    if facts.cancelled:
        status = Status.CANCELLED
    event = Event.new(
        uid=facts.uid,
        stamp=facts.updated,
        start=facts.starts.astimezone(UTC),
        end=facts.ends.astimezone(UTC),
        created=facts.created,
        last_modified=facts.updated,
        sequence=facts.sequence if sequence is None else sequence,
        organizer=_address(facts.sender, mailbox),
        url=facts.url,
        color=facts.rules.colour,
        conferences=[Conference(facts.online_url, feature=["VIDEO"], label="Join")] if facts.online_url else None,
    )
    event.add("SUMMARY", _text(summary(facts)))
    event.add("DESCRIPTION", _text(write(Channel.CALENDAR, facts).body.rstrip("\n")))
    event.add("CATEGORIES", [_text(facts.rules.noun)])
    event.add("TRANSP", "OPAQUE" if own or attendee else "TRANSPARENT")
    if status:
        event.add("STATUS", status.value)
    if place := facts.venue or facts.online_url:
        event.add("LOCATION", _text(place))
    if attendee:
        person = _address(attendee.name, attendee.email)
        person.params.update(
            {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
        )
        event.add("ATTENDEE", person)
    entry: bytes = event.to_ical()
    return entry


def calendar(
    entries: Iterable[bytes], method: Method = Method.PUBLISH, feed: LabelRules | None = None, name: str = ""
) -> bytes:
    """A whole iCalendar object around ready VEVENTs; with `feed`, one that calendar programs may follow (RFC 7986)."""
    body = b"".join(entries)
    shell = Calendar()
    shell.add("PRODID", PRODID)
    shell.add("VERSION", "2.0")
    shell.add("CALSCALE", "GREGORIAN")
    shell.add("METHOD", method.value)
    if feed:
        for key in ("NAME", "X-WR-CALNAME"):
            shell.add(key, _text(name))
        shell.add("COLOR", feed.colour)
        shell.add("REFRESH-INTERVAL", vDuration(timedelta(hours=1)), parameters={"VALUE": "DURATION"})
        shell.add("X-PUBLISHED-TTL", "PT1H")
    if not body:
        shell.add_component(_utc())
    frame: bytes = shell.to_ical()
    return frame.removesuffix(END) + body + END


def _utc() -> Timezone:
    """An iCalendar object needs a component (RFC 5545 section 3.6); an empty feed carries this one."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("TZID", "UTC")
    standard.DTSTART = datetime(1970, 1, 1)  # noqa: DTZ001 - VTIMEZONE wants a wall time
    standard.TZOFFSETFROM = standard.TZOFFSETTO = timedelta()
    zone.add_component(standard)
    return zone

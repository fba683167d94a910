"""Calendar bytes: clean, deterministic, and exactly what was said, whatever was said."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from eventdesk import ics
from eventdesk.ics import Attendee, Method, Status
from eventdesk.labels import RULES, Label
from eventdesk.wording import EventFacts, summary
from tests.facts import FULL, MADE, UID, facts
from tests.ics_lint import lint

MAILBOX = "events@desk.example"


def whole(event: EventFacts, **how: Any) -> bytes:
    """A calendar file of one event."""
    method = how.pop("method", Method.PUBLISH)
    return ics.calendar([ics.vevent(event, MAILBOX, **how)], method)


def parsed(raw: bytes) -> Any:
    """The one event of a calendar without fault."""
    assert lint(raw) == []
    [event] = Calendar.from_ical(raw).events
    return event


@pytest.mark.parametrize("label", RULES)
@pytest.mark.parametrize("said", [{}, FULL], ids=["least", "most"])
def test_an_event_is_told_whole(label: Label, said: dict[str, Any]) -> None:
    event = facts(label, **said, sequence=3)

    entry = parsed(whole(event))

    assert (entry["UID"], entry["SEQUENCE"], entry["SUMMARY"]) == (UID, 3, summary(event))
    assert (entry.start, entry.end) == (event.starts.astimezone(UTC), event.ends.astimezone(UTC))
    assert (entry["DTSTAMP"].dt, entry["LAST-MODIFIED"].dt, entry["CREATED"].dt) == (MADE, MADE, MADE)
    assert entry["DESCRIPTION"].startswith(event.promise)
    assert event.when in entry["DESCRIPTION"]
    assert entry["CATEGORIES"].cats == [event.rules.noun]
    assert (entry["STATUS"], entry["TRANSP"], entry["COLOR"]) == ("CONFIRMED", "TRANSPARENT", event.rules.colour)
    assert (entry["ORGANIZER"], entry["ORGANIZER"].params["CN"]) == (f"mailto:{MAILBOX}", event.sender)
    assert entry.get("LOCATION") == (said.get("venue") or None)
    assert "ATTENDEE" not in entry


def test_the_same_facts_give_the_same_bytes() -> None:
    assert whole(facts(**FULL)) == whole(facts(**FULL))
    assert whole(facts(**FULL)) != whole(facts(**FULL, sequence=1))


def test_an_online_event_is_held_at_its_link() -> None:
    entry = parsed(whole(facts(online_url="https://meet.example/ä?a=b;c,d")))

    assert entry["LOCATION"] == "https://meet.example/ä?a=b;c,d"
    assert str(entry["CONFERENCE"]) == "https://meet.example/ä?a=b;c,d"


@pytest.mark.parametrize("label", RULES)
def test_a_request_has_one_attendee_who_said_yes(label: Label) -> None:
    raw = whole(
        facts(label), attendee=Attendee('Zoë "Z"; Ünal, Jr', "z+x@people.example"), method=Method.REQUEST, sequence=7
    )

    entry = parsed(raw)

    attendee = entry["ATTENDEE"]
    assert (str(attendee), attendee.params["CN"]) == ("mailto:z+x@people.example", "Zoë ”Z”; Ünal, Jr")
    assert (attendee.params["PARTSTAT"], attendee.params["RSVP"]) == ("ACCEPTED", "FALSE")
    assert (entry["SEQUENCE"], entry["TRANSP"]) == (7, "OPAQUE")


def test_a_cancellation_says_so_only_of_what_is_called_off() -> None:
    someone = Attendee("Ugo", "ugo@people.example")

    gone = parsed(whole(facts(cancelled=True), attendee=someone, method=Method.CANCEL))
    left = parsed(whole(facts(), status=None, attendee=someone, method=Method.CANCEL))

    assert (gone["STATUS"], gone["SUMMARY"]) == ("CANCELLED", "CANCELLED: Community session: An evening")
    assert "STATUS" not in left
    assert parsed(whole(facts(cancelled=True), status=Status.TENTATIVE))["STATUS"] == "CANCELLED"


@pytest.mark.parametrize("label", RULES)
@pytest.mark.parametrize("entries", [[], [facts()], [facts(), facts(uid="other@desk.example")]], ids=len)
def test_a_feed_is_legal_with_any_number_of_events(label: Label, entries: list[EventFacts]) -> None:
    rules = RULES[label]

    raw = ics.calendar([ics.vevent(each, MAILBOX) for each in entries], feed=rules, name=rules.calendar_name)

    feed: Any = Calendar.from_ical(raw)
    assert lint(raw) == []
    assert len(feed.events) == len(entries)
    assert (feed["NAME"], feed["X-WR-CALNAME"], feed["COLOR"]) == (
        rules.calendar_name,
        rules.calendar_name,
        rules.colour,
    )
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in raw
    assert (feed["METHOD"], "UID" in feed) == ("PUBLISH", False)


@pytest.mark.parametrize(
    ("wall", "zone", "fold", "start", "end"),
    [
        ("2026-10-25 02:30", "Europe/Oslo", 0, "20261025T003000Z", "20261025T023000Z"),
        ("2026-10-25 02:30", "Europe/Oslo", 1, "20261025T013000Z", "20261025T033000Z"),
        ("2026-03-29 01:30", "Europe/Oslo", 0, "20260329T003000Z", "20260329T023000Z"),
        ("2027-04-04 01:45", "Australia/Lord_Howe", 0, "20270403T144500Z", "20270403T164500Z"),
        ("2027-04-04 01:45", "Australia/Lord_Howe", 1, "20270403T151500Z", "20270403T171500Z"),
        ("2027-03-11 18:00", "Asia/Kathmandu", 0, "20270311T121500Z", "20270311T141500Z"),
        ("2027-07-11 18:00", "Europe/Dublin", 0, "20270711T170000Z", "20270711T190000Z"),
        ("2026-06-01 12:00", "Africa/Casablanca", 0, "20260601T110000Z", "20260601T130000Z"),
        ("2027-07-01 12:00", "Africa/Cairo", 0, "20270701T090000Z", "20270701T110000Z"),
        ("2027-07-15 12:00", "America/Santiago", 0, "20270715T160000Z", "20270715T180000Z"),
        ("2027-01-15 12:00", "America/Vancouver", 0, "20270115T190000Z", "20270115T210000Z"),
        ("2038-01-19 03:14", "UTC", 0, "20380119T031400Z", "20380119T051400Z"),
    ],
)
def test_times_are_instants_whatever_the_zone_does(wall: str, zone: str, fold: int, start: str, end: str) -> None:
    raw = whole(facts(wall=wall, zone=zone, fold=fold))

    parsed(raw)
    assert f"DTSTART:{start}\r\nDTEND:{end}\r\n".encode() in raw
    assert b"TZID" not in raw
    assert f"({zone})".encode() in raw.replace(b"\r\n ", b"")


# Whatever is written

ANY = st.text(max_size=120) | st.text(alphabet="aé€😀\\,;:\"'^\n\r\t\0\x1b\x7f\x85\u2028\u202e ", max_size=90)
NAME = ANY.map(lambda text: text.replace("\n", " ").replace("\r", " "))


def kept(text: str) -> str:
    """What of a text a calendar can hold: no control characters, and one kind of line end."""
    return ics._FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


@settings(max_examples=80, deadline=None)
@given(title=ANY, description=ANY, venue=ANY, host=NAME, name=NAME)
@example(title="C:\\New\\notes\\", description="\\n \\N \\\\", venue=";,:", host="^n^'", name='"')
@example(title="x\r\nATTENDEE:mailto:evil@x.example", description="a\rb\nc", venue="\n BEGIN:VEVENT", host="", name="a")
@example(title="\ud800", description="\0\x0b\x0c\x1b\x7f\x85", venue="\u2028", host="👨‍👩‍👧‍👦" * 20, name="\ud83d")
def test_any_text_makes_one_event_that_says_it_again(
    title: str, description: str, venue: str, host: str, name: str
) -> None:
    event = facts(title=title, description=description, venue=venue, hosts=(host,))

    raw = whole(event, attendee=Attendee(name, "z@people.example"), method=Method.REQUEST)

    entry = parsed(raw)
    assert entry["SUMMARY"] == f"Community session: {kept(title)}"
    assert kept(description) in entry["DESCRIPTION"]
    assert entry.get("LOCATION", "") == kept(venue)
    assert (entry["UID"], str(entry["ATTENDEE"])) == (UID, "mailto:z@people.example")
    assert raw.count(b"\r\nBEGIN:") == 1


@pytest.mark.parametrize("sign", ["é", "€", "😀", "x"])
@pytest.mark.parametrize("before", range(48, 60))
def test_a_line_is_folded_between_characters(sign: str, before: int) -> None:
    title = "x" * before + sign * 40

    raw = whole(facts(title=title))

    assert parsed(raw)["SUMMARY"].endswith(title)
    assert max(map(len, raw.split(b"\r\n"))) <= 75


def test_a_very_long_description_survives() -> None:
    description = "Ærlig talt, " * 8_000

    assert parsed(whole(facts(description=description)))["DESCRIPTION"].count("Ærlig") == 8_000


def test_a_naive_time_never_gets_in() -> None:
    naive = datetime.fromisoformat("2027-03-11T18:00")

    assert b"T180000\r\n" not in whole(facts(starts=naive.replace(tzinfo=UTC), ends=naive.replace(hour=20, tzinfo=UTC)))

"""The other readers of our calendars are here, or named; and they refuse what they should, or the exchange would prove nothing."""

from typing import Any

import pytest

from eventdesk import ics
from eventdesk.ics import Attendee, Method, Status
from tests.facts import facts
from tests.readers import Said, icaljs, libical, need
from tests.readers.client import by_icalendar

GOOD = b"\r\n".join(
    [
        b"BEGIN:VCALENDAR",
        b"PRODID:-//x//x//EN",
        b"VERSION:2.0",
        b"METHOD:REQUEST",
        b"BEGIN:VEVENT",
        b"UID:1@desk.example",
        b"DTSTAMP:20270209T120000Z",
        b"DTSTART:20270311T170000Z",
        b"DTEND:20270311T190000Z",
        b"SEQUENCE:1",
        b"STATUS:CONFIRMED",
        b"SUMMARY:Tires\\, and more",
        b"ORGANIZER:mailto:events@desk.example",
        b"ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:ugo@users.example",
        b"END:VEVENT",
        b"END:VCALENDAR",
        b"",
    ]
)
LINK: dict[str, Any] = {"online_url": "https://meet.example/x?a=b;c,d"}
CANCEL = GOOD.replace(b"METHOD:REQUEST", b"METHOD:CANCEL").replace(b"STATUS:CONFIRMED\r\n", b"")


def test_icaljs_reads_as_we_do_and_refuses_what_is_broken() -> None:
    need("ical.js")

    read, broken = icaljs([GOOD, GOOD.replace(b"DTSTAMP:", b"DTSTAMP ")])

    assert read == by_icalendar(GOOD)
    assert isinstance(broken, str)
    assert isinstance(read, Said)


def test_libical_knows_what_each_method_allows() -> None:
    need("libical")

    good, cancel, *bad = libical(
        [
            GOOD,
            CANCEL,
            GOOD.replace(b"METHOD:REQUEST", b"METHOD:PUBLISH"),
            GOOD.replace(b"ORGANIZER:mailto:events@desk.example\r\n", b""),
            GOOD.replace(b"CONFIRMED", b"CANCELED"),
            GOOD.replace(b"VERSION:2.0\r\n", b""),
            b"nothing",
        ]
    )

    assert (good, cancel) == ([], [])
    assert all(bad), bad


#: As titles, places, names and addresses: what a line, a list, a parameter or a header could end by.
NASTY = (
    'A "quote", a; semicolon: and \\n a \\ at the end\\',
    "END:VEVENT\r\nBEGIN:VALARM\r\nATTENDEE:mailto:zed@elsewhere.example",
    "=?utf-8?q?a=0D=0ABcc:_zed=40elsewhere.example?=",
    "日本 👩‍👩‍👧‍👦 ø" * 30,
    "^n ^' ^^ \x00\x1b[2J\u202e",
)


@pytest.mark.parametrize(("method", "status"), [(Method.REQUEST, Status.CONFIRMED), (Method.CANCEL, None)])
def test_what_people_type_says_the_same_to_every_reader(method: Method, status: Status | None) -> None:
    need("ical.js")
    need("libical")
    made = []
    for words in NASTY:
        said = facts(title=words, venue=words, description=words, hosts=(words,), sender=words, **LINK)
        attendee = Attendee(words, "o'hara+tires@users.example")
        made.append(ics.calendar([ics.vevent(said, "events@desk.example", status=status, attendee=attendee)], method))

    assert icaljs(made) == [by_icalendar(each) for each in made]
    assert libical(made) == [[]] * len(made)
    assert {(by_icalendar(each).organizer, by_icalendar(each).attendees) for each in made} == {
        ("mailto:events@desk.example", ("mailto:o'hara+tires@users.example",))
    }


@pytest.mark.parametrize(("required", "outcome"), [("required", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_reader_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, required: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("EVENTDESK_READERS", required)
    monkeypatch.setattr("tests.readers.find_library", lambda name: None)

    with pytest.raises(outcome, match="libical does not read our calendars here: it needs libical, as a package"):
        need("libical")

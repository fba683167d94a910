"""The lint itself: a good calendar passes, and each kind of damage to it is found and called by its name."""

from collections.abc import Callable

import pytest

from tests.ics_lint import lint

GOOD = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Eventdesk//Tests//EN
CALSCALE:GREGORIAN
METHOD:PUBLISH
NAME:Community\\, all\\; of it
X-WR-CALNAME:Community\\, all\\; of it
REFRESH-INTERVAL;VALUE=DURATION:PT1H
X-PUBLISHED-TTL:PT1H
SOURCE;VALUE=URI:https://events.example/calendars/community.ics
BEGIN:VTIMEZONE
TZID:Europe/Oslo
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:one@events.example
DTSTAMP:20270201T000000Z
SEQUENCE:0
DTSTART:20270702T160000Z
DTEND:20270702T180000Z
SUMMARY:Community session: Blåbær\\, 日本語 and a title that goes o
 n and on until it is folded
LOCATION:Møterom 3\\, Oslo\\; 2. etg
CATEGORIES:community session,C\\;D
COLOR:seagreen
ORGANIZER;CN="Åse ^'Bø^' Ødegård; AS":mailto:events@events.example
CONFERENCE;VALUE=URI;FEATURE=VIDEO:https://meet.example/a;b?x=1,2
STATUS:CONFIRMED
TRANSP:TRANSPARENT
URL:https://events.example/events/one
END:VEVENT
BEGIN:VEVENT
UID:two@events.example
DTSTAMP:20270201T000000Z
SEQUENCE:2
DTSTART;TZID=Europe/Oslo:20270702T180000
DTEND;TZID=Europe/Oslo:20270702T200000
SUMMARY:CANCELLED: Community session
DESCRIPTION:It is off.\\nAnother\u2028time.
ORGANIZER:mailto:events@events.example
STATUS:CANCELLED
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n").encode()

ATTENDEE = "ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:ada@people.example\r\n"
SECOND = GOOD[GOOD.rindex(b"BEGIN:VEVENT") : GOOD.rindex(b"END:VCALENDAR")]
ZONE = GOOD[GOOD.index(b"BEGIN:VTIMEZONE") : GOOD.index(b"BEGIN:VEVENT")]
REQUEST = (
    GOOD.replace(SECOND, b"").replace(b"PUBLISH", b"REQUEST").replace(b"STATUS:C", ATTENDEE.encode() + b"STATUS:C")
)
CANCEL = REQUEST.replace(b"METHOD:REQUEST", b"METHOD:CANCEL").replace(b"STATUS:CONFIRMED", b"STATUS:CANCELLED")

Damage = Callable[[bytes], bytes]


def swap(old: str | bytes, new: str | bytes, times: int = 1) -> Damage:
    """Damage a calendar by replacing what must be there."""
    before, after = (part.encode() if isinstance(part, str) else part for part in (old, new))

    def damage(raw: bytes) -> bytes:
        assert before in raw, f"{before!r} is not in the calendar"
        return raw.replace(before, after, times)

    return damage


def drop(line: str) -> Damage:
    """Damage a calendar by leaving a line out."""
    return swap(f"{line}\r\n", "")


def add(line: str) -> Damage:
    """Damage the first event by a line more."""
    return swap("UID:one@", f"{line}\r\nUID:one@")


@pytest.mark.parametrize("calendar", [GOOD, REQUEST, CANCEL, CANCEL.replace(b"STATUS:CANCELLED\r\n", b"")])
def test_good_calendars_pass(calendar: bytes) -> None:
    assert lint(calendar) == []


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        (drop("UID:one@events.example"), "VEVENT without UID"),
        (drop("DTSTAMP:20270201T000000Z"), "VEVENT without DTSTAMP"),
        (drop("DTSTART:20270702T160000Z"), "VEVENT without DTSTART"),
        (drop("ORGANIZER:mailto:events@events.example"), "PUBLISH without ORGANIZER"),
        (add(ATTENDEE.strip()), "PUBLISH with 1 ATTENDEE"),
        (add("DTSTART:20270702T160000Z"), "VEVENT with 2 DTSTART"),
        (add("DURATION:PT1H"), "VEVENT with DTEND and DURATION"),
        (swap("DTEND:20270702T18", "DTEND:20270702T16"), "DTEND is not after DTSTART"),
        (swap("Oslo:20270702T200000", "Oslo:20270702T170000"), "DTEND is not after DTSTART"),
        (swap("\r\n", "\n", -1), "a bare LF or CR"),
        (swap("It is", "It\ris"), "a bare LF or CR"),
        (swap("o\r\n n and on", "on and on"), "octets, more than 75"),
        (swap(ZONE, b""), "TZID Europe/Oslo without its VTIMEZONE"),
        (swap("Oslo:20270702T180000", "Oslo:20270702T180000Z"), "DTSTART has a TZID and is in UTC"),
        (swap("DTSTART:20270702T160000Z", "DTSTART:20270702T160000"), "DTSTART is a floating time"),
        (swap("DTSTAMP:20270201T000000Z", "DTSTAMP:20270201T000000"), "DTSTAMP is not in UTC"),
        (swap("It is off", "It is\x00off"), "control character"),
        (swap("It is off", "It is\x0boff"), "control character"),
        (swap("日", b"\xe6\r\n \x97\xa5"), "a fold splits a character"),
        (swap("ø", b"\xf8"), "not UTF-8"),
        (swap("Møterom 3\\,", "Møterom 3,"), "LOCATION has an unescaped"),
        (swap("Oslo\\;", "Oslo;"), "LOCATION has an unescaped"),
        (swap("off.\\nAnother", "off.\\Another"), "DESCRIPTION has an unescaped"),
        (swap("NAME:Community\\,", "NAME:Community,"), "NAME has an unescaped"),
        (swap("C\\;D", "C;D"), "CATEGORIES has an unescaped"),
        (swap("STATUS:CANCELLED", "STATUS:CANCELED"), "STATUS:CANCELED is not one"),
        (swap("TRANSPARENT", "CLEAR"), "TRANSP:CLEAR is not one"),
        (swap("COLOR:seagreen", "COLOR:#00ff00"), "COLOR:#00ff00 is not one"),
        (swap("METHOD:PUBLISH", "METHOD:SHOUT"), "METHOD:SHOUT is not one"),
        (swap(";VALUE=DURATION", ""), "REFRESH-INTERVAL without VALUE=DURATION"),
        (swap("VALUE=DURATION:PT1H", "VALUE=DURATION:P1H"), "REFRESH-INTERVAL:P1H is not a duration"),
        (swap("SOURCE;VALUE=URI", "SOURCE"), "SOURCE without VALUE=URI"),
        (swap("CONFERENCE;VALUE=URI", "CONFERENCE"), "CONFERENCE without VALUE=URI"),
        (add("injected line"), "not a content line"),
        (swap("It is off.\\n", "It is off.\r\n"), "not a content line"),
        (swap("\"Åse ^'Bø^' Ødegård; AS\"", "Åse; AS"), "not a content line"),
        (swap("DESCRIPTION", "END:VEVENT\r\nBEGIN:VEVENT\r\nDESCRIPTION"), "VEVENT without UID"),
        (drop("PRODID:-//Eventdesk//Tests//EN"), "VCALENDAR without PRODID"),
        (drop("VERSION:2.0"), "VCALENDAR without VERSION"),
        (swap("CALSCALE:GREGORIAN", "UID:feed@events.example"), "VCALENDAR with a UID"),
        (swap("DTEND:20270702T180000Z", "DTEND;VALUE=DATE:20270703"), "of different types"),
        (swap("DTEND:20270702T180000Z", "DTEND:20270703"), "DTEND: VALUE and value differ"),
        (swap("END:VEVENT\r\nEND:VCALENDAR", "END:VCALENDAR"), "END:VCALENDAR without its BEGIN"),
        (drop("END:VCALENDAR"), "no END:VCALENDAR"),
        (swap("two@", "one@"), "UID one@events.example more than once"),
        (swap("DTSTART:20270702", "DTSTART:20270231"), "there is no such moment"),
        (swap("DTSTART:20270702T16", "DTSTART:2027-07-02T16"), "neither a date nor a time"),
        (swap("SEQUENCE:2", "SEQUENCE:two"), "SEQUENCE:two is not a number"),
        (swap("ORGANIZER:mailto:", "ORGANIZER:"), "ORGANIZER is not a URI"),
        (swap("ORGANIZER:mailto:", "ORGANIZER:mailto:Events at "), "ORGANIZER is not a URI"),
        (lambda raw: raw.replace(raw[raw.index(b"BEGIN:VT") : raw.rindex(b"END:VC")], b""), "with nothing in it"),
        (lambda raw: raw * 2, "2 VCALENDAR objects"),
        (lambda raw: raw.removesuffix(b"\r\n"), "does not end in CRLF"),
        (lambda raw: b"\xef\xbb\xbf" + raw, "a byte order mark"),
        (lambda raw: b"X-ONE:1\r\n" + raw, "X-ONE outside a component"),
        (lambda _: b"", "0 VCALENDAR objects"),
    ],
)
def test_damage_is_found(damage: Damage, finding: str) -> None:
    assert any(finding in found for found in lint(damage(GOOD))), lint(damage(GOOD))


@pytest.mark.parametrize(
    ("message", "damage", "finding"),
    [
        (REQUEST, drop(ATTENDEE.strip()), "REQUEST with 0 ATTENDEE"),
        (REQUEST, add(ATTENDEE.strip()), "REQUEST with 2 ATTENDEE"),
        (REQUEST, swap("STATUS:CONFIRMED", "STATUS:CANCELLED"), "REQUEST with STATUS:CANCELLED"),
        (REQUEST, swap("END:VCALENDAR", SECOND + b"END:VCALENDAR"), "REQUEST about more than one event"),
        (REQUEST, swap("ORGANIZER", "X-ORGANIZER"), "REQUEST without ORGANIZER"),
        (CANCEL, drop(ATTENDEE.strip()), "CANCEL with 0 ATTENDEE"),
        (CANCEL, drop("SEQUENCE:0"), "CANCEL without SEQUENCE"),
        (CANCEL, swap("STATUS:CANCELLED", "STATUS:CONFIRMED"), "CANCEL with STATUS:CONFIRMED"),
    ],
)
def test_damaged_messages_are_found(message: bytes, damage: Damage, finding: str) -> None:
    assert any(finding in found for found in lint(damage(message))), lint(damage(message))

"""A lint for calendar bytes: what RFC 5545, 5546 and 7986 ask for and calendar libraries let pass.

`lint(raw)` returns one sentence per finding, none for a calendar that every client reads. The checks go from the
outside in: bytes, lines, properties, components, the whole. Stricter than the standards where this project promises
more: no floating times, no UID on the calendar, exactly one attendee per message.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from tests.colours import CSS_COLOURS

CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
PARAMETER = r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)'
LINE = re.compile(rf"([A-Za-z0-9-]+)((?:{PARAMETER})*):(.*)", re.DOTALL)
DATE_TIME = re.compile(r"\d{8}(T\d{6}Z?)?")
DURATION = re.compile(r"[+-]?P(\d+W|(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?)(?<!P)")
URI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s]+", re.IGNORECASE)
UNESCAPED = re.compile(r"(?:\\[\\;,nN]|[^\\;,])*")
UNESCAPED_LIST = re.compile(r"(?:\\[\\;,nN]|[^\\;])*")

ONCE = frozenset(
    "UID DTSTAMP DTSTART DTEND DURATION SUMMARY DESCRIPTION LOCATION STATUS SEQUENCE TRANSP URL ORGANIZER CREATED "
    "LAST-MODIFIED COLOR CLASS GEO PRIORITY RECURRENCE-ID RRULE PRODID VERSION METHOD CALSCALE".split()
)
TEXT = frozenset("SUMMARY DESCRIPTION LOCATION NAME X-WR-CALNAME X-WR-CALDESC COMMENT CONTACT TZNAME".split())
TYPED = {"REFRESH-INTERVAL": "DURATION", "SOURCE": "URI", "IMAGE": "URI", "CONFERENCE": "URI"}  # RFC 7986: say so
ADDRESSES = frozenset({"ORGANIZER", "ATTENDEE", "URL", "SOURCE", "CONFERENCE"})
MOMENTS = frozenset({"DTSTART", "DTEND", "RECURRENCE-ID", "DTSTAMP", "CREATED", "LAST-MODIFIED"})
UTC_ONLY = frozenset({"DTSTAMP", "CREATED", "LAST-MODIFIED"})
CHOICES = {
    "STATUS": {"TENTATIVE", "CONFIRMED", "CANCELLED"},
    "TRANSP": {"OPAQUE", "TRANSPARENT"},
    "VERSION": {"2.0"},
    "METHOD": {"PUBLISH", "REQUEST", "CANCEL"},
    "COLOR": CSS_COLOURS,
}


@dataclass(frozen=True)
class Property:
    """One content line."""

    name: str
    parameters: dict[str, str]
    value: str


@dataclass
class Component:
    """BEGIN to END, without the components inside."""

    name: str
    properties: list[Property] = field(default_factory=list)

    def all(self, name: str) -> list[str]:
        """Every value of a property."""
        return [each.value for each in self.properties if each.name == name]

    def get(self, name: str) -> str | None:
        """The first value of a property."""
        return next(iter(self.all(name)), None)


def lint(raw: bytes) -> list[str]:
    """Everything that is wrong with a calendar, in sentences."""
    findings = list(_check_bytes(raw))
    try:
        text = re.sub(rb"\r?\n[ \t]", b"", raw).decode()
    except UnicodeDecodeError:
        return findings
    components = _parse(text, findings)
    for component in components:
        for line in component.properties:
            findings += _check_property(component.name, line)
        findings += _check_component(component)
    findings += _check_calendar(components)
    return findings


def _check_bytes(raw: bytes) -> Iterator[str]:
    if raw.startswith(b"\xef\xbb\xbf"):
        yield "a byte order mark"
    if not raw.endswith(b"\r\n"):
        yield "the last line does not end in CRLF"
    if re.search(rb"(?<!\r)\n|\r(?!\n)", raw):
        yield "a bare LF or CR"
    for number, line in enumerate(re.split(rb"\r?\n", raw), 1):
        if len(line) > 75:
            yield f"line {number} has {len(line)} octets, more than 75"
        if CONTROL.search(line):
            yield f"line {number} has a control character"
        try:
            line.decode()
        except UnicodeDecodeError:
            yield f"line {number} is not UTF-8, or a fold splits a character"


def _parse(text: str, findings: list[str]) -> list[Component]:
    """Take the unfolded text apart; what has no place in it is a finding."""
    open_, closed = list[Component](), list[Component]()
    for line in re.split(r"\r?\n", text)[:-1]:
        found = LINE.fullmatch(line)
        if not found:
            findings.append(f"not a content line: {line[:60]!r}")
            continue
        name, value = found[1].upper(), found[found.re.groups]
        parameters = {key.upper(): each.strip('"') for key, each in re.findall(PARAMETER, found[2])}
        if name == "BEGIN":
            open_.append(Component(value.upper()))
        elif name == "END" and open_ and open_[-1].name == value.upper():
            closed.append(open_.pop())
        elif name == "END":
            findings.append(f"END:{value} without its BEGIN")
        elif not open_:
            findings.append(f"{name} outside a component")
        else:
            open_[-1].properties.append(Property(name, parameters, value))
    findings += [f"no END:{component.name}" for component in open_]
    return closed + open_


def _check_property(component: str, line: Property) -> Iterator[str]:
    name, value = line.name, line.value
    allowed = UNESCAPED if name in TEXT else UNESCAPED_LIST if name == "CATEGORIES" else None
    if allowed and not allowed.fullmatch(value):
        yield f"{name} has an unescaped comma, semicolon or backslash: {value[:60]!r}"
    if name in TYPED and line.parameters.get("VALUE") != TYPED[name]:
        yield f"{name} without VALUE={TYPED[name]}"
    if name in CHOICES and (value.lower() if name == "COLOR" else value.upper()) not in CHOICES[name]:
        yield f"{name}:{value} is not one of those known"
    if name in ADDRESSES and not URI.fullmatch(value):
        yield f"{name} is not a URI: {value[:60]!r}"
    if name in ("DURATION", "REFRESH-INTERVAL", "X-PUBLISHED-TTL") and not DURATION.fullmatch(value):
        yield f"{name}:{value} is not a duration"
    if name == "SEQUENCE" and not value.isdecimal():
        yield f"SEQUENCE:{value} is not a number"
    if name in MOMENTS:
        yield from _check_moment(component, line)


def _check_moment(component: str, line: Property) -> Iterator[str]:
    name, value = line.name, line.value
    if not DATE_TIME.fullmatch(value):
        yield f"{name}:{value} is neither a date nor a time"
        return
    try:
        datetime.strptime(value.rstrip("Z"), "%Y%m%dT%H%M%S" if "T" in value else "%Y%m%d")  # noqa: DTZ007  (its form)
    except ValueError:
        yield f"{name}:{value}: there is no such moment"
    utc, zone = value.endswith("Z"), "TZID" in line.parameters
    if name in UTC_ONLY and not utc:
        yield f"{name} is not in UTC"
    if zone and utc:
        yield f"{name} has a TZID and is in UTC"
    if "T" in value and not zone and not utc and component == "VEVENT":
        yield f"{name} is a floating time"
    if ("T" not in value) != (line.parameters.get("VALUE") == "DATE"):
        yield f"{name}: VALUE and value differ"


def _check_component(component: Component) -> Iterator[str]:
    for name in sorted(ONCE):
        if len(component.all(name)) > 1:
            yield f"{component.name} with {len(component.all(name))} {name}"
    if component.name == "VTIMEZONE" and not component.get("TZID"):
        yield "VTIMEZONE without TZID"
    if component.name != "VEVENT":
        return
    for name in ("UID", "DTSTAMP", "DTSTART"):
        if not component.get(name):
            yield f"VEVENT without {name}"
    yield from _check_span(component.get("DTSTART"), component.get("DTEND"))
    if component.get("DTEND") and component.get("DURATION"):
        yield "VEVENT with DTEND and DURATION"


def _check_span(start: str | None, end: str | None) -> Iterator[str]:
    if start is None or end is None:
        return
    if ("T" in start) != ("T" in end):
        yield "DTSTART and DTEND are of different types"
    elif start.endswith("Z") == end.endswith("Z") and end <= start:
        yield "DTEND is not after DTSTART"


def _check_calendar(components: list[Component]) -> Iterator[str]:
    calendars = [each for each in components if each.name == "VCALENDAR"]
    events = [each for each in components if each.name == "VEVENT"]
    if len(calendars) != 1:
        yield f"{len(calendars)} VCALENDAR objects"
        return
    for name in ("PRODID", "VERSION"):
        if not calendars[0].get(name):
            yield f"VCALENDAR without {name}"
    if calendars[0].get("UID"):
        yield "VCALENDAR with a UID: some clients then keep one event only"
    if len(components) == 1:
        yield "VCALENDAR with nothing in it"
    keys = [(each.get("UID"), each.get("RECURRENCE-ID")) for each in events]
    for uid, recurrence in sorted({key for key in keys if keys.count(key) > 1}, key=str):
        yield f"UID {uid} more than once ({recurrence})"
    zones = {zone for each in components if each.name == "VTIMEZONE" for zone in each.all("TZID")}
    used = {line.parameters["TZID"] for each in components for line in each.properties if "TZID" in line.parameters}
    for zone in sorted(used - zones):
        yield f"TZID {zone} without its VTIMEZONE"
    if method := calendars[0].get("METHOD"):
        yield from _check_message(method.upper(), events)


def _check_message(method: str, events: list[Component]) -> Iterator[str]:
    """The table of RFC 5546 for the methods used here."""
    if method != "PUBLISH" and len({event.get("UID") for event in events}) > 1:
        yield f"{method} about more than one event"
    for event in events:
        attendees, status = len(event.all("ATTENDEE")), event.get("STATUS")
        needed = {"ORGANIZER", "SEQUENCE"} if method == "CANCEL" else {"ORGANIZER", "SUMMARY"}
        for name in sorted(needed):
            if not event.get(name):
                yield f"{method} without {name}"
        if attendees != (0 if method == "PUBLISH" else 1):
            yield f"{method} with {attendees} ATTENDEE"
        if status and method != "PUBLISH" and (status == "CANCELLED") != (method == "CANCEL"):
            yield f"{method} with STATUS:{status}"

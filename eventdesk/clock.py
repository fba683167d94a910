"""Time: the only call to the machine's clock, and wall time in a named zone turned into an instant.

Zones come from the pinned `tzdata` package alone, so that two machines never disagree about a date.
"""

import zoneinfo
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

zoneinfo.reset_tzpath(to=())


def now() -> datetime:
    """The present instant, aware, in UTC, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def lasting(span: timedelta) -> str:
    """How long that is, in words: '20 minutes'."""
    for unit, size in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        if number := span // size:
            return f"{number} {unit}{'' if number == 1 else 's'}"
    return "less than a minute"


@cache
def zones() -> frozenset[str]:
    """The IANA names one may choose from."""
    return frozenset(zone for zone in zoneinfo.available_timezones() if "/" in zone or zone == "UTC")


def in_zone(wall: datetime, zone: str, fold: int = 0) -> datetime:
    """The naive wall time as an aware one; `fold` 1 is the second of two equal wall times (PEP 495)."""
    return wall.replace(tzinfo=ZoneInfo(zone), fold=fold)


def is_gap(wall: datetime, zone: str) -> bool:
    """Whether clocks in the zone jump over this wall time."""
    aware = in_zone(wall, zone)
    return aware.astimezone(UTC).astimezone(aware.tzinfo).replace(tzinfo=None) != wall


def is_overlap(wall: datetime, zone: str) -> bool:
    """Whether clocks in the zone show this wall time twice."""
    first, second = in_zone(wall, zone, 0), in_zone(wall, zone, 1)
    return first.utcoffset() != second.utcoffset() and not is_gap(wall, zone)


def around_gap(wall: datetime, zone: str) -> tuple[datetime, datetime]:
    """The wall times between which the clocks jump: the last that exists before, the first after (to the minute)."""
    before, after = in_zone(wall, zone, 1), in_zone(wall, zone, 0)
    low, high = sorted((before.astimezone(UTC), after.astimezone(UTC)))
    tz = ZoneInfo(zone)
    offset = low.astimezone(tz).utcoffset()
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        if middle.astimezone(tz).utcoffset() == offset:
            low = middle
        else:
            high = middle
    jump = high.replace(second=0, microsecond=0)
    return (jump + (offset or timedelta())).replace(tzinfo=None), jump.astimezone(tz).replace(tzinfo=None)

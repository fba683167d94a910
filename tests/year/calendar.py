"""The year's fifty events: twenty-five sessions of two programmes, twenty-five briefings of one. Pure."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from tests.cast import Person
from tests.year.acts import COMMERCIAL, COMMUNITY, Meeting, Series

OSLO, NEW_YORK, TOKYO = "Europe/Oslo", "America/New_York", "Asia/Tokyo"
MONTHLY, QUARTERLY, BRIEFINGS = "monthly", "quarterly", "briefings"
#: Counted back from the year's last day, in its month.
LAST = -1
#: By programme: months from the one before the year (0) to its last (12), the days, and what is not as usual:
#: an hour, a zone, "off" for called off. The third and the eighth month break the monthly promise, the second quarter
#: the other; what begins in the first minutes of a month, or ends after its last, is in that month in its own zone alone.
DAYS: dict[str, dict[int, Sequence[object]]] = {
    MONTHLY: {
        0: [20], 1: [10, 24], 2: [12], 4: ["89 days on", "91 days on"], 5: [(1, time(0, 5), OSLO)], 6: [14], 7: [9, 25],
        8: [(15, "off")], 9: [("last", time(23, 30), NEW_YORK)], 10: [6, 20], 11: [17], 12: [(LAST, 12), (LAST, 4)],
    },
    QUARTERLY: {1: [17], 2: [25], 7: [17], 8: [21], 9: [10], 10: [28], 11: [9], 12: [(LAST, 8)]},
    BRIEFINGS: {
        0: [22], 1: [4, 18], 2: [8, 22], 3: [5, 19], 4: [16, 26], 5: [6, 20], 6: [(1, time(0, 10), TOKYO), 20], 7: [7, 21],
        8: [12, (26, "off")], 9: [14, 27], 10: [11, 25], 11: [12, 24], 12: [(LAST, 13), (LAST, 3)],
    },
}  # fmt: skip
LABELS = {MONTHLY: COMMUNITY, QUARTERLY: COMMUNITY, BRIEFINGS: COMMERCIAL}
TITLES = {
    MONTHLY: (
        "Alarms in winter", "What the sensors do not say", "A dashboard worth a look", "Moving to the new release",
        "Spare parts, and where they go", "Two hundred vehicles, one screen", "Reports that somebody reads",
        "Night shifts without surprises", "Sensors on old wheels",
    ),
    QUARTERLY: ("The long evening: imports and exports", "The long evening: what we built ourselves", "The long evening: upkeep"),
    BRIEFINGS: (
        "Tire Server for fleets", "Fewer breakdowns on the road", "Tire Server for ferries and quays",
        "From one depot to twenty", "What a flat tire costs",
    ),
}  # fmt: skip
LASTS = timedelta(hours=2)
TOLD_BEFORE, CALLED_OFF_BEFORE = timedelta(days=28), timedelta(days=5)
SEATS = 24


def month(until: date, number: int) -> date:
    """The first day of a month of the year: 12 is its last, 1 its first, 0 the one before."""
    months = until.year * 12 + until.month - 1 - (12 - number)
    return date(months // 12, months % 12 + 1, 1)


def series(until: date) -> list[Series]:
    """Three programmes; two promise a rhythm."""
    ends = until + timedelta(days=200)
    return [
        Series(key=MONTHLY, label=COMMUNITY, name="Tire Server evenings", cadence="monthly", since=month(until, 0), until=ends),
        Series(key=QUARTERLY, label=COMMUNITY, name="The long evening", cadence="quarterly", since=month(until, 1), until=ends),
        Series(key=BRIEFINGS, label=COMMERCIAL, name="Tire Server briefings"),
    ]  # fmt: skip


def meetings(until: date, people: Sequence[Person], random: Random) -> list[Meeting]:
    """All events, in order of time. Those of the fourth month end 89 and 91 days after the first of the first month."""
    planned = []
    for key, months in DAYS.items():
        numbers = count()
        for number, days in months.items():
            for place, said in enumerate(days):
                planned.append(
                    _meeting(f"{key}.{number}.{place}", key, next(numbers), _when(until, number, said), said)
                )
    planned.sort(key=lambda each: each.starts)
    talks = _talks(planned, people, random)
    return [
        Meeting(**vars(each) | {"number": number, "speakers": talks.get(each.key, ())}) for number, each in enumerate(planned)
    ]  # fmt: skip


def _when(until: date, number: int, said: object) -> tuple[datetime, str]:
    first, hour, zone = month(until, number), time(18), OSLO
    match said:
        case int(day):
            on = first.replace(day=day)
        case "89 days on" | "91 days on":
            on = month(until, 1).replace(day=10) + timedelta(days=int(str(said)[:2]))
        case (-1, int(days)):
            on = until - timedelta(days=days)
        case ("last", time() as hour, str(zone)):
            on = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        case (int(day), time() as hour, str(zone)):
            on = first.replace(day=day)
        case (int(day), "off"):
            on = first.replace(day=day)
        case _:
            raise ValueError(said)
    return datetime.combine(on, hour, ZoneInfo(zone)), zone


def _meeting(key: str, series_key: str, number: int, when: tuple[datetime, str], said: object) -> Meeting:
    starts, zone = when
    instant = starts.astimezone(UTC)
    return Meeting(
        number=0,
        key=key,
        label=LABELS[series_key],
        series=series_key,
        title=TITLES[series_key][number % len(TITLES[series_key])],
        starts=starts,
        ends=starts + LASTS,
        zone=zone,
        published=instant - TOLD_BEFORE,
        called_off=instant - CALLED_OFF_BEFORE if isinstance(said, tuple) and said[1] == "off" else None,
        seats=SEATS if key == "monthly.11.0" else None,
    )


def _talks(planned: Sequence[Meeting], people: Sequence[Person], random: Random) -> dict[str, tuple[str, ...]]:
    """Who speaks where: members too, some again and again, one spelt otherwise each time, one only where nobody came."""
    names = [people[number].name for number in range(20, 180, 9)]
    spelt = (names[0], names[0].upper(), names[0].replace(" ", "  "))
    talks = {}
    for place, each in enumerate(planned):
        known = names[1 : 4 + place * (len(names) - 4) // len(planned)]
        talks[each.key] = tuple(random.sample(known, random.choice((1, 1, 2))))
    for number, key in enumerate(("monthly.0.0", "monthly.4.0", "quarterly.9.0")):
        talks[key] = (spelt[number],)
    talks["monthly.8.0"] = (people[130].name,)  # called off: nobody heard them
    talks["quarterly.11.0"] = (people[131].name, names[3].upper())
    return talks

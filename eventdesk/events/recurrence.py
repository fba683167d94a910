"""How an event recurs, and what a change of one means for the others of its series. Pure; wall times throughout."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday

from ..clock import around_gap, is_gap, is_overlap
from ..errors import Refused
from .rules import Draft

#: More than a year of weeks.
EVENTS_MOST = 60
_ORDINALS = ("First", "Second", "Third", "Fourth")
#: Every month has these days.
_SAFE_DAYS = 28


class Rhythm(StrEnum):
    """How often an event takes place again; its start decides which weekday or day it is."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    NTH_WEEKDAY = "nth"
    LAST_WEEKDAY = "last"
    DAY_OF_MONTH = "day"


class Scope(StrEnum):
    """Which events of a series an act is about."""

    ONE = "one"
    FOLLOWING = "following"
    ALL = "all"


@dataclass(frozen=True)
class Plan:
    """What a series would consist of: the rule in words, and what each event says."""

    rule: str
    drafts: Sequence[Draft]

    @property
    def words(self) -> str:
        """'Second Tuesday each month until 14 December 2027: 9 events'."""
        return f"{self.rule}: {len(self.drafts)} events"


def plan(first: Draft, rhythm: Rhythm, until: date) -> Plan:
    """The events that begin with `first` and take place again up to and on `until`, each at its own wall time.

    Raises Refused by the fields `repeat` and `until`.
    """
    starts = _starts(first.starts_at, rhythm, until)
    return Plan(rule_in_words(starts, rhythm), [_at(first, start) for start in starts])


def rule_in_words(starts: Sequence[datetime], rhythm: Rhythm) -> str:
    """'Second Tuesday each month until 14 December 2027'."""
    first, last = starts[0], starts[-1]
    names = {
        Rhythm.WEEKLY: f"Every {first:%A}",
        Rhythm.FORTNIGHTLY: f"Every two weeks on {first:%A}",
        Rhythm.NTH_WEEKDAY: f"{_ORDINALS[_week(first) % len(_ORDINALS)]} {first:%A} each month",
        Rhythm.LAST_WEEKDAY: f"Last {first:%A} each month",
        Rhythm.DAY_OF_MONTH: f"The {_nth(first.day)} of each month",
    }
    skips = rhythm is Rhythm.DAY_OF_MONTH and _months_between(first, last) >= len(starts)
    return f"{names[rhythm]}{' that has one' if skips else ''} until {last.day} {last:%B %Y}"


def rule_of(starts: Sequence[datetime]) -> str:
    """The rule by which these recur, in words, however they came about."""
    for rhythm in Rhythm:
        with suppress(Refused):
            if _starts(starts[0], rhythm, starts[-1].date()) == list(starts):
                return rule_in_words(starts, rhythm)
    first, last = starts[0], starts[-1]
    dates = f"{first:%A}s" if all(each.weekday() == first.weekday() for each in starts) else "Dates of its own"
    return f"{dates} until {last.day} {last:%B %Y}"


def carried(before: Draft, after: Draft, other: Draft) -> Draft:
    """What `other` says once the change from `before` to `after` is made to it too.

    What was said otherwise is said so here; a time is moved by as much as the time was moved there. Raises Refused.
    """
    said = {name: getattr(after, name) for name in _said_otherwise(before, after)}
    if after.label is not before.label:
        said |= {"programme": after.programme, "brief": after.brief}  # those of one label are nothing to the other
    elif "brief" in said:
        answers = {name: value for name, value in vars(after.brief).items() if value != before.brief[name]}
        said["brief"] = replace(other.brief, **answers)
    moved = replace(
        other,
        **said,
        starts_at=other.starts_at + (after.starts_at - before.starts_at),
        ends_at=other.ends_at + (after.ends_at - before.ends_at),
    )
    asked = other.fold if after.fold is None else after.fold
    if moved.ends_at <= moved.starts_at:
        raise Refused({"ends_at": ["It would end before it begins."]})
    return _folded(moved, asked, "starts_at")


def day_in_words(moment: datetime) -> str:
    """'Tuesday 14 December 2027'."""
    return f"{moment:%A} {moment.day} {moment:%B %Y}"


def _said_otherwise(before: Draft, after: Draft) -> list[str]:
    own = ("starts_at", "ends_at", "fold", "names_twin")
    names = [field.name for field in fields(Draft) if field.name not in own]
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def _starts(first: datetime, rhythm: Rhythm, until: date) -> list[datetime]:
    if rhythm is Rhythm.NTH_WEEKDAY and _week(first) >= len(_ORDINALS):
        raise Refused(
            {"repeat": [f"{day_in_words(first)} is a fifth {first:%A}, which most months lack. Choose the last one."]}
        )
    if rhythm is Rhythm.LAST_WEEKDAY and (first + timedelta(weeks=1)).month == first.month:
        raise Refused({"repeat": [f"{day_in_words(first)} is not the last {first:%A} of its month."]})
    starts = list(islice(_recurring(first, rhythm, until), EVENTS_MOST + 1))
    if len(starts) > EVENTS_MOST:
        raise Refused({"until": [f"These would be more than {EVENTS_MOST} events. Choose an earlier date."]})
    if len(starts) < 2:
        raise Refused({"until": ["There is no second one by then. Choose a later date, or do not repeat it."]})
    return starts


def _recurring(first: datetime, rhythm: Rhythm, until: date) -> rrule:
    end = datetime.combine(until, time.max)
    if rhythm in (Rhythm.WEEKLY, Rhythm.FORTNIGHTLY):
        return rrule(WEEKLY, dtstart=first, until=end, interval=2 if rhythm is Rhythm.FORTNIGHTLY else 1)
    if rhythm is Rhythm.DAY_OF_MONTH:
        return rrule(MONTHLY, dtstart=first, until=end, bymonthday=first.day)
    number = -1 if rhythm is Rhythm.LAST_WEEKDAY else 1 + _week(first)
    return rrule(MONTHLY, dtstart=first, until=end, byweekday=weekday(first.weekday(), number))


def _at(first: Draft, start: datetime) -> Draft:
    moved = replace(first, starts_at=start, ends_at=start + (first.ends_at - first.starts_at))
    return _folded(moved, first.fold, "repeat")


def _folded(draft: Draft, asked: int | None, field: str) -> Draft:
    """The draft with the fold that its times need. Raises Refused at `field` for a time that the clocks jump over."""
    walls, zone = (draft.starts_at, draft.ends_at), draft.timezone
    for wall in walls:
        if is_gap(wall, zone):
            last, first = around_gap(wall, zone)
            said = (
                f"There is no {wall:%H:%M} in {zone} on {day_in_words(wall)}: "
                f"the clocks go forward from {last:%H:%M} to {first:%H:%M}. Choose another time."
            )
            raise Refused({field: [said]})
    return replace(draft, fold=(asked or 0) if any(is_overlap(wall, zone) for wall in walls) else None)


def _week(day: datetime) -> int:
    """How many of its weekday come before it in its month."""
    return (day.day - 1) // 7


def _months_between(first: datetime, last: datetime) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _nth(number: int) -> str:
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number in (11, 12, 13) else ends.get(number % 10, 'th')}"

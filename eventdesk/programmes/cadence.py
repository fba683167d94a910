"""By which periods a promised rhythm is counted, and which of them were kept. Pure; days are those of a calendar."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from .models import Cadence

#: The first day of a period and its last.
Period = tuple[date, date]


@dataclass(frozen=True)
class Step:
    """How long each period is, and how periods are called: 'month', 'months'."""

    one: str
    many: str
    weeks: int = 0
    months: int = 0


STEPS: Mapping[Cadence, Step] = {
    Cadence.WEEKLY: Step("week", "weeks", weeks=1),
    Cadence.FORTNIGHTLY: Step("fortnight", "fortnights", weeks=2),
    Cadence.MONTHLY: Step("month", "months", months=1),
    Cadence.EVERY_OTHER_MONTH: Step("two months", "pairs of months", months=2),
    Cadence.QUARTERLY: Step("quarter", "quarters", months=3),
}


@dataclass(frozen=True)
class Stretch:
    """A time in which one rhythm was promised: its first day and its last; None where no end is promised."""

    cadence: Cadence
    since: date
    until: date | None
    #: Another was promised after it, or none; else it is what is promised now.
    gone: bool = False

    def due(self, first: date, last: date) -> list[Period]:
        """Its periods that begin on `first` or later, and end on `last` or earlier."""
        those = periods(self.cadence, self.since, min(self.until or last, last))
        return [period for period in those if period[0] >= first]


def stretches(said: Iterable[tuple[date, Cadence | None, date | None]]) -> list[Stretch]:
    """What was promised from time to time: of each day on which something was said, the rhythm and until when, in order.

    What is said later changes nothing of the days before: neither another rhythm, nor an earlier end. What was promised
    until a day that has passed is promised anew from the day on which that is said.
    """
    found: list[Stretch] = []
    for day, cadence, until in said:
        last = found.pop() if found and not found[-1].gone else None
        over = last is not None and last.until is not None and last.until < day
        ahead = until is None or until >= day
        if last and cadence is last.cadence and not (over and ahead):
            found.append(last if over else replace(last, until=until and max(until, day)))
            continue
        if last:
            found.append(replace(last, until=min(last.until or day, day), gone=True))
        if cadence:
            found.append(Stretch(cadence, day, until))
    return found


@dataclass(frozen=True)
class Mark:
    """One period that is over: the days it is, the month in which it begins, and whether it was kept."""

    name: str
    month: str
    kept: bool


@dataclass(frozen=True)
class Record:
    """How a promised rhythm was kept lately."""

    step: Step
    promised: Stretch
    #: From which day on it is counted here.
    since: date
    marks: Sequence[Mark]

    @property
    def said(self) -> str:
        """'11 of 12 months kept'."""
        return f"{self.count} {self.step.many} kept"

    @property
    def count(self) -> str:
        """'11 of 12'."""
        return f"{sum(mark.kept for mark in self.marks)} of {len(self.marks)}"


def record(promised: Stretch, days: Collection[date], today: date) -> Record:
    """How a rhythm was kept by what took place on these days.

    Of the periods that were over before `today`: those that begin in its month a year ago, or later.
    """
    step = STEPS[promised.cadence]
    due = promised.due(_month(today, -12), today - timedelta(days=1))
    marks = [
        Mark(named(promised.cadence, period), f"{period[0]:%b %Y}", was_kept)
        for period, was_kept in zip(due, kept(due, days), strict=True)
    ]
    return Record(step, promised, due[0][0] if due else _begins(step, promised.since), marks)


def periods(cadence: Cadence, since: date, until: date) -> list[Period]:
    """The periods of a rhythm that begin on or after `since` and end on or before `until`, in order of time.

    ISO weeks (Monday to Sunday) and calendar months; pairs and quarters of them are counted from the first such week or
    month, so that a promise made in November has its first quarter from December on.
    """
    step, found = STEPS[cadence], []
    first = _begins(step, since)
    while (following := _next(step, first)) <= until + timedelta(days=1):
        found.append((first, following - timedelta(days=1)))
        first = following
    return found


def kept(periods: Sequence[Period], days: Collection[date]) -> list[bool]:
    """For each period, whether one of these days lies in it."""
    return [any(first <= day <= last for day in days) for first, last in periods]


def _begins(step: Step, since: date) -> date:
    if step.weeks:
        return since + timedelta(days=-since.weekday() % 7)
    return since if since.day == 1 else _month(since, 1)


def _next(step: Step, first: date) -> date:
    return first + timedelta(weeks=step.weeks) if step.weeks else _month(first, step.months)


def named(cadence: Cadence, period: Period) -> str:
    """What a period is called: "February 2027", "1 to 14 March 2027"."""
    step, (first, last) = STEPS[cadence], period
    if step.months == 1:
        return f"{first:%B %Y}"
    begins, ends = (f"{day:%B %Y}" if step.months else f"{day.day} {day:%B %Y}" for day in period)
    for alike in (f" {last:%B %Y}", f" {last:%Y}"):
        begins = begins.removesuffix(alike)
    return f"{begins} to {ends}"


def _month(day: date, later: int) -> date:
    """The first day of the month that many months later."""
    years, month = divmod(day.month - 1 + later, 12)
    return date(day.year + years, month + 1, 1)


def months(today: date, number: int = 12) -> list[date]:
    """The first days of so many calendar months, the present one the last."""
    return [_month(today, later) for later in range(1 - number, 1)]

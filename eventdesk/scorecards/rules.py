"""What the scorecards count, of what is read: months, growth, first talks, days between. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from statistics import median

from ..consent.models import ConsentAct
from ..labels import Stage

MONTHS = 12
SECONDS_A_DAY = 86_400
#: A number for each month: "2027-02".
ByMonth = Mapping[str, int]


def month_of(day: date) -> str:
    """The month a day, or a wall time, lies in: "2027-02"."""
    return f"{day:%Y-%m}"


def month_at(moment: datetime) -> str:
    """The month of an instant, in UTC."""
    return month_of(moment.astimezone(UTC))


def months_until(last: str) -> tuple[str, ...]:
    """The twelve calendar months that end with this one."""
    return tuple(later(last, number - MONTHS + 1) for number in range(MONTHS))


def later(month: str, number: int) -> str:
    """The month so many months after another; before it, for a negative number."""
    year, rest = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + number, 12)
    return f"{year:04}-{rest + 1:02}"


def first_day(month: str) -> date:
    """The first day of a month."""
    return date(int(month[:4]), int(month[5:]), 1)


def named(month: str) -> str:
    """A month as it is said: "Feb 2027"."""
    return f"{first_day(month):%b %Y}"


def chosen(typed: str, present: str) -> str:
    """The month somebody asked for; the present one where they asked for none, or for one that is to come."""
    year, dash, rest = typed.partition("-")
    there = bool(dash) and (year + rest).isdecimal() and (len(year), len(rest)) == (4, 2)
    return typed if there and typed.isascii() and "2000-01" <= typed < present and "01" <= rest <= "12" else present


def by_month(months: Sequence[str], found: Iterable[tuple[str, int]]) -> dict[str, int]:
    """A number for each of the months: the sum of those that were found in it."""
    numbers = dict.fromkeys(months, 0)
    for month, number in found:
        if month in numbers:
            numbers[month] += number
    return numbers


@dataclass(frozen=True, kw_only=True)
class Growth:
    """How many joined and left in each month, and how many were in at its end."""

    joined: ByMonth
    left: ByMonth
    members: ByMonth


def growth(acts: Iterable[tuple[int, ConsentAct, datetime]], months: Sequence[str]) -> Growth:
    """What the acts of a ledger, in their order, come to: one joins who had no consent in force, and leaves who had."""
    inside = set[int]()
    joined, left, members = (dict.fromkeys(months, 0) for _ in range(3))
    for ref, act, at in acts:
        month, given = month_at(at), act is ConsentAct.GIVEN
        if month > months[-1] or given is (ref in inside):
            continue
        inside ^= {ref}
        if month in joined:
            (joined if given else left)[month] += 1
    number = len(inside)
    for month in reversed(months):
        members[month] = number
        number -= joined[month] - left[month]
    return Growth(joined=joined, left=left, members=members)


def first_talks(talks: Iterable[tuple[str, Sequence[str]]], months: Sequence[str]) -> tuple[dict[str, int], int]:
    """How many spoke for the first time in each month, and how many spoke in all of them together.

    `talks` are the months of all events that took place, each with its speakers; names are the same whatever case and blanks.
    """
    first: dict[str, str] = {}
    spoke = set[str]()
    for month, names in talks:
        for name in names:
            known = " ".join(name.casefold().split())
            first[known] = min(month, first.get(known, month))
            if month in months:
                spoke.add(known)
    return by_month(months, ((month, 1) for month in first.values())), len(spoke)


def days_between(since: datetime, until: datetime) -> float:
    """How many days lie between two instants."""
    return (until - since).total_seconds() / SECONDS_A_DAY


def middle(numbers: Sequence[float]) -> float | None:
    """The median; None of nothing."""
    return median(numbers) if numbers else None


def stays(
    begun: Mapping[int, datetime], staged: Iterable[tuple[int, Stage, datetime]], first: Stage
) -> dict[Stage, list[float]]:
    """How many days each stay in a stage took that is over; by stage.

    `begun` is when each of those followed up came, in the stage `first`; `staged` are their later stages, in their order.
    """
    since = {ref: (first, at) for ref, at in begun.items()}
    found: dict[Stage, list[float]] = {}
    for ref, stage, at in staged:
        if ref in since:
            was, entered = since[ref]
            found.setdefault(was, []).append(days_between(entered, at))
        since[ref] = (stage, at)
    return found


def reached(staged: Iterable[tuple[int, Stage, datetime]]) -> dict[Stage, set[int]]:
    """Who was ever put in each stage."""
    found: dict[Stage, set[int]] = {}
    for ref, stage, _ in staged:
        found.setdefault(stage, set()).add(ref)
    return found

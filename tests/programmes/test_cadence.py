"""Which weeks, months and quarters a promised rhythm is counted by, and which of them were kept."""

from datetime import date
from itertools import pairwise

import pytest

from eventdesk.programmes.cadence import STEPS, Stretch, kept, months, periods, record, stretches
from eventdesk.programmes.models import Cadence

#: 3 November 2027 is a Wednesday.
SINCE = date(2027, 11, 3)


@pytest.mark.parametrize(
    ("cadence", "until", "days"),
    [
        (Cadence.WEEKLY, date(2027, 11, 21), ["11-08", "11-14", "11-15", "11-21"]),
        (Cadence.WEEKLY, date(2027, 11, 20), ["11-08", "11-14"]),
        (Cadence.FORTNIGHTLY, date(2027, 12, 5), ["11-08", "11-21", "11-22", "12-05"]),
        (Cadence.MONTHLY, date(2027, 12, 31), ["12-01", "12-31"]),
        (Cadence.MONTHLY, date(2027, 12, 30), []),
        (Cadence.EVERY_OTHER_MONTH, date(2028, 3, 31), ["12-01", "01-31", "02-01", "03-31"]),
        (Cadence.QUARTERLY, date(2028, 3, 31), ["12-01", "02-29"]),
        (Cadence.WEEKLY, date(2020, 1, 1), []),
    ],
)
def test_periods_lie_wholly_between_their_days(cadence: Cadence, until: date, days: list[str]) -> None:
    assert [f"{day:%m-%d}" for period in periods(cadence, SINCE, until) for day in period] == days


def test_a_period_may_begin_on_the_very_day() -> None:
    assert periods(Cadence.MONTHLY, date(2027, 12, 1), date(2027, 12, 31)) == [(date(2027, 12, 1), date(2027, 12, 31))]
    assert periods(Cadence.WEEKLY, date(2027, 11, 8), date(2027, 11, 14)) == [(date(2027, 11, 8), date(2027, 11, 14))]


def test_each_period_follows_the_one_before_it() -> None:
    for cadence in Cadence:
        found = periods(cadence, SINCE, date(2031, 1, 1))
        assert {(first - last).days for (_, last), (first, _) in pairwise(found)} == {1}
    assert set(STEPS) == set(Cadence)


def test_a_period_is_kept_by_one_day_in_it() -> None:
    months = periods(Cadence.MONTHLY, date(2027, 1, 1), date(2027, 4, 30))

    assert kept(months, [date(2027, 1, 31), date(2027, 3, 1), date(2027, 3, 2), date(2027, 5, 1)]) == [
        True,
        False,
        True,
        False,
    ]
    assert kept(months, []) == [False] * 4


def test_the_record_is_of_the_periods_that_were_over_in_the_last_twelve_months() -> None:
    held = [date(2027, month, 11) for month in (1, 2, 3, 5, 11)]

    whole = record(Stretch(Cadence.MONTHLY, date(2020, 1, 1), None), held, date(2027, 11, 22))
    begun = record(Stretch(Cadence.MONTHLY, date(2027, 2, 3), date(2027, 4, 30)), held, date(2027, 11, 22))
    fresh = record(Stretch(Cadence.QUARTERLY, SINCE, date(2029, 1, 1)), held, date(2027, 11, 22))

    assert (whole.said, whole.since, whole.marks[0].name) == ("4 of 12 months kept", date(2026, 11, 1), "November 2026")
    assert [(mark.name, mark.month, mark.kept) for mark in begun.marks] == [
        ("March 2027", "Mar 2027", True),
        ("April 2027", "Apr 2027", False),
    ]
    assert (begun.said, begun.since) == ("1 of 2 months kept", date(2027, 3, 1))
    assert (list(fresh.marks), fresh.since) == ([], date(2027, 12, 1))


JAN, FEB, MAY, NOV, YEAR = (
    date(2027, 1, 1),
    date(2027, 2, 9),
    date(2027, 5, 3),
    date(2027, 11, 22),
    date(2027, 12, 31),
)
MONTHLY, WEEKLY = Cadence.MONTHLY, Cadence.WEEKLY


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ([(JAN, None, None)], []),
        ([(JAN, None, None), (FEB, MONTHLY, YEAR), (MAY, MONTHLY, YEAR)], [Stretch(MONTHLY, FEB, YEAR)]),
        ([(FEB, MONTHLY, None), (MAY, WEEKLY, YEAR)], [Stretch(MONTHLY, FEB, MAY, True), Stretch(WEEKLY, MAY, YEAR)]),
        ([(FEB, MONTHLY, None), (MAY, None, None)], [Stretch(MONTHLY, FEB, MAY, True)]),
        (
            [(FEB, MONTHLY, None), (MAY, None, None), (NOV, MONTHLY, None)],
            [Stretch(MONTHLY, FEB, MAY, True), Stretch(MONTHLY, NOV, None)],
        ),
        # Ended earlier than was promised: what is over by then stays due.
        ([(FEB, MONTHLY, YEAR), (NOV, MONTHLY, MAY)], [Stretch(MONTHLY, FEB, NOV)]),
        ([(FEB, MONTHLY, MAY), (NOV, WEEKLY, None)], [Stretch(MONTHLY, FEB, MAY, True), Stretch(WEEKLY, NOV, None)]),
        # Over: it is what was promised last, until it is promised anew; the time between is not promised afterwards.
        ([(FEB, MONTHLY, MAY), (NOV, MONTHLY, FEB)], [Stretch(MONTHLY, FEB, MAY)]),
        ([(FEB, MONTHLY, MAY), (NOV, MONTHLY, YEAR)], [Stretch(MONTHLY, FEB, MAY, True), Stretch(MONTHLY, NOV, YEAR)]),
    ],
)
def test_what_is_said_later_changes_nothing_of_what_was_promised_before(
    said: list[tuple[date, Cadence | None, date | None]], found: list[Stretch]
) -> None:
    assert stretches(said) == found


@pytest.mark.parametrize(
    ("cadence", "names"),
    [
        (Cadence.WEEKLY, ("27 December 2027 to 2 January 2028", "3 to 9 January 2028")),
        (Cadence.FORTNIGHTLY, ("27 December 2027 to 9 January 2028", "10 to 23 January 2028")),
        (Cadence.EVERY_OTHER_MONTH, ("January to February 2028", "March to April 2028")),
        (Cadence.QUARTERLY, ("January to March 2028", "April to June 2028")),
    ],
)
def test_periods_have_names_that_people_read(cadence: Cadence, names: tuple[str, str]) -> None:
    since = date(2027, 12, 27)
    marks = record(Stretch(cadence, since, None), [], date(2028, 12, 1)).marks

    assert (marks[0].name, marks[1].name) == names


def test_twelve_months_end_with_the_present_one() -> None:
    assert months(date(2027, 2, 28))[::11] == [date(2026, 3, 1), date(2027, 2, 1)]
    assert len(months(date(2027, 12, 31))) == 12

"""Which weeks, months and quarters a promised rhythm is counted by, and which of them were kept."""

from datetime import date
from itertools import pairwise

import pytest

from eventdesk.programmes.cadence import STEPS, kept, periods
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

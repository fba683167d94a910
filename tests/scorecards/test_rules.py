"""The arithmetic of the scorecards, by example."""

from datetime import UTC, date, datetime, timedelta

import pytest

from eventdesk.consent.models import ConsentAct
from eventdesk.labels import Stage
from eventdesk.scorecards.rules import (
    by_month,
    chosen,
    first_talks,
    growth,
    later,
    middle,
    months_until,
    reached,
    stays,
)

GIVEN, WITHDRAWN = ConsentAct.GIVEN, ConsentAct.WITHDRAWN
MONTHS = months_until("2027-02")


def at(month: int, day: int = 1, year: int = 2027) -> datetime:
    """A noon."""
    return datetime(year, month, day, 12, tzinfo=UTC)


def test_twelve_months_end_with_the_one_that_is_asked_for() -> None:
    assert (MONTHS[0], MONTHS[9], MONTHS[-1], len(MONTHS)) == ("2026-03", "2026-12", "2027-02", 12)
    assert [later("2027-01", number) for number in (-1, 11, 12, -13)] == ["2026-12", "2027-12", "2028-01", "2025-12"]


@pytest.mark.parametrize(
    "typed", ["", "soon", "2027-03", "2027-13", "2026-00", "26-01", "2026-1", "٢٠٢٦-٠١", "1999-12", "2026"]
)
def test_a_month_that_is_none_or_to_come_is_the_present_one(typed: str) -> None:
    assert chosen(typed, "2027-02") == "2027-02"
    assert chosen("2026-05", "2027-02") == "2026-05"


def test_one_joins_who_had_not_agreed_and_leaves_who_had() -> None:
    acts = [
        (1, GIVEN, at(1, year=2026)),  # before these months
        (2, GIVEN, at(4, year=2026)),
        (2, GIVEN, at(5, year=2026)),  # again is nothing new
        (2, WITHDRAWN, at(6, year=2026)),
        (2, WITHDRAWN, at(7, year=2026)),
        (3, WITHDRAWN, at(7, year=2026)),  # who never agreed
        (2, GIVEN, at(7, year=2026)),
        (4, GIVEN, datetime(2027, 2, 28, 23, 59, tzinfo=UTC)),
        (1, WITHDRAWN, at(3)),  # after them
    ]

    found = growth(acts, MONTHS)

    assert {month: number for month, number in found.joined.items() if number} == {
        "2026-04": 1,
        "2026-07": 1,
        "2027-02": 1,
    }
    assert {month: number for month, number in found.left.items() if number} == {"2026-06": 1}
    assert list(found.members.values()) == [1, 2, 2, 1, 2, 2, 2, 2, 2, 2, 2, 3]


def test_a_speaker_is_new_once_whatever_case_and_blanks() -> None:
    talks = [("2027-01", ["Ugo  User", "Uma"]), ("2026-05", ["ugo user"]), ("2025-01", ["Uma"]), ("2027-02", [])]

    new, spoke = first_talks(talks, MONTHS)

    assert {month: number for month, number in new.items() if number} == {"2026-05": 1}
    assert spoke == 2


def test_a_stay_counts_once_it_is_over() -> None:
    begun = {1: at(1, 1), 2: at(1, 1), 3: at(1, 1)}
    staged = [
        (1, Stage.FOLLOWED_UP, at(1, 4)),
        (2, Stage.PROPOSAL, at(1, 6)),
        (1, Stage.PROPOSAL, at(1, 5)),
        (1, Stage.WON, at(1, 15)),
        (2, Stage.FOLLOWED_UP, at(1, 8)),
    ]

    assert stays(begun, staged, Stage.NEW) == {
        Stage.NEW: [3.0, 5.0],
        Stage.FOLLOWED_UP: [1.0],
        Stage.PROPOSAL: [10.0, 2.0],
    }
    assert reached(staged) == {Stage.FOLLOWED_UP: {1, 2}, Stage.PROPOSAL: {1, 2}, Stage.WON: {1}}
    assert (middle([3.0, 5.0, 10.0]), middle([])) == (5.0, None)


def test_what_lies_in_other_months_is_left_out() -> None:
    day = date(2026, 2, 28)
    found = by_month(MONTHS, ((f"{day + timedelta(days=number):%Y-%m}", 1) for number in range(3)))
    assert sum(found.values()) == found["2026-03"] == 2

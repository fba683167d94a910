"""The simulated year is the same each time, and has in it what it is there for."""

from collections import Counter
from datetime import timedelta

from tests.year.acts import COMMERCIAL, COMMUNITY, What, Year
from tests.year.conftest import UNTIL
from tests.year.people import NAMELESS
from tests.year.plan import simulate


def test_the_same_seed_is_the_same_year(year: Year) -> None:
    assert simulate(UNTIL) == year
    assert simulate(UNTIL, seed=7).acts != year.acts


def test_it_has_fifty_events_and_six_hundred_people(year: Year) -> None:
    assert Counter(each.label for each in year.meetings) == {COMMUNITY: 25, COMMERCIAL: 25}
    named = [person for number, person in enumerate(year.people) if number not in NAMELESS]
    assert len({person.email for person in named}) == len({person.name for person in named}) == 600


def test_everything_that_can_happen_happens(year: Year) -> None:
    assert {act.what for act in year.acts} == set(What)
    assert list(year.acts) == sorted(year.acts, key=lambda act: act.at)


def test_somebody_comes_back_before_and_after_the_days_that_people_are_kept(year: Year) -> None:
    by_key = {each.key: each for each in year.meetings}
    first, soon, late = (by_key[key].over for key in ("monthly.1.0", "monthly.4.0", "monthly.4.1"))
    assert soon - first < timedelta(days=90) < late - first


def test_some_events_are_in_another_month_by_utc(year: Year) -> None:
    apart = [each.label for each in year.meetings if each.starts.month != each.begins.month]
    assert set(apart) == {COMMUNITY, COMMERCIAL}

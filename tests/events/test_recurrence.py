"""How events recur: each on its day, at its wall time, in its zone; and what a change carries over."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some

from eventdesk.clock import in_zone, is_gap, is_overlap
from eventdesk.errors import Refused
from eventdesk.events.recurrence import EVENTS_MOST, Plan, Rhythm, carried, plan, rule_of
from eventdesk.events.rules import Draft
from eventdesk.labels import Label
from tests.factories import ANSWERS, make_draft

ZONES = ("Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC")
at = datetime.fromisoformat
starts = some.datetimes(at("2024-01-01"), at("2035-12-31")).map(lambda wall: wall.replace(second=0, microsecond=0))
few = settings(max_examples=40, deadline=None)


def draft_at(start: datetime, *, zone: str = "Europe/Oslo", **said: Any) -> Draft:
    return make_draft(starts_at=start, timezone=zone, **said)


def days(found: Plan) -> list[date]:
    return [draft.starts_at.date() for draft in found.drafts]


def planned(start: datetime, rhythm: Rhythm, days_ahead: int, **said: Any) -> Plan:
    """The plan, if there is one: what is refused is another test's."""
    try:
        return plan(draft_at(start, **said), rhythm, start.date() + timedelta(days=days_ahead))
    except Refused:
        assume(False)
        raise


@pytest.mark.parametrize(
    ("start", "rhythm", "until", "words", "last"),
    [
        ("2027-04-13", "nth", "2027-12-14", "Second Tuesday each month until 14 December 2027: 9 events", "2027-12-14"),
        ("2027-04-13", "nth", "2027-12-13", "Second Tuesday each month until 9 November 2027: 8 events", "2027-11-09"),
        ("2027-04-27", "last", "2027-06-30", "Last Tuesday each month until 29 June 2027: 3 events", "2027-06-29"),
        ("2027-04-27", "nth", "2027-06-30", "Fourth Tuesday each month until 22 June 2027: 3 events", "2027-06-22"),
        ("2027-04-13", "weekly", "2027-04-27", "Every Tuesday until 27 April 2027: 3 events", "2027-04-27"),
        ("2027-04-13", "fortnightly", "2027-05-01", "Every two weeks on Tuesday until 27 April 2027: 2 events", "2027-04-27"),
        ("2027-04-03", "day", "2027-06-03", "The 3rd of each month until 3 June 2027: 3 events", "2027-06-03"),
        ("2027-01-31", "day", "2027-05-31", "The 31st of each month that has one until 31 May 2027: 3 events", "2027-05-31"),
        ("2027-07-31", "day", "2027-08-31", "The 31st of each month until 31 August 2027: 2 events", "2027-08-31"),
        ("2028-01-29", "day", "2028-03-29", "The 29th of each month until 29 March 2028: 3 events", "2028-03-29"),
        ("2027-01-29", "day", "2027-03-29", "The 29th of each month that has one until 29 March 2027: 2 events", "2027-03-29"),
    ],
)  # fmt: skip
def test_the_rule_is_said_in_words(start: str, rhythm: str, until: str, words: str, last: str) -> None:
    found = plan(draft_at(at(f"{start} 18:00")), Rhythm(rhythm), date.fromisoformat(until))

    assert found.words == words
    assert days(found)[-1] == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("start", "rhythm", "until", "field", "sentence"),
    [
        ("2027-03-30", "nth", "2027-12-31", "repeat", "Tuesday 30 March 2027 is a fifth Tuesday"),
        ("2027-03-23", "last", "2027-12-31", "repeat", "Tuesday 23 March 2027 is not the last Tuesday"),
        ("2027-03-23", "weekly", "2027-03-29", "until", "There is no second one by then"),
        ("2027-03-23", "weekly", "2027-03-01", "until", "There is no second one by then"),
        ("2027-03-23", "weekly", "2028-12-31", "until", "more than 60 events"),
        ("2027-03-23", "day", "2199-12-31", "until", "more than 60 events"),
    ],
)
def test_what_cannot_recur_is_refused_at_its_field(
    start: str, rhythm: str, until: str, field: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        plan(draft_at(at(f"{start} 18:00")), Rhythm(rhythm), date.fromisoformat(until))

    assert set(refusal.value.problems) == {field}


def test_dates_that_follow_no_rule_are_said_to_be_their_own() -> None:
    mondays, others = [at("2027-03-01"), at("2027-03-29"), at("2027-05-03")], [at("2027-03-01"), at("2027-03-30")]

    assert rule_of(mondays) == "Mondays until 3 May 2027"
    assert rule_of(others) == "Dates of its own until 30 March 2027"
    assert rule_of([at("2027-03-09"), at("2027-04-13")]) == "Second Tuesday each month until 13 April 2027"


def test_sixty_are_not_too_many() -> None:
    first = draft_at(at("2027-03-23 18:00"))

    assert len(plan(first, Rhythm.WEEKLY, date(2027, 3, 23) + timedelta(weeks=59)).drafts) == EVENTS_MOST


def test_a_time_that_the_clocks_jump_over_is_refused_by_its_date() -> None:
    first = draft_at(at("2027-02-28 02:30"))

    with pytest.raises(Refused, match=r"no 02:30 in Europe/Oslo on Sunday 28 March 2027") as refusal:
        plan(first, Rhythm.WEEKLY, date(2027, 4, 30))

    assert set(refusal.value.problems) == {"repeat"}


@pytest.mark.parametrize(("asked", "taken"), [(None, 0), (0, 0), (1, 1)])
def test_a_time_that_comes_twice_takes_the_fold_that_was_asked_for(asked: int | None, taken: int) -> None:
    found = plan(draft_at(at("2027-10-24 02:30"), fold=asked), Rhythm.WEEKLY, date(2027, 11, 7))

    assert [draft.fold for draft in found.drafts] == [None, taken, None]


@few
@given(starts, some.sampled_from(Rhythm), some.integers(0, 800), some.sampled_from(ZONES))
def test_each_keeps_its_wall_time_and_its_length(start: datetime, rhythm: Rhythm, ahead: int, zone: str) -> None:
    found = planned(start, rhythm, ahead, zone=zone)

    assert days(found)[0] == start.date()
    assert days(found) == sorted(set(days(found)))
    assert days(found)[-1] <= start.date() + timedelta(days=ahead)
    for draft in found.drafts:
        assert draft.starts_at.time() == start.time()
        assert draft.ends_at - draft.starts_at == timedelta(hours=2)
        assert not is_gap(draft.starts_at, zone)
        assert not is_gap(draft.ends_at, zone)
        assert (draft.fold is not None) == (is_overlap(draft.starts_at, zone) or is_overlap(draft.ends_at, zone))
        fold = draft.fold or 0
        assert in_zone(draft.ends_at, zone, fold).astimezone(UTC) > in_zone(draft.starts_at, zone, fold).astimezone(UTC)


@few
@given(starts, some.integers(0, 800))
def test_weeks_are_seven_days_apart(start: datetime, ahead: int) -> None:
    every, second = (days(planned(start, each, ahead, zone="UTC")) for each in (Rhythm.WEEKLY, Rhythm.FORTNIGHTLY))

    assert every[::2] == second
    assert {later - earlier for earlier, later in pairwise(every)} == {timedelta(weeks=1)}


@few
@given(starts, some.integers(28, 1500))
def test_the_nth_weekday_is_in_every_month_in_the_same_week(start: datetime, ahead: int) -> None:
    found = days(planned(start, Rhythm.NTH_WEEKDAY, ahead, zone="UTC"))

    assert {(day.weekday(), (day.day - 1) // 7) for day in found} == {(start.weekday(), (start.day - 1) // 7)}
    assert months(found) == list(range(months(found)[0], months(found)[0] + len(found)))


@few
@given(starts, some.integers(28, 1500))
def test_the_last_weekday_is_in_every_months_last_week(start: datetime, ahead: int) -> None:
    last = start.replace(day=1) + timedelta(days=45)
    last = last.replace(day=1) - timedelta(days=1)  # the last day of the month of the start

    found = days(planned(last, Rhythm.LAST_WEEKDAY, ahead, zone="UTC"))

    assert {day.weekday() for day in found} == {last.weekday()}
    assert all((day + timedelta(weeks=1)).month != day.month for day in found)
    assert months(found) == list(range(months(found)[0], months(found)[0] + len(found)))


@few
@given(starts, some.integers(28, 1500))
def test_a_month_without_the_day_is_left_out_and_no_other(start: datetime, ahead: int) -> None:
    found = days(planned(start, Rhythm.DAY_OF_MONTH, ahead, zone="UTC"))

    lacking = set(range(months(found)[0], months(found)[-1] + 1)) - set(months(found))
    assert {day.day for day in found} == {start.day}
    assert all(has_no_day(month, start.day) for month in lacking)


def months(those: list[date]) -> list[int]:
    """Months counted from the year 0."""
    return [day.year * 12 + day.month - 1 for day in those]


def has_no_day(month: int, day: int) -> bool:
    try:
        date(month // 12, month % 12 + 1, day)
    except ValueError:
        return True
    return False


FIRST, OTHER = draft_at(at("2027-04-13 18:00")), draft_at(at("2027-05-11 19:00"), title="Another", venue="There")


def test_what_was_not_said_otherwise_stays_as_it_is() -> None:
    assert carried(FIRST, FIRST, OTHER) == OTHER


def test_a_changed_text_becomes_the_same_and_the_others_stay() -> None:
    changed = draft_at(at("2027-04-13 18:00"), venue="Here", capacity=9)

    said = carried(FIRST, changed, OTHER)

    assert (said.venue, said.capacity) == ("Here", 9)
    assert (said.title, said.starts_at) == (OTHER.title, OTHER.starts_at)


def test_a_time_moves_by_as_much_on_the_wall() -> None:
    earlier, later = draft_at(at("2027-03-23 18:00")), draft_at(at("2027-03-30 19:00"))

    said = carried(earlier, later, OTHER)

    assert (said.starts_at, said.ends_at) == (at("2027-05-18 20:00"), at("2027-05-18 22:00"))


def test_one_answer_of_four_is_carried_alone() -> None:
    first = make_draft(Label.COMMERCIAL, brief=ANSWERS)
    changed = make_draft(Label.COMMERCIAL, brief=type(ANSWERS)(**vars(ANSWERS) | {"offer": "Tires"}))
    other = make_draft(Label.COMMERCIAL, brief=type(ANSWERS)(**vars(ANSWERS) | {"payment": "At once"}))

    said = carried(first, changed, other)

    assert (said.brief.offer, said.brief.payment, said.brief.reason) == ("Tires", "At once", ANSWERS.reason)


def test_no_time_is_carried_into_a_gap_nor_an_end_before_its_start() -> None:
    moved = draft_at(at("2027-04-13 02:30"))
    shorter = make_draft(starts_at=FIRST.starts_at, ends_at=FIRST.starts_at + timedelta(minutes=30))
    spring = draft_at(at("2027-03-28 18:00"))
    short = make_draft(starts_at=OTHER.starts_at, ends_at=OTHER.starts_at + timedelta(hours=1))

    with pytest.raises(Refused, match=r"no 02:30 in Europe/Oslo on Sunday 28 March 2027"):
        carried(FIRST, moved, spring)
    with pytest.raises(Refused, match="end before it begins"):
        carried(FIRST, shorter, short)

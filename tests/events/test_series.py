"""Series: made together, changed and called off together or apart, each event with what is its own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.errors import Conflict, Refused
from eventdesk.events.models import Event, Series
from eventdesk.events.recurrence import Rhythm, Scope, plan
from eventdesk.events.rules import Status, said_by
from eventdesk.events.series import (
    cancel_series,
    create_series,
    foreseen,
    publish_series,
)
from eventdesk.labels import RULES, Brief, Label
from eventdesk.links import Links
from eventdesk.organisers.rules import COMMAND_LINE, Actor
from eventdesk.outbox.models import Job, Kind
from tests.cast import UDO, UGO, UMA
from tests.conftest import ON_BOTH, Clock
from tests.events.conftest import DAYS
from tests.factories import make_draft, sign_up

CORA = Actor(None, frozenset({Label.COMMUNITY}))


def days(those: list[Event]) -> list[date]:
    return [event.wall_start.date() for event in those]


def told(session: Session) -> list[int]:
    """The events of which news goes out."""
    session.rollback()
    return list(session.scalars(select(Job.event_id).where(Job.kind == Kind.TELL).order_by(Job.event_id)))


def later(event: Event, **span: float) -> dict[str, Any]:
    """Its times, moved."""
    by = timedelta(**span)
    return {"starts_at": event.wall_start + by, "ends_at": event.wall_end + by}


@pytest.mark.parametrize("label", RULES)
def test_each_of_a_series_has_its_own_uid_address_code_and_seats(
    session: Session, make_series: Callable[..., list[Event]], label: Label
) -> None:
    made = make_series(label, capacity=2)
    sign_up(made[1], UGO)
    session.rollback()

    assert days(made) == DAYS
    assert [len({getattr(event, name) for event in made}) for name in ("uid", "slug", "code")] == [4, 4, 4]
    assert [event.slug.endswith(f"-{day}") for event, day in zip(made, DAYS, strict=True)] == [True] * 4
    assert [event.taken for event in made] == [0, 1, 0, 0]
    assert {event.status for event in made} == {Status.PUBLISHED}
    assert [series.rule for series in session.scalars(select(Series))] == [
        "Second Thursday each month until 10 June 2027"
    ]


def test_a_series_is_made_whole_or_not_at_all(session: Session, links: Links, now: Clock) -> None:
    planned = plan(make_draft(Label.COMMERCIAL), Rhythm.WEEKLY, DAYS[-1])

    with pytest.raises(Refused, match="do not organise"):
        create_series(planned, actor=CORA, links=links, now=now.time)

    session.rollback()
    assert (session.scalars(select(Event)).all(), session.scalars(select(Series)).all()) == ([], [])


@ON_BOTH
def test_drafts_are_published_together_once_the_charter_is_accepted(
    session: Session, make_series: Callable[..., list[Event]], links: Links, now: Clock
) -> None:
    made = make_series(published=False)

    with pytest.raises(Refused, match="Thursday 11 March 2027: Accept the charter"):
        publish_series(made[2].slug, charter_accepted=False, actor=COMMAND_LINE, links=links, now=now.time)
    session.rollback()
    before = {event.status for event in made}
    publish_series(made[2].slug, charter_accepted=True, actor=COMMAND_LINE, links=links, now=now.time)

    assert (before, {event.status for event in made}) == ({Status.DRAFT}, {Status.PUBLISHED})
    assert all(event.charter_accepted_at == now.time for event in made)
    with pytest.raises(Conflict, match="no draft"):
        publish_series(made[2].slug, charter_accepted=True, actor=COMMAND_LINE, links=links, now=now.time)


def test_what_one_draft_lacks_publishes_none_and_names_its_date(
    session: Session, make_series: Callable[..., list[Event]], alter_series: Any, links: Links, now: Clock
) -> None:
    made = make_series(Label.COMMERCIAL, published=False)
    alter_series(made[1], Scope.ONE, brief=Brief())

    with pytest.raises(Refused, match="Thursday 8 April 2027: Answer"):
        publish_series(made[0].slug, charter_accepted=True, actor=COMMAND_LINE, links=links, now=now.time)

    session.rollback()
    assert {event.status for event in made} == {Status.DRAFT}


@ON_BOTH
@pytest.mark.parametrize(
    ("scope", "moved"), [(Scope.ONE, {1}), (Scope.FOLLOWING, {1, 2, 3}), (Scope.ALL, {0, 1, 2, 3})]
)
def test_a_change_is_made_to_what_it_is_for(
    session: Session, make_series: Callable[..., list[Event]], alter_series: Any, scope: Scope, moved: set[int]
) -> None:
    made = make_series()

    changed = alter_series(made[1], scope, venue="Harbour House", **later(made[1], days=7))

    session.rollback()
    weeks = [timedelta(weeks=number in moved) for number in range(4)]
    assert days(made) == [day + week for day, week in zip(DAYS, weeks, strict=True)]
    assert [event.venue == "Harbour House" for event in made] == [number in moved for number in range(4)]
    assert [event.sequence for event in made] == [int(number in moved) for number in range(4)]
    assert told(session) == [made[number].id for number in sorted(moved)]
    assert {event.id for event in changed} == {made[number].id for number in moved}


@pytest.mark.parametrize(
    ("scope", "days_on", "rule"),
    [
        (Scope.ALL, 1, "Second Friday each month until 11 June 2027"),
        (Scope.ALL, 7, "Third Thursday each month until 17 June 2027"),
        (Scope.ALL, -10, "Mondays until 31 May 2027"),
        (Scope.ALL, 0, "Second Thursday each month until 10 June 2027"),
        (Scope.FOLLOWING, 7, "Second Thursday each month until 10 June 2027"),
    ],
)
def test_the_rule_says_what_has_become_of_all_dates(
    session: Session, make_series: Callable[..., list[Event]], alter_series: Any, scope: Scope, days_on: int, rule: str
) -> None:
    made = make_series(published=False)

    alter_series(made[1], scope, **later(made[1], days=days_on, hours=1))

    session.rollback()
    assert [series.rule for series in session.scalars(select(Series))] == [rule]


def test_what_another_says_of_itself_stays_its_own(
    session: Session, make_series: Callable[..., list[Event]], alter_series: Any
) -> None:
    made = make_series()
    alter_series(made[2], Scope.ONE, title="A guest", **later(made[2], hours=1))

    alter_series(made[0], Scope.ALL, description="Bring two.", **later(made[0], minutes=-30))

    session.rollback()
    assert [event.title == "A guest" for event in made] == [False, False, True, False]
    assert {event.description for event in made} == {"Bring two."}
    assert [f"{event.wall_start:%H:%M}" for event in made] == ["17:30", "17:30", "18:30", "17:30"]


def test_nobody_hears_of_a_change_that_moves_nothing_of_theirs(
    session: Session, make_series: Callable[..., list[Event]], alter_series: Any
) -> None:
    made = make_series()

    alter_series(made[0], Scope.ALL, speakers=("Jonas",))

    session.rollback()
    assert [(event.speakers, event.sequence, event.revision) for event in made] == [(["Jonas"], 0, 3)] * 4
    assert told(session) == []


def test_what_is_over_or_called_off_stays_as_it_is(
    session: Session, make_series: Callable[..., list[Event]], alter_series: Any, links: Links, now: Clock
) -> None:
    made = make_series()
    cancel_series(made[2].slug, Scope.ONE, actor=COMMAND_LINE, links=links, now=now.time)
    now.time = made[0].ends_at

    alter_series(made[1], Scope.ALL, venue="Harbour House")

    session.rollback()
    assert [event.venue == "Harbour House" for event in made] == [False, True, False, True]


def test_drafts_and_published_ones_change_together(
    session: Session, make_series: Callable[..., list[Event]], alter_series: Any, links: Links, now: Clock
) -> None:
    made = make_series(published=False)

    alter_series(made[0], Scope.ALL, capacity=5)
    session.rollback()

    assert [event.capacity for event in made] == [5] * 4


@ON_BOTH
def test_seats_that_one_cannot_give_up_refuse_it_all_and_name_its_date(
    session: Session, make_series: Callable[..., list[Event]], alter_series: Any
) -> None:
    made = make_series(capacity=3)
    for person in (UGO, UMA, UDO):
        sign_up(made[2], person)

    with pytest.raises(Refused, match="Thursday 13 May 2027: 3 people have a seat") as refusal:
        alter_series(made[0], Scope.ALL, capacity=2, venue="Harbour House")

    session.rollback()
    assert set(refusal.value.problems) == {"capacity"}
    assert {(event.capacity, event.venue) for event in made} == {(3, "Quay Street 4, Oslo")}


def test_a_time_that_one_would_not_have_refuses_it_all_and_names_its_date(
    session: Session, make_series: Callable[..., list[Event]], alter_series: Any
) -> None:
    made = make_series()
    alter_series(made[1], Scope.ONE, **later(made[1], days=-11))  # Sunday 28 March, when the clocks go forward

    with pytest.raises(Refused, match="Sunday 28 March 2027: There is no 02:30"):
        alter_series(made[0], Scope.FOLLOWING, **later(made[0], hours=-15.5))

    session.rollback()
    assert [event.wall_start.hour for event in made] == [18] * 4


def test_somebody_elses_change_of_the_same_event_is_not_overwritten(
    session: Session, make_series: Callable[..., list[Event]], alter_series: Any
) -> None:
    made = make_series()
    seen = made[0].revision
    alter_series(made[0], Scope.ONE, venue="Ada’s house")

    with pytest.raises(Conflict, match="was changed while you did"):
        alter_series(made[0], Scope.ALL, revision=seen, venue="x")

    session.rollback()
    assert [event.venue for event in made] == ["Ada’s house"] + ["Quay Street 4, Oslo"] * 3


def test_what_a_change_would_do_is_said_beforehand(
    session: Session, make_series: Callable[..., list[Event]], links: Links, now: Clock
) -> None:
    made = make_series(capacity=1)
    sign_up(made[1], UGO)
    sign_up(made[1], UMA)
    session.rollback()
    draft = replace(said_by(made[1]), **later(made[1], days=7))

    effects = foreseen(made[1], draft, Scope.FOLLOWING, actor=COMMAND_LINE, links=links, now=now.time)

    assert [(effect.event.id, bool(effect.news)) for effect in effects] == [(each.id, True) for each in made[1:]]
    assert effects[1].before == "Thursday 13 May 2027, 18:00 to 20:00 (Europe/Oslo)"
    assert effects[1].after == "Thursday 20 May 2027, 18:00 to 20:00 (Europe/Oslo)"
    assert days(made) == DAYS

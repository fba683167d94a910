"""Series as a whole: called off, shown to the public, asked the same, and changed by several at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.db import db
from eventdesk.errors import Conflict, NotFound
from eventdesk.events.models import Event
from eventdesk.events.queries import by_slug, other_dates
from eventdesk.events.recurrence import Scope
from eventdesk.events.rules import said_by
from eventdesk.events.series import (
    cancel_series,
    change_series,
    share_questions,
)
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.organisers.rules import COMMAND_LINE, Actor
from eventdesk.outbox.models import Job, Kind
from eventdesk.questions.models import Kind as QuestionKind
from eventdesk.questions.queries import questions_of
from eventdesk.questions.rules import QuestionDraft
from tests.cast import Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import sign_up

CORA = Actor(None, frozenset({Label.COMMUNITY}))


def told(session: Session) -> list[int]:
    """The events of which news goes out."""
    session.rollback()
    return list(session.scalars(select(Job.event_id).where(Job.kind == Kind.TELL).order_by(Job.event_id)))


@ON_BOTH
def test_a_series_changes_from_both_ends_while_one_of_it_does_and_people_register(
    app: Flask, session: Session, make_series: Callable[..., list[Event]], links: Links, now: Clock
) -> None:
    made = make_series()
    ids, slugs = [event.id for event in made], [event.slug for event in made]
    session.rollback()

    def says(slug: str, scope: Scope, words: str) -> None:
        with app.app_context():
            for number in range(5):
                draft = replace(said_by(by_slug(db.session(), slug, RULES)), description=f"{words} {number}")
                change_series(slug, draft, scope, revision=None, actor=COMMAND_LINE, links=links, now=now.time)

    def registers() -> None:
        with app.app_context():
            for number in range(10):
                sign_up(Event(id=ids[number % 4]), Person(f"Ugo {number}", f"ugo{number}@users.example"))

    todo: list[Callable[[], None]] = [
        registers,
        lambda: says(slugs[3], Scope.ALL, "Last"),
        lambda: says(slugs[0], Scope.ALL, "First"),
        lambda: says(slugs[1], Scope.ONE, "One"),
    ]
    with ThreadPoolExecutor(len(todo)) as pool:
        for done in [pool.submit(each) for each in todo]:
            done.result()

    session.rollback()
    assert sum(event.taken for event in session.scalars(select(Event))) == 10


def test_other_dates_are_those_still_to_come_that_everyone_may_find(
    session: Session, make_series: Callable[..., list[Event]], alter_series: Any, links: Links, now: Clock
) -> None:
    made, alone = make_series(), make_series(published=False)
    cancel_series(made[2].slug, Scope.ONE, actor=COMMAND_LINE, links=links, now=now.time)
    session.rollback()

    assert other_dates(session, made[0], now.time) == [made[1], made[3]]
    assert other_dates(session, made[1], made[0].ends_at) == [made[3]]
    assert other_dates(session, alone[0], now.time) == []


def test_one_that_gets_the_other_label_leaves_the_others_alone(
    session: Session, make_series: Callable[..., list[Event]], alter_series: Any, links: Links, now: Clock
) -> None:
    made = make_series(published=False)
    alter_series(made[1], Scope.ONE, label=Label.COMMERCIAL, programme="")

    alter_series(made[0], Scope.ALL, venue="Harbour House")

    session.rollback()
    assert [event.venue == "Harbour House" for event in made] == [True, False, True, True]
    with pytest.raises(NotFound):
        change_series(made[1].slug, said_by(made[1]), Scope.ALL, revision=None, actor=CORA, links=links, now=now.time)


@ON_BOTH
def test_what_one_asks_is_asked_at_the_others_that_ask_nothing(
    session: Session, make_series: Callable[..., list[Event]], alter_series: Any, now: Clock
) -> None:
    made = make_series()
    food, shoes = (
        QuestionDraft(kind=QuestionKind.TEXT, prompt=prompt, reason="For the cook.", options=(), required=False)
        for prompt in ("What do you eat?", "Which shoes?")
    )
    alter_series(made[1], Scope.ONE, questions=(food,))
    alter_series(made[2], Scope.ONE, questions=(shoes,))

    asked = share_questions(made[1].slug, actor=COMMAND_LINE, now=now.time)

    session.rollback()
    assert [event.id for event in asked] == [made[0].id, made[3].id]
    prompts = [[question.prompt for question in questions_of(session, event.id)] for event in made]
    assert prompts == [[food.prompt], [food.prompt], [shoes.prompt], [food.prompt]]
    assert len({question.ref for event in made for question in questions_of(session, event.id)}) == 4


def test_a_series_whose_events_ask_nothing_shares_nothing(
    session: Session, make_series: Callable[..., list[Event]], now: Clock
) -> None:
    with pytest.raises(Conflict, match="asks nothing"):
        share_questions(make_series()[0].slug, actor=COMMAND_LINE, now=now.time)


@pytest.mark.parametrize(("scope", "gone"), [(Scope.ONE, {1}), (Scope.FOLLOWING, {1, 3}), (Scope.ALL, {0, 1, 3})])
def test_events_are_called_off_alone_or_together(
    session: Session, make_series: Callable[..., list[Event]], links: Links, now: Clock, scope: Scope, gone: set[int]
) -> None:
    made = make_series()
    cancel_series(made[2].slug, Scope.ONE, actor=COMMAND_LINE, links=links, now=now.time)

    cancel_series(made[1].slug, scope, actor=COMMAND_LINE, links=links, now=now.time)

    session.rollback()
    assert {number for number, event in enumerate(made) if event.is_cancelled} == gone | {2}
    assert told(session) == [made[number].id for number in sorted(gone | {2})]

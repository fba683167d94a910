"""One answer for each who was there, once, and nothing in the database that says whose it is."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from eventdesk.db import writing
from eventdesk.errors import Conflict, DomainError, NotFound
from eventdesk.events.models import Event
from eventdesk.events.service import cancel_event
from eventdesk.feedback.models import Kept, KeptAnswer
from eventdesk.feedback.queries import tallies, words_of
from eventdesk.feedback.rules import OPEN_FOR, Answer, Tally, counted
from eventdesk.feedback.service import answer
from eventdesk.history.models import Entry
from eventdesk.labels import RULES, Label
from eventdesk.lists.attendance import mark
from eventdesk.lists.models import LISTS
from eventdesk.lists.queries import by_ref
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.models import Job
from eventdesk.retention.service import close_events, remove_due
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event, sign_up
from tests.feedback.conftest import Crowd, guest, say

YES = Answer(kept=Kept.YES)


def answers(session: Session) -> list[tuple[str, list[str], str]]:
    """All answers, in the order of their numbers."""
    session.rollback()
    found = session.scalars(select(KeptAnswer).order_by(KeptAnswer.ref))
    return [(each.kept.value, each.because, each.words) for each in found]


@ON_BOTH
@pytest.mark.parametrize("label", RULES)
def test_an_answer_is_kept_once_and_apart(session: Session, crowd: Crowd, now: Clock, label: Label) -> None:
    event, (first, second) = crowd(2, label)
    code = event.rules.because[0].code
    acts, jobs = (session.scalar(select(func.count()).select_from(each)) for each in (Entry, Job))

    say(event, [first], "partly", code, words="It was long.", now=now)
    with pytest.raises(Conflict, match="answered already"):
        say(event, [first], "no", now=now)
    say(event, [second], "yes", now=now)

    assert sorted(answers(session)) == [("partly", [code], "It was long."), ("yes", [], "")]
    people = [by_ref(session, event.rules.audience, each.ref) for each in (first, second)]
    assert [person.answered_kept for person in people if person] == [True, True]
    assert [session.scalar(select(func.count()).select_from(each)) for each in (Entry, Job)] == [acts, jobs]
    assert {column.name for column in KeptAnswer.__table__.columns} == {
        "ref", "event_id", "label", "kept", "because", "words",
    }  # fmt: skip


def test_who_was_there_is_asked_and_nobody_else(session: Session, crowd: Crowd, now: Clock) -> None:
    event, (came, missed, unmarked, gone) = crowd(4, capacity=4)
    audience = event.rules.audience
    by: dict[str, Any] = {"actor": COMMAND_LINE, "now": now.time}

    answer(audience, gone.ref, YES, now=now.time)  # while nobody is marked, everyone with a seat was there
    mark(audience, came.ref, True, **by)
    mark(audience, missed.ref, False, **by)
    answer(audience, came.ref, YES, now=now.time)
    for each in (missed, unmarked):
        with pytest.raises(Conflict, match="who were there"):
            answer(audience, each.ref, YES, now=now.time)
    with pytest.raises(NotFound):
        answer(audience, 1, YES, now=now.time)

    assert len(answers(session)) == 2
    assert tallies(session, [session.get_one(Event, event.id)])[event.id].asked == 2


def test_who_waits_is_not_asked(session: Session, crowd: Crowd, now: Clock) -> None:
    event, (_, waits) = crowd(2, capacity=1)

    with pytest.raises(Conflict):
        answer(event.rules.audience, waits.ref, YES, now=now.time)


def test_it_can_be_answered_from_the_end_on_for_thirty_days(session: Session, crowd: Crowd, now: Clock) -> None:
    event, people = crowd(3)
    audience, end = event.rules.audience, event.ends_at
    for moment in (end - timedelta(minutes=1), end + OPEN_FOR):
        with pytest.raises(Conflict, match="for 30 days"):
            answer(audience, people[0].ref, YES, now=moment)
    for person, moment in ((people[0], end), (people[1], end + OPEN_FOR - timedelta(minutes=1))):
        answer(audience, person.ref, YES, now=moment)

    assert len(answers(session)) == 2


def test_nobody_is_asked_of_what_was_called_off(session: Session, links: Any, now: Clock) -> None:
    event = make_event(links)
    person = sign_up(event, guest(1))
    cancel_event(event.slug, actor=COMMAND_LINE, links=links, now=now.time)

    with pytest.raises(Conflict):
        answer(event.rules.audience, person.ref, YES, now=event.ends_at)


@ON_BOTH
def test_two_posts_at_once_are_one_answer_and_nobody_is_lost(
    session: Session, app: Flask, crowd: Crowd, now: Clock
) -> None:
    event, people = crowd(4)
    audience, refused = event.rules.audience, list[DomainError]()
    session.rollback()

    def send(ref: int) -> None:
        with app.app_context():
            try:
                answer(audience, ref, YES, now=now.time)
            except DomainError as error:
                refused.append(error)

    together = [Thread(target=send, args=(each.ref,)) for each in people * 2]
    for each in together:
        each.start()
    for each in together:
        each.join()

    assert [type(each) for each in refused] == [Conflict] * 4
    assert answers(session) == [("yes", [], "")] * 4


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_on_postgresql_neither_place_nor_transaction_tells_who_said_what(
    session: Session, crowd: Crowd, now: Clock
) -> None:
    event, people = crowd(6)
    for number, each in enumerate(people):
        say(event, [each], "partly", words=str(number), now=now)

    rows = session.execute(text("SELECT ref, xmin::text FROM kept_answer ORDER BY ctid")).all()
    marked = set(session.scalars(text(f"SELECT xmin::text FROM {LISTS[event.rules.audience].__tablename__}")))

    assert [ref for ref, _ in rows] == sorted(ref for ref, _ in rows)
    assert len({by for _, by in rows}) == 1
    assert len(marked) >= 6


def test_the_order_of_numbers_is_another_with_each_answer(session: Session, crowd: Crowd, now: Clock) -> None:
    event, people = crowd(9)
    orders = set()
    for number, each in enumerate(people):
        say(event, [each], "partly", words=str(number), now=now)
        orders.add(tuple(words for _, _, words in answers(session) if int(words) < 6))

    assert len({order for order in orders if len(order) == 6}) > 1
    assert sorted(words for _, _, words in answers(session)) == [str(number) for number in range(9)]


def test_an_answer_stays_when_its_person_goes(session: Session, crowd: Crowd, now: Clock) -> None:
    event, people = crowd(2)
    say(event, people, "yes", now=now)

    with writing() as writer:
        writer.query(LISTS[event.rules.audience]).delete()

    assert answers(session) == [("yes", [], "")] * 2
    assert tallies(session, [session.get_one(Event, event.id)])[event.id].asked == 2


@pytest.mark.parametrize("marked", [True, False])
def test_who_is_gone_from_the_list_was_asked_all_the_same(
    session: Session, crowd: Crowd, now: Clock, *, marked: bool
) -> None:
    event, people = crowd(7)
    by: dict[str, Any] = {"actor": COMMAND_LINE, "now": now.time}
    if marked:
        mark(event.rules.audience, people[0].ref, False, **by)
        mark(event.rules.audience, people[1].ref, True, **by)
    say(event, people[1:2], "yes", now=now)
    before = tallies(session, [session.get_one(Event, event.id)])[event.id].asked

    for days in (1, 200):
        now.pass_by(days=days)
        session.rollback()
        close_events(now.time)
        remove_due(now.time)

    session.rollback()
    assert session.scalars(select(LISTS[event.rules.audience])).all() == []
    assert before == (1 if marked else 7)
    assert tallies(session, [session.get_one(Event, event.id)])[event.id].asked == before


# What is told of them


def test_how_answers_fell_is_told_from_five_on(session: Session, crowd: Crowd, now: Clock) -> None:
    event, people = crowd(31)
    told = []
    for number, (kept, because) in enumerate(
        (("yes", ()), ("no", ("sold",)), ("partly", ("sold", "other")), ("yes", ()), ("yes", ()))
    ):
        say(event, [people[number]], kept, *because, words="" if kept == "yes" else f"Words {number}", now=now)
        found = tallies(session, [event])[event.id]
        told.append((found.said, found.reasons(event.rules), sorted(words_of(session, event))))

    assert told[0] == ("1 answer, of 31 asked", [], [])
    assert told[3] == ("4 answers, of 31 asked", [], [])
    assert told[4] == (
        "3 yes, 1 partly, 1 no, of 31 asked",
        [("It sold to me.", 2), ("It was about something else.", 1)],
        ["Words 1", "Words 2"],
    )


def test_selling_and_hiding_what_is_sold_are_answers_of_their_own() -> None:
    sayings = {rules.label: {each.code: each.said for each in rules.because} for rules in RULES.values()}

    assert sayings[Label.COMMUNITY]["sold"] == "It sold to me."
    assert sayings[Label.COMMERCIAL]["hid"] == "It hid what it sold."


@pytest.mark.parametrize(
    ("numbers", "whole"),
    [
        ((), 0),
        ((4,), 0),
        ((5,), 5),
        ((5, 4), 5),
        ((9, 4, 1), 14),
        ((3, 2), 5),
    ],
)
def test_a_sum_gives_nobody_away(numbers: tuple[int, ...], whole: int) -> None:
    parts = [Tally(asked=20) for _ in numbers]
    for part, number in zip(parts, numbers, strict=True):
        part.kept[Kept.YES] = number

    found = counted(parts)

    assert (found.answers, found.shown) == (whole, whole >= 5)

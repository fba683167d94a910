"""An event's questions: asked, moved, removed, and frozen by the first answer; on both databases."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from eventdesk.db import writing
from eventdesk.errors import Conflict, Refused
from eventdesk.events.models import Event
from eventdesk.events.service import add as add_event
from eventdesk.events.service import change as change_event
from eventdesk.events.service import publish_event
from eventdesk.history.models import Act, Entry
from eventdesk.labels import Label
from eventdesk.links import Links
from eventdesk.lists.models import State
from eventdesk.lists.queries import listed
from eventdesk.lists.service import leave, register
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.questions.models import Kind, Question
from eventdesk.questions.queries import questions_of
from eventdesk.questions.service import change, copy_questions, move, remove
from tests.cast import UGO, UMA, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_draft, make_event
from tests.questions.conftest import question

Add = Callable[..., Question]


def answer(event: Event, person: Person, now: Clock, **answers: Any) -> None:
    said = {int(ref.removeprefix("q")): each for ref, each in answers.items()}
    register(
        event.id,
        name=person.name,
        email=person.email,
        details=person.details,
        answers=said,
        network="test",
        now=now.time,
    )


def asked(session: Session, event: Event) -> list[tuple[str, bool]]:
    session.rollback()
    return [(each.prompt, each.answered) for each in questions_of(session, event.id)]


def kept(session: Session, event: Event) -> list[dict[str, Any]]:
    session.rollback()
    return [person.answers for person in listed(session, event)]


@ON_BOTH
def test_the_first_answer_freezes_its_question_and_no_other(
    session: Session, links: Links, now: Clock, add: Add
) -> None:
    event = make_event(links)
    vegan, open_ = add(event).ref, add(event, "Anything else?", kind=Kind.TEXT).ref

    answer(event, UGO, now, **{f"q{vegan}": "yes"})

    assert asked(session, event) == [("Are you vegan?", True), ("Anything else?", False)]
    assert kept(session, event) == [{str(vegan): "yes"}]
    with pytest.raises(Conflict, match="Somebody has answered “Are you vegan\\?”"):
        change(event.id, event.label, vegan, question("Are you hungry?"), actor=COMMAND_LINE, now=now.time)
    with pytest.raises(Conflict, match="make a new event"):
        remove(event.id, event.label, vegan, actor=COMMAND_LINE, now=now.time)
    move(event.id, event.label, vegan, 1, actor=COMMAND_LINE, now=now.time)
    change(event.id, event.label, open_, question("What else?"), actor=COMMAND_LINE, now=now.time)
    assert asked(session, event) == [("What else?", False), ("Are you vegan?", True)]


@ON_BOTH
@pytest.mark.parametrize(
    ("statement", "trigger"),
    [
        (update(Question).values(prompt="Another?"), "question_frozen"),
        (update(Question).values(reason="Another."), "question_frozen"),
        (update(Question).values(kind=Kind.TEXT), "question_frozen"),
        (update(Question).values(options=["a", "b"]), "question_frozen"),
        (update(Question).values(required=True), "question_frozen"),
        (update(Question).values(answered=False), "question_frozen"),
        (delete(Question), "question_kept"),
    ],
    ids=["prompt", "reason", "kind", "options", "required", "answered", "delete"],
)
def test_the_database_itself_keeps_what_was_answered(
    session: Session, links: Links, now: Clock, add: Add, statement: Any, trigger: str
) -> None:
    event = make_event(links)
    ref = add(event).ref
    with writing() as open_:
        open_.execute(statement.where(Question.ref != ref))
    answer(event, UGO, now, **{f"q{ref}": "yes"})

    with pytest.raises((DBAPIError, Conflict)) as refusal, writing() as open_:
        open_.execute(statement.where(Question.ref == ref))

    assert trigger in str(refusal.value) + str(refusal.value.__cause__)
    assert asked(session, event) == [("Are you vegan?", True)]


@ON_BOTH
def test_an_answer_to_words_that_changed_meanwhile_is_not_kept(
    session: Session, links: Links, now: Clock, add: Add
) -> None:
    event = make_event(links)
    seen = add(event).ref
    change(event.id, event.label, seen, question("Are you hungry?"), actor=COMMAND_LINE, now=now.time)

    with pytest.raises(Conflict, match="changed a moment ago"):
        answer(event, UGO, now, **{f"q{seen}": "yes"})

    assert (asked(session, event), kept(session, event)) == ([("Are you hungry?", False)], [])


def test_registering_a_second_time_changes_no_answer_and_coming_back_does(
    session: Session, links: Links, now: Clock, add: Add
) -> None:
    event = make_event(links)
    ref = f"q{add(event).ref}"
    answer(event, UGO, now, **{ref: "yes"})

    answer(event, UGO, now, **{ref: "no"})
    then = kept(session, event)
    [person] = listed(session, event)
    leave(person.audience, person.ref, now=now.time)
    answer(event, UGO, now, **{ref: "no"})

    assert [list(each.values()) for each in (*then, *kept(session, event))] == [["yes"], ["no"]]
    assert listed(session, event)[0].state is State.CONFIRMED


def test_an_answer_to_another_events_question_is_not_taken(
    session: Session, links: Links, now: Clock, add: Add
) -> None:
    event, other = make_event(links), make_event(links)
    ref = add(other).ref

    with pytest.raises(Conflict):
        answer(event, UMA, now, **{f"q{ref}": "yes"})

    assert (kept(session, event), asked(session, other)) == ([], [("Are you vegan?", False)])


def test_the_history_tells_that_questions_changed(session: Session, links: Links, now: Clock, add: Add) -> None:
    event = make_event(links)
    first, second = add(event).ref, add(event, "More?").ref
    move(event.id, event.label, second, -1, actor=COMMAND_LINE, now=now.time)
    move(event.id, event.label, second, -1, actor=COMMAND_LINE, now=now.time)  # it is the first already
    remove(event.id, event.label, first, actor=COMMAND_LINE, now=now.time)

    acts = session.scalars(select(Entry).where(Entry.act == Act.ASKED).order_by(Entry.id)).all()

    assert [entry.details["did"] for entry in acts] == ["added", "added", "moved", "removed"]


def test_twenty_questions_are_enough(links: Links, add: Add) -> None:
    event = make_event(links)
    for number in range(20):
        add(event, f"{number}?")

    with pytest.raises(Refused, match="20 questions are enough"):
        add(event, "One more?")


def test_a_draft_may_not_take_a_label_that_never_asks_what_it_asks(
    session: Session, links: Links, now: Clock, add: Add
) -> None:
    event = make_event(links, Label.COMMERCIAL, published=False)
    add(event, "What is your budget?")

    with pytest.raises(Refused) as refusal:
        change_event(event.slug, make_draft(), revision=None, actor=COMMAND_LINE, links=links, now=now.time)

    assert "“your budget” asks for a budget" in refusal.value.problems["label"][0]
    publish_event(event.slug, charter_accepted=True, actor=COMMAND_LINE, links=links, now=now.time)


@ON_BOTH
def test_what_is_said_anew_replaces_what_nobody_answered(session: Session, links: Links, now: Clock, add: Add) -> None:
    def say(*drafts: Any) -> None:
        said = make_draft(questions=drafts)
        change_event(event.slug, said, revision=None, actor=COMMAND_LINE, links=links, now=now.time)

    event = add_event(
        make_draft(questions=(question(), question("More?"))),
        publish=True,
        actor=COMMAND_LINE,
        links=links,
        now=now.time,
    )
    ref = questions_of(session, event.id)[0].ref
    answer(event, UGO, now, **{f"q{ref}": "yes"})

    say(question("First?"), question())
    assert asked(session, event) == [("First?", False), ("Are you vegan?", True)]
    with pytest.raises(Refused) as refusal:
        say(question("First?"), question(reason="Another."))
    assert set(refusal.value.problems) == {"questions"}
    change_event(event.slug, make_draft(), revision=None, actor=COMMAND_LINE, links=links, now=now.time)
    assert asked(session, event) == [("First?", False), ("Are you vegan?", True)]
    with pytest.raises(Refused, match="“your company” asks for a company"):
        say(question(), question("What does your company do?"))


def test_a_copy_asks_the_same_anew(session: Session, links: Links, now: Clock, add: Add) -> None:
    event, copy = make_event(links), make_event(links)
    ref = add(event).ref
    answer(event, UGO, now, **{f"q{ref}": "yes"})

    with writing() as open_:
        copy_questions(open_, event.id, copy.id)

    assert asked(session, copy) == [("Are you vegan?", False)]
    assert questions_of(session, copy.id)[0].ref != ref

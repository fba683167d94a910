"""A programme's bank of questions, and the one of them that an event asks; on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from eventdesk.db import db, writing
from eventdesk.errors import Conflict, NotFound, Refused
from eventdesk.events.models import Event
from eventdesk.history.queries import entries
from eventdesk.history.words import sentence
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.lists.answers import Sheet, sheet_of
from eventdesk.lists.service import leave
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.programmes.models import Programme
from eventdesk.questions import bank
from eventdesk.questions.models import BankQuestion, Kind, Question
from eventdesk.questions.queries import questions_of
from eventdesk.questions.rules import QuestionDraft
from eventdesk.questions.service import change, copy_questions, remove
from eventdesk.retention.service import keep_no_longer
from tests.cast import BEA, UDO, UGO, UMA
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event, sign_up
from tests.questions.conftest import question

Add = Callable[..., Question]


def worth(prompt: str = "What broke?", reason: str = "To speak about it.") -> QuestionDraft:
    return QuestionDraft(prompt=prompt, reason=reason, kind=Kind.TEXT)


def programme_of(session: Session, label: Label = Label.COMMUNITY) -> Programme:
    return session.scalars(select(Programme).where(Programme.label == label)).one()


def refs(session: Session, programme: Programme) -> dict[str, int]:
    session.rollback()
    return {each.question.prompt: each.question.ref for each in bank.bank_of(session, programme)}


def pick(event: Event, ref: int, now: Clock) -> None:
    bank.pick(event.id, event.label, event.programme_id, ref, actor=COMMAND_LINE, now=now.time)


def asked(session: Session, event: Event) -> list[tuple[str, bool]]:
    session.rollback()
    return [(each.prompt, each.bank_id is not None) for each in questions_of(session, event.id)]


@pytest.mark.parametrize("label", RULES)
def test_a_bank_begins_with_its_labels_questions_which_that_label_may_ask(
    session: Session, now: Clock, label: Label
) -> None:
    programme = programme_of(session, label)
    assert refs(session, programme) == {}

    bank.begin(programme.id, now=now.time)

    assert list(refs(session, programme)) == [each.prompt for each in RULES[label].bank]
    with pytest.raises(Conflict, match="has begun already"):
        bank.begin(programme.id, now=now.time)
    for each in RULES[label].bank:  # what it begins with could have been added by hand
        with pytest.raises(Refused, match="in the bank already"):
            bank.add(programme.id, worth(each.prompt, each.reason), now=now.time)


@ON_BOTH
def test_questions_of_a_bank_are_added_put_otherwise_moved_and_retired(session: Session, now: Clock) -> None:
    programme = programme_of(session)
    for prompt in ("One?", "Two?", "Three?"):
        bank.add(programme.id, worth(prompt), now=now.time)
    one, two, three = refs(session, programme).values()

    bank.change(programme.id, two, worth("Deux ?"), now=now.time)
    bank.retire(programme.id, one, now=now.time)
    bank.move(programme.id, three, -5)
    bank.move(programme.id, one, 1)  # retired: it has no place

    assert list(refs(session, programme)) == ["Three?", "Deux ?", "One?"]
    assert [each.prompt for each in bank.offered(session, programme)] == ["Three?", "Deux ?"]
    bank.offer_again(programme.id, one)
    session.rollback()
    assert [each.prompt for each in bank.offered(session, programme)] == ["Three?", "Deux ?", "One?"]
    with pytest.raises(NotFound):
        bank.retire(programme.id, one + 1, now=now.time)


def test_a_bank_takes_nothing_that_its_label_never_asks_and_not_without_end(session: Session, now: Clock) -> None:
    users, buyers = programme_of(session), programme_of(session, Label.COMMERCIAL)

    bank.add(buyers.id, worth("What is your budget?"), now=now.time)
    with pytest.raises(Refused) as refused:
        bank.add(users.id, worth("What is your budget?"), now=now.time)
    bank.add(users.id, worth("What broke?"), now=now.time)
    with pytest.raises(Refused) as reason:
        bank.change(users.id, refs(session, users)["What broke?"], worth(reason="To know your company."), now=now.time)
    for number in range(bank.BANK_MOST - 1):
        bank.add(users.id, worth(f"What broke {number}?"), now=now.time)
    with pytest.raises(Refused, match="are enough"):
        bank.add(users.id, worth("One more?"), now=now.time)

    assert (list(refused.value.problems), list(reason.value.problems)) == (["question"], ["reason"])


@ON_BOTH
def test_one_question_is_picked_another_takes_its_place_and_an_answer_freezes_it(
    session: Session, links: Links, now: Clock, add: Add
) -> None:
    event, programme = make_event(links), programme_of(session)
    for prompt in ("One?", "Two?"):
        bank.add(programme.id, worth(prompt), now=now.time)
    one, two = refs(session, programme).values()

    pick(event, one, now)
    add(event, "Are you vegan?")
    pick(event, two, now)
    pick(event, two, now)  # twice is once

    assert asked(session, event) == [("Two?", True), ("Are you vegan?", False)]
    [picked, _] = questions_of(session, event.id)
    assert (picked.kind, picked.required) == (Kind.TEXT, False)
    with pytest.raises(Conflict, match="bank’s words"):
        change(event.id, event.label, picked.ref, question("Otherwise?"), actor=COMMAND_LINE, now=now.time)
    with pytest.raises(Conflict, match="has been picked"):
        bank.change(programme.id, two, worth("Otherwise?"), now=now.time)
    bank.change(programme.id, one, worth("Uno?"), now=now.time)  # nothing asks it any more
    sign_up(event, UGO, answers={picked.ref: "The alarm."})
    with pytest.raises(Conflict, match="Somebody has answered “Two\\?”"):
        pick(event, one, now)
    bank.retire(programme.id, two, now=now.time)
    assert asked(session, event) == [("Two?", True), ("Are you vegan?", False)]
    told = [sentence(entry.act, entry.details) for entry in entries(session, event.id)]
    assert told.count("Picked a question of the programme’s bank.") == 2


@ON_BOTH
def test_the_database_refuses_a_second_question_of_the_bank(
    session: Session, links: Links, now: Clock, add: Add
) -> None:
    event, programme = make_event(links), programme_of(session)
    bank.begin(programme.id, now=now.time)
    pick(event, next(iter(refs(session, programme).values())), now)
    bank_id = session.scalars(select(BankQuestion.id)).first()
    second = update(Question).where(Question.id == add(event).id).values(bank_id=bank_id)

    with pytest.raises(Conflict), writing() as open_:
        open_.execute(second)

    assert [from_bank for _, from_bank in asked(session, event)] == [True, False]


def test_what_is_asked_already_is_the_question_once_it_is_picked_and_a_copy_stays_of_the_bank(
    session: Session, links: Links, now: Clock, add: Add
) -> None:
    event, programme = make_event(links), programme_of(session)
    own = add(event, "What broke?", kind=Kind.TEXT, reason="To speak about it.").ref
    sign_up(event, UGO, answers={own: "The alarm."})
    bank.add(programme.id, worth(), now=now.time)
    [ref] = refs(session, programme).values()

    pick(event, ref, now)
    other = make_event(links, title="Another evening")
    with writing() as open_:
        copy_questions(open_, event.id, other.id)

    assert asked(session, event) == asked(session, other) == [("What broke?", True)]
    sheet = sheet_of(session, event)
    assert sheet
    assert sheet.answers == ["The alarm."]
    remove(other.id, other.label, questions_of(session, other.id)[0].ref, actor=COMMAND_LINE, now=now.time)
    session.rollback()
    assert sheet_of(session, other) is None


def test_what_is_retired_or_another_programmes_is_not_picked(session: Session, links: Links, now: Clock) -> None:
    event, users, buyers = make_event(links), programme_of(session), programme_of(session, Label.COMMERCIAL)
    for programme in (users, buyers):
        bank.begin(programme.id, now=now.time)
    mine, theirs = (next(iter(refs(session, each).values())) for each in (users, buyers))
    bank.retire(users.id, mine, now=now.time)

    with pytest.raises(Refused) as refused:
        pick(event, mine, now)
    with pytest.raises(NotFound):
        pick(event, theirs, now)

    assert list(refused.value.problems) == ["bank"]
    assert asked(session, event) == []


@ON_BOTH
def test_the_sheet_has_the_answers_of_those_with_a_seat_without_names_until_they_are_gone(
    session: Session, links: Links, now: Clock
) -> None:
    event, programme = make_event(links, capacity=3), programme_of(session)
    bank.begin(programme.id, now=now.time)
    pick(event, next(iter(refs(session, programme).values())), now)
    [ref] = [each.ref for each in questions_of(session, event.id)]
    gone = sign_up(event, BEA, answers={ref: "Nobody comes with this."})
    leave(event.rules.audience, gone.ref, now=now.time)
    for person, words in ((UMA, "zebra crossings"), (UGO, "Alarms\nat night"), (UDO, "")):
        sign_up(event, person, answers={ref: words} if words else {})
    sign_up(event, BEA, answers={ref: "Nobody comes with this."})  # full by now: waits

    session.rollback()
    sheet = sheet_of(session, event)
    assert isinstance(sheet, Sheet)
    assert (sheet.answers, sheet.seats) == (["Alarms\nat night", "zebra crossings"], 3)
    assert sheet.table.rows == [["Alarms\nat night"], ["zebra crossings"]]
    now.pass_by(days=200)
    keep_no_longer(now.time)
    now.pass_by(days=20)
    keep_no_longer(now.time)
    db.session().rollback()
    left = sheet_of(session, event)
    assert left
    assert (left.answers, left.seats) == ([], 0)

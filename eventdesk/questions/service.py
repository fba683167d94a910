"""Writes of an event's own questions: ask, change, move, remove, replace, copy, and freeze what has been answered.

Whoever calls has found the event among those the actor may open. A question that changes gets a new reference, so that
an answer typed under the old words never lands under the new ones.
"""

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..db import writing
from ..errors import Conflict, NotFound, Refused
from ..history.models import Act
from ..history.service import record
from ..labels import RULES, Label
from ..organisers.rules import Actor
from .models import Question
from .queries import questions_of, questions_to_change
from .rules import QUESTIONS_MOST, QuestionDraft, never_asked

FROZEN = (
    "Somebody has answered “{prompt}”, so it stays as it is: an answer must keep the question it was given to. "
    "To ask something else, add another question; to be rid of this one, make a new event."
)
FROM_BANK = (
    "“{prompt}” is of the programme’s bank, so it is asked in the bank’s words. To ask it otherwise, remove it here and "
    "add a question of your own."
)
GONE = "This question has been changed or removed meanwhile. Look at what is asked now."


def ask(event_id: int, label: Label, draft: QuestionDraft, *, actor: Actor, now: datetime) -> Question:
    """Add a question at the end. Raises Refused for what the label never asks, by field."""
    may_be_asked(label, draft)
    with writing() as session:
        there = questions_to_change(session, event_id)
        if len(there) >= QUESTIONS_MOST:
            raise Refused({"question": [f"{QUESTIONS_MOST} questions are enough. Remove one first."]})
        question = _add(session, event_id, draft, position=_after(there))
        record(session, Act.ASKED, label=label, event_id=event_id, actor_id=actor.id, now=now, did="added")
    return question


def change(event_id: int, label: Label, ref: int, draft: QuestionDraft, *, actor: Actor, now: datetime) -> None:
    """Put a question otherwise that nobody has answered. Raises Refused, Conflict or NotFound."""
    may_be_asked(label, draft)
    with writing() as session:
        question = _open(questions_to_change(session, event_id), ref)
        if question.bank_id is not None:
            raise Conflict(FROM_BANK.format(prompt=question.prompt))
        if QuestionDraft.of(question) != draft:
            _put(question, draft)
            question.ref = new_ref()
            record(session, Act.ASKED, label=label, event_id=event_id, actor_id=actor.id, now=now, did="changed")


def remove(event_id: int, label: Label, ref: int, *, actor: Actor, now: datetime) -> None:
    """Ask it no longer. Raises Conflict when somebody has answered it, NotFound when it is gone."""
    with writing() as session:
        session.delete(_open(questions_to_change(session, event_id), ref))
        record(session, Act.ASKED, label=label, event_id=event_id, actor_id=actor.id, now=now, did="removed")


def move(event_id: int, label: Label, ref: int, places: int, *, actor: Actor, now: datetime) -> None:
    """Ask it so many places later (earlier below 0), as far as there are any. Raises NotFound."""
    with writing() as session:
        there = list(questions_to_change(session, event_id))
        question = _found(there, ref)
        before = there.index(question)
        after = min(max(before + places, 0), len(there) - 1)
        if after != before:
            there.insert(after, there.pop(before))
            for position, each in enumerate(there):
                each.position = position
            record(session, Act.ASKED, label=label, event_id=event_id, actor_id=actor.id, now=now, did="moved")


def set_questions(session: Session, event_id: int, label: Label, drafts: Sequence[QuestionDraft]) -> bool:
    """Ask these and no others, in this order; returns whether anything changed. Raises Refused at `questions`.

    What has been answered must be among them as it is. A question that is asked already stays the same one.
    """
    numbered = enumerate(drafts, 1)
    problems = [
        f"Question {number}, {field}: {' '.join(said)}"
        for number, draft in numbered
        for field, said in never_asked(RULES[label], draft).items()
    ]
    if problems:
        raise Refused({"questions": problems})
    there = list(questions_to_change(session, event_id))
    before = [question.ref for question in there]
    kept: list[int] = []
    for position, draft in enumerate(drafts):
        same = next((each for each in there if QuestionDraft.of(each) == draft), None)
        if same is None:
            same = _add(session, event_id, draft, position=position)
        else:
            there.remove(same)
            same.position = position
        kept.append(same.ref)
    frozen = [FROZEN.format(prompt=question.prompt) for question in there if question.answered]
    if frozen:
        raise Refused({"questions": frozen})
    for question in there:
        session.delete(question)
    return kept != before


def ask_from_bank(
    session: Session, event_id: int, label: Label, draft: QuestionDraft, bank_id: int, *, actor: Actor, now: datetime
) -> None:
    """Ask one question of the bank in place of another; what is asked in the same words already is that question.

    Raises Refused at `bank`, or Conflict when somebody has answered the other.
    """
    if said := never_asked(RULES[label], draft):
        raise Refused({"bank": [sentence for told in said.values() for sentence in told]})
    there = list(questions_to_change(session, event_id))
    before = next((each for each in there if each.bank_id is not None), None)
    if before is not None:
        if before.bank_id == bank_id:
            return
        there.remove(_open([before], before.ref))
        session.delete(before)
        session.flush()  # there is one at most
    question = next((each for each in there if QuestionDraft.of(each) == draft), None)
    if question is None:
        if len(there) >= QUESTIONS_MOST:
            raise Refused({"bank": [f"{QUESTIONS_MOST} questions are enough. Remove one first."]})
        question = _add(session, event_id, draft, position=before.position if before else _after(there))
    question.bank_id = bank_id
    record(session, Act.ASKED, label=label, event_id=event_id, actor_id=actor.id, now=now, did="picked")


def copy_questions(session: Session, from_event_id: int, to_event_id: int) -> None:
    """Ask at another event of the same label what is asked at one, anew and unanswered."""
    for position, question in enumerate(questions_of(session, from_event_id)):
        copy = _add(session, to_event_id, QuestionDraft.of(question), position=position)
        copy.bank_id = question.bank_id


def freeze(session: Session, event_id: int, refs: Collection[int]) -> None:
    """Keep the answered questions as they are from here on, as part of the registration that answers them.

    Raises Conflict when one was changed or removed since the form was shown.
    """
    if not refs:
        return
    asked = select(Question).where(Question.event_id == event_id, Question.ref.in_(refs)).order_by(Question.id)
    there = session.scalars(asked).all()
    if not all(question.answered for question in there):
        there = session.scalars(asked.with_for_update().execution_options(populate_existing=True)).all()
        for question in there:
            question.answered = True
    if {question.ref for question in there} != set(refs):
        raise Conflict("What is asked here changed a moment ago. Open the page again; nothing was kept.")


def stays_allowed(session: Session, event_id: int, label: Label) -> None:
    """See that an event of this label may ask what it asks. Raises Refused at `label`."""
    asked = (QuestionDraft.of(question) for question in questions_of(session, event_id))
    said = [sentence for draft in asked for told in never_asked(RULES[label], draft).values() for sentence in told]
    if said:
        raise Refused({"label": [f"Its own questions stand against it. {said[0]}"]})


def may_be_asked(label: Label, draft: QuestionDraft) -> None:
    """Nothing, where a label may ask this. Raises Refused, by field."""
    if said := never_asked(RULES[label], draft):
        raise Refused(dict(said))


def _found(there: Iterable[Question], ref: int) -> Question:
    question = next((each for each in there if each.ref == ref), None)
    if question is None:
        raise NotFound(GONE)
    return question


def _open(there: Iterable[Question], ref: int) -> Question:
    question = _found(there, ref)
    if question.answered:
        raise Conflict(FROZEN.format(prompt=question.prompt))
    return question


def _after(there: Sequence[Question]) -> int:
    return there[-1].position + 1 if there else 0


def _add(session: Session, event_id: int, draft: QuestionDraft, *, position: int) -> Question:
    question = Question(ref=new_ref(), event_id=event_id, position=position, answered=False)
    _put(question, draft)
    session.add(question)
    return question


def _put(question: Question, draft: QuestionDraft) -> None:
    question.prompt, question.kind, question.reason = draft.prompt, draft.kind, draft.reason
    question.options, question.required = list(draft.options), draft.required


def new_ref() -> int:
    """A reference that nobody can guess."""
    return 1 + secrets.randbelow(2**63 - 1)

"""A programme's bank of questions worth asking at registration, and which one of them an event asks.

Whoever calls has found programme and event among those the actor may open. What was asked once stays in the bank as it
was, so that answers of several evenings are answers to one question.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..db import writing
from ..errors import Conflict, NotFound, Refused
from ..labels import Label
from ..organisers.rules import Actor
from ..programmes.models import Programme
from .models import BankQuestion, Kind, Question
from .queries import questions_of
from .rules import QuestionDraft
from .service import ask_from_bank, may_be_asked, new_ref

BANK_MOST = 30
ASKED = (
    "“{prompt}” has been picked for an event, so it stays as it is. To ask it otherwise, add another question and "
    "retire this one."
)
GONE = "There is no such question in this bank."


@dataclass(frozen=True)
class Banked:
    """A question of the bank, and for how many events it was picked."""

    question: BankQuestion
    picked: int


def bank_of(session: Session, programme: Programme) -> Sequence[Banked]:
    """A programme's bank in its order, retired questions among it."""
    times = select(func.count(Question.id)).where(Question.bank_id == BankQuestion.id).scalar_subquery()
    there = select(BankQuestion, times).where(BankQuestion.programme_id == programme.id)
    rows = session.execute(there.order_by(BankQuestion.position, BankQuestion.id))
    return [Banked(question, picked) for question, picked in rows]


def offered(session: Session, programme: Programme) -> Sequence[BankQuestion]:
    """Those of which one may be picked, in their order."""
    return [each.question for each in bank_of(session, programme) if each.question.retired_at is None]


def picked_for(session: Session, event_id: int) -> Question | None:
    """The one question of the bank that an event asks; None where it asks none."""
    return next((each for each in questions_of(session, event_id) if each.bank_id is not None), None)


def begin(programme_id: int, *, now: datetime) -> None:
    """Fill a bank with what its label begins with. Raises Conflict where there is something in it."""
    with writing() as session:
        programme, there = _to_change(session, programme_id)
        if there:
            raise Conflict("This bank has begun already. Look at what is in it now.")
        for position, each in enumerate(programme.rules.bank):
            draft = QuestionDraft(prompt=each.prompt, reason=each.reason, kind=Kind.TEXT)
            _add(session, programme, draft, position, now)


def add(programme_id: int, draft: QuestionDraft, *, now: datetime) -> None:
    """Add a question at the end. Raises Refused, by field."""
    with writing() as session:
        programme, there = _to_change(session, programme_id)
        may_be_asked(programme.label, draft)
        _is_new(there, draft)
        if len(there) >= BANK_MOST:
            raise Refused({"question": [f"{BANK_MOST} questions are enough for a bank. Change one of them."]})
        _add(session, programme, draft, there[-1].position + 1 if there else 0, now)


def change(programme_id: int, ref: int, draft: QuestionDraft, *, now: datetime) -> None:
    """Put a question otherwise that was never picked. Raises Refused, Conflict or NotFound."""
    with writing() as session:
        programme, there = _to_change(session, programme_id)
        question = found(there, ref)
        may_be_changed(session, question)
        may_be_asked(programme.label, draft)
        _is_new((each for each in there if each is not question), draft)
        question.prompt, question.reason = draft.prompt, draft.reason


def retire(programme_id: int, ref: int, *, now: datetime) -> None:
    """Offer it no more; where it was picked it stays. Twice is once. Raises NotFound."""
    with writing() as session:
        question = found(_to_change(session, programme_id)[1], ref)
        question.retired_at = question.retired_at or now


def offer_again(programme_id: int, ref: int) -> None:
    """Offer a retired question again. Twice is once. Raises NotFound."""
    with writing() as session:
        found(_to_change(session, programme_id)[1], ref).retired_at = None


def move(programme_id: int, ref: int, places: int) -> None:
    """Offer it so many places later (earlier below 0) among those on offer, as far as there are any. Raises NotFound."""
    with writing() as session:
        there = _to_change(session, programme_id)[1]
        question = found(there, ref)
        standing = [each for each in there if each.retired_at is None]
        if question not in standing:
            return
        before = standing.index(question)
        standing.insert(min(max(before + places, 0), len(standing) - 1), standing.pop(before))
        for position, each in enumerate([*standing, *(each for each in there if each.retired_at)]):
            each.position = position


def pick(event_id: int, label: Label, programme_id: int, ref: int, *, actor: Actor, now: datetime) -> None:
    """Ask this one at registration, in place of the one that was picked before.

    Raises NotFound, Refused at `bank`, or Conflict when somebody has answered the one before.
    """
    with writing() as session:
        question = found(_to_change(session, programme_id)[1], ref)
        if question.retired_at is not None:
            raise Refused({"bank": ["This question is not on offer any more. Pick another."]})
        draft = QuestionDraft(prompt=question.prompt, reason=question.reason, kind=Kind.TEXT)
        ask_from_bank(session, event_id, label, draft, question.id, actor=actor, now=now)


def found(there: Iterable[BankQuestion], ref: int) -> BankQuestion:
    """One of these by its reference. Raises NotFound."""
    question = next((each for each in there if each.ref == ref), None)
    if question is None:
        raise NotFound(GONE)
    return question


def may_be_changed(session: Session, question: BankQuestion) -> None:
    """Nothing, where a question was never picked. Raises Conflict."""
    if session.scalar(select(Question.id).where(Question.bank_id == question.id).limit(1)) is not None:
        raise Conflict(ASKED.format(prompt=question.prompt))


def _to_change(session: Session, programme_id: int) -> tuple[Programme, list[BankQuestion]]:
    """A programme and its bank; nobody else changes the bank, or picks of it, until the transaction ends."""
    locked = {"of": Programme, "key_share": True}
    programme = session.get_one(Programme, programme_id, with_for_update=locked, populate_existing=True)
    there = select(BankQuestion).where(BankQuestion.programme_id == programme_id)
    return programme, list(session.scalars(there.order_by(BankQuestion.position, BankQuestion.id)))


def _is_new(there: Iterable[BankQuestion], draft: QuestionDraft) -> None:
    if draft.prompt.casefold() in (each.prompt.casefold() for each in there):
        raise Refused({"question": ["This question is in the bank already."]})


def _add(session: Session, programme: Programme, draft: QuestionDraft, position: int, now: datetime) -> None:
    said = {"prompt": draft.prompt, "reason": draft.reason}
    session.add(BankQuestion(ref=new_ref(), programme_id=programme.id, position=position, made_at=now, **said))

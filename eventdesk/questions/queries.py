"""Reads of an event's own questions."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from .models import Question


def questions_of(session: Session, event_id: int) -> Sequence[Question]:
    """An event's questions in their order."""
    return session.scalars(_of(event_id)).all()


def questions_to_change(session: Session, event_id: int) -> Sequence[Question]:
    """The same, locked until the transaction ends: nobody answers one while it changes. All lock them in order of number."""
    locked = _of(event_id).order_by(None).order_by(Question.id).with_for_update()
    there = session.scalars(locked.execution_options(populate_existing=True))
    return sorted(there, key=lambda question: (question.position, question.id))


def _of(event_id: int) -> Select[Question]:
    return select(Question).where(Question.event_id == event_id).order_by(Question.position, Question.id)

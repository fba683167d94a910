"""Reads of messages."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Message


def messages_of(session: Session, event_id: int) -> Sequence[Message]:
    """What was written to all who come to an event, the newest first."""
    return session.scalars(select(Message).where(Message.event_id == event_id).order_by(Message.id.desc())).all()


def newest(session: Session, event_id: int) -> Message | None:
    """The last message about an event."""
    return session.scalar(select(Message).where(Message.event_id == event_id).order_by(Message.id.desc()).limit(1))

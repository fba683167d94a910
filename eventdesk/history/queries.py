"""Reads of the history."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Entry

MOST = 500


def entries(session: Session, event_id: int, ref: int = 0) -> Sequence[Entry]:
    """What happened to an event, or to one registration of it, the newest first; `MOST` at most."""
    wanted = select(Entry).where(Entry.event_id == event_id, Entry.ref == ref)
    return session.scalars(wanted.order_by(Entry.id.desc()).limit(MOST)).all()

"""Reads of the history."""

from collections.abc import Sequence

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from .models import Act, Entry

MOST = 500


def entries(session: Session, event_id: int, ref: int = 0) -> Sequence[Entry]:
    """What happened to an event, or to one registration of it, the newest first; `MOST` at most."""
    wanted = select(Entry).where(Entry.event_id == event_id, Entry.ref == ref)
    return session.scalars(wanted.order_by(Entry.id.desc()).limit(MOST)).all()


#: After any of these, no seat is on offer any more.
_ANSWERED = (Act.CLAIMED, Act.PROMOTED, Act.LAPSED, Act.LEFT)


def on_offer(session: Session, event_id: int) -> int:
    """How many of the seats taken at an event are on offer: kept for people who have not said yet."""
    later = aliased(Entry)
    answered = exists().where(
        later.event_id == Entry.event_id, later.ref == Entry.ref, later.id > Entry.id, later.act.in_(_ANSWERED)
    )
    offers = select(func.count()).where(Entry.event_id == event_id, Entry.act == Act.OFFERED, ~answered)
    return session.scalar(offers) or 0

"""Reads of how the line moved that somebody stood in, from the history alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from ..history.models import Act, Entry
from ..history.queries import entries
from .rules import Move, moves
from .words import of_others, to_you

#: What shortens a line, or tells those in it what became of a seat; and what puts somebody at its end.
_SEEN = (Act.PROMOTED, Act.OFFERED, Act.CLAIMED, Act.LAPSED, Act.LEFT)
_COMING = (Act.REGISTERED, Act.APPROVED)
#: As many as anybody reads.
SHOWN_MOST = 60


class Told(NamedTuple):
    """One thing that happened, in words; `at` is an instant."""

    at: datetime
    what: str


def line_before(session: Session, own: Sequence[Entry]) -> list[Move]:
    """What happened before somebody while they last stood in line, in order; `own` is their history, the newest first.

    One statement for those who ever waited, none for all others.
    """
    came = next((entry for entry in own if entry.act in _COMING), None)
    if came is None or not came.details.get("waited"):
        return []
    ended = [entry.id for entry in own if entry.id > came.id and entry.act in _SEEN]
    return moves(_before(session, came, min(ended, default=None)), came.details.get("ahead"))


def _before(session: Session, came: Entry, until: int | None) -> Sequence[Entry]:
    """What happened to others who stood there when this one came, up to an entry of the history."""
    later = aliased(Entry)
    behind = exists().where(
        later.event_id == Entry.event_id,
        later.ref == Entry.ref,
        later.act.in_(_COMING),
        later.id > came.id,
        later.id < Entry.id,
    )
    wanted = select(Entry).where(
        Entry.event_id == came.event_id,
        Entry.ref.not_in((0, came.ref)),
        Entry.act.in_(_SEEN),
        Entry.id > came.id,
        ~behind,
    )
    if until is not None:
        wanted = wanted.where(Entry.id < until)
    return session.scalars(wanted.order_by(Entry.id)).all()


def told_to_them(session: Session, event_id: int, ref: int) -> list[Told]:
    """All that happened to a registration, and why, as its person reads it, in order; the last `SHOWN_MOST` of it."""
    own = entries(session, event_id, ref)
    said = {entry.id: Told(entry.at, what) for entry in own if (what := to_you(entry))}
    said |= {move.id: Told(move.at, of_others(move, "You are")) for move in line_before(session, own)}
    return [said[number] for number in sorted(said)][-SHOWN_MOST:]

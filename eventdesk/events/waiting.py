"""Reads of events that wait for something an organiser does: to be published, pledged to, or told who came.

Nobody's list is read: who opens both sees what waits on either in one place.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..history.models import Act, Entry
from ..labels import Label
from ..speakers.models import Speaker
from .models import Event, Seats
from .rules import Status

#: How long before its start a draft is spoken of, and a speaker who has not pledged; how long after the end, who came.
DRAFT_NEAR = timedelta(days=14)
PLEDGE_NEAR = timedelta(days=7)
MARKED_WITHIN = timedelta(days=14)


def late_drafts(session: Session, labels: Collection[Label], now: datetime) -> Sequence[Event]:
    """Drafts that begin soon, or were to have begun, the next to come last."""
    late = select(Event).where(
        Event.label.in_(labels), Event.status == Status.DRAFT, Event.starts_at <= now + DRAFT_NEAR
    )
    return session.scalars(late.order_by(Event.starts_at.desc(), Event.id)).all()


def unpledged(session: Session, labels: Collection[Label], now: datetime) -> list[tuple[Event, list[str]]]:
    """Events of these labels that begin soon, with the speakers who have not pledged."""
    soon = Event.starts_at.between(now, now + PLEDGE_NEAR)
    events = session.scalars(
        select(Event).where(Event.label.in_(labels), Event.status == Status.PUBLISHED, soon).order_by(Event.starts_at)
    ).all()
    having = select(Speaker.event_id, Speaker.name).where(
        Speaker.event_id.in_([event.id for event in events]), Speaker.pledged_at.is_not(None)
    )
    pledged = {(event_id, name) for event_id, name in session.execute(having)} if events else set()
    missing = [(event, [name for name in event.speakers if (event.id, name) not in pledged]) for event in events]
    return [(event, names) for event, names in missing if names]


def unmarked(session: Session, labels: Collection[Label], now: datetime) -> list[tuple[Event, int]]:
    """Events that were over lately, with how many who had a seat nobody has ever marked, the latest first."""
    acts = select(Entry.event_id, func.count(Entry.ref.distinct()).label("marked")).where(
        Entry.act == Act.ATTENDED, Entry.label.in_(labels)
    )
    marks = acts.group_by(Entry.event_id).subquery()
    left = Seats.taken - func.coalesce(marks.c.marked, 0)
    over = Event.ends_at.between(now - MARKED_WITHIN, now)
    wanted = select(Event, left).join(Event.seats).outerjoin(marks, marks.c.event_id == Event.id)
    wanted = wanted.where(Event.label.in_(labels), Event.status == Status.PUBLISHED, over, left > 0)
    return [(event, count) for event, count in session.execute(wanted.order_by(Event.ends_at.desc(), Event.id))]

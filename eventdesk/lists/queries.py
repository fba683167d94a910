"""Reads of one list at a time. The audience says which; there is no query over both."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ..events.models import Event
from ..labels import Audience
from .models import LISTS, Registration, State


def people_of(event: Event) -> type[Registration]:
    """The list an event's people are on."""
    return LISTS[event.rules.audience]


def by_ref(session: Session, audience: Audience, ref: int) -> Registration | None:
    """One registration by its reference."""
    people = LISTS[audience]
    return session.scalar(select(people).where(people.ref == ref))


def by_email(session: Session, event: Event, email_key: str) -> Registration | None:
    """The registration of an address at an event."""
    people = people_of(event)
    return session.scalar(select(people).where(people.event_id == event.id, people.email_key == email_key))


def next_waiting(session: Session, event: Event) -> Registration | None:
    """Who waits longest."""
    people = people_of(event)
    waiting = select(people).where(people.event_id == event.id, people.state == State.WAITLISTED)
    return session.scalar(waiting.order_by(people.place).limit(1))


def ahead_of(session: Session, person: Registration) -> int:
    """How many wait before this person."""
    people = type(person)
    earlier = select(func.count()).where(
        people.event_id == person.event_id, people.state == State.WAITLISTED, people.place < person.place
    )
    return session.scalar(earlier) or 0


def counts(session: Session, event: Event) -> dict[State, int]:
    """How many registrations of an event stand how."""
    people = people_of(event)
    rows = session.execute(select(people.state, func.count()).where(people.event_id == event.id).group_by(people.state))
    return dict.fromkeys(State, 0) | {state: count for state, count in rows}


def listed(session: Session, event: Event, state: State | None = None, search: str = "") -> Sequence[Registration]:
    """An event's people in order of arrival: of one state, or all; whose name or address contains `search`."""
    people = people_of(event)
    wanted = select(people).where(people.event_id == event.id)
    if state:
        wanted = wanted.where(people.state == state)
    if search:
        wanted = wanted.where(
            or_(people.name.icontains(search, autoescape=True), people.email.icontains(search, autoescape=True))
        )
    return session.scalars(wanted.order_by(people.place)).all()


def next_registered(session: Session, event: Event, *, after: int, upto: int, limit: int) -> Sequence[Registration]:
    """The next `limit` people in order of arrival, after one place and up to another, who have not left."""
    people = people_of(event)
    wanted = select(people).where(
        people.event_id == event.id, people.place > after, people.place <= upto, people.state != State.CANCELLED
    )
    return session.scalars(wanted.order_by(people.place).limit(limit)).all()

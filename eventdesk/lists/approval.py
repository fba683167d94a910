"""An organiser's word on who is held: let in, by the usual rules about seats, or not."""

from datetime import datetime

from sqlalchemy.orm import Session

from ..db import writing
from ..errors import Conflict, NotFound
from ..events.models import Event, Seats
from ..events.queries import by_slug, seats_to_change
from ..history.models import Act
from ..organisers.rules import Actor
from ..outbox.models import Kind
from .held import invitations_behind
from .models import Registration, State
from .queries import by_ref
from .seating import give_place, joined, remember, write_to


def approve(slug: str, ref: int, *, actor: Actor, now: datetime) -> Registration:
    """Let somebody in who is held: a seat, or the end of the line when there is none; they hear which.

    Raises NotFound, or Conflict when they are not held any more or the event is over.
    """
    with writing() as session:
        seats, person = _held(session, by_slug(session, slug, actor.labels), ref, now)
        let_in(session, seats, person, actor, now)
    return person


def decline(slug: str, ref: int, *, actor: Actor, now: datetime) -> Registration:
    """Let somebody who is held not come; they hear of it. Raises as `approve` does."""
    with writing() as session:
        seats, person = _held(session, by_slug(session, slug, actor.labels), ref, now)
        turn_away(session, seats, person, actor, now)
    return person


def let_in(session: Session, seats: Seats, person: Registration, actor: Actor, now: datetime) -> None:
    """Let in who is held, as part of a transaction that holds the seats."""
    person.turns += 1
    give_place(session, seats, person, now)
    remember(session, Act.APPROVED, person, now, actor.id, **joined(seats, person))
    invitation = invitations_behind(session, seats.event, [person.ref]).get(person.ref)
    if invitation and invitation.registered_ref is None:
        invitation.registered_ref = person.ref


def turn_away(session: Session, _seats: Seats, person: Registration, actor: Actor, now: datetime) -> None:
    """Let who is held not come, as part of a transaction that holds the seats."""
    person.turns += 1
    person.state = State.CANCELLED
    write_to(session, person, Kind.DECLINED, now)
    remember(session, Act.DECLINED, person, now, actor.id)


def _held(session: Session, event: Event, ref: int, now: datetime) -> tuple[Seats, Registration]:
    """The event's seats, locked, and who is held."""
    seats = seats_to_change(session, event.id)
    person = by_ref(session, event.rules.audience, ref)
    if person is None or person.event_id != event.id:
        raise NotFound("There is no such registration.")
    session.refresh(person)  # what was read before the lock may have changed
    if not person.is_held:
        raise Conflict("This registration is not held any more: somebody else decided, or the person withdrew.")
    if not seats.event.takes_registrations(now):
        raise Conflict("The event is over, or was called off; there is nothing to decide any more.")
    return seats, person

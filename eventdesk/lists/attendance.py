"""Who came: marked at the door or afterwards, one by one, or all that are left at once."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ..db import writing
from ..errors import Conflict, NotFound
from ..events.models import Event
from ..events.rules import Status
from ..history.models import Act
from ..history.service import record
from ..labels import Audience
from ..organisers.rules import Actor
from .models import Registration, State
from .queries import by_ref, next_unmarked

#: How long before the start the door opens.
DOOR_OPENS = timedelta(hours=6)
BATCH = 200


def mark(audience: Audience, ref: int, attended: bool | None, *, actor: Actor, now: datetime) -> bool:
    """Keep that somebody came (True), or did not (False), or take that back (None). Twice is once: whether it was new.

    Whether the actor may open the event is asked before, where it is known which event it is. Raises NotFound, or
    Conflict for who has no seat, and while it is too early to say.
    """
    with writing() as session:
        person = by_ref(session, audience, ref)
        if person is None:
            raise NotFound("There is no such registration.")
        session.refresh(person, with_for_update=True)  # who leaves at this moment either has left, or waits and is told
        if too_early := not_yet(session.get_one(Event, person.event_id), attended, now):
            raise Conflict(too_early)
        if person.state is not State.CONFIRMED:
            raise Conflict("Only somebody who has a seat can be marked.")
        return set_mark(session, person, attended, actor, now)


def come(session: Session, person: Registration, actor: Actor, now: datetime) -> bool:
    """The same of somebody who stands at the door, in a transaction that holds their row; whether it was new."""
    return set_mark(session, person, True, actor, now)


def mark_rest(event_id: int, *, actor: Actor, now: datetime) -> int:
    """Keep that everyone with a seat of whom nobody has said anything did not come; returns how many.

    Raises Conflict before the event is over.
    """
    marked = 0
    while True:
        with writing() as session:
            event = session.get_one(Event, event_id)
            if event.status is not Status.PUBLISHED or not event.is_past(now):
                raise Conflict("While the event is not over, somebody may still come.")
            batch = next_unmarked(session, event, limit=BATCH)
            for person in batch:
                set_mark(session, person, False, actor, now)
            marked += len(batch)
            if not batch:
                return marked


def not_yet(event: Event, attended: bool | None, now: datetime) -> str:
    """Why nobody at an event can be marked so at this moment; blank when they can."""
    if event.status is not Status.PUBLISHED:
        return "Nobody comes to an event that is a draft, or was called off."
    if now < event.starts_at - DOOR_OPENS:
        return f"Who comes can be marked from {DOOR_OPENS.seconds // 3600} hours before the start on."
    if attended is False and now < event.starts_at:
        return "The event has not begun: nobody has missed it yet."
    return ""


def set_mark(session: Session, person: Registration, attended: bool | None, actor: Actor, now: datetime) -> bool:
    """Mark somebody who has a seat, in a transaction that holds their row; whether it was new."""
    if person.attended is attended:
        return False
    person.attended = attended
    record(
        session,
        Act.ATTENDED,
        label=person.label,
        event_id=person.event_id,
        ref=person.ref,
        actor_id=actor.id,
        now=now,
        attended=attended,
    )
    return True

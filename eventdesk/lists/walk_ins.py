"""Who comes to the door without a seat: given one and marked as here in one step, or told why not."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from ..consent.service import open_choices
from ..db import writing
from ..errors import Conflict
from ..events.models import Event, Seats
from ..events.queries import seats_to_change
from ..events.rules import DOOR_SHOWN_AFTER_END
from ..history.models import Act
from ..history.service import record
from ..organisers.rules import Actor
from ..outbox.models import Kind
from ..programmes.queries import version_seen
from .attendance import come, not_yet
from .models import Origin, Registration, State
from .queries import by_email, people_of
from .returning import came_earlier
from .seating import open_calendar, remember, write_to

#: What stands where the key of an address does, for who gave none: no address is like it.
NO_ADDRESS = "walk-in:"
FULL = "No seat is free: all are taken, or kept for those who wait in line. Who organises this event can add one."
HELD = (
    "They registered by a link made for another address. Who organises this event decides about it, among its people."
)
CLOSED = "The door is closed: the event was over a day ago."


@dataclass(frozen=True)
class WalkIn:
    """Who was let in. `new`: they were not in before; `known`: they had registered under this address."""

    name: str
    new: bool
    known: bool


def is_once(said: str) -> bool:
    """Whether it can say which form somebody without an address came by."""
    return re.fullmatch("[0-9a-f]{32}", said) is not None


def walk_in(
    event_id: int,
    *,
    name: str,
    email: str,
    details: Mapping[str, str],
    once: str,
    add_seat: bool = False,
    actor: Actor,
    now: datetime,
) -> WalkIn:
    """Let somebody in who stands at the door: a free seat is theirs, and they are marked as here. Twice is once.

    A blank `email` is for who gives none; `once` then tells one form from the next. Who is known by the address keeps
    what they had said, and their place in line becomes a seat if one is free. `add_seat`: one is added where none is,
    which the actor must be allowed to. Raises Conflict where there is no seat for them, or the door is not open.
    """
    with writing() as session:
        seats = seats_to_change(session, event_id)
        event = seats.event
        if said := not_yet(event, True, now):
            raise Conflict(said)
        if now >= event.ends_at + DOOR_SHOWN_AFTER_END:
            raise Conflict(CLOSED)
        key = email.casefold() if email else NO_ADDRESS + once
        person = by_email(session, event, key)
        if known := person is not None:
            session.refresh(person, with_for_update=True)
        else:
            person = _somebody(session, event, name, email, key, now)
            for ask in event.rules.asks:
                setattr(person, ask.name, details[ask.name])
        if person.state is State.PENDING:
            raise Conflict(HELD)
        if person.state is not State.CONFIRMED:
            _seat(session, seats, person, actor, now, add_seat=add_seat)
        new = come(session, person, actor, now)
        if event.is_past(now):  # who had come before may be fixed already for the others
            people = people_of(event)
            session.flush()
            mine = update(people).where(people.id == person.id)
            session.execute(mine.values(came_before=came_earlier(people, event)))
        return WalkIn(person.name, new, known)


def _somebody(session: Session, event: Event, name: str, email: str, key: str, now: datetime) -> Registration:
    """Somebody who is on no list yet; not kept before they have a seat."""
    return people_of(event)(
        ref=1 + secrets.randbelow(2**63 - 1),
        event_id=event.id,
        label=event.label,
        name=name,
        email=email,
        email_key=key,
        state=State.CANCELLED,
        made_at=now,
        programme_version_id=version_seen(session, event.programme, None),
        origin=Origin.DOOR,
        generation=0,
        turns=-1,
    )


def _seat(session: Session, seats: Seats, person: Registration, actor: Actor, now: datetime, *, add_seat: bool) -> None:
    """Give them a seat now: the one they were offered, a free one, or one more than there were. Raises Conflict."""
    was = person.state
    if was is not State.OFFERED:
        _make_room(session, seats, actor, now, waits=person.is_waiting, add_seat=add_seat)
        seats.taken += 1
        seats.waiting -= person.is_waiting
    if was is State.CANCELLED:
        seats.last_place += 1
        person.place, person.made_at = seats.last_place, now
    person.state, person.offer_until = State.CONFIRMED, None
    person.turns += 1
    session.add(person)
    session.flush()
    if person.email:
        open_calendar(session, person.audience, person.email_key, now)
        open_choices(session, person.audience, [person.email_key], now)  # who had themselves erased has come back by it
    if not seats.event.is_past(now):
        write_to(session, person, Kind.REGISTERED, now, details={"waited": False})
    act = {State.OFFERED: Act.CLAIMED, State.WAITLISTED: Act.PROMOTED}.get(was, Act.REGISTERED)
    remember(session, act, person, now, actor.id, door=True)


def _make_room(session: Session, seats: Seats, actor: Actor, now: datetime, *, waits: bool, add_seat: bool) -> None:
    """See that one seat is free: those who wait go first, and who waits is one of them. Raises Conflict."""
    if seats.free and (waits or not seats.waiting):
        return
    if not add_seat or seats.capacity is None:
        raise Conflict(FULL)
    seats.capacity += 1
    event = seats.event
    record(session, Act.CHANGED, label=event.label, event_id=event.id, actor_id=actor.id, now=now, fields=["capacity"])

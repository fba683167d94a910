"""Seats given, kept for somebody and given back, as part of the transaction in which it happens; and the letter and entry of each.

Whoever calls holds the lock of the event's seats.
"""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ..consent.service import open_choices
from ..db import insert_on
from ..errors import NotFound
from ..events.models import Seats
from ..events.queries import seats_to_change
from ..history.models import Act
from ..history.service import record
from ..labels import Audience
from ..outbox.models import Kind
from ..outbox.service import enqueue
from .models import CALENDARS, Registration, State
from .queries import by_ref, next_waiting
from .rules import offer_ends

BATCH = 200


def locked(session: Session, audience: Audience, ref: int) -> tuple[Seats, Registration]:
    """A registration and its event's seats, locked until the transaction ends, as they are now. Raises NotFound."""
    person = by_ref(session, audience, ref)
    if person is None:
        raise NotFound("This link is not valid.")
    seats = seats_to_change(session, person.event_id)
    session.refresh(person, with_for_update=True)  # what was read before the lock may have changed
    return seats, person


def end(seats: Seats, person: Registration) -> None:
    """Take a registration out, and count what it had back."""
    give_back(seats, person)
    person.state, person.offer_until = State.CANCELLED, None
    person.turns += 1


def give_back(seats: Seats, person: Registration) -> None:
    """Count the seat, or the place in line, of who is not cancelled back."""
    seats.waiting -= person.is_waiting
    seats.taken -= not (person.is_waiting or person.is_held)


def depart(
    session: Session, seats: Seats, person: Registration, now: datetime, actor_id: int | None = None, **also: Any
) -> None:
    """Take a registration out, by its person's wish or an organiser's; the letter and the entry say what they had."""
    was = {"waited": person.is_waiting, "held": person.is_held, "offered": person.is_offered} | also
    end(seats, person)
    write_to(session, person, Kind.LEFT, now, details=was)
    remember(session, Act.LEFT, person, now, actor_id, **was)


def give_place(session: Session, seats: Seats, person: Registration, now: datetime) -> None:
    """A seat, or the next place in line when there is none; and the letter that says which."""
    waits = seats.full
    seats.last_place += 1
    person.place, person.state = seats.last_place, State.WAITLISTED if waits else State.CONFIRMED
    seats.waiting += waits
    seats.taken += not waits
    session.add(person)
    session.flush()
    open_calendar(session, person.audience, person.email_key, now)
    open_choices(session, person.audience, [person.email_key], now)  # who had themselves erased has come back by it
    write_to(session, person, Kind.REGISTERED, now, details={"waited": waits})


def promote(session: Session, seats: Seats, now: datetime) -> bool:
    """Give free seats to those who wait longest; returns whether there may be more to give than one transaction should."""
    event = seats.event
    if not event.takes_registrations(now):
        return False
    for _ in range(BATCH):
        person = next_waiting(session, event) if seats.free else None
        if person is None:
            return False
        seats.waiting -= 1
        seats.taken += 1
        if until := offer_ends(event, now):
            offer(session, person, until, now)
        else:
            seat(session, person, Act.PROMOTED, now)
    return True


def offer(session: Session, person: Registration, until: datetime, now: datetime) -> None:
    """Keep a seat, which is counted as taken, until they say; and ask them."""
    person.state, person.offer_until = State.OFFERED, until
    session.flush()
    write_to(session, person, Kind.OFFERED, now)
    remember(session, Act.OFFERED, person, now)


def seat(session: Session, person: Registration, act: Act, now: datetime) -> None:
    """Let them have the seat that is counted as theirs; and tell them."""
    person.state, person.offer_until = State.CONFIRMED, None
    person.turns += 1
    session.flush()
    write_to(session, person, Kind.PROMOTED, now)
    remember(session, act, person, now)


def open_calendar(session: Session, audience: Audience, email_key: str, now: datetime) -> None:
    """The feed of an address on one list, unless it has one."""
    new = {"ref": 1 + secrets.randbelow(2**63 - 1), "email_key": email_key, "generation": 0, "made_at": now}
    first = insert_on(session)(CALENDARS[audience]).values(new)
    session.execute(first.on_conflict_do_nothing(index_elements=["email_key"]))


def joined(seats: Seats, person: Registration) -> dict[str, Any]:
    """What the history keeps of how somebody came: whether they wait, and behind how many."""
    return {"waited": True, "ahead": seats.waiting - 1} if person.is_waiting else {"waited": False}


def remember(
    session: Session, act: Act, person: Registration, now: datetime, actor_id: int | None = None, **details: Any
) -> None:
    """Keep in the history what happened to a registration; without an actor, by the person's own act or the clock's."""
    label, event_id, ref = person.label, person.event_id, person.ref
    record(session, act, label=label, event_id=event_id, ref=ref, actor_id=actor_id, now=now, **details)


def write_to(
    session: Session,
    person: Registration,
    kind: Kind,
    now: datetime,
    *,
    version: int | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Put a letter to one person in the outbox; one per version, by default one each time they come or go.

    Who came to the door and gave no address gets none.
    """
    if not person.email:
        return
    enqueue(
        session,
        kind,
        label=person.label,
        event_id=person.event_id,
        ref=person.ref,
        version=person.turns if version is None else version,
        now=now,
        details={"turns": person.turns} | (details or {}),
    )

"""Writes of the lists: register, leave, give freed seats to those who wait, and fan news out. No label is named here."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from .. import limits
from ..db import writing
from ..errors import Conflict, NotFound
from ..events.models import Event, Seats
from ..labels import Audience
from ..outbox.models import Job, Kind
from ..outbox.service import enqueue
from .models import Registration, State
from .queries import by_email, by_ref, next_registered, next_waiting, people_of

#: A flood, not a busy evening: no network is refused below a thousand registrations an hour.
REGISTRATIONS_PER_HOUR = 3_000
#: Registering again within this time is a double click; later it may be somebody who has lost the mail.
DOUBLE_CLICK = timedelta(minutes=15)
BATCH = 200


@dataclass(frozen=True)
class Outcome:
    """What a registration came to. `full` says what anyone registering now gets; `new` must not be shown where mail is sent."""

    full: bool
    new: bool
    ref: int
    generation: int


def register(
    event_id: int,
    *,
    name: str,
    email: str,
    details: Mapping[str, str],
    network: str,
    most: int = REGISTRATIONS_PER_HOUR,
    now: datetime,
) -> Outcome:
    """Take a seat, or a place in line when there is none; a second time changes nothing.

    `details` are the answers to the label's asks; `network` is a digest of where the request came from.
    Raises Conflict when the event is not open, TooMany over `most` an hour.
    """
    with writing() as session:
        limits.count(session, f"register:{network}", now, most=most, seconds=3600)
        seats = seats_to_change(session, event_id)
        event = seats.event
        if not event.takes_registrations(now):
            raise Conflict("Registration is closed: the event is over, or was called off.")
        full = seats.full
        person = by_email(session, event, email.casefold())
        new = person is None or person.state is State.CANCELLED
        if person is None:
            people = people_of(event)
            asked = {ask.name: details[ask.name] for ask in event.rules.asks}
            person = people(
                ref=secrets.randbits(63),
                event_id=event.id,
                label=event.label,
                email_key=email.casefold(),
                generation=0,
                turns=-1,
                **asked,
            )
            session.add(person)
        if new:
            person.name, person.email, person.made_at = name, email, now
            person.turns += 1
            seats.last_place += 1
            person.place = seats.last_place
            person.state = State.WAITLISTED if full else State.CONFIRMED
            seats.waiting += full
            seats.taken += not full
            session.flush()
            _write_to(session, person, Kind.REGISTERED, now, details={"waited": full})
        elif now - person.made_at > DOUBLE_CLICK:
            _write_to(session, person, Kind.AGAIN, now, version=f"{now:%Y%m%d%H}")
        return Outcome(full, new, person.ref, person.generation)


def leave(audience: Audience, ref: int, *, now: datetime) -> Registration:
    """Give the seat or the place in line back; a seat goes to the next who waits. Leaving twice is leaving once.

    Raises NotFound, or Conflict when the event is over.
    """
    with writing() as session:
        person = by_ref(session, audience, ref)
        if person is None:
            raise NotFound("This link is not valid.")
        seats = seats_to_change(session, person.event_id)
        session.refresh(person)  # what was read before the lock may have changed
        if person.state is State.CANCELLED:
            return person
        if not seats.event.takes_registrations(now):
            raise Conflict("The event is over, or was called off; there is nothing to cancel any more.")
        waited = person.is_waiting
        seats.waiting -= waited
        seats.taken -= not waited
        person.state = State.CANCELLED
        person.turns += 1
        _write_to(session, person, Kind.LEFT, now, details={"waited": waited})
        _promote(session, seats, now)
        return person


def fill(job: Job, now: datetime) -> None:
    """Give the seats that a larger capacity made to those who wait, in order."""
    with writing() as session:
        _promote(session, seats_to_change(session, job.event_id), now)


def tell(job: Job, now: datetime) -> None:
    """Write one message to each person who was registered when the event changed; done again, it adds none."""
    news, version, said = Kind(job.details["news"]), job.details["version"], {"changes": job.details["changes"]}
    place = 0
    while True:
        with writing() as session:
            event = session.get_one(Event, job.event_id)
            batch = next_registered(session, event, after=place, by=job.made_at, limit=BATCH)
            for person in batch:
                _write_to(session, person, news, now, version=version, details=said)
            if not batch:
                return
            place = batch[-1].place


def seats_to_change(session: Session, event_id: int) -> Seats:
    """An event's seats, locked until the transaction ends: the one gate through which seats are given and taken."""
    return session.get_one(Seats, event_id, with_for_update={"of": Seats}, populate_existing=True)


def _promote(session: Session, seats: Seats, now: datetime) -> None:
    event = seats.event
    if not event.takes_registrations(now):
        return
    while seats.free and (person := next_waiting(session, event)):
        person.state = State.CONFIRMED
        seats.waiting -= 1
        seats.taken += 1
        session.flush()
        _write_to(session, person, Kind.PROMOTED, now)


def _write_to(
    session: Session,
    person: Registration,
    kind: Kind,
    now: datetime,
    *,
    version: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    once = f"{person.audience}:{person.ref}:{version or person.turns}:{kind}"
    told = {"turns": person.turns} | (details or {})
    enqueue(
        session, kind, label=person.label, once=once, event_id=person.event_id, ref=person.ref, now=now, details=told
    )

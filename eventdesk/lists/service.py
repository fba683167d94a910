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
from ..events.queries import seats_to_change
from ..labels import Audience
from ..outbox.models import Job, Kind
from ..outbox.service import enqueue
from ..questions.service import freeze
from .models import Registration, State
from .queries import by_email, by_ref, next_registered, next_waiting, people_of

#: A flood, not a busy evening: no network is refused below a thousand registrations an hour.
REGISTRATIONS_PER_HOUR = 3_000
#: Registering again within this time is a double click; later it may be somebody who has lost the mail.
DOUBLE_CLICK = timedelta(minutes=15)
BATCH = 200
HOUR_SECONDS = 3600


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
    answers: Mapping[int, Any] | None = None,
    network: str,
    most: int = REGISTRATIONS_PER_HOUR,
    now: datetime,
) -> Outcome:
    """Take a seat, or a place in line when there is none; a second time changes nothing.

    `details` are the answers to the label's asks, `answers` those to the event's own questions by reference; `network`
    is a digest of where the request came from. Raises Conflict when the event is not open, or asks something else by
    now; TooMany over `most` an hour.
    """
    with writing() as session:
        limits.count(session, f"register:{network}", now, most=most, seconds=HOUR_SECONDS)
        seats = seats_to_change(session, event_id)
        event = seats.event
        if not event.takes_registrations(now):
            raise Conflict("Registration is closed: the event is over, or was called off.")
        full = seats.full
        person = by_email(session, event, email.casefold())
        new = person is None or person.state is State.CANCELLED
        if person is None:
            people = people_of(event)
            person = people(
                ref=1 + secrets.randbelow(2**63 - 1),
                event_id=event.id,
                label=event.label,
                email_key=email.casefold(),
                generation=0,
                turns=-1,
            )
            session.add(person)
        if new:
            person.name, person.email, person.made_at = name, email, now
            for ask in event.rules.asks:
                setattr(person, ask.name, details[ask.name])
            person.answers = {str(ref): answer for ref, answer in (answers or {}).items()}
            person.turns += 1
            seats.last_place += 1
            person.place = seats.last_place
            person.state = State.WAITLISTED if full else State.CONFIRMED
            seats.waiting += full
            seats.taken += not full
            session.flush()
            freeze(session, event.id, (answers or {}).keys())
            _write_to(session, person, Kind.REGISTERED, now, details={"waited": full})
        elif now - person.made_at > DOUBLE_CLICK:
            _write_to(session, person, Kind.AGAIN, now, version=int(now.timestamp()) // HOUR_SECONDS)
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
        session.refresh(person, with_for_update=True)  # what was read before the lock may have changed
        if person.state is State.CANCELLED:
            return person
        if person.attended is not None:
            raise Conflict("Whether you came is noted already; there is nothing to cancel any more.")
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
    """Give the seats that a larger capacity made to those who wait, in order, a batch at a time."""
    more = True
    while more:
        with writing() as session:
            more = _promote(session, seats_to_change(session, job.event_id), now)


def tell(job: Job, now: datetime) -> None:
    """Write one message to each person who was registered when the event changed; done again, it adds none."""
    news, said = Kind(job.details["news"]), {"before": job.details["before"]}
    place = 0
    while True:
        with writing() as session:
            event = session.get_one(Event, job.event_id)
            batch = next_registered(session, event, after=place, upto=job.details["upto"], limit=BATCH)
            for person in batch:
                _write_to(session, person, news, now, version=job.version, details=said)
            if not batch:
                return
            place = batch[-1].place


def _promote(session: Session, seats: Seats, now: datetime) -> bool:
    """Give free seats to those who wait longest; returns whether there may be more to give than one transaction should."""
    event = seats.event
    if not event.takes_registrations(now):
        return False
    for _ in range(BATCH):
        person = next_waiting(session, event) if seats.free else None
        if person is None:
            return False
        person.state = State.CONFIRMED
        seats.waiting -= 1
        seats.taken += 1
        session.flush()
        _write_to(session, person, Kind.PROMOTED, now)
    return True


def _write_to(
    session: Session,
    person: Registration,
    kind: Kind,
    now: datetime,
    *,
    version: int | None = None,
    details: dict[str, Any] | None = None,
) -> None:
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

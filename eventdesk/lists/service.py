"""Writes of the lists: register, leave, give freed seats to those who wait, and fan news out. No label is named here.

Who is held (`State.PENDING`) has no seat and no place in line until an organiser lets them in: `approval.py`.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from .. import limits
from ..consent.service import open_choices
from ..db import writing
from ..errors import Conflict
from ..events.models import Event, Seats
from ..events.queries import seats_to_change
from ..history.models import Act
from ..invites.models import Invitation
from ..invites.service import invitation_to_use, use
from ..labels import Audience
from ..outbox.models import Job, Kind
from ..outbox.rules import is_stoppable
from ..programmes.queries import version_seen
from ..questions.service import freeze
from .models import Registration, State
from .queries import by_email, calendar_of, next_registered, people_of
from .rules import hears
from .seating import BATCH, depart, give_place, joined, locked, open_calendar, promote, remember, write_to

#: A flood, not a busy evening: no network is refused below a thousand registrations an hour.
REGISTRATIONS_PER_HOUR = 3_000
#: Registering again within this time is a double click; later it may be somebody who has lost the mail.
DOUBLE_CLICK = timedelta(minutes=15)
#: Who hears of an event's news; of these kinds, only who has a seat.
REGISTERED = (State.PENDING, State.CONFIRMED, State.OFFERED, State.WAITLISTED)
READERS = dict.fromkeys((Kind.REMINDER, Kind.MESSAGE, Kind.THANKS), (State.CONFIRMED,))
HOUR_SECONDS = 3600
CLOSED = "Registration is closed: the event is over, or was called off."


@dataclass(frozen=True)
class Outcome:
    """What a registration came to. `full` says what anyone registering now gets; `new` must not be shown where mail is sent.

    `held`: this address by this link is looked at by an organiser first.
    """

    full: bool
    new: bool
    ref: int
    generation: int
    held: bool = False


def register(
    event_id: int,
    *,
    name: str,
    email: str,
    details: Mapping[str, str],
    answers: Mapping[int, Any] | None = None,
    version: int | None = None,
    network: str,
    link_id: int | None = None,
    invitation_ref: int | None = None,
    most: int = REGISTRATIONS_PER_HOUR,
    now: datetime,
) -> Outcome:
    """Take a seat, or a place in line when there is none; a second time changes nothing, and uses nothing up.

    `details` are the answers to the label's asks, `answers` those to the event's own questions by reference; `version`
    is what the programme said on the page they came from (its newest where unknown); `network` is a digest of where the
    request came from; `link_id` is the campaign link they came by, `invitation_ref` the personal one: with another
    address than its own they are held. Raises Conflict when the event is not open, or asks something else by now; Ended
    when the link takes nobody any more; TooMany over `most` an hour.
    """
    with writing() as session:
        limits.count(session, f"register:{network}", now, most=most, seconds=HOUR_SECONDS)
        seats = seats_to_change(session, event_id)
        event, full = seats.event, seats.full
        if not event.takes_registrations(now):
            raise Conflict(CLOSED)
        invitation = invitation_to_use(session, event.rules.audience, invitation_ref, event) if invitation_ref else None
        held = invitation is not None and not invitation.is_for(email)
        person = by_email(session, event, email.casefold())
        if person and not (person.state is State.CANCELLED or (person.is_held and not held)):
            if now - person.made_at > DOUBLE_CLICK:
                write_to(session, person, Kind.AGAIN, now, version=int(now.timestamp()) // HOUR_SECONDS)
            return Outcome(full, False, person.ref, person.generation, held)
        if link_id and (person is None or person.link_id != link_id):
            use(session, link_id, event, now)
        seen = version_seen(session, event.programme, version)
        person = person or _somebody(event, email)
        person.programme_version_id = seen
        person.name, person.email, person.made_at, person.link_id = name, email, now, link_id
        for ask in event.rules.asks:
            setattr(person, ask.name, details[ask.name])
        person.answers = {str(ref): answer for ref, answer in (answers or {}).items()}
        person.remind_hours = None
        person.turns += 1
        if invitation and held:
            _hold(session, seats, person, invitation, now)
        else:
            give_place(session, seats, person, now)
            remember(session, Act.REGISTERED, person, now, **joined(seats, person))
            if invitation:
                invitation.registered_ref = person.ref
        freeze(session, event.id, (answers or {}).keys())
        return Outcome(full, True, person.ref, person.generation, held)


def leave(audience: Audience, ref: int, *, now: datetime) -> Registration:
    """Give the seat, also one on offer, or the place in line back; a seat goes to the next who waits.

    Leaving twice is leaving once. Who is held withdraws, and had neither.

    Raises NotFound, or Conflict when the event is over.
    """
    with writing() as session:
        seats, person = locked(session, audience, ref)
        if person.state is State.CANCELLED:
            return person
        if person.attended is not None:
            raise Conflict("Whether you came is noted already; there is nothing to cancel any more.")
        if not seats.event.takes_registrations(now):
            raise Conflict("The event is over, or was called off; there is nothing to cancel any more.")
        depart(session, seats, person, now)
        promote(session, seats, now)
        return person


def move_calendar(audience: Audience, email_key: str, *, now: datetime) -> None:
    """Give an address's own feed on one list a new link; the one before opens nothing any more."""
    with writing() as session:
        calendar = calendar_of(session, audience, email_key)
        if calendar is None:
            open_calendar(session, audience, email_key, now)
            return
        session.refresh(calendar, with_for_update=True)
        calendar.generation += 1


def fill(job: Job, now: datetime) -> None:
    """Give the seats that a larger capacity made to those who wait, in order, a batch at a time."""
    more = True
    while more:
        with writing() as session:
            more = promote(session, seats_to_change(session, job.event_id), now)


def tell(job: Job, now: datetime) -> None:
    """Write one message to each person whom a piece of news is for, as they stood when it was made; done again, it adds none."""
    news = Kind(job.details["news"])
    number = job.details.get("number", job.version)
    said = {name: value for name, value in job.details.items() if name not in ("news", "number", "upto")}
    place = 0
    while True:
        with writing() as session:
            event = session.get_one(Event, job.event_id)
            batch = next_registered(
                session, event, after=place, upto=job.details["upto"], limit=BATCH, states=READERS.get(news, REGISTERED)
            )
            if is_stoppable(news):
                open_choices(session, event.rules.audience, [person.email_key for person in batch if person.email], now)
            for person in batch:
                if hears(person, news):
                    write_to(session, person, news, now, version=number, details=said)
            if not batch:
                return
            place = batch[-1].place


def _hold(session: Session, seats: Seats, person: Registration, invitation: Invitation, now: datetime) -> None:
    """Keep the registration for an organiser to look at. Its number only says in which order people came."""
    seats.last_place += 1
    person.place, person.state = seats.last_place, State.PENDING
    session.add(person)
    session.flush()
    write_to(session, person, Kind.HELD, now)
    remember(session, Act.HELD, person, now, link=invitation.id)


def _somebody(event: Event, email: str) -> Registration:
    return people_of(event)(
        ref=1 + secrets.randbelow(2**63 - 1),
        event_id=event.id,
        label=event.label,
        email_key=email.casefold(),
        generation=0,
        turns=-1,
    )

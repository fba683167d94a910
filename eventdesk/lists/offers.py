"""Seats on offer: taken by who is asked, or passed on when the time is over."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from ..db import db, writing
from ..errors import Conflict
from ..events.models import Seats
from ..events.queries import seats_to_change
from ..history.models import Act
from ..labels import Audience
from ..outbox.models import Kind
from .models import LISTS, Registration, State
from .queries import late_offers, not_asked_yet, people_of, with_late_offers, with_unsent_offers
from .rules import deadline, offer_ends
from .seating import BATCH, end, locked, promote, remember, seat, write_to

#: How long a letter may take to leave before the time that it gives its reader begins anew.
SENT_WITHIN = timedelta(minutes=10)
OVER = "The event is over, or was called off; there is nothing to take any more."


def claim(audience: Audience, ref: int, *, now: datetime) -> Registration:
    """Take the seat that is kept for this person. Twice is once.

    The deadline is what it says: after it the seat is passed on here and now, as the next tick would, and the state of
    who is returned says so. Only who could not be asked in time may still take it.

    Raises NotFound, or Conflict when the event is over.
    """
    with writing() as session:
        seats, person = locked(session, audience, ref)
        if not person.is_offered:
            return person
        if not seats.event.takes_registrations(now):
            raise Conflict(OVER)
        if now < deadline(person, seats.event) or ref in not_asked_yet(session, seats.event):
            seat(session, person, Act.CLAIMED, now)
        else:
            _lapse(session, seats, person, now)
            promote(session, seats, now)
        return person


def lapse_offers(now: datetime) -> None:
    """The tick of every minute: pass seats on whose time is over. Several workers pass each on once.

    Each list is looked through on its own, and each event is a transaction of its own.
    """
    for audience in LISTS:
        db.session.rollback()  # a look at one list alone
        for event_id in with_unsent_offers(db.session(), audience, now - SENT_WITHIN):
            with writing() as session:
                _keep_unsent(session, seats_to_change(session, event_id), now)
        for event_id in with_late_offers(db.session(), audience, now):
            more = True
            while more:
                with writing() as session:
                    more = _lapse_late(session, seats_to_change(session, event_id), now)
    db.session.rollback()


def _keep_unsent(session: Session, seats: Seats, now: datetime) -> None:
    """The time to take a seat runs from when the letter leaves: until then it begins anew."""
    event, people = seats.event, people_of(seats.event)
    if until := offer_ends(event, now):
        waits = people.ref.in_(not_asked_yet(session, event))
        unsent = update(people).where(people.event_id == event.id, people.state == State.OFFERED, waits)
        session.execute(unsent.values(offer_until=until))


def _lapse_late(session: Session, seats: Seats, now: datetime) -> bool:
    """Pass on those of one event; returns whether there may be more than one transaction should."""
    event = seats.event
    late, waits = late_offers(session, event, now, limit=BATCH), not_asked_yet(session, event)
    for person in late:
        if person.ref in waits and event.takes_registrations(now):
            _ask_anew(session, seats, person, now)
        else:
            _lapse(session, seats, person, now)
    promote(session, seats, now)
    return len(late) == BATCH


def _ask_anew(session: Session, seats: Seats, person: Registration, now: datetime) -> None:
    """Nobody loses a seat of which they have not heard: the letter, which still waits, will say the new time.

    So it is where no tick came for long; and close to the start, where there is no new time, the seat is theirs.
    """
    if until := offer_ends(seats.event, now):
        person.offer_until = until
    else:
        seat(session, person, Act.PROMOTED, now)


def _lapse(session: Session, seats: Seats, person: Registration, now: datetime) -> None:
    end(seats, person)
    session.flush()
    write_to(session, person, Kind.LAPSED, now)
    remember(session, Act.LAPSED, person, now)

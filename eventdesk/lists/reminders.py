"""Reminders: the one of each event, and those that people chose for themselves, when their moment has come."""

from datetime import datetime

from sqlalchemy.orm import Session

from ..db import db, writing
from ..errors import Conflict, Refused
from ..events.models import Event
from ..events.queries import due_to_remind, is_due_to_remind, seats_to_change
from ..history.models import Act
from ..history.service import record
from ..labels import Audience
from ..outbox.models import Kind
from ..outbox.service import tell_of
from .models import LISTS, Registration, State
from .queries import any_due_by_choice, due_by_choice, last_seated
from .rules import own_moment
from .seating import BATCH, locked, write_to

NO_SEAT = "Only somebody who has a seat at an event to come can be reminded of it."
PASSED = "That moment has passed. Choose one that is nearer to the start."
MINUTE_SECONDS = 60


def choose_reminder(audience: Audience, ref: int, hours: int | None, *, now: datetime) -> Registration:
    """Be reminded so many hours before the start instead of with everybody: 0 for never, None for with everybody.

    Raises NotFound, Refused at the field `remind` for a moment that has passed, or Conflict for who has no seat.
    """
    with writing() as session:
        seats, person = locked(session, audience, ref)
        event = seats.event
        if person.state is not State.CONFIRMED or not event.takes_registrations(now):
            raise Conflict(NO_SEAT)
        if person.remind_hours != hours:
            if hours and own_moment(event.starts_at, hours) <= now:
                raise Refused({"remind": [PASSED]})
            person.remind_hours, person.reminded_for = hours, None
        return person


def remind(now: datetime) -> None:
    """The tick of every minute: have those reminded who have a seat at what is near. Several workers remind once.

    Each event is a transaction of its own: no transaction touches both lists.
    """
    for event_id in due_to_remind(db.session(), now):
        with writing() as session:
            event = session.get_one(Event, event_id, with_for_update={"of": Event, "key_share": True})
            if is_due_to_remind(event, now):
                _remind(session, event, now)


def remind_by_choice(now: datetime) -> None:
    """The tick of every minute for those who chose their own moment, a batch of one list at a time."""
    for audience in LISTS:
        db.session.rollback()  # a look at one list alone
        more = any_due_by_choice(db.session(), audience, now)
        while more:
            with writing() as session:
                due = due_by_choice(session, audience, now, limit=BATCH)
                for person, event in due:
                    _remind_one(session, person, event, now)
                more = len(due) == BATCH
    db.session.rollback()


def _remind(session: Session, event: Event, now: datetime) -> None:
    """Who registered within the last stretch knows without being reminded; where nobody else has a seat, nothing is said."""
    assert event.remind_at
    event.reminded_at = now
    seats_to_change(session, event.id)
    if upto := last_seated(session, event, event.remind_at):
        tell_of(session, Kind.REMINDER, event.revision, label=event.label, event_id=event.id, upto=upto, now=now)
        record(session, Act.REMINDED, label=event.label, event_id=event.id, now=now)


def _remind_one(session: Session, person: Registration, event: Event, now: datetime) -> None:
    """Once for a start, whoever moves it; the event's own reminders count revisions, which are never as many as minutes are."""
    assert person.remind_hours
    moment = own_moment(event.starts_at, person.remind_hours)
    person.reminded_for = event.starts_at
    if person.made_at <= moment:
        said = {"hours": person.remind_hours}
        number = int(moment.timestamp()) // MINUTE_SECONDS
        write_to(session, person, Kind.REMINDER, now, version=number, details=said)

"""The one reminder of each event, when its moment has come."""

from datetime import datetime

from sqlalchemy.orm import Session

from ..db import db, writing
from ..events.models import Event
from ..events.queries import due_to_remind, is_due_to_remind, seats_to_change
from ..history.models import Act
from ..history.service import record
from ..outbox.models import Kind
from ..outbox.service import tell_of
from .queries import last_seated


def remind(now: datetime) -> None:
    """The tick of every minute: have those reminded who have a seat at what is near. Several workers remind once.

    Each event is a transaction of its own: no transaction touches both lists.
    """
    for event_id in due_to_remind(db.session(), now):
        with writing() as session:
            event = session.get_one(Event, event_id, with_for_update={"of": Event, "key_share": True})
            if is_due_to_remind(event, now):
                _remind(session, event, now)


def _remind(session: Session, event: Event, now: datetime) -> None:
    """Who registered within the last stretch knows without being reminded; where nobody else has a seat, nothing is said."""
    assert event.remind_at
    event.reminded_at = now
    seats_to_change(session, event.id)
    if upto := last_seated(session, event, event.remind_at):
        tell_of(session, Kind.REMINDER, event.revision, label=event.label, event_id=event.id, upto=upto, now=now)
        record(session, Act.REMINDED, label=event.label, event_id=event.id, now=now)

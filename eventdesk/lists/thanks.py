"""The thanks to those who came, on the morning after."""

from datetime import datetime

from sqlalchemy.orm import Session

from ..db import db, writing
from ..events.models import Event
from ..events.queries import due_to_thank, is_due_to_thank, seats_to_change
from ..history.models import Act
from ..history.service import record
from ..labels import RULES
from ..outbox.models import Kind
from ..outbox.service import tell_of
from .queries import last_seated


def thank(now: datetime) -> None:
    """The tick of every minute: have those thanked who had a seat at what is over. Several workers thank once.

    Where the label asks for the seller's postal address and there is none, nothing is sent until there is.
    """
    for event_id in [event.id for event in due_to_thank(db.session(), RULES, now)]:
        with writing() as session:
            event = session.get_one(Event, event_id, with_for_update={"of": Event, "key_share": True})
            if is_due_to_thank(event, now) and not event.programme.lacks_postal_address:
                _thank(session, event, now)


def _thank(session: Session, event: Event, now: datetime) -> None:
    event.thanked_at = now
    seats_to_change(session, event.id)
    if upto := last_seated(session, event, now):
        tell_of(session, Kind.THANKS, event.revision, label=event.label, event_id=event.id, upto=upto, now=now)
        record(session, Act.THANKED, label=event.label, event_id=event.id, now=now)

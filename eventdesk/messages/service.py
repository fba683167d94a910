"""Writes of messages: one to all who have a seat now, kept once and carried to each by the outbox."""

from datetime import datetime

from ..db import writing
from ..errors import Conflict
from ..events.models import Event
from ..events.queries import by_slug, seats_to_change
from ..history.models import Act
from ..history.queries import on_offer
from ..history.service import record
from ..organisers.rules import Actor
from ..outbox.models import Kind
from ..outbox.service import tell_of
from .models import Message
from .queries import newest
from .rules import no_message

NO_ADDRESS = "Give the postal address of the seller first: without it, only mail about a registration is sent."


def send(slug: str, *, subject: str, body: str, after: int, actor: Actor, now: datetime) -> Message:
    """Write to all who have a seat now. The same form sent twice is one message: `after` is the newest that it knew of.

    Raises NotFound, or Conflict where nobody can be written to, and when somebody else wrote meanwhile.
    """
    assert actor.id is not None  # somebody signs for it
    with writing() as session:
        event = by_slug(session, slug, actor.labels)
        session.refresh(event, with_for_update={"of": Event, "key_share": True})  # one message at a time
        last = newest(session, event.id)
        if last and last.id != after:
            if (last.subject, last.body, last.made_by) == (subject, body, actor.id):
                return last
            raise Conflict("Another message was sent while you wrote this one. Look at it below, then send yours.")
        seats = seats_to_change(session, event.id)
        if refusal := no_message(event, now):
            raise Conflict(refusal)
        if event.programme.lacks_postal_address:
            raise Conflict(NO_ADDRESS)
        message = Message(event_id=event.id, subject=subject, body=body, made_at=now, made_by=actor.id)
        session.add(message)
        session.flush()
        label, number, upto = event.label, message.id, seats.last_place
        tell_of(session, Kind.MESSAGE, number, label=label, event_id=event.id, upto=upto, now=now, message=number)
        record(
            session,
            Act.MESSAGED,
            label=label,
            event_id=event.id,
            actor_id=actor.id,
            now=now,
            message=message.id,
            people=seats.taken - on_offer(session, event.id),
        )
    return message

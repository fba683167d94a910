"""What the organisers keep in mind about a registration."""

from datetime import datetime

from ..db import writing
from ..errors import NotFound
from ..history.models import Act
from ..history.service import record
from ..labels import Audience
from ..organisers.rules import Actor
from .models import Registration
from .queries import by_ref


def keep_note(audience: Audience, ref: int, note: str, *, actor: Actor, now: datetime) -> Registration:
    """Keep this in place of what was noted before; the history says that, and not what. Raises NotFound."""
    with writing() as session:
        person = by_ref(session, audience, ref)
        if person is None or person.label not in actor.labels:
            raise NotFound("There is no such registration.")
        if person.note != note:
            person.note = note
            record(
                session,
                Act.NOTED,
                label=person.label,
                event_id=person.event_id,
                ref=person.ref,
                actor_id=actor.id,
                now=now,
            )
        return person

"""The desk's page of what happened to an event, and the same of a registration for its own page."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from flask import render_template
from sqlalchemy.orm import Session

from .. import clock
from ..access import DESK, organiser
from ..db import db
from ..events.models import Event
from ..events.queries import by_slug
from ..history.models import Entry
from ..history.queries import MOST, entries
from ..history.words import sentence, who
from ..organisers.queries import names
from .blueprint import blueprint


class Happening(NamedTuple):
    """One act as the desk tells it; `at` is aware, in the event's zone."""

    at: datetime
    who: str
    what: str


@blueprint.get("/events/<slug:slug>/history")
@DESK
def event_history(slug: str) -> str:
    """What happened to the event, the newest first."""
    session = db.session()
    event = by_slug(session, slug, organiser().labels)
    return render_template(
        "desk/event_history.html",
        event=event,
        rules=event.rules,
        promise=event.promise,
        past=event.is_past(clock.now()),
        happenings=told(session, event, entries(session, event.id)),
        most=MOST,
    )


def told(session: Session, event: Event, kept: Sequence[Entry]) -> list[Happening]:
    """The acts in words, with the names of organisers as they are now."""
    known = names(session, set(_actors(kept)))
    return [
        Happening(
            entry.at.astimezone(event.starts.tzinfo),
            who(entry.act, entry.ref, known.get(entry.actor_id or 0)),
            sentence(entry.act, entry.details),
        )
        for entry in kept
    ]


def _actors(kept: Iterable[Entry]) -> Iterable[int]:
    return (entry.actor_id for entry in kept if entry.actor_id)

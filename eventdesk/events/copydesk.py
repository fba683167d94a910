"""What an event says, held to its label: what keeps it from being published, and what may stand all the same."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..copycheck import Finding, Level, Report
from ..db import db
from ..errors import Conflict
from ..findings import service
from ..findings.models import Override
from ..findings.queries import overrides_of
from ..findings.reading import read
from ..findings.rules import Notes, noted, refusals
from ..organisers.rules import Actor
from .models import Event
from .queries import by_slug
from .rules import Draft

GONE = "These words are not there any more. Look at the event as it is now."


def report_of(said: Event | Draft) -> Report:
    """What the words of an event, or of what it might say, are found to say against its label."""
    return read(said.label, said.title, said.description, said.brief)


def stands_in(session: Session, event: Event) -> Mapping[str, Override]:
    """What organisers let stand in an event, by key. In a series one reason is enough for all of its events."""
    return overrides_of(session, _together(session, event))


def notes_of(session: Session, event: Event, said: Draft | None = None) -> Notes:
    """What is noted beside an event's words, or beside what it might say."""
    words = said or event
    return noted(event.rules, report_of(words), words.title, words.description, stands_in(session, event))


def faults(session: Session, event: Event, said: Event | Draft) -> dict[str, list[str]]:
    """By form field, what keeps an event from saying this in public.

    Of what is public already, a change is held to what it brings in: another hour is not refused for older words.
    """
    blocking = [each for each in report_of(said).findings if each.level is Level.BLOCKS]
    if not blocking:
        return {}
    stands = set(stands_in(session, event))
    if said is not event:
        stands |= {each.key for each in report_of(event).findings}
    return refusals([each for each in blocking if each.key not in stands])


def let_stand(slug: str, key: str, reason: str, *, said: Draft | None = None, actor: Actor, now: datetime) -> None:
    """Let a finding stand in an event's words, or in what it might say. Raises NotFound, Conflict, or Refused by `reason`."""
    event = by_slug(db.session(), slug, actor.labels)
    service.let_stand(event.id, event.label, _finding(said or event, key), reason, actor_id=actor.id, now=now)


def take_back(slug: str, key: str, *, actor: Actor, now: datetime) -> None:
    """Let a finding stand no longer. Raises NotFound."""
    session = db.session()
    event = by_slug(session, slug, actor.labels)
    service.take_back(event.id, _together(session, event), event.label, key, actor_id=actor.id, now=now)


def _finding(said: Event | Draft, key: str) -> Finding:
    found = next((each for each in report_of(said).findings if each.key == key), None)
    if found is None:
        raise Conflict(GONE)
    return found


def _together(session: Session, event: Event) -> Collection[int]:
    if event.series_id is None:
        return (event.id,)
    return session.scalars(select(Event.id).where(Event.series_id == event.series_id)).all()

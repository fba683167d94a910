"""Writes of calendar entries: each is built in the transaction that changes its event, and raises its feed's revision."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import ics
from ..db import insert_on, writing
from ..links import Links
from ..organisers.rules import Actor
from ..programmes.models import Programme
from ..programmes.queries import by_slug
from ..programmes.rules import Strategy
from ..programmes.service import say
from .models import CalendarEntry, Event, Feed
from .queries import built_otherwise, coming_of, due_to_leave
from .rules import leaves_feed_at


def enter(session: Session, event: Event, links: Links, now: datetime, *, came_from: Programme | None = None) -> None:
    """Build the event's calendar entry, and raise the revision of the feed that shows it or did; also of the one it left."""
    kept = session.get(
        CalendarEntry, event.id, with_for_update=True
    )  # else the hourly tick could take it out meanwhile
    entry = kept or CalendarEntry(event_id=event.id, listed=False)
    was_listed = entry.listed
    entry.label, entry.starts_at = event.label, event.starts_at
    entry.ics = ics.vevent(event.facts(links), links.mailbox)
    entry.built_by = _built_by(links)
    entry.leaves_at = leaves_feed_at(event.ends_at, event.updated_at if event.is_cancelled else None)
    entry.listed = event.is_public and entry.leaves_at > now
    session.add(entry)
    if entry.listed or was_listed:
        for programme in sorted({event.programme, came_from or event.programme}, key=lambda each: each.id):
            _raise_feed(session, programme, now)


def leave_feeds(now: datetime) -> None:
    """The hourly tick: take entries that were shown long enough out of their feeds, but none that changes meanwhile."""
    with writing() as session:
        due = select(CalendarEntry).where(due_to_leave(now)).with_for_update(skip_locked=True)
        for entry in session.scalars(due).all():
            entry.listed = False
            _raise_feed(session, session.get_one(Event, entry.event_id).programme, now)


def say_of_programme(
    slug: str, strategy: Strategy, *, seen: int | None, reason: str = "", actor: Actor, links: Links, now: datetime
) -> Programme:
    """Say something else of a programme; the entries of its coming events name its sender, and follow.

    Raises NotFound, Conflict when there is a newer version than the organiser has `seen`, or Refused at the field `reason`.
    """
    with writing() as session:
        sender = by_slug(session, slug, actor.labels).sender
        programme = say(slug, strategy, seen=seen, reason=reason, actor=actor, now=now)
        for event in coming_of(session, programme, now) if programme.sender != sender else ():
            event.updated_at = now
            enter(session, event, links, now)
    return programme


def rebuild_entries(links: Links, now: datetime) -> int:
    """Build the entries anew that were made by another format or for another address; returns how many."""
    with writing() as session:
        stale = built_otherwise(session, _built_by(links))
        for event in stale:
            enter(session, event, links, now)
    return len(stale)


def _built_by(links: Links) -> str:
    return f"{ics.FORMAT} {links.base_url} {links.mailbox}"


def _raise_feed(session: Session, programme: Programme, now: datetime) -> None:
    first = insert_on(session)(Feed).values(
        programme_id=programme.id, label=programme.label, revision=1, changed_at=now
    )
    again = {"revision": Feed.revision + 1, "changed_at": now}
    session.execute(first.on_conflict_do_update(index_elements=["programme_id"], set_=again))

"""Writes of organisers' own words, and the calendar entries that are built anew when they change."""

from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, selectinload

from ..channels import Channel
from ..db import writing
from ..errors import Conflict
from ..events import queries as events
from ..events.entries import enter
from ..events.models import CalendarEntry, Event, EventWords
from ..events.rules import Status
from ..events.service import NOT_CHANGED_ANY_MORE
from ..history.models import Act
from ..history.service import record
from ..links import Links
from ..organisers.rules import Actor
from ..programmes import queries as programmes
from ..programmes.models import Programme, ProgrammeWords
from ..wording import Words

Row = TypeVar("Row", EventWords, ProgrammeWords)


def reword_event(
    slug: str, channel: Channel, words: Words | None, *, actor: Actor, links: Links, now: datetime
) -> Event:
    """Say this in a channel of one event; None: what its programme says, or the label. Raises NotFound, or Conflict once cancelled."""
    with writing() as session:
        event = events.by_slug(session, slug, actor.labels)
        session.refresh(event, with_for_update={"of": Event, "key_share": True})  # registrations may go on
        if event.is_cancelled:
            raise Conflict(NOT_CHANGED_ANY_MORE)
        _set(event.words, EventWords, channel, words)
        record(
            session,
            Act.WORDED,
            label=event.label,
            event_id=event.id,
            actor_id=actor.id,
            now=now,
            channel=channel.value,
            generated=words is None,
        )
        if channel is Channel.CALENDAR and event.status is Status.PUBLISHED:
            _enter_again(session, event, links, now)
    return event


def reword_programme(
    slug: str, channel: Channel, words: Words | None, *, actor: Actor, links: Links, now: datetime
) -> Programme:
    """Say this in a channel of all events of a programme that have no words of their own there. Raises NotFound."""
    with writing() as session:
        programme = programmes.by_slug(session, slug, actor.labels)
        _set(programme.words, ProgrammeWords, channel, words)
        if channel is Channel.CALENDAR:
            for event in session.scalars(_shown_somewhere(programme, now)).all():
                if channel not in event.words:
                    _enter_again(session, event, links, now)
    return programme


def _set(written: dict[Channel, Row], row: type[Row], channel: Channel, words: Words | None) -> None:
    if words is None:
        written.pop(channel, None)
    elif channel in written:
        written[channel].subject, written[channel].body = words.subject, words.body
    else:
        written[channel] = row(channel=channel, subject=words.subject, body=words.body)


def _shown_somewhere(programme: Programme, now: datetime) -> Select[Event]:
    """Its published events that a feed shows, or that are still to come; locked until the transaction ends."""
    wanted = select(Event).join(CalendarEntry).where(Event.programme_id == programme.id)
    wanted = wanted.where(Event.status == Status.PUBLISHED, or_(Event.ends_at > now, CalendarEntry.listed))
    return wanted.order_by(Event.id).options(selectinload(Event.words)).with_for_update(of=Event, key_share=True)


def _enter_again(session: Session, event: Event, links: Links, now: datetime) -> None:
    """The words are news to a calendar, and no change of time, place, link, title or status: SEQUENCE stays."""
    event.updated_at = now
    session.flush()
    enter(session, event, links, now)

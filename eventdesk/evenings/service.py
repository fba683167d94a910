"""Writes of an evening: notes kept, published and taken back; words given to be quoted, put on a page, taken off, withdrawn."""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..consent.models import CHOICES, MailChoice
from ..consent.service import open_choices
from ..db import writing
from ..errors import Conflict, NotFound, Refused
from ..events.models import Event
from ..events.service import NOT_CHANGED_ANY_MORE, locked
from ..history.models import Act
from ..history.service import record
from ..labels import RULES_BY_AUDIENCE, Audience, belied_by
from ..lists.queries import by_ref
from ..organisers.rules import Actor
from ..standing.rules import OTHER_WORDS
from . import parting
from .models import Evening, EventQuotation, Quotation
from .queries import given, may_give
from .rules import Notes, lacking, not_yet

CHANGED_MEANWHILE = (
    "These notes were changed while you wrote, by somebody else or in another window. What you wrote stands below, and "
    "is not saved. Saving it again puts it in the place of what the notes say now."
)
NOT_THERE = "Only who was there can give words to be quoted, once it is over."
WITHDRAWN = "Those words were withdrawn a moment ago, by who had given them. They stand nowhere any more."


def save(slug: str, notes: Notes, *, publish: bool, revision: int, actor: Actor, now: datetime) -> Evening:
    """Keep what is said of an evening; with `publish`, or when it was published before, for everybody who sees the event's page.

    `revision` is what the organiser saw, 0 for nothing. Raises NotFound, Refused by field for what is published and lacks
    something, Conflict before the event has begun, or when somebody else changed it meanwhile.
    """
    with writing() as session:
        event = locked(session, slug, actor)
        if refusal := not_yet(event, now):
            raise Conflict(refusal)
        evening = _evening(session, event, revision)
        was_published = evening.published_at is not None
        if (publish or was_published) and (missing := lacking(event.rules, notes)):
            raise Refused(dict(missing))
        if was_published and all(getattr(evening, name) == value for name, value in notes.columns.items()):
            return evening
        for name, value in notes.columns.items():
            setattr(evening, name, value)
        _changed(evening, actor, now)
        if publish and not was_published:
            evening.published_at = now
        session.add(evening)
        if was_published or publish:
            _record(session, Act.WRITTEN_UP, event, actor, now, did="changed" if was_published else "published")
    return evening


def take_back(slug: str, *, actor: Actor, now: datetime) -> None:
    """Show the notes of an evening to nobody any more; what they say is kept at the desk. Twice is once. Raises NotFound."""
    with writing() as session:
        event = locked(session, slug, actor)
        evening = session.get(Evening, event.id, populate_existing=True)
        if evening and evening.published_at:
            evening.published_at = None
            _changed(evening, actor, now)
            _record(session, Act.WRITTEN_UP, event, actor, now, did="taken back")


def give(audience: Audience, ref: int, words: str, name: str, *, said: str, now: datetime) -> None:
    """Keep words that who has this registration gives to be quoted with, and `said`, what stood beside the box.

    What they gave before is withdrawn; the same once more changes nothing. Raises NotFound, Conflict where they were not
    there, Refused at `agreed` when what they agreed to is put otherwise by now.
    """
    rules = RULES_BY_AUDIENCE[audience]
    with writing() as session:
        person = by_ref(session, audience, ref)
        if person is None:
            raise NotFound("This link is not valid.")
        event = session.get_one(Event, person.event_id)
        if not may_give(session, person, event, now):
            raise Conflict(NOT_THERE)
        if said != rules.quoted_said:
            raise Refused({"agreed": [OTHER_WORDS]})
        author = _author(session, audience, person.email_key, now)
        session.refresh(person)  # who is erased at this moment is gone by now
        before = given(session, rules.label, author.ref)
        if before:
            if (before.words, before.name, before.said) == (words, name, said):
                return
            parting.withdraw(session, [before], now)
        new = Quotation(ref=1 + secrets.randbelow(2**63 - 1), label=rules.label, author=author.ref)
        new.words, new.name, new.said, new.given_at = words, name, said, now
        session.add(new)


def withdraw(audience: Audience, author: int, *, now: datetime) -> None:
    """Take the words that the address of this choice gave off every page, and forget them. Twice is once."""
    with writing() as session:
        if standing := given(session, RULES_BY_AUDIENCE[audience].label, author):
            parting.withdraw(session, [standing], now)


def put_on(slug: str, ref: int, *, actor: Actor, now: datetime) -> None:
    """Let words that somebody gave stand on the page of an event that sells. Twice is once.

    Raises NotFound, or Conflict where the label sells nothing, the words belie it, or they are withdrawn by now.
    """
    assert actor.id is not None  # somebody chose them
    with writing() as session:
        event = _quoting(session, slug, actor)
        mine = select(Quotation).where(Quotation.ref == ref, Quotation.withdrawn_at.is_(None))
        quotation = session.scalar(mine.with_for_update(), execution_options={"populate_existing": True})
        if quotation is None:
            raise Conflict(WITHDRAWN)
        if belied := belied_by(event.rules, f"{quotation.words} {quotation.name}"):
            raise Conflict(f"These words cannot stand there. {belied}")
        if session.get(EventQuotation, (event.id, quotation.id)) is None:
            about: dict[str, Any] = {"event_id": event.id, "label": event.label, "quotation_id": quotation.id}
            session.add(EventQuotation(**about, put_at=now, put_by=actor.id))
            _record(session, Act.QUOTED, event, actor, now, did="put on")


def take_off(slug: str, ref: int, *, actor: Actor, now: datetime) -> None:
    """Let such words stand on an event's page no longer; whoever gave them stands by them as before. Raises NotFound, Conflict."""
    with writing() as session:
        event = _quoting(session, slug, actor)
        mine = select(EventQuotation).join(Quotation, Quotation.id == EventQuotation.quotation_id)
        there = session.scalar(mine.where(EventQuotation.event_id == event.id, Quotation.ref == ref))
        if there:
            session.delete(there)
            _record(session, Act.QUOTED, event, actor, now, did="taken off")


def _evening(session: Session, event: Event, revision: int) -> Evening:
    """What is kept of an evening, or a beginning."""
    kept = session.get(Evening, event.id, populate_existing=True)
    if revision != (kept.revision if kept else 0):
        raise Conflict(CHANGED_MEANWHILE)
    return kept or Evening(event_id=event.id, label=event.label, revision=0)


def _changed(evening: Evening, actor: Actor, now: datetime) -> None:
    evening.revision += 1
    evening.updated_at, evening.updated_by = now, actor.id


def _author(session: Session, audience: Audience, email_key: str, now: datetime) -> MailChoice:
    """The choice of an address, locked: of two who give words for it at once, one waits for the other."""
    choices = CHOICES[audience]
    open_choices(session, audience, [email_key], now)
    return session.scalars(select(choices).where(choices.email_key == email_key).with_for_update()).one()


def _quoting(session: Session, slug: str, actor: Actor) -> Event:
    event = locked(session, slug, actor)
    if not event.rules.sells:
        raise Conflict(f"Nobody is quoted on the page of a {event.rules.noun}.")
    if event.is_cancelled:
        raise Conflict(NOT_CHANGED_ANY_MORE)
    return event


def _record(session: Session, act: Act, event: Event, actor: Actor, now: datetime, *, did: str) -> None:
    record(session, act, label=event.label, event_id=event.id, actor_id=actor.id, now=now, did=did)

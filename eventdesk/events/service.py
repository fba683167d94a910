"""Writes of events: create, change, publish, cancel."""

import secrets
import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..db import db, writing
from ..errors import Conflict, Refused
from ..history.models import Act
from ..history.service import record
from ..labels import RULES
from ..links import Links
from ..organisers.rules import Actor
from ..outbox.models import Kind
from ..outbox.service import enqueue, tell_of
from ..programmes.queries import for_event, version_seen
from ..questions.service import set_questions, stays_allowed
from ..speakers.models import Speaker
from ..speakers.service import keep_speakers
from ..wording import EventFacts, Told, differences
from .copydesk import faults, report_of
from .entries import enter
from .models import Event, Seats
from .queries import by_slug, seats_to_change
from .rules import RESERVED_SLUGS, Draft, Status, Visibility, changed_names, must_be_told, said_by, slug_of, unanswered

CHANGED_MEANWHILE = (
    "This event was changed while you did, by somebody else or in another window. What you wrote stands below, and is "
    "not saved. Saving it again puts it in the place of what the event says now."
)
OWN_WORDS = "Somebody wrote words of their own for it as a {noun}. Go back to the generated ones first, under Words."
ALWAYS_TOLD = "Another time, place or link is always told to those who registered."
NOT_CHANGED_ANY_MORE = "A cancelled event is not changed any more."
NO_TWIN = "It has no twin that its page could name."
IS_TWIN = "It is one of a pair of twins, one of each label. Part them first, on its page at the desk."


def create(
    draft: Draft,
    *,
    series_id: int | None = None,
    topic_id: int | None = None,
    actor: Actor,
    links: Links,
    now: datetime,
) -> Event:
    """A new draft: alone, as one of a series, whose addresses carry their dates, or as the twin of another. Raises Refused."""
    with writing() as session:
        if draft.names_twin and topic_id is None:
            raise Refused({"names_twin": [NO_TWIN]})
        day = draft.starts_at.date() if series_id else None
        event = Event(
            uid=f"{uuid.uuid4()}@{links.host}",
            slug=_free_slug(session, slug_of(draft.title, day)),
            series_id=series_id,
            topic_id=topic_id,
            code=secrets.token_urlsafe(9),
            made_at=now,
            updated_at=now,
            seats=Seats(capacity=draft.capacity),
        )
        _fill_in(session, event, draft, actor)
        session.add(event)
        session.flush()
        set_questions(session, event.id, event.label, draft.questions or ())
        keep_speakers(session, event.id, event.appearing)
        record(session, Act.CREATED, label=event.label, event_id=event.id, actor_id=actor.id, now=now)
    return event


def add(draft: Draft, *, publish: bool, actor: Actor, links: Links, now: datetime) -> Event:
    """A new event, and its publication with the charter accepted if wished: both or neither. Raises Refused."""
    report_of(draft)  # read before the transaction, and remembered in it
    with writing():
        event = create(draft, actor=actor, links=links, now=now)
        return publish_event(event.slug, charter_accepted=True, actor=actor, links=links, now=now) if publish else event


def change(
    slug: str,
    draft: Draft,
    *,
    revision: int | None,
    tell: bool = True,
    actor: Actor,
    links: Links,
    now: datetime,
) -> Event:
    """Say something else of an event. Those registered hear of another time, place, link or title.

    `revision` is what the organiser saw; without `tell` nobody hears of it, which another time, place or link does not
    allow. Raises NotFound, Refused, or Conflict when somebody else changed it meanwhile.
    """
    report_of(draft)  # as in `add`
    with writing() as session:
        event = locked(session, slug, actor)
        if revision not in (None, event.revision):
            raise Conflict(CHANGED_MEANWHILE)
        may_become(event, draft)
        before, said, programme = event.facts(links), said_by(event), event.programme
        _set_capacity(session, event, draft.capacity, now)
        _fill_in(session, event, draft, actor)
        _ask(session, event, draft, actor, now)
        keep_speakers(session, event.id, event.appearing)
        _due_again(event, now)
        event.revision += 1
        event.updated_at = now
        news = _make_known(session, event, before.told, tell=tell, links=links, now=now)
        if fields := changed_names(said, said_by(event)):
            about: dict[str, Any] = {"label": event.label, "event_id": event.id, "actor_id": actor.id, "now": now}
            record(session, Act.CHANGED, **about, fields=fields, **news)
        if event.status is Status.PUBLISHED:
            enter(session, event, links, now, came_from=programme)
    return event


def publish_event(slug: str, *, charter_accepted: bool, actor: Actor, links: Links, now: datetime) -> Event:
    """Let the public see it; from here on its label is locked. Raises NotFound, Conflict, or Refused by what is missing."""
    report_of(by_slug(db.session(), slug, actor.labels))  # as in `add`
    with writing() as session:
        event = locked(session, slug, actor)
        if event.status is not Status.DRAFT:
            raise Conflict("This event is published already.")
        stays_allowed(session, event.id, event.label)
        missing = dict(unanswered(event.rules, event.brief)) | faults(session, event, event)
        if event.rules.charter and not charter_accepted:
            missing["charter"] = ["Accept the charter before publishing: nobody may sell here."]
        if missing:
            raise Refused(missing)
        if event.rules.charter:
            event.charter_accepted_at, event.charter_accepted_by = now, actor.id
        event.charter_version_id = version_seen(session, event.programme, None)
        event.status, event.published_at, event.updated_at = Status.PUBLISHED, now, now
        event.revision += 1
        session.flush()
        enter(session, event, links, now)
        record(session, Act.PUBLISHED, label=event.label, event_id=event.id, actor_id=actor.id, now=now)
    return event


def cancel_event(slug: str, *, actor: Actor, links: Links, now: datetime) -> Event:
    """Call a published event off; everyone registered hears of it. Raises NotFound or Conflict."""
    with writing() as session:
        event = locked(session, slug, actor)
        if event.status is not Status.PUBLISHED:
            raise Conflict("Only a published event can be cancelled.")
        if event.is_past(now):
            raise Conflict("The event is over; there is nothing to cancel any more.")
        event.status, event.updated_at = Status.CANCELLED, now
        event.sequence += 1
        event.revision += 1
        _tell(session, event, Kind.CANCELLED, event.facts(links).told, now)
        enter(session, event, links, now)
        record(session, Act.CANCELLED, label=event.label, event_id=event.id, actor_id=actor.id, now=now)
    return event


def complete_speakers() -> None:
    """Begin what is known of hosts and speakers for the events that are older than it."""
    with writing() as session:
        begun = select(Speaker.id).where(Speaker.event_id == Event.id).exists()
        for event in session.scalars(select(Event).where(~begun)).all():
            keep_speakers(session, event.id, event.appearing)


def imagined(draft: Draft, *, over: Event | None, actor: Actor, links: Links, now: datetime) -> EventFacts:
    """What would be known of an event, new or `over` one there is, if the draft were saved; nothing is. Raises Refused."""
    event = Event(
        uid="", slug=slug_of(draft.title), code="…", sequence=0, status=Status.DRAFT, made_at=now, updated_at=now
    )
    event.seats = Seats(capacity=draft.capacity, taken=0, waiting=0)
    if over:
        event.uid, event.slug, event.code, event.sequence = over.uid, over.slug, over.code, over.sequence
    _fill_in(db.session(), event, draft, actor)
    facts = event.facts(links)
    return replace(facts, words={**facts.words, **over.own_words}) if over and over.label is draft.label else facts


def locked(session: Session, slug: str, actor: Actor) -> Event:
    """One event, locked until the transaction ends, as it is now. Raises NotFound."""
    event = by_slug(session, slug, actor.labels)
    session.refresh(event, with_for_update={"of": Event, "key_share": True})  # registrations may go on
    return event


def _fill_in(session: Session, event: Event, draft: Draft, actor: Actor) -> None:
    if draft.label not in actor.labels:
        raise Refused({"label": [f"You do not organise {RULES[draft.label].plural}."]})
    programme = for_event(session, draft.label, draft.programme)
    event.label, event.programme, event.programme_id = draft.label, programme, programme.id
    event.title, event.description = draft.title, draft.description
    event.set_times(
        start=draft.starts_at, end=draft.ends_at, zone=draft.timezone, fold=draft.fold, remind_days=draft.remind_days
    )
    event.venue, event.online_url = draft.venue, draft.online_url
    event.hosts, event.speakers = list(draft.hosts), list(draft.speakers)
    event.visibility, event.brief = Visibility(draft.visibility), draft.brief
    event.offer_hours, event.thanks = draft.offer_hours, draft.thanks
    event.names_twin, event.offers_crossing = draft.names_twin, draft.offers_crossing


def _ask(session: Session, event: Event, draft: Draft, actor: Actor, now: datetime) -> None:
    if draft.questions is None:
        stays_allowed(session, event.id, event.label)
    elif set_questions(session, event.id, event.label, draft.questions):
        record(session, Act.ASKED, label=event.label, event_id=event.id, actor_id=actor.id, now=now, did="replaced")


def may_become(event: Event, draft: Draft) -> None:
    """Nothing, where an event can come to say this. Raises Refused by field, or Conflict where it is not changed any more."""
    if event.is_cancelled:
        raise Conflict(NOT_CHANGED_ANY_MORE)
    if event.status is not Status.DRAFT:
        _stays_publishable(event, draft)
    if draft.label is not event.label and event.words:
        raise Refused({"label": [OWN_WORDS.format(noun=event.rules.noun)]})
    if draft.label is not event.label and event.topic_id is not None:
        raise Refused({"label": [IS_TWIN]})
    if draft.names_twin and event.topic_id is None:
        raise Refused({"names_twin": [NO_TWIN]})
    _seats_suffice(event.seats, draft.capacity)


def _stays_publishable(event: Event, draft: Draft) -> None:
    if draft.label is not event.label:
        raise Refused({"label": ["The label is locked since the event was published. Cancel it, and make another."]})
    if event.is_public and draft.visibility != event.visibility:
        raise Refused(
            {"visibility": ["Its page and feed are known already. Cancel it, and make another by invitation."]}
        )
    if missing := {**unanswered(event.rules, draft.brief), **faults(db.session(), event, draft)}:
        raise Refused(missing)


def _due_again(event: Event, now: datetime) -> None:
    """What was said of another time neither reminds of this one, nor thanks for it."""
    if event.remind_at and event.remind_at > now:
        event.reminded_at = None
    if not event.is_past(now):
        event.thanked_at = None


def _set_capacity(session: Session, event: Event, capacity: int | None, now: datetime) -> None:
    seats = seats_to_change(session, event.id)
    _seats_suffice(seats, capacity)
    seats.capacity = capacity
    if seats.waiting and seats.free:
        enqueue(session, Kind.FILL, label=event.label, event_id=event.id, version=event.revision, now=now)


def _seats_suffice(seats: Seats, capacity: int | None) -> None:
    if capacity is not None and capacity < seats.taken:
        raise Refused({"capacity": [f"{seats.taken} people have a seat already; the capacity cannot be less."]})


def _make_known(
    session: Session, event: Event, before: Told, *, tell: bool, links: Links, now: datetime
) -> dict[str, Any]:
    """Let calendars and those registered know what a published event says now; returns what the history keeps of it."""
    facts = event.facts(links)
    if event.status is not Status.PUBLISHED or not differences(before, facts):
        return {}
    event.sequence += 1
    kept: dict[str, Any] = {"sequence": event.sequence, "before": before}
    if event.is_past(now):
        return kept
    if tell:
        _tell(session, event, Kind.CHANGED, before, now)
        return kept
    if must_be_told(before, facts.told):
        raise Refused({"tell": [ALWAYS_TOLD]})
    return kept | {"told": False}


def _tell(session: Session, event: Event, news: Kind, before: Told, now: datetime) -> None:
    """Have everyone told who is registered now: with the seats locked, nobody is half in."""
    upto = seats_to_change(session, event.id).last_place
    tell_of(session, news, event.sequence, label=event.label, event_id=event.id, upto=upto, now=now, before=before)


def _free_slug(session: Session, base: str) -> str:
    alike = session.scalars(select(Event.slug).where(Event.slug.startswith(base, autoescape=True)))
    taken = {*RESERVED_SLUGS, *alike}
    if base not in taken:
        return base
    return next(slug for number in range(2, len(taken) + 3) if (slug := f"{base}-{number}") not in taken)

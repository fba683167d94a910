"""Twins: one topic, once under each label. A pair is made whole, and parted only while one of the two is a draft."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..db import writing
from ..errors import Conflict, Refused
from ..history.models import Act
from ..history.service import record
from ..labels import RULES
from ..links import Links
from ..organisers.rules import Actor
from .copydesk import report_of
from .models import Event, Topic
from .queries import by_slug
from .rules import Draft, Status, names_its_twin
from .service import NOT_CHANGED_ANY_MORE, create, locked

HAS_ONE = "It has a twin already. A topic is held once as each label, and no more often."
HAS_NONE = "It has no twin."
BOTH_PUBLISHED = "Both have been published. They stay a pair: people have read of the one on the page of the other."
NOT_THE_OTHER = "The twin of a {noun} is a {other}."


def twin_of(session: Session, event: Event) -> Event | None:
    """The other event of the same topic."""
    if event.topic_id is None:
        return None
    return session.scalar(select(Event).where(Event.topic_id == event.topic_id, Event.id != event.id))


def named_by(session: Session, event: Event, now: datetime) -> Event | None:
    """The twin that an event's page names now: where its label or its organiser wishes it, and everyone may find both."""
    naming = event.names_twin or event.rules.names_twin
    if event.topic_id is None or event.is_cancelled or not names_its_twin(naming, over=event.is_past(now)):
        return None
    twin = twin_of(session, event)
    return twin if twin and is_to_be_found(twin) else None


def is_to_be_found(twin: Event) -> bool:
    """Whether everyone may know of it: it is public, and was not called off."""
    return twin.is_public and twin.status is Status.PUBLISHED


def must_be_alone(event: Event) -> None:
    """Nothing, where an event can get a twin. Raises Conflict."""
    if event.is_cancelled:
        raise Conflict(NOT_CHANGED_ANY_MORE)
    if event.topic_id is not None:
        raise Conflict(HAS_ONE)


def make_twin(slug: str, draft: Draft, *, actor: Actor, links: Links, now: datetime) -> Event:
    """The same topic under the other label, as a draft: the event and what ties the two, both or neither.

    Raises NotFound, Conflict for an event that has one or was called off, or Refused.
    """
    report_of(draft)  # read before the transaction, and remembered in it
    with writing() as session:
        event = locked(session, slug, actor)
        must_be_alone(event)
        wanted = RULES[event.rules.crosses_to]
        if draft.label is not wanted.label:
            raise Refused({"label": [NOT_THE_OTHER.format(noun=event.rules.noun, other=wanted.noun)]})
        topic = Topic(made_at=now)
        session.add(topic)
        session.flush()
        event.topic_id = topic.id
        twin = create(draft, topic_id=topic.id, actor=actor, links=links, now=now)
        for each, was in ((event, "there"), (twin, "made")):
            record(session, Act.TWINNED, label=each.label, event_id=each.id, actor_id=actor.id, now=now, did=was)
    return twin


def part(slug: str, *, actor: Actor, now: datetime) -> None:
    """Let two events be twins no longer; both stay. Who does so organises both.

    Raises NotFound, or Conflict for an event that has no twin, and once both are published.
    """
    with writing() as session:
        event = by_slug(session, slug, actor.labels)
        twin = twin_of(session, event)
        if twin is None:
            raise Conflict(HAS_NONE)
        for each in sorted((event, twin), key=lambda each: each.id):
            locked(session, each.slug, actor)
        if event.topic_id is None:  # parted meanwhile
            raise Conflict(HAS_NONE)
        if not may_be_parted(event, twin):
            raise Conflict(BOTH_PUBLISHED)
        topic = session.get_one(Topic, event.topic_id)
        for each in (event, twin):
            each.topic_id = each.names_twin = None
            record(session, Act.TWINNED, label=each.label, event_id=each.id, actor_id=actor.id, now=now, did="parted")
        session.flush()
        session.delete(topic)


def may_be_parted(event: Event, twin: Event) -> bool:
    """Whether one of the two is still a draft, so that nobody has seen them as a pair."""
    return Status.DRAFT in (event.status, twin.status)

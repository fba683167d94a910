"""Writes of series: make one, and change, publish or call off several of its events, all of them or none."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ..db import db, writing
from ..errors import Conflict, Refused
from ..history.models import Act
from ..history.service import record
from ..links import Links
from ..organisers.rules import Actor
from ..questions.queries import questions_of
from ..questions.service import copy_questions
from ..wording import EventFacts, differences
from .copydesk import report_of
from .models import Event, Series
from .queries import by_slug, said_when_told, seats_to_change, siblings
from .recurrence import Plan, Scope, carried, day_in_words, rule_of
from .rules import Draft, Status, must_be_told, said_by
from .service import cancel_event, change, create, imagined, locked, may_become, publish_event


@dataclass(frozen=True)
class Effect:
    """What a change would do to one event: the times in words, and what people would be told."""

    event: Event
    before: str
    after: str
    #: What it would say.
    facts: EventFacts
    #: What those registered would hear of; nothing where nobody does.
    news: Sequence[str]
    #: Whether they must hear of it.
    binding: bool


def in_scope(session: Session, event: Event, scope: Scope, now: datetime) -> list[Event]:
    """The others that an act upon `event` is about too: neither over nor called off."""
    if scope is Scope.ONE:
        return []
    those = list(siblings(session, event))
    if scope is Scope.FOLLOWING:
        those = those[those.index(event) :]
    return [each for each in those if each is not event and not each.is_past(now) and not each.is_cancelled]


def create_series(plan: Plan, *, actor: Actor, links: Links, now: datetime) -> list[Event]:
    """The drafts of a series, each with its own seats, links and UID. Raises Refused."""
    with writing() as session:
        series = Series(label=plan.drafts[0].label, rule=plan.rule, made_at=now)
        session.add(series)
        session.flush()
        return [create(draft, series_id=series.id, actor=actor, links=links, now=now) for draft in plan.drafts]


def change_series(
    slug: str,
    draft: Draft,
    scope: Scope,
    *,
    revision: int | None,
    tell: bool = True,
    actor: Actor,
    links: Links,
    now: datetime,
) -> list[Event]:
    """Say something else of an event, and make the same change to the others of `scope` that are still to come.

    Returns those changed, the event itself first. Raises as `change` does; what another cannot take names its date.
    """
    given: dict[str, Any] = {"tell": tell, "actor": actor, "links": links, "now": now}
    report_of(draft)  # read before the transaction, and remembered in it
    with writing() as session:
        event, others = _locked_together(session, slug, scope, actor, now)
        before = said_by(event)
        changed = [change(slug, draft, revision=revision, **given)]
        for other in others:
            with _naming(other):
                said = carried(before, draft, said_by(other))
                if said != said_by(other):
                    changed.append(change(other.slug, said, revision=None, **given))
        if event.series and scope is Scope.ALL and before.starts_at.date() != draft.starts_at.date():
            event.series.rule = rule_of(sorted(each.wall_start for each in (event, *others)))
    return changed


def foreseen(
    event: Event, draft: Draft, scope: Scope, *, to_save: bool = False, actor: Actor, links: Links, now: datetime
) -> list[Effect]:
    """What `change_series` would do to each event; nothing is changed.

    Raises Refused for times that cannot be; `to_save`: Refused and Conflict for all that would not be saved.
    """
    before, effects = said_by(event), list[Effect]()
    for each in [event, *in_scope(db.session(), event, scope, now)]:
        with nullcontext() if each is event else _naming(each):
            said = draft if each is event else carried(before, draft, said_by(each))
            if to_save:
                may_become(each, said)
            facts = imagined(said, over=each, actor=actor, links=links, now=now)
        if each is event or said != said_by(each):
            effects.append(_effect(each, facts, links, now))
    return effects


def _effect(event: Event, facts: EventFacts, links: Links, now: datetime) -> Effect:
    """What it would do to an event to say this, with all that those registered have not heard of yet."""
    told = event.facts(links).told
    heard = event.status is Status.PUBLISHED and facts.ends > now
    news = differences(told, facts) if heard else []
    if news and (earlier := said_when_told(db.session(), event.id)):
        news = differences(earlier, facts) or news
    return Effect(event, event.when, facts.when, facts, news, heard and must_be_told(told, facts.told))


def publish_series(slug: str, *, charter_accepted: bool, actor: Actor, links: Links, now: datetime) -> list[Event]:
    """Publish all drafts of an event's series that are still to come. Raises NotFound, Refused by date, or Conflict."""
    for each in siblings(db.session(), by_slug(db.session(), slug, actor.labels)):
        report_of(each)  # as in `change_series`
    with writing() as session:
        event, others = _locked_together(session, slug, Scope.ALL, actor, now)
        by_time = sorted([event, *others], key=lambda each: each.starts_at)
        drafts = [each for each in by_time if each.status is Status.DRAFT and not each.is_past(now)]
        if not drafts:
            raise Conflict("There is no draft in this series to be published.")
        for each in drafts:
            with _naming(each):
                publish_event(each.slug, charter_accepted=charter_accepted, actor=actor, links=links, now=now)
    return drafts


def share_questions(slug: str, *, actor: Actor, now: datetime) -> list[Event]:
    """Ask what an event asks at all others of its series that are still to come and ask nothing yet; returns those."""
    with writing() as session:
        event, others = _locked_together(session, slug, Scope.ALL, actor, now)
        if not questions_of(session, event.id):
            raise Conflict("This event asks nothing of its own.")
        asking = [each for each in others if not questions_of(session, each.id)]
        for each in asking:
            copy_questions(session, event.id, each.id)
            record(session, Act.ASKED, label=each.label, event_id=each.id, actor_id=actor.id, now=now, did="added")
    return asking


def cancel_series(slug: str, scope: Scope, *, actor: Actor, links: Links, now: datetime) -> list[Event]:
    """Call off the published events of `scope` that are still to come. Raises NotFound or Conflict."""
    with writing() as session:
        event, others = _locked_together(session, slug, scope, actor, now)
        called_off = [event, *(each for each in others if each.takes_registrations(now))]
        for each in called_off:
            cancel_event(each.slug, actor=actor, links=links, now=now)
    return called_off


def _locked_together(
    session: Session, slug: str, scope: Scope, actor: Actor, now: datetime
) -> tuple[Event, list[Event]]:
    """An event and the others of `scope`, all locked: first the events, then their seats, each in order of number."""
    event = by_slug(session, slug, actor.labels)
    those = sorted([event, *in_scope(session, event, scope, now)], key=lambda each: each.id)
    for each in those:
        locked(session, each.slug, actor)
    for each in those:
        seats_to_change(session, each.id)
    return event, in_scope(session, event, scope, now)


@contextmanager
def _naming(event: Event) -> Iterator[None]:
    """What is refused within is refused with the date of this event before it."""
    try:
        yield
    except Refused as error:
        day = day_in_words(event.wall_start)
        said = {field: [f"{day}: {sentence}" for sentence in sentences] for field, sentences in error.problems.items()}
        raise Refused(said) from error

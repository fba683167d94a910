"""The desk's pages about series: the list of one, and the acts that are about several of its events."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import DESK, links, organiser
from ..db import db
from ..errors import Refused
from ..events.copydesk import notes_of
from ..events.models import Event
from ..events.queries import by_slug, siblings
from ..events.recurrence import Scope
from ..events.rules import Status, unanswered
from ..events.series import in_scope, publish_series, share_questions
from ..questions.queries import questions_of
from .blueprint import blueprint
from .telling import told_by_event

CANCELLED_SCOPES = {
    Scope.ONE: "Only this one",
    Scope.FOLLOWING: "This and the following ones",
    Scope.ALL: "All that are still to come",
}


@dataclass(frozen=True)
class Place:
    """Where an event stands in its series."""

    rule: str
    events: Sequence[Event]
    #: Of the event, counted from 1.
    number: int

    @property
    def count(self) -> int:
        """How many events there are."""
        return len(self.events)

    @property
    def previous(self) -> Event | None:
        """The one before, if any."""
        return self.events[self.number - 2] if self.number > 1 else None

    @property
    def following(self) -> Event | None:
        """The one after, if any."""
        return self.events[self.number] if self.number < self.count else None


@dataclass(frozen=True)
class Reach:
    """One way to call events off: what it is called, and how many events and people it is about."""

    value: str
    title: str
    events: int
    people: int


def place_of(event: Event) -> Place | None:
    """An event's place in its series; None for one that stands alone."""
    if event.series is None:
        return None
    events = siblings(db.session(), event)
    return Place(event.series.rule, events, 1 + events.index(event))


def reaches(event: Event) -> list[Reach]:
    """The ways to call off a published event of a series; none for one that stands alone."""
    now, found = clock.now(), list[Reach]()
    if event.series is None or not event.takes_registrations(now):
        return found
    told = told_by_event(db.session(), siblings(db.session(), event))
    for scope, title in CANCELLED_SCOPES.items():
        those = [event, *(each for each in in_scope(db.session(), event, scope, now) if each.takes_registrations(now))]
        found.append(Reach(scope.value, title, len(those), sum(told[each.id] for each in those)))
    return found


@blueprint.get("/events/<slug:slug>/series")
@DESK
def series(slug: str) -> str:
    """All events of an event's series, and the publication of those that are drafts."""
    return _show(by_slug(db.session(), slug, organiser().labels))


@blueprint.post("/events/<slug:slug>/series/publish")
@DESK
def publish_all(slug: str) -> ResponseReturnValue:
    """Publish all drafts of the series, the charter accepted once for them."""
    actor, accepted = organiser().actor, bool(request.form.get("charter"))
    try:
        done = publish_series(slug, charter_accepted=accepted, actor=actor, links=links(), now=clock.now())
    except Refused as error:
        found = by_slug(db.session(), slug, organiser().labels)
        sentences = [sentence for said in error.problems.values() for sentence in said]
        return _show(found, sentences), error.status
    flash(f"Published: {len(done)} events. Each has its own link to hand out.")
    return redirect(url_for(".series", slug=slug), 303)


@blueprint.post("/events/<slug:slug>/series/questions")
@DESK
def ask_all(slug: str) -> ResponseReturnValue:
    """Ask this event's questions at the others that ask nothing yet."""
    done = share_questions(slug, actor=organiser().actor, now=clock.now())
    flash(f"Asked at {len(done)} more {'event' if len(done) == 1 else 'events'}.")
    return redirect(url_for(".series", slug=slug), 303)


def _show(event: Event, problems: Sequence[str] = ()) -> str:
    now, place = clock.now(), place_of(event)
    drafts = [each for each in place.events if each.status is Status.DRAFT and not each.is_past(now)] if place else []
    return render_template(
        "desk/series.html",
        event=event,
        rules=event.rules,
        past=event.is_past(now),
        series=place,
        drafts=drafts,
        incomplete=[each for each in drafts if unanswered(each.rules, each.brief)],
        held_back=[each for each in drafts if notes_of(db.session(), each).blocking],
        charter=event.rules.charter,
        questions=len(questions_of(db.session(), event.id)),
        problems=problems,
    )

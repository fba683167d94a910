"""What those who came said of the label's promise: of one event, of a programme over time, and of its hosts. Never of a speaker."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template

from .. import clock
from ..access import DESK, organiser
from ..db import db
from ..events.models import Event
from ..events.queries import by_slug
from ..feedback.queries import taken_place, tallies, words_of
from ..feedback.rules import SHOWN_FROM, Tally, added, counted
from ..programmes.queries import by_slug as programme_by_slug
from .blueprint import blueprint


@dataclass(frozen=True)
class Row:
    """One event, or one host, and how the answers fell."""

    name: str
    counts: Tally
    event: Event | None = None


@blueprint.get("/events/<slug:slug>/kept")
@DESK
def kept(slug: str) -> str:
    """How the answers about one event fell, why, and what was said in own words."""
    event, session, now = by_slug(db.session(), slug, organiser().labels), db.session(), clock.now()
    return render_template(
        "desk/kept.html",
        event=event,
        rules=event.rules,
        past=event.is_past(now),
        counts=tallies(session, [event])[event.id],
        words=words_of(session, event),
        few=SHOWN_FROM,
    )


@blueprint.get("/programmes/<slug:slug>/kept")
@DESK
def programme_kept(slug: str) -> str:
    """The same of all events of a programme: together, one by one, and by host."""
    session = db.session()
    programme = programme_by_slug(session, slug, organiser().labels)
    events = taken_place(session, programme.label, clock.now(), programme=programme)
    found = tallies(session, events)
    return render_template(
        "desk/programme_kept.html",
        programme=programme,
        rules=programme.rules,
        promise=programme.rules.promise_of((), programme.sender),
        whole=counted(list(found.values())),
        rows=[Row(event.title, found[event.id], event) for event in events],
        hosts=_by_host(events, found),
        few=SHOWN_FROM,
    )


def _by_host(events: Sequence[Event], found: Mapping[int, Tally]) -> list[Row]:
    """By host, of the events whose answers are shown; without who also spoke: nobody's talk is rated."""
    spoke = {name for event in events for name in event.speakers}
    hosted: dict[str, list[Tally]] = defaultdict(list)
    for event in events:
        if found[event.id].shown:
            for name in dict.fromkeys(event.hosts):
                hosted[name].append(found[event.id])
    return [Row(name, added(hosted[name])) for name in sorted(hosted) if name not in spoke]

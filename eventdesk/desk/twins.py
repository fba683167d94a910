"""What the desk says of an event's twin, as far as its organiser may know it; and making one, and parting the two."""

from dataclasses import dataclass

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from .. import clock
from ..access import DESK, links, organiser
from ..db import db
from ..errors import NotFound
from ..events.filled import twinned
from ..events.forms import EventForm
from ..events.models import Event
from ..events.queries import by_slug
from ..events.twin_forms import NAMINGS
from ..events.twins import is_to_be_found, may_be_parted, must_be_alone, part, twin_of
from ..labels import RULES, LabelRules
from ..programmes.queries import first_of
from .blueprint import blueprint


@dataclass(frozen=True)
class Twin:
    """The other of the pair; `event` and `url` only for who organises its label, or where everyone may find it."""

    rules: LabelRules
    event: Event | None = None
    url: str = ""
    #: When the page of the one that is looked at names the other.
    named: str = ""
    may_be_parted: bool = False


def twin_at_desk(event: Event) -> Twin | None:
    """An event's twin for who is signed in; None where it has none."""
    twin = twin_of(db.session(), event)
    if twin is None:
        return None
    named = NAMINGS[event.names_twin or event.rules.names_twin]
    if twin.label in organiser().labels:
        url = url_for("desk.event", slug=twin.slug)
        return Twin(twin.rules, twin, url, named, may_be_parted=may_be_parted(event, twin))
    return Twin(twin.rules, twin, twin.url(links()), named) if is_to_be_found(twin) else Twin(twin.rules, named=named)


def may_make_twin(event: Event) -> LabelRules | None:
    """Of which label a twin can be made of an event by who is signed in; None where none can be."""
    other = event.rules.crosses_to
    alone = event.topic_id is None and not event.is_cancelled
    return RULES[other] if alone and other in organiser().labels else None


def source_of(form: EventForm) -> Event | None:
    """The event of which the form's is to be the twin. Raises NotFound for who does not organise both labels."""
    if not form.twin_of.data:
        return None
    event = by_slug(db.session(), form.twin_of.data, organiser().labels)
    if event.rules.crosses_to not in organiser().labels:
        raise NotFound("There is no such page.")
    return event


def begun(slug: str) -> EventForm:
    """The form of an event's twin, to begin with. Raises NotFound, or Conflict where it can have none."""
    event = source_of(EventForm(twin_of=slug))
    assert event
    must_be_alone(event)
    return twinned(event, first_of(db.session(), event.rules.crosses_to))


@blueprint.post("/events/<slug:slug>/part")
@DESK
def part_twins(slug: str) -> Response:
    """Let the two be twins no longer."""
    part(slug, actor=organiser().actor, now=clock.now())
    flash("Parted. Both events are still there.")
    return redirect(url_for(".event", slug=slug), 303)

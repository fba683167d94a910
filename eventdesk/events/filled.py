"""The event's form filled with what is known: of an event, for a copy of it, or of a programme."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from ..labels import BRIEF_NAMES, Brief
from ..programmes.models import Programme
from .forms import TICKED, EventForm
from .models import Event
from .rules import said_by


def form_of(event: Event) -> EventForm:
    """The form filled with what an event says now."""
    return EventForm(MultiDict(typed(event)))


def typed(event: Event) -> dict[str, str]:
    """What one would type to say the same of an event."""
    said = dict(vars(said_by(event)))
    brief: Brief = said.pop("brief")
    del said["questions"]  # they have a page of their own
    answers = {f"brief_{name}": brief[name] for name in BRIEF_NAMES}
    return {name: _as_typed(value) for name, value in said.items()} | answers | {"revision": str(event.revision)}


def _as_typed(value: Any) -> str:
    if isinstance(value, bool):
        return TICKED if value else ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M}"
    if isinstance(value, tuple):
        return "\n".join(value)
    return "" if value is None else str(value)


#: For a copy: its dates, links and people are another matter.
CLEARED_IN_COPY = ("starts_at", "ends_at", "fold", "online_url", "speakers", "revision", "names_twin")
#: With a twin: its words keep another promise, and its evening is another.
SHARED_BY_TWINS = ("title", "timezone", "venue", "hosts")


def copied(event: Event) -> EventForm:
    """The form of a new event like this one, with dates, links and people cleared."""
    kept = {name: value for name, value in typed(event).items() if name not in CLEARED_IN_COPY}
    return EventForm(MultiDict(kept | {"like": event.slug}))


def twinned(event: Event, programme: Programme) -> EventForm:
    """The form of an event's twin, of a programme of the other label: filled with what the two may share."""
    shared = {name: value for name, value in typed(event).items() if name in SHARED_BY_TWINS}
    return begin_with(EventForm(data=shared | {"twin_of": event.slug}), programme)


def begin_with(form: EventForm, programme: Programme) -> EventForm:
    """Let a new event be of this programme, and begin with its default answers."""
    form.label.data, form.programme.data = programme.label.value, programme.slug
    for name in BRIEF_NAMES:
        form[f"brief_{name}"].data = programme.brief[name]
    return form


def offer_programmes(form: EventForm, programmes: Iterable[Programme]) -> EventForm:
    """Let the form's programme be chosen; the first of the label is taken otherwise."""
    form.programme.choices = [
        ("", "The first of its label"),
        *((each.slug, f"{each.name} ({each.rules.noun})") for each in programmes),
    ]
    return form

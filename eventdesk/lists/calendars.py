"""The calendar of one person: how each of their registrations stands, as an entry of their own."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from .. import ics
from ..events.models import Event
from ..labels import RULES_BY_AUDIENCE
from ..links import Links
from .models import PersonalCalendar, Registration, State

_STATUSES: Mapping[State, ics.Status] = {
    State.PENDING: ics.Status.CANCELLED,
    State.CONFIRMED: ics.Status.CONFIRMED,
    State.OFFERED: ics.Status.TENTATIVE,
    State.WAITLISTED: ics.Status.TENTATIVE,
    State.CANCELLED: ics.Status.CANCELLED,
}


def entry_for(person: Registration, event: Event, links: Links, *, let_in: bool) -> bytes:
    """The event as this person's calendar should show it: a seat, a place in line, or a tombstone. It names nobody.

    `let_in`: whether they ever had either; to others an event by invitation does not show its open link.
    """
    facts, status, sequence = event.facts(links), _STATUSES[person.state], event.sequence + person.turns
    if not event.is_public and not let_in:
        facts = replace(facts, url=links.manage(person.audience, person.ref, person.generation))
    return ics.vevent(facts, links.mailbox, status=status, sequence=sequence, own=person.state is State.CONFIRMED)


def feed(calendar: PersonalCalendar, registered: Iterable[tuple[Registration, Event]], links: Links) -> bytes:
    """All that an address was let in to under one label. Who left keeps a tombstone, as after a cancellation."""
    rules = RULES_BY_AUDIENCE[calendar.audience]
    entries = [entry_for(person, event, links, let_in=True) for person, event in registered]
    return ics.calendar(entries, feed=rules, name=f"My {rules.plural}")


def address_of(calendar: PersonalCalendar, links: Links) -> str:
    """Where the feed is, for who may have it."""
    return links.personal_calendar(calendar.audience, calendar.ref, calendar.generation)

"""What a label's news feed tells: its events as they were published or changed, and the notes of their evenings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from ..evenings.queries import Told, told
from ..evenings.queries import news as written_up
from ..events.models import Event
from ..events.queries import news
from ..labels import Label
from ..links import Links
from ..wording import EventFacts, summary

MOST = 50


@dataclass(frozen=True, kw_only=True)
class Item:
    """One entry (RFC 4287 section 4.1.2): an event, or the notes of its evening. The promise of its facts stands first."""

    #: The same for ever.
    id: str
    title: str
    url: str
    facts: EventFacts
    published_at: datetime | None
    updated_at: datetime
    notes: Told | None = None


def entries_of(session: Session, label: Label, links: Links) -> Sequence[Item]:
    """The entries of a label's feed, what was published or changed last first.

    Neither quotations nor the names of who asked are among what notes tell here: a reader's program keeps what it has
    fetched, and whoever withdraws words or a name wants them gone.
    """
    items = [_of_event(event, links) for event in news(session, label, MOST)]
    evenings = [(event, told(session, event)) for event in written_up(session, label, MOST)]
    items += [_of_evening(event, notes, links) for event, notes in evenings if notes]
    return sorted(items, key=lambda each: each.updated_at, reverse=True)[:MOST]


def _of_event(event: Event, links: Links) -> Item:
    facts = event.facts(links)
    return Item(
        id=_uuid(event).urn,
        title=summary(facts),
        url=facts.url,
        facts=facts,
        published_at=event.published_at,
        updated_at=event.updated_at,
    )


def _of_evening(event: Event, notes: Told, links: Links) -> Item:
    facts = event.facts(links)
    return Item(
        id=uuid5(_uuid(event), "evening").urn,
        title=f"Notes: {event.title}",
        url=f"{facts.url}#evening",
        facts=facts,
        published_at=notes.published_at,
        updated_at=notes.updated_at,
        notes=notes,
    )


def _uuid(event: Event) -> UUID:
    return UUID(event.uid.partition("@")[0])

"""What a CRM takes over of an event: a row for each thing that became of each person, the same whenever it is asked for."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..events.models import Event
from ..history.models import Act, Entry
from ..sheets import Table
from .columns import owner_of
from .models import Registration, State
from .queries import listed

REGISTERED, CANCELLED, ATTENDED, NO_SHOW = "REGISTERED", "CANCELLED", "ATTENDED", "NO_SHOW"
#: How a registration can have ended, or been put an end to.
_ENDED = (Act.LEFT, Act.LAPSED, Act.DECLINED, Act.MERGED)
#: Of whom it never was one, or is another by now: of them nothing is handed over.
_NOBODY = (Act.DECLINED, Act.MERGED)


def handed_over(session: Session, event: Event, owners: Mapping[int, str]) -> Table:
    """Rows keyed by event, address, status and moment; `owners` are the names of organisers by id.

    Who waits counts as registered; who is held, was declined or merged into another, or gave no address at the door is
    left out. Moments are UTC, as RFC 3339 writes them: who came, or did not, is noted at the start of the event,
    whenever it was marked.
    """
    asks = [ask.name for ask in event.rules.asks]
    header = ["event_uid", "event_title", "event_start", "email", "name", *asks, "status", "occurred_at"]
    ended = _ended(session, event)
    rows = [
        [
            event.uid,
            event.title,
            _moment(event.starts_at),
            person.email,
            person.name,
            *(str(getattr(person, ask)) for ask in asks),
            status,
            _moment(at),
            *_followed_up(person, owners),
        ]
        for person in listed(session, event)
        if person.email
        for status, at in _became(person, event, ended.get(person.ref))
    ]
    return Table([*header, "stage", "owner", "value", "currency"], rows)


def _became(person: Registration, event: Event, ended: Entry | None) -> Sequence[tuple[str, datetime]]:
    if person.is_held:
        return ()
    registered = (REGISTERED, person.made_at)
    if person.state is State.CANCELLED:
        if ended and ended.act in _NOBODY:
            return ()
        return (registered, (CANCELLED, ended.at if ended else person.made_at))
    if person.attended is None:
        return (registered,)
    return (registered, (ATTENDED if person.attended else NO_SHOW, event.starts_at))


def _ended(session: Session, event: Event) -> dict[int, Entry]:
    """By reference, the last act that ended a registration."""
    wanted = select(Entry).where(Entry.event_id == event.id, Entry.ref != 0, Entry.act.in_(_ENDED))
    return {entry.ref: entry for entry in session.scalars(wanted.order_by(Entry.id))}


def _followed_up(person: Registration, owners: Mapping[int, str]) -> list[str]:
    value = getattr(person, "value", None)
    stage, currency = (str(getattr(person, name, "")) for name in ("stage", "currency"))
    return [stage, owner_of(person, owners), "" if value is None else str(value), currency]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

"""Reads about who is held until an organiser decides, and about how people came."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from ..events.models import Event
from ..events.rules import Status
from ..history.models import Act, Entry
from ..invites.models import Invitation
from ..invites.queries import invitations_of, used
from ..labels import Label
from ..links import Keys, Purpose
from .models import Origin, Registration, State
from .queries import by_ref, people_of

#: What settles whether a registration is held, and whether it ever was let in.
_SETTLED = (Act.REGISTERED, Act.APPROVED, Act.DECLINED, Act.LEFT, Act.LAPSED)
_LET_IN = (Act.HELD, Act.REGISTERED, Act.APPROVED)


def held_by_event(session: Session, labels: Collection[Label], now: datetime) -> Sequence[tuple[Event, int]]:
    """Events of these labels that still take people, with how many are held.

    Asked of the history and not of the lists, so that who opens both may see both numbers on one page.
    """
    later = aliased(Entry)
    settled = exists().where(
        later.event_id == Entry.event_id, later.ref == Entry.ref, later.id > Entry.id, later.act.in_(_SETTLED)
    )
    wanted = (
        select(Entry.event_id, func.count().label("held"))
        .where(Entry.act == Act.HELD, Entry.label.in_(labels), ~settled)
        .group_by(Entry.event_id)
        .subquery()
    )
    open_ones = select(Event, wanted.c.held).join(wanted, wanted.c.event_id == Event.id)
    open_ones = open_ones.where(Event.status == Status.PUBLISHED, Event.ends_at > now).order_by(Event.starts_at)
    return [(event, held) for event, held in session.execute(open_ones)]


def was_let_in(session: Session, person: Registration) -> bool:
    """Whether the person ever had a seat or a place in line since they last came: not while held, nor when declined then."""
    return _last(session, person, _LET_IN) is not Act.HELD


def ended_by(session: Session, person: Registration) -> Act | None:
    """How a registration ended: an organiser declined or merged it, an offer was not taken in time, or the person left."""
    return _last(session, person, (*_SETTLED, Act.MERGED))


def with_old_link(session: Session, keys: Keys, token: str) -> bool:
    """Whether a personal link opens its registration no more because that was merged with another."""
    person = by_ref(session, *keys.row(Purpose.MANAGE, token))
    held = person is not None and any(keys.holds(token, each) for each in range(person.generation))
    return held and person is not None and _last(session, person, (Act.MERGED,)) is not None


def was_taken_off(session: Session, person: Registration) -> bool:
    """Whether who left last did so by an organiser's hand."""
    mine = select(Entry.details).where(
        Entry.event_id == person.event_id, Entry.ref == person.ref, Entry.act == Act.LEFT
    )
    details = session.scalar(mine.order_by(Entry.id.desc()).limit(1))
    return bool(details and details.get("taken_off"))


def _last(session: Session, person: Registration, acts: Collection[Act]) -> Act | None:
    mine = select(Entry.act).where(Entry.event_id == person.event_id, Entry.ref == person.ref, Entry.act.in_(acts))
    return session.scalar(mine.order_by(Entry.id.desc()).limit(1))


def invitations_behind(session: Session, event: Event, refs: Collection[int] | None = None) -> dict[int, Invitation]:
    """By reference, the personal links by which those came who were held: of these people, or of all."""
    held = select(Entry.ref, Entry.details).where(Entry.event_id == event.id, Entry.act == Act.HELD)
    if refs is not None:
        held = held.where(Entry.ref.in_(refs))
    links = {ref: details["link"] for ref, details in session.execute(held.order_by(Entry.id))}
    known = {each.id: each for each in invitations_of(session, event, set(links.values()))} if links else {}
    return {ref: known[link] for ref, link in links.items() if link in known}  # its owner may have had it erased


@dataclass(frozen=True)
class Came:
    """How many came by which link, but for campaign links, which count by themselves."""

    #: By the event's open link.
    openly: int
    #: By the id of their personal link; who was held, once an organiser has let them in.
    personally: Counter[int]
    #: Held until an organiser decides, by the id of the personal link.
    held: Counter[int]


def came(session: Session, event: Event) -> Came:
    """How people came to an event."""
    people, behind = people_of(event), invitations_behind(session, event)
    acts = select(Entry.ref).where(Entry.event_id == event.id, Entry.act == Act.APPROVED)
    approved = set(session.scalars(acts))
    pending = set(session.scalars(select(people.ref).where(people.event_id == event.id, people.state == State.PENDING)))
    mine = used(session, event)
    let_in = mine | {ref: invitation.id for ref, invitation in behind.items() if ref in approved}
    openly = select(func.count()).where(
        people.event_id == event.id,
        people.link_id.is_(None),
        people.origin == Origin.PAGE,
        people.state != State.PENDING,
        people.ref.not_in({*mine, *behind}),
    )
    return Came(
        openly=session.scalar(openly) or 0,
        personally=Counter(let_in.values()),
        held=Counter(invitation.id for ref, invitation in behind.items() if ref in pending),
    )

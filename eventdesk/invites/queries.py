"""Reads of invite links."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..errors import NotFound
from ..events.models import Event
from ..events.queries import by_code
from ..events.rules import Status
from ..labels import Audience
from ..links import Keys, Purpose
from .models import INVITATIONS, Invitation, InviteLink

NOT_VALID = "This invite link is not valid, or not any more. Ask whoever sent it to you."


def by_link(session: Session, code: str) -> tuple[Event, InviteLink | None]:
    """The event of a public code, and the campaign link if it is one. Raises NotFound."""
    link = session.scalar(select(InviteLink).where(InviteLink.code == code))
    return (_shown(session, link.event_id), link) if link else (by_code(session, code), None)


def by_token(session: Session, keys: Keys, token: str) -> tuple[Event, Invitation]:
    """The event of a personal link, and whose link it is. Raises NotFound, also once it is withdrawn."""
    invitation = by_ref(session, *keys.row(Purpose.INVITE, token))
    if invitation is None or not keys.holds(token, invitation.generation) or invitation.revoked_at:
        raise NotFound(NOT_VALID)
    return _shown(session, invitation.event_id), invitation


def by_ref(session: Session, audience: Audience, ref: int) -> Invitation | None:
    """One personal link by its reference."""
    table = INVITATIONS[audience]
    return session.scalar(select(table).where(table.ref == ref))


def of_address(session: Session, event: Event, email_key: str) -> Invitation | None:
    """The personal link of an address to an event, unless it was withdrawn."""
    table = INVITATIONS[event.rules.audience]
    mine = select(table).where(table.event_id == event.id, table.email_key == email_key, table.revoked_at.is_(None))
    return session.scalar(mine.limit(1))


def links_of(session: Session, event: Event) -> Sequence[InviteLink]:
    """The event's campaign links, the oldest first."""
    return session.scalars(select(InviteLink).where(InviteLink.event_id == event.id).order_by(InviteLink.id)).all()


def invitations_of(session: Session, event: Event, ids: Collection[int] | None = None) -> Sequence[Invitation]:
    """The event's personal links, all or those with these ids, the oldest first."""
    table = INVITATIONS[event.rules.audience]
    mine = select(table).where(table.event_id == event.id)
    if ids is not None:
        mine = mine.where(table.id.in_(ids))
    return session.scalars(mine.order_by(table.id)).all()


def used(session: Session, event: Event) -> dict[int, int]:
    """By the reference of each registration that came of a personal link, the link's id."""
    table = INVITATIONS[event.rules.audience]
    mine = select(table.registered_ref, table.id).where(table.event_id == event.id, table.registered_ref.is_not(None))
    return {ref: id_ for ref, id_ in session.execute(mine) if ref is not None}


def made_alone(session: Session, event: Event) -> Sequence[Invitation]:
    """The event's personal links that were made in no round, the oldest first."""
    table = INVITATIONS[event.rules.audience]
    mine = select(table).where(table.event_id == event.id, table.round_id.is_(None))
    return session.scalars(mine.order_by(table.id)).all()


def link_of(session: Session, event: Event, code: str) -> InviteLink:
    """One of the event's campaign links. Raises NotFound."""
    link = session.scalar(select(InviteLink).where(InviteLink.event_id == event.id, InviteLink.code == code))
    if link is None:
        raise NotFound("This event has no such link.")
    return link


def invitation_of(session: Session, event: Event, id_: int) -> Invitation:
    """One of the event's personal links. Raises NotFound."""
    table = INVITATIONS[event.rules.audience]
    invitation = session.scalar(select(table).where(table.event_id == event.id, table.id == id_))
    if invitation is None:
        raise NotFound("This event has no such link.")
    return invitation


def _shown(session: Session, event_id: int) -> Event:
    event = session.get_one(Event, event_id)
    if event.status is Status.DRAFT:
        raise NotFound("This invite link is not valid.")
    return event

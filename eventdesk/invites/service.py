"""Writes of invite links: make one, withdraw it, use it up; and what who was invited answers without registering."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from ..db import writing
from ..errors import Conflict, NotFound, Refused
from ..events.models import Event
from ..events.queries import by_slug
from ..history.models import Act
from ..history.service import record
from ..labels import Audience
from ..organisers.rules import Actor
from ..standing.service import stop_mail_to
from .models import INVITATIONS, Invitation, InviteLink
from .queries import NOT_VALID, by_ref, invitation_of, link_of, of_address
from .rules import Ended

CAMPAIGN, PERSONAL = "campaign", "personal"
CLOSED = "The event is over, or was called off: there is nothing to answer any more."


def add_link(
    slug: str, *, name: str, ends_at: datetime | None, most_uses: int | None, actor: Actor, now: datetime
) -> InviteLink:
    """A campaign link, good until `ends_at` or `most_uses` registrations. Raises NotFound, or Conflict when it is too late."""
    with writing() as session:
        event = _open_event(session, slug, actor, now)
        link = InviteLink(
            code=secrets.token_urlsafe(9),
            event_id=event.id,
            label=event.label,
            name=name,
            ends_at=ends_at,
            most_uses=most_uses,
            made_at=now,
        )
        session.add(link)
        session.flush()
        _record(session, Act.LINKED, event, CAMPAIGN, link.id, actor, now)
    return link


def invite(slug: str, *, name: str, email: str, actor: Actor, now: datetime) -> Invitation:
    """A personal link bound to an address. Raises NotFound, Refused when the address has one, Conflict when it is too late."""
    with writing() as session:
        event = _open_event(session, slug, actor, now)
        if of_address(session, event, email.casefold()):
            raise Refused({"email": ["This address has a personal link already; it stands in the table."]})
        invitation = INVITATIONS[event.rules.audience](
            ref=1 + secrets.randbelow(2**63 - 1),
            event_id=event.id,
            label=event.label,
            name=name,
            email=email,
            email_key=email.casefold(),
            made_at=now,
        )
        session.add(invitation)
        session.flush()
        _record(session, Act.LINKED, event, PERSONAL, invitation.id, actor, now)
    return invitation


def revoke_link(slug: str, code: str, *, actor: Actor, now: datetime) -> InviteLink:
    """Let a campaign link take nobody any more; who came by it stays. Twice is once. Raises NotFound."""
    with writing() as session:
        event = by_slug(session, slug, actor.labels)
        link = link_of(session, event, code)
        session.refresh(link, with_for_update=True)
        if link.revoked_at is None:
            link.revoked_at = now
            _record(session, Act.REVOKED, event, CAMPAIGN, link.id, actor, now)
    return link


def revoke_invitation(slug: str, id_: int, *, actor: Actor, now: datetime) -> Invitation:
    """Make a personal link invalid; who came by it stays. Twice is once. Raises NotFound."""
    with writing() as session:
        event = by_slug(session, slug, actor.labels)
        invitation = invitation_of(session, event, id_)
        session.refresh(invitation, with_for_update=True)
        if invitation.revoked_at is None:
            invitation.revoked_at = now
            invitation.generation += 1
            _record(session, Act.REVOKED, event, PERSONAL, invitation.id, actor, now)
    return invitation


def decline(audience: Audience, ref: int, *, now: datetime) -> None:
    """Keep that who was invited will not come; they may register all the same. Twice is once. Raises NotFound, or Conflict."""
    with writing() as session:
        invitation, event = _held_out(session, audience, ref)
        if not event.takes_registrations(now):
            raise Conflict(CLOSED)
        invitation.declined_at = invitation.declined_at or now


def invite_no_more(audience: Audience, ref: int, *, now: datetime) -> None:
    """Keep that who was invited wants no more mail of the label, as the link in each mail does. Twice is once. Raises NotFound."""
    with writing() as session:
        invitation, _ = _held_out(session, audience, ref)
        stop_mail_to(session, audience, invitation.email_key, now)


def _held_out(session: Session, audience: Audience, ref: int) -> tuple[Invitation, Event]:
    """A personal link, locked, and its event. Raises NotFound."""
    invitation = by_ref(session, audience, ref)
    if invitation:
        session.refresh(invitation, with_for_update=True)
    if invitation is None or invitation.revoked_at:
        raise NotFound(NOT_VALID)
    return invitation, session.get_one(Event, invitation.event_id)


def use(session: Session, link_id: int, event: Event, now: datetime) -> None:
    """Count one registration by a campaign link, which stays locked until the transaction ends. Raises Ended."""
    link = session.get(InviteLink, link_id, with_for_update=True, populate_existing=True)
    if link is None or link.event_id != event.id:
        raise NotFound(NOT_VALID)
    if ending := link.ending(now):
        raise Ended(ending.value)
    link.registrations += 1


def invitation_to_use(session: Session, audience: Audience, ref: int, event: Event) -> Invitation:
    """A personal link, locked until the transaction ends. Raises NotFound, also when it was withdrawn meanwhile."""
    invitation = by_ref(session, audience, ref)
    if invitation:
        session.refresh(invitation, with_for_update=True)
    if invitation is None or invitation.event_id != event.id or invitation.revoked_at:
        raise NotFound(NOT_VALID)
    return invitation


def _open_event(session: Session, slug: str, actor: Actor, now: datetime) -> Event:
    event = by_slug(session, slug, actor.labels)
    if event.is_cancelled or event.is_past(now):
        raise Conflict("The event is over, or was called off: nobody can register by a link any more.")
    return event


def _record(session: Session, act: Act, event: Event, kind: str, id_: int, actor: Actor, now: datetime) -> None:
    record(session, act, label=event.label, event_id=event.id, actor_id=actor.id, now=now, kind=kind, link=id_)

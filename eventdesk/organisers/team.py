"""Writes of the team: invite, take an invitation back, say yes to one, give and take roles, revoke."""

import secrets
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from ..db import writing
from ..errors import Conflict, NotFound, Refused
from ..links import Links
from ..outbox.models import Kind
from ..outbox.service import enqueue
from .models import DoorHelper, Invitation, Organiser, OrganiserRole, Reset, SignIn
from .queries import by_email, invitation_by_ref
from .rules import INVITATION_LASTS, OWNER, Actor, may_grant, role_words
from .service import begin_sign_in, hashed_passphrase, verify

NOBODY = "There is nobody like that on the team."
NO_INVITATION = "There is no such invitation."
LAST_OWNER = "This is the last owner, and a desk needs one. Make somebody else an owner first."


def invite(*, name: str, email: str, role: str, actor: Actor, now: datetime) -> Invitation:
    """Offer a role by mail. Raises Refused, by field: a role one may not grant, or somebody who has it or is asked already."""
    if not may_grant(actor, role):
        raise Refused({"role": ["Choose a role that you hold yourself."]})
    with writing() as session:
        held = by_email(session, email)
        if held and role in {each.role for each in held.roles}:
            raise Refused({"email": [f"{held.name} is {role_words(role)} already."]})
        return add_invitation(session, name=name, email=email, role=role, actor=actor, now=now)


def add_invitation(
    session: Session,
    *,
    name: str,
    email: str,
    role: str | None = None,
    event_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> Invitation:
    """An invitation and its letter, as part of a transaction in which it was seen that the actor may. Raises Refused."""
    key = email.strip().casefold()
    same = select(Invitation).where(
        Invitation.email_key == key, Invitation.role == role, Invitation.event_id == event_id
    )
    if session.scalar(same.where(Invitation.closed_at.is_(None), Invitation.ends_at > now)):
        raise Refused({"email": ["This address is asked already, as stands below."]})
    invitation = Invitation(
        ref=1 + secrets.randbelow(2**63 - 1),
        name=name,
        email=email.strip(),
        email_key=key,
        role=role,
        event_id=event_id,
        invited_by=actor.id,
        made_at=now,
        ends_at=now + INVITATION_LASTS,
    )
    session.add(invitation)
    session.flush()
    enqueue(session, Kind.JOIN, label=None, event_id=0, ref=invitation.ref, version=0, now=now)
    return invitation


def take_back(invitation_id: int, *, actor: Actor, now: datetime) -> None:
    """Make the link of an offered role open nothing any more. Raises NotFound."""
    with writing() as session:
        invitation = session.get(Invitation, invitation_id)
        if invitation is None or invitation.role is None or not may_grant(actor, invitation.role):
            raise NotFound(NO_INVITATION)
        close_invitation(session, invitation, now)


def close_invitation(session: Session, invitation: Invitation, now: datetime) -> None:
    """Close an invitation, as part of a transaction. Raises NotFound when it is closed, or was accepted."""
    session.refresh(invitation, with_for_update=True)
    if invitation.closed_at:
        raise NotFound(NO_INVITATION)
    invitation.closed_at = now


def accept(
    ref: int, *, name: str, passphrase: str, links: Links, network: str, browser: str = "", now: datetime
) -> str:
    """Say yes to an invitation; returns the secret of the sign-in that begins.

    Whoever has an account already shows its passphrase, and gets what is offered besides; all others are made an account
    by this name. Raises NotFound, Refused at the field `passphrase`, SignInFailed, or TooMany.
    """
    with writing() as session:
        invitation = _still_open(session, ref, now)
        email, known = invitation.email, by_email(session, invitation.email) is not None
    hashed = ""
    if known:
        verify(email, passphrase, links=links, network=network, now=now)
    else:
        hashed = hashed_passphrase(passphrase)
    with writing() as session:
        invitation = _still_open(session, ref, now)
        person = by_email(session, email)
        if (person is not None) is not known:
            raise Conflict("Something changed while you did this. Open the link again.")
        if person is None:
            person = Organiser(name=name, email=email, email_key=invitation.email_key, passphrase=hashed, made_at=now)
            session.add(person)
        _take_on(session, person, invitation)
        close_invitation(session, invitation, now)
        session.flush()
        return begin_sign_in(session, person.id, browser, now)


def give_role(person_id: int, role: str, *, actor: Actor) -> None:
    """Give somebody of the team a further role; having it already is fine. Raises NotFound, or Refused at the field `role`."""
    with writing() as session:
        person = _colleague(session, person_id, actor)
        if not may_grant(actor, role):
            raise Refused({"role": ["Choose one of the roles."]})
        if role not in {held.role for held in person.roles}:
            person.roles.append(OrganiserRole(role=role))


def take_role(person_id: int, role: str, *, actor: Actor, now: datetime) -> None:
    """Take a role from somebody, and the invitations they have made back. Raises NotFound, or Conflict for the last owner's."""
    with writing() as session:
        person = _colleague(session, person_id, actor)
        held = next((each for each in person.roles if each.role == role), None)
        if held is None:
            raise NotFound(NOBODY)
        if role == OWNER:
            _keep_an_owner(session, person)
        person.roles.remove(held)
        session.flush()
        _forget_invitations(session, person, now)
        end_if_nothing_left(session, person)


def revoke(person_id: int, *, actor: Actor, now: datetime) -> None:
    """Take everything from somebody at once: roles, doors, sign-ins, links. What they did at the desk stays.

    Raises NotFound, or Conflict for the last owner.
    """
    with writing() as session:
        person = _colleague(session, person_id, actor)
        if person.is_owner:
            _keep_an_owner(session, person)
        person.roles, person.helps = [], []
        session.flush()
        _forget_invitations(session, person, now)
        links_of = update(Reset).where(Reset.organiser_id == person.id, Reset.closed_at.is_(None))
        session.execute(links_of.values(closed_at=now))
        end_if_nothing_left(session, person)


def end_if_nothing_left(session: Session, person: Organiser) -> None:
    """End all sign-ins of who has neither role nor door any more, as part of a transaction."""
    if not person.is_on_team:
        session.execute(delete(SignIn).where(SignIn.organiser_id == person.id))


def _colleague(session: Session, person_id: int, actor: Actor) -> Organiser:
    person = session.get(Organiser, person_id)
    if person is None or not person.is_on_team or not actor.is_owner:
        raise NotFound(NOBODY)
    return person


def _keep_an_owner(session: Session, person: Organiser) -> None:
    """Raises Conflict when nobody else is an owner; the rows are locked, so that two cannot remove each other."""
    owners = select(OrganiserRole.organiser_id).where(OrganiserRole.role == OWNER)
    if set(session.scalars(owners.order_by(OrganiserRole.organiser_id).with_for_update())) <= {person.id}:
        raise Conflict(LAST_OWNER)


def _forget_invitations(session: Session, person: Organiser, now: datetime) -> None:
    """What somebody offered is offered no longer, and what was offered to them; else they could come back by it."""
    theirs = or_(Invitation.invited_by == person.id, Invitation.email_key == person.email_key)
    session.execute(update(Invitation).where(theirs, Invitation.closed_at.is_(None)).values(closed_at=now))


def _still_open(session: Session, ref: int, now: datetime) -> Invitation:
    invitation = invitation_by_ref(session, ref, now)
    if invitation is None:
        raise NotFound("This link was used already, was taken back, or is not valid any more.")
    return invitation


def _take_on(session: Session, person: Organiser, invitation: Invitation) -> None:
    if invitation.role and invitation.role not in {held.role for held in person.roles}:
        person.roles.append(OrganiserRole(role=invitation.role))
    if invitation.event_id and invitation.event_id not in person.doors:
        person.helps.append(DoorHelper(event_id=invitation.event_id))

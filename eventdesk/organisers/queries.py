"""Reads of organisers and sign-ins."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from ..labels import Label
from .models import DoorHelper, Installation, Invitation, Organiser, OrganiserRole, Reset, SignIn
from .rules import OWNER


def installation(session: Session) -> Installation | None:
    """Whose installation this is; None before the set-up."""
    return session.get(Installation, 1)


def today(session: Session, now: datetime) -> date:
    """The day it is where the installation is at home; in UTC before the set-up."""
    own = installation(session)
    return now.astimezone(ZoneInfo(own.timezone) if own else UTC).date()


def by_email(session: Session, email: str) -> Organiser | None:
    """The organiser of this address, in any spelling of case."""
    return session.scalar(select(Organiser).where(Organiser.email_key == email.strip().casefold()))


def signed_in(session: Session, secret: str, now: datetime) -> Organiser | None:
    """Who holds this cookie's secret, if the sign-in lives and there is something at the desk for them."""
    held = session.scalar(select(SignIn).where(SignIn.digest == digest(secret), SignIn.ends_at > now))
    return held.organiser if held and held.organiser.is_on_team else None


def names(session: Session, ids: Collection[int] | None = None) -> dict[int, str]:
    """The names of these organisers, by id; of all there ever were, where none are named."""
    wanted = select(Organiser.id, Organiser.name)
    if ids is not None:
        wanted = wanted.where(Organiser.id.in_(ids))
    return {id_: name for id_, name in session.execute(wanted)}


def digest(secret: str) -> str:
    """What is kept of a cookie's secret (256 random bits need no slow hash)."""
    return sha256(secret.encode()).hexdigest()


def team(session: Session) -> Sequence[Organiser]:
    """Everyone for whom there is anything at the desk, by name."""
    there = or_(Organiser.roles.any(), Organiser.helps.any())
    wanted = select(Organiser).where(there).options(selectinload(Organiser.helps))
    return session.scalars(wanted.order_by(func.lower(Organiser.name), Organiser.id)).all()


def organisers_of(session: Session, label: Label) -> Sequence[Organiser]:
    """Who may organise events of a label, by name."""
    wanted = select(Organiser).where(Organiser.roles.any(OrganiserRole.role.in_((label.value, OWNER))))
    return session.scalars(wanted.order_by(func.lower(Organiser.name), Organiser.id)).all()


def keepers(session: Session, event_id: int) -> Sequence[Organiser]:
    """Who helps at the door of an event, by name."""
    wanted = select(Organiser).where(Organiser.helps.any(DoorHelper.event_id == event_id))
    return session.scalars(wanted.order_by(func.lower(Organiser.name), Organiser.id)).all()


def open_invitations(session: Session, now: datetime, event_id: int | None = None) -> Sequence[Invitation]:
    """Invitations that still open something, oldest first: to a role, or to the door of one event."""
    wanted = select(Invitation).where(_is_open(Invitation, now), Invitation.event_id == event_id)
    return session.scalars(wanted.order_by(Invitation.id)).all()


def invitation_by_ref(session: Session, ref: int, now: datetime) -> Invitation | None:
    """The invitation of a link, if it still opens something."""
    return session.scalar(select(Invitation).where(Invitation.ref == ref, _is_open(Invitation, now)))


def has_invitation(session: Session, email_key: str, now: datetime) -> bool:
    """Whether an address is invited to the desk at present."""
    wanted = select(Invitation.id).where(Invitation.email_key == email_key, _is_open(Invitation, now))
    return session.scalar(wanted.limit(1)) is not None


def reset_by_ref(session: Session, ref: int, now: datetime) -> Reset | None:
    """The passphrase reset of a link, if it is still good."""
    return session.scalar(select(Reset).where(Reset.ref == ref, _is_open(Reset, now)))


def reset_owner(session: Session, ref: int) -> Organiser | None:
    """Whose passphrase a link is or was about, until the link is forgotten."""
    return session.scalar(select(Organiser).join(Reset, Reset.organiser_id == Organiser.id).where(Reset.ref == ref))


def sign_ins(session: Session, organiser_id: int, now: datetime) -> Sequence[SignIn]:
    """The browsers somebody is signed in with, the newest first."""
    wanted = select(SignIn).where(SignIn.organiser_id == organiser_id, SignIn.ends_at > now)
    return session.scalars(wanted.order_by(SignIn.made_at.desc(), SignIn.id.desc())).all()


def _is_open(table: type[Invitation] | type[Reset], now: datetime) -> ColumnElement[bool]:
    return and_(table.closed_at.is_(None), table.ends_at > now)

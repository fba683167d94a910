"""Writes of passphrases: changed by who knows the old one, or through a link that is good once."""

import secrets
from datetime import datetime

from sqlalchemy import case, delete, select, update
from sqlalchemy.orm import Session

from .. import limits
from ..db import writing
from ..errors import NotFound
from ..links import Links
from ..outbox.models import Kind
from ..outbox.service import enqueue
from .models import Organiser, Reset, SignIn
from .queries import digest, reset_by_ref
from .rules import RESET_ASKED, RESET_LASTS, RESET_MADE, Actor
from .service import hashed_passphrase, verify

ASKED_MOST, ASKED_OF_NETWORK, ASKED_SECONDS = 5, 20, 3600
ASKED_ENOUGH = "A link was asked for this address often enough. Please try again in an hour; nothing was changed."
NOT_GOOD = "This link was used already, has ended, or is not valid."


def change_passphrase(
    old: str, new: str, *, secret: str, actor: Actor, links: Links, network: str, now: datetime
) -> None:
    """Choose a new passphrase, knowing the old one; all sign-ins but the one of this cookie's `secret` end.

    Raises Refused at the field `passphrase`, SignInFailed, or TooMany.
    """
    hashed = hashed_passphrase(new)
    with writing() as session:
        email = session.get_one(Organiser, actor.id).email
    verify(email, old, links=links, network=network, now=now)
    with writing() as session:
        _set(session, session.get_one(Organiser, actor.id), hashed, now, but=digest(secret))


def ask_reset(email: str, *, links: Links, network: str, now: datetime) -> None:
    """Have a link sent to an address, if somebody of the desk has it.

    For an unknown address the same is written, to the same tables, about a link that is closed from the beginning: neither
    the answer nor its time tells them apart. Raises TooMany, also the same for both.
    """
    key = email.strip().casefold()
    with writing() as session:
        limits.count(session, f"reset:{network}", now, most=ASKED_OF_NETWORK, seconds=ASKED_SECONDS)
        of_address = links.keys.digest("reset", key)
        limits.count(session, of_address, now, most=ASKED_MOST, seconds=ASKED_SECONDS, said=ASKED_ENOUGH)
        session.execute(delete(Reset).where(Reset.ends_at <= now))
        known = case((Organiser.email_key == key, 0), else_=1)
        anyone = session.scalar(select(Organiser).order_by(known, Organiser.id).limit(1))
        if anyone:
            reset = _add(session, anyone.id, now, closed_at=None if anyone.email_key == key else now)
            enqueue(session, Kind.RESET, label=None, event_id=0, ref=reset.ref, version=RESET_ASKED, now=now)


def make_reset(person_id: int, *, actor: Actor, now: datetime) -> int:
    """A link for somebody of the team, made by an owner who hands it over; returns its reference. Raises NotFound.

    Whom it is for hears of it by mail, also when it was used meanwhile: no owner opens an account in silence.
    """
    with writing() as session:
        person = session.get(Organiser, person_id)
        if person is None or not person.is_on_team or not actor.is_owner:
            raise NotFound("There is nobody like that on the team.")
        reset = _add(session, person.id, now, closed_at=None)
        enqueue(session, Kind.RESET, label=None, event_id=0, ref=reset.ref, version=RESET_MADE, now=now)
        return reset.ref


def reset_passphrase(ref: int, passphrase: str, *, now: datetime) -> None:
    """Choose a new passphrase through a link; all sign-ins end, and with the link all others of its kind.

    Raises NotFound when the link is not good any more, Refused at the field `passphrase`.
    """
    hashed = hashed_passphrase(passphrase)
    with writing() as session:
        reset = reset_by_ref(session, ref, now)
        if reset is not None:
            session.refresh(reset, with_for_update=True)
        if reset is None or reset.closed_at:
            raise NotFound(NOT_GOOD)
        _set(session, session.get_one(Organiser, reset.organiser_id), hashed, now)


def _add(session: Session, organiser_id: int, now: datetime, closed_at: datetime | None) -> Reset:
    reset = Reset(
        ref=1 + secrets.randbelow(2**63 - 1), organiser_id=organiser_id, made_at=now, ends_at=now + RESET_LASTS
    )
    reset.closed_at = closed_at
    session.add(reset)
    session.flush()
    return reset


def _set(session: Session, person: Organiser, hashed: str, now: datetime, but: str = "") -> None:
    person.passphrase = hashed
    session.execute(delete(SignIn).where(SignIn.organiser_id == person.id, SignIn.digest != but))
    session.execute(
        update(Reset).where(Reset.organiser_id == person.id, Reset.closed_at.is_(None)).values(closed_at=now)
    )

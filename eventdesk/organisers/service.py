"""Writes: begin the installation, add an organiser, sign in and out."""

import secrets
from datetime import datetime
from functools import cache
from threading import Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from .. import limits
from ..db import writing
from ..errors import Conflict, DomainError, NotFound, Refused, TooMany
from ..links import Links
from .models import Installation, Organiser, OrganiserRole, SignIn
from .queries import by_email, digest, installation
from .rules import OWNER, ROLES, SIGN_IN_LASTS, Actor, passphrase_problem

# OWASP's first choice of parameters; a hash takes 19 MiB and a core, so only two are made at once
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_at_once = Semaphore(2)
TRIES, TRIES_OF_NETWORK, TRY_SECONDS = 10, 60, 900
TURN_SECONDS = 5
NOT_RIGHT = "The address or the passphrase is not right."


class SignInFailed(DomainError):
    """Address or passphrase is wrong; which of them is not said."""

    status = 422


def hashed_passphrase(passphrase: str) -> str:
    """The argon2id hash to keep; made outside any transaction. Raises Refused at the field `passphrase`."""
    if problem := passphrase_problem(passphrase):
        raise Refused({"passphrase": [problem]})
    with _at_once:
        return _hasher.hash(passphrase)


def begin(
    session: Session,
    *,
    organisation: str,
    timezone: str,
    base_url: str,
    name: str,
    email: str,
    hashed: str,
    now: datetime,
) -> Organiser:
    """The installation and its owner, as part of the set-up's transaction. Raises Conflict when it has begun already."""
    if installation(session):
        raise Conflict("This installation is set up already.")
    session.add(Installation(organisation=organisation, timezone=timezone, base_url=base_url, made_at=now))
    return _add(session, name=name, email=email, hashed=hashed, role=OWNER, now=now)


def add_organiser(*, name: str, email: str, passphrase: str, role: str, now: datetime) -> Organiser:
    """Add an organiser, or give one that exists a further role (and the new passphrase). Raises Refused."""
    if role not in ROLES:
        raise Refused({"role": [f"Use one of {', '.join(ROLES)}."]})
    hashed = hashed_passphrase(passphrase)
    with writing() as session:
        return _add(session, name=name, email=email, hashed=hashed, role=role, now=now)


def verify(email: str, passphrase: str, *, links: Links, network: str, now: datetime) -> int:
    """The id of whose address and passphrase these are. Raises SignInFailed or TooMany, the same for known and unknown addresses."""
    key, nobodys = links.keys.digest("sign-in", network, email.strip().casefold()), _nobodys_hash()
    with writing() as session:
        limits.count(session, f"sign-in:{network}", now, most=TRIES_OF_NETWORK, seconds=TRY_SECONDS)
        limits.count(session, key, now, most=TRIES, seconds=TRY_SECONDS)
        organiser = by_email(session, email)
        stored, organiser_id = (organiser.passphrase, organiser.id) if organiser else (nobodys, None)
    if not _matches(stored, passphrase) or organiser_id is None:
        raise SignInFailed(NOT_RIGHT)
    with writing() as session:
        limits.forget(session, key)
    return organiser_id


def sign_in(email: str, passphrase: str, *, links: Links, network: str, browser: str = "", now: datetime) -> str:
    """A new sign-in; returns the secret for the cookie. `browser` names the program in words.

    Raises SignInFailed or TooMany, the same for known and unknown addresses.
    """
    with_id = verify(email, passphrase, links=links, network=network, now=now)
    with writing() as session:
        if not session.get_one(Organiser, with_id).is_on_team:
            raise SignInFailed(NOT_RIGHT)
        return begin_sign_in(session, with_id, browser, now)


def begin_sign_in(session: Session, organiser_id: int, browser: str, now: datetime) -> str:
    """A sign-in of somebody who has shown who they are, as part of a transaction; returns the secret for the cookie."""
    secret = secrets.token_urlsafe(32)
    session.execute(delete(SignIn).where(SignIn.ends_at <= now))
    session.add(
        SignIn(
            digest=digest(secret),
            organiser_id=organiser_id,
            made_at=now,
            ends_at=now + SIGN_IN_LASTS,
            browser=browser,
        )
    )
    return secret


def end_sign_in(sign_in_id: int, *, actor: Actor) -> None:
    """End one of the actor's own sign-ins. Raises NotFound."""
    with writing() as session:
        mine = delete(SignIn).where(SignIn.id == sign_in_id, SignIn.organiser_id == actor.id)
        if not session.execute(mine.returning(SignIn.id)).first():
            raise NotFound("There is no such sign-in.")


def end_other_sign_ins(secret: str, *, actor: Actor) -> None:
    """End all of the actor's sign-ins but the one of this cookie."""
    with writing() as session:
        session.execute(delete(SignIn).where(SignIn.organiser_id == actor.id, SignIn.digest != digest(secret)))


def rename(name: str, *, actor: Actor) -> None:
    """Call oneself otherwise."""
    with writing() as session:
        session.execute(update(Organiser).where(Organiser.id == actor.id).values(name=name))


def sign_out(secret: str) -> None:
    """End this sign-in for ever, wherever its cookie is."""
    with writing() as session:
        session.execute(delete(SignIn).where(SignIn.digest == digest(secret)))


def name_installation(*, organisation: str, timezone: str) -> None:
    """Say whose installation this is, and the zone in which new events begin."""
    with writing() as session:
        session.execute(update(Installation).values(organisation=organisation, timezone=timezone))


def remember_address(base_url: str) -> None:
    """Keep where the installation is served, for commands that are not told."""
    with writing() as session:
        session.execute(update(Installation).values(base_url=base_url))


def _add(session: Session, *, name: str, email: str, hashed: str, role: str, now: datetime) -> Organiser:
    organiser = by_email(session, email)
    if organiser is None:
        organiser = Organiser(
            name=name, email=email.strip(), email_key=email.strip().casefold(), passphrase=hashed, made_at=now
        )
        session.add(organiser)
    else:
        organiser.passphrase = hashed
        session.execute(delete(SignIn).where(SignIn.organiser_id == organiser.id))
    if role not in {held.role for held in organiser.roles}:
        organiser.roles.append(OrganiserRole(role=role))
    session.flush()
    return organiser


def _matches(stored: str, passphrase: str) -> bool:
    if not _at_once.acquire(timeout=TURN_SECONDS):
        raise TooMany("Many sign in at this moment. Please try again in a minute.")
    try:
        return _hasher.verify(stored, passphrase)
    except (VerificationError, InvalidHashError):
        return False
    finally:
        _at_once.release()


@cache
def _nobodys_hash() -> str:
    """Verified in place of an unknown address's, so that both take the same time."""
    return _hasher.hash(secrets.token_urlsafe())

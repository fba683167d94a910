"""Reads of organisers and sign-ins."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Installation, Organiser, SignIn


def installation(session: Session) -> Installation | None:
    """Whose installation this is; None before the set-up."""
    return session.get(Installation, 1)


def by_email(session: Session, email: str) -> Organiser | None:
    """The organiser of this address, in any spelling of case."""
    return session.scalar(select(Organiser).where(Organiser.email_key == email.strip().casefold()))


def signed_in(session: Session, secret: str, now: datetime) -> Organiser | None:
    """Who holds this cookie's secret, if the sign-in lives and there is something at the desk for them."""
    held = session.scalar(select(SignIn).where(SignIn.digest == digest(secret), SignIn.ends_at > now))
    return held.organiser if held and held.organiser.is_on_team else None


def digest(secret: str) -> str:
    """What is kept of a cookie's secret (256 random bits need no slow hash)."""
    return sha256(secret.encode()).hexdigest()

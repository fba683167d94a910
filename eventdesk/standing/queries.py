"""Reads of one standing list at a time. The audience says which; there is no query over both."""

from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ..labels import Audience
from .models import STANDING, StandingEntry


def by_ref(session: Session, audience: Audience, ref: int) -> StandingEntry | None:
    """One entry by its reference."""
    entries = STANDING[audience]
    return session.scalar(select(entries).where(entries.ref == ref))


def by_email(session: Session, audience: Audience, email_key: str) -> StandingEntry | None:
    """The entry of an address."""
    entries = STANDING[audience]
    return session.scalar(select(entries).where(entries.email_key == email_key))


def counts(session: Session, audience: Audience) -> dict[bool, int]:
    """How many have confirmed (True), and how many have not yet."""
    confirmed = STANDING[audience].confirmed_at.is_not(None)
    return {bool(yes): number for yes, number in session.execute(select(confirmed, func.count()).group_by(confirmed))}


def listed(
    session: Session, audience: Audience, search: str = "", *, confirmed: bool = True
) -> Sequence[StandingEntry]:
    """Who has confirmed, or has not yet, the newest first; of these, whose name or address holds `search`."""
    entries = STANDING[audience]
    when = entries.confirmed_at if confirmed else entries.asked_at
    wanted = select(entries).where(entries.confirmed_at.is_not(None) if confirmed else entries.confirmed_at.is_(None))
    if search:
        term = search.lower()
        wanted = wanted.where(
            or_(
                func.lower(entries.name).contains(term, autoescape=True),
                entries.email_key.contains(term, autoescape=True),
            )
        )
    return session.scalars(wanted.order_by(when.desc(), entries.id.desc())).all()

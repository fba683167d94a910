"""Reads of one standing list at a time. The audience says which; there is no query over both."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, func, or_, select
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
    session: Session,
    audience: Audience,
    search: str = "",
    *,
    confirmed: bool = True,
    skip: int = 0,
    limit: int | None = None,
) -> Sequence[StandingEntry]:
    """Who has confirmed, or has not yet, the newest first; of these, whose name or address holds `search`."""
    entries = STANDING[audience]
    when = entries.confirmed_at if confirmed else entries.asked_at
    wanted = select(entries).where(_sought(entries, search, confirmed=confirmed))
    return session.scalars(wanted.order_by(when.desc(), entries.id.desc()).offset(skip or None).limit(limit)).all()


def how_many(session: Session, audience: Audience, search: str = "", *, confirmed: bool = True) -> int:
    """How many these are."""
    entries = STANDING[audience]
    wanted = select(func.count()).select_from(entries).where(_sought(entries, search, confirmed=confirmed))
    return session.scalar(wanted) or 0


def _sought(entries: type[StandingEntry], search: str, *, confirmed: bool) -> ColumnElement[bool]:
    wanted = entries.confirmed_at.is_not(None) if confirmed else entries.confirmed_at.is_(None)
    if not search:
        return wanted
    term = search.lower()
    names = func.lower(entries.name).contains(term, autoescape=True)
    return and_(wanted, or_(names, entries.email_key.contains(term, autoescape=True)))

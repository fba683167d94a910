"""Reads of those who host or speak."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Speaker


def speakers_of(session: Session, event_id: int) -> Mapping[str, Speaker]:
    """What is known of an event's hosts and speakers, by name."""
    found = session.scalars(select(Speaker).where(Speaker.event_id == event_id).order_by(Speaker.id))
    return {speaker.name: speaker for speaker in found}


def by_ref(session: Session, ref: int) -> Speaker | None:
    """One of them by the reference in their link."""
    return session.scalar(select(Speaker).where(Speaker.ref == ref))

"""Reads of what organisers let stand."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from .models import Override


def overrides_of(session: Session, event_ids: Collection[int]) -> Mapping[str, Override]:
    """What an organiser lets stand in any of these events, by the finding's key, the oldest first."""
    found = session.scalars(select(Override).where(Override.event_id.in_(event_ids)).order_by(Override.id))
    kept: dict[str, Override] = {}
    for each in found:
        kept.setdefault(each.key, each)
    return kept

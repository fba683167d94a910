"""Writes of the history: one act, as part of the transaction in which it happens."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ..labels import Label
from .models import Act, Entry


def record(
    session: Session,
    act: Act,
    *,
    label: Label,
    event_id: int,
    ref: int = 0,
    actor_id: int | None = None,
    now: datetime,
    **details: Any,
) -> None:
    """Keep that `act` happened to an event, or to the registration `ref` of its list."""
    entry = Entry(label=label, event_id=event_id, ref=ref, act=act, details=details, at=now, actor_id=actor_id)
    session.add(entry)

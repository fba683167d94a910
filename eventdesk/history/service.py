"""Writes of the history: one act, as part of the transaction in which it happens."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert
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


def record_many(
    session: Session,
    act: Act,
    details: Mapping[int, Mapping[str, Any]],
    *,
    label: Label,
    event_id: int,
    actor_id: int | None = None,
    now: datetime,
) -> None:
    """Keep that `act` happened to many registrations of an event, in this order, by their references, with the details of each."""
    common = {"label": label, "event_id": event_id, "act": act, "at": now, "actor_id": actor_id}
    if details:
        session.execute(insert(Entry), [common | {"ref": ref, "details": dict(said)} for ref, said in details.items()])

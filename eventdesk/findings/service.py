"""Writes of what organisers let stand. Whoever calls has found the event, among those the actor may open."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from ..copycheck import Finding
from ..db import writing
from ..errors import NotFound, Refused
from ..history.models import Act
from ..history.service import record
from ..labels import Label
from .models import Override
from .rules import REASON_MOST


def let_stand(
    event_id: int, label: Label, finding: Finding, reason: str, *, actor_id: int | None, now: datetime
) -> None:
    """Let a finding stand in an event, and keep why; said again, the new reason counts. Raises Refused without one."""
    reason = reason.strip()
    if not reason:
        raise Refused({"reason": ["Say why it may stand: the reason is kept with the event."]})
    if len(reason) > REASON_MOST:
        raise Refused({"reason": [f"Use {REASON_MOST} characters at most."]})
    with writing() as session:
        kept = session.scalar(
            select(Override).where(Override.event_id == event_id, Override.key == finding.key).with_for_update()
        )
        if kept is None:
            kept = Override(event_id=event_id, key=finding.key, rule=finding.rule, passage=finding.passage)
            session.add(kept)
        kept.reason, kept.made_at, kept.made_by = reason, now, actor_id
        record(session, Act.OVERRIDDEN, label=label, event_id=event_id, actor_id=actor_id, now=now, rule=finding.rule)


def take_back(
    event_id: int, others: Collection[int], label: Label, key: str, *, actor_id: int | None, now: datetime
) -> None:
    """Let a finding stand no longer, in an event nor in `others` of its series. Raises NotFound."""
    with writing() as session:
        kept = session.scalars(
            select(Override).where(Override.event_id.in_({event_id, *others}), Override.key == key).with_for_update()
        ).all()
        if not kept:
            raise NotFound("Nobody lets that stand any more.")
        for each in kept:
            session.delete(each)
            record(
                session,
                Act.OVERRIDDEN,
                label=label,
                event_id=each.event_id,
                actor_id=actor_id,
                now=now,
                did="taken back",
                rule=each.rule,
            )

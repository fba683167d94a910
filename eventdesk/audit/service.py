"""Writes of the audit trail: what left the installation, and what was refused."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from ..db import writing
from ..history.models import Act
from ..history.service import record
from ..labels import Label
from .models import Export, Refusal, RefusedAttempt, Taken


def record_export(
    session: Session,
    what: Taken,
    *,
    label: Label,
    event_id: int | None,
    form: str,
    columns: Sequence[str],
    people: int,
    reason: str,
    made_by: int | None,
    now: datetime,
) -> None:
    """Keep that a file of so many people was taken out, as part of the transaction after which it leaves.

    `event_id` is None for the standing list, `made_by` for the command line. An event's history says it, too.
    """
    session.add(
        Export(
            what=what,
            label=label,
            event_id=event_id,
            form=form,
            columns=list(columns),
            people=people,
            reason=reason,
            made_by=made_by,
            at=now,
        )
    )
    if event_id:
        record(
            session,
            Act.EXPORTED,
            label=label,
            event_id=event_id,
            actor_id=made_by,
            now=now,
            people=people,
            what=what.value,
        )


def record_refusal(
    refusal: Refusal, *, label: Label | None, at_route: str, organiser_id: int | None, now: datetime
) -> None:
    """Keep that something was refused, in a transaction of its own: what was refused has none to share.

    `label` is the list it was about, None for both; `at_route` the name of the route or command.
    """
    with writing() as session:
        refused = RefusedAttempt(label=label, refusal=refusal, at_route=at_route, at=now, organiser_id=organiser_id)
        session.add(refused)

"""A round goes out: one letter to each in it, put into the outbox a batch at a time."""

from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from ..consent.service import open_choices
from ..db import writing
from ..events.models import Event
from ..history.models import Act
from ..history.service import record
from ..invites.models import INVITATIONS, InvitationRound
from ..outbox.models import Job, Kind
from ..outbox.service import enqueue_many
from .queries import next_in_round
from .rules import ONLY, no_inviting

BATCH = 200


def carry(job: Job, now: datetime) -> None:
    """Write to everyone in a round, or once more to who did not answer; done again, it adds nothing.

    Nothing is written where the round was called back, or the event is no more what it was.
    """
    kind, after = Kind(job.details["kind"]), 0
    while True:
        with writing() as session:
            event = session.get_one(Event, job.event_id)
            found = session.get(InvitationRound, job.details["round"])
            if found is None or found.send_at is None or no_inviting(event, now):
                return
            batch = next_in_round(session, event, found.id, after=after, limit=BATCH, unanswered=kind is Kind.NUDGED)
            if not batch:
                return
            if kind is Kind.INVITED and not after:
                _begin(session, event, found, job.details["actor"], now)
            open_choices(session, event.rules.audience, [each.email_key for each in batch], now)
            refs = [each.ref for each in batch]
            enqueue_many(session, kind, refs, label=event.label, event_id=event.id, version=ONLY, now=now)
            after = batch[-1].id


def _begin(session: Session, event: Event, found: InvitationRound, actor_id: int | None, now: datetime) -> None:
    """Keep in the history that it goes out, once."""
    table = INVITATIONS[event.rules.audience]
    mine = select(table.ref).where(table.round_id == found.id, table.revoked_at.is_(None))
    begun = exists().where(Job.event_id == event.id, Job.kind == Kind.INVITED, Job.ref.in_(mine))
    if not session.scalar(select(begun)):
        people = session.scalar(select(func.count()).select_from(mine.subquery())) or 0
        record(
            session,
            Act.INVITED,
            label=event.label,
            event_id=event.id,
            actor_id=actor_id,
            now=now,
            round=found.id,
            people=people,
        )

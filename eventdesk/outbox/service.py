"""Writes of the outbox: put a job in, claim one, say how it went."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ..db import writing
from ..errors import Conflict, NotFound
from ..labels import Label
from .models import Job, Kind, Progress
from .queries import is_due
from .rules import LEASE, STRETCH, STRETCHES, next_attempt


def enqueue(
    session: Session,
    kind: Kind,
    *,
    label: Label | None,
    event_id: int,
    ref: int = 0,
    version: int,
    now: datetime,
    run_at: datetime | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Add a job to the change being written. The same job twice is one: it is kept as it is.

    With `run_at` it waits until then, and is as old as if it were made then: no wait of ours is a delay. Mail to people
    of the desk has no label, and the event 0.
    """
    same = select(Job.id).where(Job.event_id == event_id, Job.ref == ref, Job.kind == kind, Job.version == version)
    if session.scalar(same) is None:
        job = Job(label=label, kind=kind, event_id=event_id, ref=ref, version=version, details=details or {})
        job.made_at = job.run_at = run_at or now
        session.add(job)


def tell_of(
    session: Session,
    news: Kind,
    number: int,
    *,
    label: Label,
    event_id: int,
    upto: int,
    now: datetime,
    **said: Any,
) -> None:
    """Have a piece of news written to each person up to a place in line; `number` makes it differ from the last of its kind.

    Jobs of one kind are told apart by their version alone, so each kind of news counts in a stretch of its own.
    """
    details = {"news": news.value, "number": number, "upto": upto} | said
    version = STRETCHES.get(news, 0) * STRETCH + number
    enqueue(session, Kind.TELL, label=label, event_id=event_id, version=version, now=now, details=details)


def claim(now: datetime, worker: str, kinds: Collection[Kind]) -> Job | None:
    """Take the oldest due job for `worker` until the lease ends; None when nothing is due."""
    with writing() as session:
        due = select(Job).where(is_due(now, kinds)).order_by(Job.id).limit(1)
        job = session.scalar(due.with_for_update(skip_locked=True, of=Job))
        if job:
            job.progress, job.lease_by, job.lease_until = Progress.CLAIMED, worker, now + LEASE
            job.attempts += 1
    return job


def finish(job_id: int, worker: str, told: int | None = None) -> None:
    """The job is done, if `worker` still holds it; `told` is the event's sequence that its letter told of, if one was sent."""
    _close(job_id, worker, progress=Progress.DONE, lease_by=None, lease_until=None, error="", told=told)


def fail(job: Job, worker: str, error: str, now: datetime, *, final: bool) -> None:
    """The attempt failed: try again later, or, when `final` or out of patience, keep it as failed with its reason."""
    again = None if final else next_attempt(job.made_at, job.attempts, now)
    progress = Progress.WAITING if again else Progress.FAILED
    _close(job.id, worker, progress=progress, run_at=again or now, lease_by=None, lease_until=None, error=error[:500])


def retry(job_id: int, labels: Collection[Label | None], now: datetime) -> None:
    """Put a failed job of one of these labels back in line. Raises NotFound, or Conflict when it has not failed."""
    with writing() as session:
        job = session.get(Job, job_id, with_for_update=True)
        if job is None or job.label not in labels:
            raise NotFound("There is no such message.")
        if job.progress is not Progress.FAILED:
            raise Conflict("This message has not failed.")
        job.progress, job.made_at, job.run_at, job.attempts = Progress.WAITING, now, now, 0


def _close(job_id: int, worker: str, **values: Any) -> None:
    with writing() as session:
        session.execute(update(Job).where(Job.id == job_id, Job.lease_by == worker).values(**values))

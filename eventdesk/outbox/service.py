"""Writes of the outbox: put a job in, claim some, say how it went."""

import random
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from .. import limits
from ..db import db, insert_on, writing
from ..errors import Conflict, NotFound
from ..labels import Label
from .models import Job, Kind, Progress, WorkerBeat
from .queries import is_due, shown_to
from .refusals import reason_of
from .rules import HOST_RESTS, LEASE, STRETCH, STRETCHES, TO_MANY, next_attempt

MINUTE = timedelta(minutes=1)
#: How long what a worker said is kept.
FORGOTTEN = timedelta(days=1)


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


def enqueue_many(
    session: Session,
    kind: Kind,
    refs: Collection[int],
    *,
    label: Label,
    event_id: int,
    version: int,
    now: datetime,
    details: dict[str, Any] | None = None,
) -> None:
    """Add the same job for many people in one statement. Those that are there already are kept as they are."""
    common = {"label": label, "kind": kind, "event_id": event_id, "version": version, "details": details or {}}
    rows = [common | {"ref": ref, "made_at": now, "run_at": now} for ref in refs]
    if rows:
        first = insert_on(session)(Job)
        session.execute(first.on_conflict_do_nothing(index_elements=["event_id", "ref", "kind", "version"]), rows)


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


def call_off(session: Session, kind: Kind, *, event_id: int, version: int) -> bool:
    """Take a job about an event out again, as nobody has begun it; False where somebody has, or it is done."""
    mine = delete(Job).where(Job.event_id == event_id, Job.ref == 0, Job.kind == kind, Job.version == version)
    return session.scalar(mine.where(Job.progress == Progress.WAITING, Job.attempts == 0).returning(Job.id)) is not None


def claim(now: datetime, worker: str, kinds: Collection[Kind]) -> Job | None:
    """Take the oldest due job for `worker` until the lease ends; None when nothing is due."""
    return next(iter(claim_some(now, worker, kinds, most=1)), None)


def claim_some(now: datetime, worker: str, kinds: Collection[Kind], *, most: int) -> list[Job]:
    """Take the oldest due jobs for `worker` under one lease, each to another person; what goes to many at once comes last."""
    with writing() as session:
        due = select(Job).where(is_due(now, kinds)).order_by(Job.kind.in_(TO_MANY), Job.id).limit(most)
        jobs = list(session.scalars(due.with_for_update(skip_locked=True, of=Job)))
        for job in jobs:
            job.progress, job.lease_by, job.lease_until = Progress.CLAIMED, worker, now + LEASE
            job.attempts += 1
    return jobs


def finish(job_id: int, worker: str, told: int | None = None, *, at: datetime | None = None) -> None:
    """The job is done, if `worker` still holds it, and was `at` this moment.

    `told` is the event's sequence that its letter told of, if one was sent.
    """
    done: dict[str, Any] = {"progress": Progress.DONE, "error": "", "told": told} | ({"run_at": at} if at else {})
    with writing() as session:
        _close(session, job_id, worker, **done)


def fail(job: Job, worker: str, error: str, now: datetime, *, final: bool, slow: bool = False) -> None:
    """The attempt failed: try again later, or, when `final` or out of patience, keep it as failed with its reason.

    `slow`: after hours, not minutes.
    """
    chance = random.random()  # noqa: S311 - it keeps no secret
    again = None if final else next_attempt(job.made_at, job.attempts, now, slow=slow, chance=chance)
    progress = Progress.WAITING if again else Progress.FAILED
    with writing() as session:
        _close(session, job.id, worker, progress=progress, run_at=again or now, error=error[:500])


def put_back(jobs: Collection[Job], worker: str, error: str | None = None) -> None:
    """Give up what was claimed and not begun: it counts as no attempt, and is due as before. Perhaps with the reason."""
    said = {} if error is None else {"error": error[:500]}
    if jobs:
        with writing() as session:
            for job in jobs:
                _not_begun(session, job, worker, **said)


def pace(job: Job, worker: str, host: str, now: datetime, *, most: int) -> bool:
    """Whether a letter to a `host` (a digest) may leave now, as one of at most so many a minute; 0 for any number.

    If not, its job is put back until it may. What comes beyond the number is spread over the minutes that follow, so
    that each waits once and not every minute anew.
    """
    if not most and limits.shut_until(db.session(), _rest(host), now) is None:
        return True
    with writing() as session:
        later = limits.shut_until(session, _rest(host), now)
        if later is None and most:
            number, ends_at = limits.tally(session, f"mail:{host}", now, seconds=60)
            later = ends_at + (number - 1 - most) // most * MINUTE if number > most else None
        if later:
            _not_begun(session, job, worker, run_at=later)
    return later is None


def rest(host: str, now: datetime) -> None:
    """Leave a host (a digest) alone for a while: it said that there are too many. Others go on."""
    with writing() as session:
        limits.shut(session, _rest(host), now + HOST_RESTS)


def retry(job_id: int, labels: Collection[Label | None], now: datetime) -> None:
    """Put a failed job of one of these labels back in line. Raises NotFound, or Conflict when it has not failed."""
    with writing() as session:
        job = session.get(Job, job_id, with_for_update=True)
        if job is None or job.label not in labels:
            raise NotFound("There is no such message.")
        if job.progress is not Progress.FAILED:
            raise Conflict("This message has not failed.")
        _anew(job, now)


def retry_all(reason: str, labels: Collection[Label | None], now: datetime) -> int:
    """Put all failed jobs of these labels back that failed for one reason (see `reason_of`); how many there were."""
    with writing() as session:
        failed = select(Job).where(shown_to(labels), Job.progress == Progress.FAILED).with_for_update()
        jobs = [job for job in session.scalars(failed) if reason_of(job.error) == reason]
        for job in jobs:
            _anew(job, now)
    return len(jobs)


def beat(worker: str, started_at: datetime, now: datetime) -> None:
    """A worker says that it lives."""
    with writing() as session:
        first = insert_on(session)(WorkerBeat).values(name=worker, started_at=started_at, beat_at=now)
        session.execute(first.on_conflict_do_update(index_elements=["name"], set_={"beat_at": now}))


def forget_silent(now: datetime) -> None:
    """Drop what workers said that have long ended."""
    with writing() as session:
        session.execute(delete(WorkerBeat).where(WorkerBeat.beat_at < now - FORGOTTEN))


def drop(session: Session, label: Label, refs: Collection[int]) -> None:
    """Take out what is still to be sent to people of a label's list, or could not be: nothing more is written to them."""
    theirs = delete(Job).where(Job.label == label, Job.ref.in_(refs), Job.progress != Progress.DONE)
    session.execute(theirs.where(Job.ref != 0))


def _anew(job: Job, now: datetime) -> None:
    job.progress, job.made_at, job.run_at, job.attempts = Progress.WAITING, now, now, 0


def _rest(host: str) -> str:
    return f"mail-rests:{host}"


def _not_begun(session: Session, job: Job, worker: str, **values: Any) -> None:
    _close(session, job.id, worker, progress=Progress.WAITING, attempts=Job.attempts - 1, **values)


def _close(session: Session, job_id: int, worker: str, **values: Any) -> None:
    """Say how a job stands, and let go of it; only who still holds it may."""
    held = update(Job).where(Job.id == job_id, Job.lease_by == worker)
    session.execute(
        held.values(lease_by=None, lease_until=None, **values), execution_options={"synchronize_session": False}
    )

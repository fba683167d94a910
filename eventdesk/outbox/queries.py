"""Reads of the outbox."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from ..labels import Label
from .models import Job, Kind, Progress, WorkerBeat
from .refusals import reason_of
from .rules import SILENT, STRETCH, STRETCHES

#: As many as the desk shows at once.
SHOWN = 60
UNFINISHED = (Progress.WAITING, Progress.CLAIMED)


def is_due(now: datetime, kinds: Collection[Kind]) -> ColumnElement[bool]:
    """Due, not held by a living lease, and no earlier message to the same person is still on its way."""
    earlier = aliased(Job)
    free = or_(
        and_(Job.progress == Progress.WAITING, Job.run_at <= now),
        and_(Job.progress == Progress.CLAIMED, Job.lease_until < now),
    )
    ahead = and_(earlier.ref == Job.ref, earlier.id < Job.id, earlier.progress.in_(UNFINISHED), earlier.made_at <= now)
    in_order = or_(Job.ref == 0, ~exists().where(ahead))
    return and_(Job.kind.in_(kinds), free, in_order)


def any_due(session: Session, now: datetime, kinds: Collection[Kind]) -> bool:
    """Whether a claim would find something; asked before taking the writer."""
    return session.scalar(select(Job.id).where(is_due(now, kinds)).limit(1)) is not None


def shown_to(labels: Collection[Label | None]) -> ColumnElement[bool]:
    """Jobs that the desk speaks of to who may see these labels; None among them stands for mail to people of the desk.

    Of what is done, only what was a letter and was sent. A link for a new passphrase counts once its letter was sent, or
    failed: of an address nobody has, there is no letter.
    """
    named = Job.label.in_([label for label in labels if label])
    theirs = or_(named, Job.label.is_(None)) if None in labels else named
    unfinished = and_(Job.progress.in_(UNFINISHED), Job.kind != Kind.RESET)
    return and_(theirs, or_(unfinished, Job.progress == Progress.FAILED, Job.told.is_not(None)))


def counts(session: Session, labels: Collection[Label | None]) -> dict[Progress, int]:
    """How many jobs of these labels stand how."""
    rows = session.execute(select(Job.progress, func.count()).where(shown_to(labels)).group_by(Job.progress))
    return {progress: count for progress, count in rows}


def of_progress(
    session: Session, labels: Collection[Label | None], progresses: Collection[Progress], limit: int = SHOWN
) -> Sequence[Job]:
    """Jobs of these labels, newest first."""
    wanted = select(Job).where(shown_to(labels), Job.progress.in_(progresses))
    return session.scalars(wanted.order_by(Job.id.desc()).limit(limit)).all()


def reasons(session: Session, labels: Collection[Label | None]) -> Mapping[str, int]:
    """How many jobs of these labels failed for each reason, the commonest first."""
    failed = select(Job.error, func.count()).where(shown_to(labels), Job.progress == Progress.FAILED)
    found = Counter[str]()
    for error, number in session.execute(failed.group_by(Job.error)):
        found[reason_of(error)] += number
    return dict(found.most_common())


def oldest_unsent(session: Session, now: datetime, labels: Collection[Label | None] | None = None) -> float:
    """Seconds since the oldest unfinished job was made, of those shown to these labels (of all: None); 0 without any.

    What is kept for later is not late.
    """
    shown = true() if labels is None else shown_to(labels)
    unsent = select(func.min(Job.made_at)).where(shown, Job.progress.in_(UNFINISHED), Job.made_at <= now)
    made_at = session.scalar(unsent)
    return (now - made_at).total_seconds() if made_at else 0.0


@dataclass(frozen=True, kw_only=True)
class Pulse:
    """Whether what is to be done is carried out: when a worker was last heard of, and how long the oldest has waited."""

    #: None where none ever was.
    heard_at: datetime | None
    lives: bool
    waiting: timedelta

    @property
    def stands_still(self) -> bool:
        """Whether something waits, and nobody is there to do it."""
        return not self.lives and self.waiting > SILENT


def pulse(session: Session, now: datetime, labels: Collection[Label | None] | None = None) -> Pulse:
    """How the work goes: of what is shown to these labels, or of all. It names no worker: a name tells of the machine."""
    heard_at = session.scalar(select(func.max(WorkerBeat.beat_at)))
    waiting = timedelta(seconds=oldest_unsent(session, now, labels))
    return Pulse(heard_at=heard_at, lives=heard_at is not None and now - heard_at <= SILENT, waiting=waiting)


def is_told(session: Session, job: Job) -> bool:
    """Whether the news of this job has reached the person by another letter, or will by one that waits.

    Not by one that says nothing has changed, to who registers again.
    """
    other = and_(Job.ref == job.ref, Job.id != job.id)
    known = and_(Job.told >= job.version, Job.kind != Kind.AGAIN)
    coming = and_(Job.kind.in_((Kind.REGISTERED, Kind.PROMOTED, Kind.HELD, Kind.OFFERED)), Job.progress.in_(UNFINISHED))
    return session.scalar(select(Job.id).where(other, or_(known, coming)).limit(1)) is not None


def last_told(session: Session, job: Job) -> int | None:
    """The newest sequence of the event that another letter told the same person of, as above; None where none has yet."""
    others = (Job.ref == job.ref, Job.id != job.id, Job.kind != Kind.AGAIN)
    return session.scalar(select(func.max(Job.told)).where(*others))


def later_of(session: Session, job: Job) -> Sequence[Job]:
    """The jobs of the same kind to the same person that came after this one."""
    return session.scalars(select(Job).where(Job.ref == job.ref, Job.kind == job.kind, Job.id > job.id)).all()


@dataclass(frozen=True)
class Sent:
    """How far a piece of news to many people is."""

    #: Whether it is still being written to each of them: their number is not known yet.
    beginning: bool = False
    people: int = 0
    sent: int = 0
    failed: int = 0


def sent_of(session: Session, event_id: int, kind: Kind) -> dict[int, Sent]:
    """By its number, how far each piece of news of one kind about an event is. Who left before it did is not counted."""
    waiting = func.count().filter(Job.progress.in_(UNFINISHED))
    failed = func.count().filter(Job.progress == Progress.FAILED)
    sent = func.count().filter(Job.progress == Progress.DONE, Job.told.is_not(None))
    each = select(Job.version, waiting, failed, sent).where(Job.event_id == event_id, Job.kind == kind, Job.ref != 0)
    found = {
        number: Sent(people=waits + fails + done, sent=done, failed=fails)
        for number, waits, fails, done in session.execute(each.group_by(Job.version))
    }
    first = STRETCHES[kind] * STRETCH
    beginning = select(Job.version).where(
        Job.event_id == event_id,
        Job.kind == Kind.TELL,
        Job.progress.in_(UNFINISHED),
        Job.version.between(first, first + STRETCH - 1),
    )
    for version in session.scalars(beginning):
        found[version - first] = replace(found.get(version - first, Sent()), beginning=True)
    return found


def made_since(session: Session, kind: Kind, label: Label, ref: int, since: datetime) -> bool:
    """Whether a job of this kind to a person of a label's list was made after this moment."""
    made = select(Job.id).where(Job.kind == kind, Job.label == label, Job.ref == ref, Job.made_at > since)
    return session.scalar(made.limit(1)) is not None


def of_person(session: Session, label: Label, ref: int) -> Sequence[Job]:
    """The mail to one registration of a label's list, the newest first; but not that they asked to hear of another's events."""
    mine = select(Job).where(Job.label == label, Job.ref == ref, Job.kind != Kind.CROSSING)
    return session.scalars(mine.order_by(Job.id.desc()).limit(200)).all()

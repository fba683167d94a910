"""The outbox: the truth about what must still be told, and to whom by reference. It holds no address and no text."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ..labels import Label
from ..orm import Model


class Kind(enum.StrEnum):
    """What a job is.

    `FILL` gives free seats to those who wait, `TELL` fans a change out to everyone registered, `ROUND` a round of
    invitations to everyone in it; the others are one mail to one person. `JOIN` and `RESET` are to people of the desk:
    they have no label and no event. `OPT_IN` and `RIGHTS` have a label and no event. So have `ROUTED`, to whom an organiser
    asks to act on a suggestion, and `HEARD` and `HIDDEN`, to who made it or found it good.
    """

    FILL = "fill"
    TELL = "tell"
    ROUND = "round"
    REGISTERED = "registered"
    PROMOTED = "promoted"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    LEFT = "left"
    AGAIN = "again"
    HELD = "held"
    DECLINED = "declined"
    REMINDER = "reminder"
    MESSAGE = "message"
    OFFERED = "offered"
    LAPSED = "lapsed"
    THANKS = "thanks"
    INVITED = "invited"
    NUDGED = "nudged"
    TEST = "test"
    OPT_IN = "opt_in"
    CROSSING = "crossing"
    RIGHTS = "rights"
    ROUTED = "routed"
    HEARD = "heard"
    HIDDEN = "hidden"
    JOIN = "join"
    RESET = "reset"


class Progress(enum.StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"


class Job(Model):
    """One thing to do, done at least once, and only by who holds the lease."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    #: None for mail to people of the desk, who are on no list.
    label: Mapped[Label | None]
    kind: Mapped[Kind]
    #: 0 for mail to people of the desk.
    event_id: Mapped[int]
    #: Whose registration, on the label's list, or whose invitation to the desk; 0 for a job that is about the event.
    ref: Mapped[int] = mapped_column(BigInteger)
    #: What makes this one differ from the last of its kind: the event's sequence, or the person's turns.
    version: Mapped[int]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    progress: Mapped[Progress] = mapped_column(default=Progress.WAITING)
    made_at: Mapped[datetime]
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    lease_by: Mapped[str | None]
    error: Mapped[str] = mapped_column(default="")
    #: The event's sequence that its letter told of; None while none was sent.
    told: Mapped[int | None]
    __table_args__ = (
        UniqueConstraint("event_id", "ref", "kind", "version"),
        Index(None, "progress", "run_at"),
        Index(
            "ix_outbox_unfinished_ref",
            "ref",
            "id",
            sqlite_where=text("progress IN ('waiting', 'claimed')"),
            postgresql_where=text("progress IN ('waiting', 'claimed')"),
        ),
    )

    @property
    def key(self) -> str:
        """Names this job for ever, on paper too: its mail's Message-ID follows from it."""
        return f"{self.label}:{self.event_id}:{self.ref}:{self.kind}:{self.version}"


class WorkerBeat(Model):
    """That a worker is alive: each writes its own row again and again."""

    __tablename__ = "worker_beat"
    name: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    beat_at: Mapped[datetime]

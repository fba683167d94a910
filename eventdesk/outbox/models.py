"""The outbox: the truth about what must still be told, and to whom by reference. It holds no address and no text."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from ..labels import Label
from ..orm import Model


class Kind(enum.StrEnum):
    """What a job is.

    `FILL` gives free seats to those who wait, `TELL` fans a change out to everyone registered; the others are one mail
    to one person.
    """

    FILL = "fill"
    TELL = "tell"
    REGISTERED = "registered"
    PROMOTED = "promoted"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    LEFT = "left"
    AGAIN = "again"


class Standing(enum.StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    DONE = "done"
    FAILED = "failed"


class Job(Model):
    """One thing to do, done at least once, and only by who holds the lease."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[Label]
    kind: Mapped[Kind]
    #: One job for ever per (reference, version, kind).
    once: Mapped[str] = mapped_column(unique=True)
    event_id: Mapped[int]
    #: Whose registration, on the label's list; None for a fan-out.
    ref: Mapped[int | None] = mapped_column(BigInteger)
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    standing: Mapped[Standing] = mapped_column(default=Standing.WAITING)
    made_at: Mapped[datetime]
    run_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    lease_by: Mapped[str | None]
    error: Mapped[str] = mapped_column(default="")
    __table_args__ = (
        Index(None, "standing", "run_at"),
        Index(
            "ix_outbox_unfinished_ref",
            "ref",
            "id",
            sqlite_where=text("standing IN ('waiting', 'claimed')"),
            postgresql_where=text("standing IN ('waiting', 'claimed')"),
        ),
    )

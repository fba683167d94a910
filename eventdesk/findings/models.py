"""Findings that an organiser lets stand."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..orm import Model


class Override(Model):
    """One passage of one event that an organiser lets stand against the checker's word, and why."""

    __tablename__ = "finding_override"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    #: Names the finding by its rule and passage, so that it holds when the text around it moves.
    key: Mapped[str]
    rule: Mapped[str]
    passage: Mapped[str]
    reason: Mapped[str]
    made_at: Mapped[datetime]
    #: Who decided; None for the command line.
    made_by: Mapped[int | None] = mapped_column(ForeignKey("organiser.id"))
    __table_args__ = (
        UniqueConstraint("event_id", "key"),
        CheckConstraint("trim(reason) <> ''", name="says_why"),
    )

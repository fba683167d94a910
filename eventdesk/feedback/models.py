"""Whether an event did what its label said: answers by event, which nothing ties to who gave them."""

import enum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from ..labels import Label
from ..orm import Model


class Kept(enum.StrEnum):
    """Whether it did what its label said."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class KeptAnswer(Model):
    """One answer. Its number is random and it has no time, so that the order of the rows says nothing of who came when.

    SQLite keeps the rows in the order of that number, and has no other of its own that would count arrivals.
    """

    __tablename__ = "kept_answer"
    ref: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[int]
    label: Mapped[Label]
    kept: Mapped[Kept]
    #: The codes of the label's reasons; none for a plain yes.
    because: Mapped[list[str]]
    #: In their own words; blank for none.
    words: Mapped[str]
    __table_args__ = (
        ForeignKeyConstraint(["event_id", "label"], ["event.id", "event.label"]),
        CheckConstraint("kept <> 'yes' OR words = ''", name="nothing_to_explain"),
        Index(None, "event_id"),
        {"sqlite_with_rowid": False},
    )

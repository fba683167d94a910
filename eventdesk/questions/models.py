"""An event's own questions. The database refuses another question under people's answers."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from ..orm import Model, Ref, refuse


class Kind(enum.StrEnum):
    """How a question is answered."""

    TEXT = "text"
    CHOICE = "choice"
    SEVERAL = "several"
    YES_NO = "yes_no"


class Question(Model):
    """One question of one event."""

    __tablename__ = "question"
    id: Mapped[int] = mapped_column(primary_key=True)
    #: Names it in forms and in people's answers.
    ref: Mapped[Ref]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    position: Mapped[int]
    kind: Mapped[Kind]
    prompt: Mapped[str]
    #: Why it is asked; shown beside it.
    reason: Mapped[str]
    #: What one may choose from; empty where one writes, or says yes or no.
    options: Mapped[list[str]]
    required: Mapped[bool]
    #: Set with the first answer: from then on it stays as it is.
    answered: Mapped[bool] = mapped_column(default=False)
    #: The one of its programme's bank that it was picked from; one of an event's questions at most.
    bank_id: Mapped[int | None] = mapped_column(ForeignKey("bank_question.id"))
    __table_args__ = (
        CheckConstraint("trim(prompt) <> ''", name="asks"),
        CheckConstraint("trim(reason) <> ''", name="says_why"),
        Index(None, "event_id", "position"),
        Index(
            "uq_question_event_id_from_bank",
            "event_id",
            unique=True,
            sqlite_where=text("bank_id IS NOT NULL"),
            postgresql_where=text("bank_id IS NOT NULL"),
        ),
    )


class BankQuestion(Model):
    """One question of a programme's bank, from which a host picks what to ask at registration."""

    __tablename__ = "bank_question"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[Ref]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    position: Mapped[int]
    prompt: Mapped[str]
    #: Why it is asked; shown beside it.
    reason: Mapped[str]
    made_at: Mapped[datetime]
    #: Since when it is not offered any more.
    retired_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint("trim(prompt) <> ''", name="asks"),
        CheckConstraint("trim(reason) <> ''", name="says_why"),
        Index(None, "programme_id", "position"),
    )


_TABLE = Question.metadata.tables["question"]
refuse(
    "UPDATE",
    _TABLE,
    "question_frozen",
    when="OLD.answered AND (NEW.prompt <> OLD.prompt OR NEW.reason <> OLD.reason OR NEW.kind <> OLD.kind "
    "OR CAST(NEW.options AS TEXT) <> CAST(OLD.options AS TEXT) OR NEW.required <> OLD.required OR NOT NEW.answered)",
)
refuse("DELETE", _TABLE, "question_kept", when="OLD.answered")

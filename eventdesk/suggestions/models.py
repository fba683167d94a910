"""What members of a list that is heard say, who finds it good, who was asked to act on it, and what the hosts said to it."""

import enum
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from ..labels import RULES, Label
from ..orm import Model, Ref, refuse

_HEARD = ", ".join(f"'{label}'" for label, rules in RULES.items() if rules.heard)


class Kind(enum.StrEnum):
    """What a contribution is. A question is for a coming session, an answer to another contribution, a comment on notes."""

    SUGGESTION = "suggestion"
    QUESTION = "question"
    ANSWER = "answer"
    COMMENT = "comment"


class State(enum.StrEnum):
    """How far a suggestion or a question is."""

    OPEN = "open"
    ANSWERED = "answered"
    PLANNED = "planned"
    DONE = "done"
    DECLINED = "declined"


class Breach(enum.StrEnum):
    """The only two grounds on which a contribution is hidden."""

    ATTACK = "attack"
    ADVERTISING = "advertising"


class Contribution(Model):
    """One thing that somebody of the list said. Its author is known by the reference of their `MailChoice` alone.

    Once that is gone, nothing says whose it was; `name` is taken out with it.
    """

    __tablename__ = "contribution"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[Ref]
    label: Mapped[Label]
    programme_id: Mapped[int]
    #: The session a question is for, or on whose notes a comment stands.
    event_id: Mapped[int | None]
    #: What an answer is to.
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("contribution.id"))
    kind: Mapped[Kind]
    author: Mapped[int] = mapped_column(BigInteger)
    #: As its author wished to be named; blank: a member.
    name: Mapped[str]
    #: Blank once its author took it back.
    words: Mapped[str]
    state: Mapped[State] = mapped_column(default=State.OPEN)
    #: Whether its author was told that everybody reads it. Else members alone do, also once the programme is open to all.
    for_all: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    #: Which rule it broke.
    breach: Mapped[Breach | None]
    hidden_by: Mapped[int | None] = mapped_column(ForeignKey("organiser.id"))
    __table_args__ = (
        ForeignKeyConstraint(["programme_id", "label"], ["programme.id", "programme.label"]),
        ForeignKeyConstraint(["event_id", "label"], ["event.id", "event.label"]),
        CheckConstraint(f"label IN ({_HEARD})", name="heard"),
        CheckConstraint("(parent_id IS NOT NULL) = (kind = 'answer')", name="answers_another"),
        CheckConstraint("kind <> 'comment' OR event_id IS NOT NULL", name="comments_on_notes"),
        CheckConstraint("state = 'open' OR kind IN ('suggestion', 'question')", name="is_worked_on"),
        CheckConstraint("(hidden_at IS NULL) = (breach IS NULL)", name="hidden_by_a_rule"),
        CheckConstraint("(taken_back_at IS NULL) = (trim(words) <> '')", name="says_something"),
        CheckConstraint("taken_back_at IS NULL OR name = ''", name="taken_back_whole"),
        Index(None, "programme_id", "kind", "state"),
        Index(None, "event_id", "kind"),
        Index(None, "parent_id"),
        Index(None, "label", "author"),
    )


class Vote(Model):
    """That somebody of the list finds a contribution good; once, by the reference of their `MailChoice`."""

    __tablename__ = "contribution_vote"
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), primary_key=True)
    voter: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    label: Mapped[Label]
    made_at: Mapped[datetime]
    __table_args__ = (Index(None, "label", "voter"),)


class Route(Model):
    """Somebody outside the desk who was asked by mail to act on a contribution; the link in that mail is their key."""

    __tablename__ = "contribution_route"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[Ref]
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"))
    label: Mapped[Label]
    name: Mapped[str]
    #: Blank once the link is over.
    email: Mapped[str]
    #: What the organiser writes to them beside it.
    note: Mapped[str]
    #: Raised to make the link invalid.
    generation: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("organiser.id"))
    ends_at: Mapped[datetime]
    #: Since when it is withdrawn.
    closed_at: Mapped[datetime | None]
    __table_args__ = (Index(None, "contribution_id"),)


class Reply(Model):
    """What was said to a contribution, and how far it was from then on. Rows are added and never changed."""

    __tablename__ = "contribution_reply"
    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"))
    label: Mapped[Label]
    state: Mapped[State]
    words: Mapped[str]
    at: Mapped[datetime]
    #: The organiser who said it; or whom they asked.
    made_by: Mapped[int | None] = mapped_column(ForeignKey("organiser.id"))
    route_id: Mapped[int | None] = mapped_column(ForeignKey("contribution_route.id"))
    __table_args__ = (
        CheckConstraint("trim(words) <> ''", name="in_words"),
        Index(None, "contribution_id", "id"),
    )


refuse("UPDATE", Reply.metadata.tables["contribution_reply"], "contribution_reply_kept")

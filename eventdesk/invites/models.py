"""Invite links beyond the event's open one: campaign links for everyone, personal ones bound to an address, alone or in rounds."""

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from ..labels import RULES_BY_AUDIENCE, Audience, Label
from ..orm import Model, Ref
from .rules import Ending, ending


class InviteLink(Model):
    """A campaign link: public, named, countable; it may end by date, by number, or by hand."""

    __tablename__ = "invite_link"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    event_id: Mapped[int]
    label: Mapped[Label]
    name: Mapped[str]
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    most_uses: Mapped[int | None]
    revoked_at: Mapped[datetime | None]
    #: Counted in batches, some seconds after the page was seen.
    arrivals: Mapped[int] = mapped_column(default=0)
    registrations: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        ForeignKeyConstraint(["event_id", "label"], ["event.id", "event.label"]),
        CheckConstraint("trim(name) <> ''", name="named"),
        CheckConstraint("most_uses >= 1", name="some_use"),
        CheckConstraint("most_uses IS NULL OR registrations <= most_uses", name="not_used_up"),
        Index(None, "event_id"),
    )

    def ending(self, now: datetime) -> Ending | None:
        """Why it takes nobody any more; None while it does."""
        return ending(
            now,
            revoked_at=self.revoked_at,
            ends_at=self.ends_at,
            most_uses=self.most_uses,
            uses=self.registrations,
        )


class Source(enum.StrEnum):
    """Where the addresses of a round come from."""

    STANDING = "standing"
    EVENT = "event"
    FILE = "file"


class InvitationRound(Model):
    """Many personal links made at once, and mailed together."""

    __tablename__ = "invitation_round"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int]
    label: Mapped[Label]
    source: Mapped[Source]
    #: The event whose people are invited: of the same label.
    source_event_id: Mapped[int | None]
    #: Where the addresses of a file come from, and that they may be used, in the words of who signs for it.
    statement: Mapped[str] = mapped_column(default="")
    #: How many were left out, by why.
    left_out: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("organiser.id"))
    #: When it goes out; None: not yet decided.
    send_at: Mapped[datetime | None]
    #: When those who had not answered were reminded, once.
    nudged_at: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(["event_id", "label"], ["event.id", "event.label"]),
        ForeignKeyConstraint(["source_event_id", "label"], ["event.id", "event.label"]),
        CheckConstraint("(source = 'event') = (source_event_id IS NOT NULL)", name="source_event"),
        CheckConstraint("source <> 'file' OR trim(statement) <> ''", name="signed"),
        CheckConstraint("nudged_at IS NULL OR send_at IS NOT NULL", name="nudged_after"),
        Index(None, "event_id"),
    )


class Invitation(Model):
    """A personal link: one person's, on one list. Who registers by it with another address is looked at first."""

    __abstract__ = True
    audience: Audience
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[Ref]
    event_id: Mapped[int]
    label: Mapped[Label]
    name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str]
    #: Raised to make the link invalid.
    generation: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    #: The registration that came of it.
    registered_ref: Mapped[int | None] = mapped_column(BigInteger)
    #: The round it was made in; None: alone, to be handed over by an organiser.
    round_id: Mapped[int | None] = mapped_column(ForeignKey("invitation_round.id"))
    #: When they said that they will not come.
    declined_at: Mapped[datetime | None]

    @declared_attr.directive
    def __table_args__(cls) -> Any:  # noqa: N805 - SQLAlchemy calls it with the class
        label = RULES_BY_AUDIENCE[cls.audience].label
        return (
            ForeignKeyConstraint(["event_id", "label"], ["event.id", "event.label"]),
            CheckConstraint(f"label = '{label}'", name="one_list"),
            Index(None, "event_id", "email_key"),
        )

    def is_for(self, email: str) -> bool:
        """Whether the address is the one it is bound to, in any spelling of case."""
        return self.email_key == email.casefold()


class UserInvitation(Invitation):
    """A user's personal link."""

    __tablename__ = "user_invitation"
    audience = Audience.USERS


class BuyerInvitation(Invitation):
    """A buyer's personal link."""

    __tablename__ = "buyer_invitation"
    audience = Audience.BUYERS


INVITATIONS: Mapping[Audience, type[Invitation]] = {each.audience: each for each in (UserInvitation, BuyerInvitation)}

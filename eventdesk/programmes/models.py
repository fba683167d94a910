"""Tables of a programme: what events of one label have in common, each version of it, its logo and its own wording."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, attribute_keyed_dict, composite, mapped_column, relationship

from ..labels import BRIEF_NAMES, RULES, Brief, Label, LabelRules
from ..orm import Model, refuse
from ..wording import Channel, Words


class Cadence(enum.StrEnum):
    """How often a programme promises to meet."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    EVERY_OTHER_MONTH = "every other month"
    QUARTERLY = "quarterly"


class Programme(Model):
    """A standing strategy under one label."""

    __tablename__ = "programme"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[Label]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    purpose: Mapped[str]
    #: Who invites where an event names no host, and who signs the mail.
    sender: Mapped[str]
    postal_address: Mapped[str] = mapped_column(server_default="", default="")
    #: Where answers to its mail go; blank: to the installation's mailbox.
    reply_to: Mapped[str] = mapped_column(server_default="", default="")
    #: The charter's lines after the label's first, which is the promise and cannot be edited; empty: the label's own.
    charter: Mapped[list[str]] = mapped_column(server_default="[]", default=list)
    conduct: Mapped[str] = mapped_column(server_default="", default="")
    #: "We meet monthly", and until when that is promised.
    commitment: Mapped[str] = mapped_column(server_default="", default="")
    commitment_until: Mapped[date | None] = mapped_column(Date())
    #: How often it promises to meet; None for no rhythm. From which day on, its versions tell.
    cadence: Mapped[Cadence | None]
    #: Whether everybody may read what its members suggest and ask, or they alone.
    open_to_all: Mapped[bool] = mapped_column(server_default="0", default=False)
    #: What the four answers of its events begin with.
    brief_audience: Mapped[str] = mapped_column(server_default="", default="")
    brief_reason: Mapped[str] = mapped_column(server_default="", default="")
    brief_offer: Mapped[str] = mapped_column(server_default="", default="")
    brief_payment: Mapped[str] = mapped_column(server_default="", default="")
    brief: Mapped[Brief] = composite("brief_audience", "brief_reason", "brief_offer", "brief_payment")
    #: The number of its newest `ProgrammeVersion`.
    version: Mapped[int] = mapped_column(server_default="1", default=1)

    #: What it says now, as it is kept.
    newest: Mapped["ProgrammeVersion | None"] = relationship(
        primaryjoin="and_(foreign(ProgrammeVersion.programme_id) == Programme.id, "
        "ProgrammeVersion.number == Programme.version)",
        viewonly=True,
        uselist=False,
    )
    logo: Mapped["Logo | None"] = relationship(back_populates="programme", cascade="all, delete-orphan")
    words: Mapped[dict[Channel, "ProgrammeWords"]] = relationship(
        collection_class=attribute_keyed_dict("channel"), cascade="all, delete-orphan"
    )
    __table_args__ = (UniqueConstraint("id", "label"),)

    @property
    def charter_lines(self) -> tuple[str, ...]:
        """The whole charter; empty where the label has none."""
        first, rest = self.rules.charter[:1], self.rules.charter[1:]
        return (*first, *(self.charter or rest)) if first else ()

    @property
    def own_words(self) -> dict[Channel, Words]:
        """What organisers wrote themselves for all its events, by channel."""
        return {channel: Words(each.subject, each.body) for channel, each in self.words.items()}

    @property
    def rules(self) -> LabelRules:
        """The consequences of its label."""
        return RULES[self.label]

    @property
    def calendar_name(self) -> str:
        """What calendar programs call its feed: the label's name first."""
        of_label = self.rules.calendar_name
        return self.name if self.name.startswith(of_label) else f"{of_label}: {self.name}"

    @property
    def said(self) -> dict[str, Any]:
        """All its texts as a version keeps them: the charter whole, so that it stays what it was."""
        until = self.commitment_until
        return {
            "name": self.name,
            "purpose": self.purpose,
            "charter": list(self.charter_lines),
            "conduct": self.conduct,
            "commitment": self.commitment,
            "commitment_until": until.isoformat() if until else "",
            "cadence": self.cadence.value if self.cadence else "",
            "open_to_all": "everybody" if self.open_to_all else "",
            **{f"brief_{name}": self.brief[name] for name in BRIEF_NAMES},
            "sender": self.sender,
            "reply_to": self.reply_to,
            "postal_address": self.postal_address,
        }

    @property
    def lacks_postal_address(self) -> bool:
        """Whether its label asks for the seller's postal address and none is given."""
        return self.rules.needs_postal_address and not self.postal_address


class ProgrammeVersion(Model):
    """What a programme said from some moment on. Kept as it was: a registration points to the one it saw."""

    __tablename__ = "programme_version"
    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    number: Mapped[int]
    said: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: Why it was changed, for everybody to read; blank where neither charter, conduct rules nor commitment were.
    reason: Mapped[str] = mapped_column(server_default="", default="")
    made_at: Mapped[datetime]
    #: None for the command line.
    made_by: Mapped[int | None] = mapped_column(ForeignKey("organiser.id"))
    __table_args__ = (UniqueConstraint("programme_id", "number"),)


refuse("UPDATE", ProgrammeVersion.metadata.tables["programme_version"], "programme_version_kept")


class Logo(Model):
    """A programme's picture, checked when it was taken in."""

    __tablename__ = "programme_logo"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    content_type: Mapped[str]
    digest: Mapped[str]
    image: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    programme: Mapped[Programme] = relationship(back_populates="logo")
    __table_args__ = (CheckConstraint("content_type IN ('image/png', 'image/svg+xml')", name="known_type"),)


class ProgrammeWords(Model):
    """An organiser's own words in place of a generated text, in all events of a programme."""

    __tablename__ = "programme_words"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    channel: Mapped[Channel] = mapped_column(primary_key=True)
    #: Blank: the generated subject.
    subject: Mapped[str]
    body: Mapped[str]

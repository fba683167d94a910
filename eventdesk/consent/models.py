"""Do-not-mail, one row per address and label; the ledger of consents, without addresses; who was erased, as digests."""

import enum
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..labels import Audience, Label
from ..orm import Model, Ref, refuse


class MailChoice(Model):
    """Whether one address wants mail of one label that is not about a registration of its own. No row: nothing was said."""

    __abstract__ = True
    audience: Audience
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[Ref]
    email_key: Mapped[str] = mapped_column(unique=True)
    #: Raised to make the link invalid.
    generation: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    #: Since when they want none.
    refused_at: Mapped[datetime | None]


class UserMailChoice(MailChoice):
    """A user's choice."""

    __tablename__ = "user_mail_choice"
    audience = Audience.USERS


class BuyerMailChoice(MailChoice):
    """A buyer's choice."""

    __tablename__ = "buyer_mail_choice"
    audience = Audience.BUYERS


CHOICES: Mapping[Audience, type[MailChoice]] = {each.audience: each for each in (UserMailChoice, BuyerMailChoice)}


class ConsentAct(enum.StrEnum):
    """What somebody did with a consent."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class Source(enum.StrEnum):
    """Where they did it. Crossing: on the own page of a registration of the other label. Desk: by an organiser, as they wished."""

    FORM = "form"
    CROSSING = "crossing"
    LINK = "link"
    ONE_CLICK = "one click"
    DESK = "desk"
    ERASURE = "erasure"


class ConsentEntry(Model):
    """One act in the ledger. Rows are added, never changed and never taken out.

    Once the address's own `MailChoice` is gone, nothing says whose they were.
    """

    __tablename__ = "consent_ledger"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[Label]
    #: The reference of the address's `MailChoice` under this label.
    ref: Mapped[int] = mapped_column(BigInteger)
    act: Mapped[ConsentAct]
    source: Mapped[Source]
    #: What stood beside the button, to the letter; blank for a withdrawal.
    said: Mapped[str]
    #: The digest of those words.
    version: Mapped[str]
    #: The language they were said in (RFC 5646).
    locale: Mapped[str]
    #: When they asked, and when they said by their own mailbox that it was they.
    asked_at: Mapped[datetime]
    at: Mapped[datetime]
    __table_args__ = (Index(None, "label", "ref"),)


refuse("UPDATE", ConsentEntry.metadata.tables["consent_ledger"], "consent_ledger_kept")
refuse("DELETE", ConsentEntry.metadata.tables["consent_ledger"], "consent_ledger_whole")


class Parting(enum.StrEnum):
    """What must stay true of an address, also once nothing else of it is there, and after a restore."""

    ERASED = "erased"
    STOPPED = "stopped"


class Forgotten(Model):
    """That somebody had themselves erased, or wants no mail of a label: by a keyed digest of label and address alone.

    Of one registration that was erased, by the digest of label and reference.
    """

    __tablename__ = "forgotten"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[Label]
    digest: Mapped[str]
    parting: Mapped[Parting]
    at: Mapped[datetime]
    __table_args__ = (UniqueConstraint("label", "digest", "parting"),)

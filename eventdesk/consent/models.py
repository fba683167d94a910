"""Do-not-mail: one row per address and label, made when it is first written to beyond a registration of its own."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from ..labels import Audience
from ..orm import Model, Ref


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

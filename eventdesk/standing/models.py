"""The two standing lists: one table each, made from one class."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from ..labels import RULES_BY_AUDIENCE, Audience, Label
from ..orm import Model, Ref


class StandingEntry(Model):
    """One address that asked to be told of a label's next events; it counts from `confirmed_at` on."""

    __abstract__ = True
    audience: Audience
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[Ref]
    label: Mapped[Label]
    name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    #: Raised to make the link invalid: each time they ask, a new one.
    generation: Mapped[int] = mapped_column(default=0)
    #: What stood beside the button, to the letter.
    said: Mapped[str]
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]

    @declared_attr.directive
    def __table_args__(cls) -> Any:  # noqa: N805 - SQLAlchemy calls it with the class
        label = RULES_BY_AUDIENCE[cls.audience].label
        return (CheckConstraint(f"label = '{label}'", name="one_list"),)


class UserStanding(StandingEntry):
    """A user who asked to be told."""

    __tablename__ = "user_standing"
    audience = Audience.USERS


class BuyerStanding(StandingEntry):
    """A buyer who asked to be told."""

    __tablename__ = "buyer_standing"
    audience = Audience.BUYERS


STANDING: Mapping[Audience, type[StandingEntry]] = {each.audience: each for each in (UserStanding, BuyerStanding)}

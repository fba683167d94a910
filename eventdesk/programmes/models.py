"""A programme: what events of one label have in common."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..labels import RULES, Label, LabelRules
from ..orm import Model


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
    __table_args__ = (UniqueConstraint("id", "label"),)

    @property
    def rules(self) -> LabelRules:
        """The consequences of its label."""
        return RULES[self.label]

    @property
    def lacks_postal_address(self) -> bool:
        """Whether its label asks for the seller's postal address and none is given."""
        return self.rules.needs_postal_address and not self.postal_address

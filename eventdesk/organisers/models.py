"""Tables of the desk's people: the installation itself, organisers, their roles and sign-ins."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..labels import Label
from ..orm import Model
from .rules import ROLES, Actor, labels_of


class Installation(Model):
    """The one row that says whose installation this is; absent until the set-up is done."""

    __tablename__ = "installation"
    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    organisation: Mapped[str]
    timezone: Mapped[str]
    #: Where `serve` was last reached, for commands that run without EVENTDESK_BASE_URL.
    base_url: Mapped[str] = mapped_column(server_default="", default="")
    made_at: Mapped[datetime]
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)


class Organiser(Model):
    """Someone who may sign in at the desk."""

    __tablename__ = "organiser"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    passphrase: Mapped[str]
    made_at: Mapped[datetime]
    roles: Mapped[list["OrganiserRole"]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    @property
    def labels(self) -> frozenset[Label]:
        """The labels whose events and lists this organiser may open."""
        return labels_of(role.role for role in self.roles)

    @property
    def actor(self) -> Actor:
        """This organiser as services know them."""
        return Actor(self.id, self.labels)


class OrganiserRole(Model):
    """One role of one organiser: a label, or the owner's."""

    __tablename__ = "organiser_role"
    organiser_id: Mapped[int] = mapped_column(ForeignKey("organiser.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    __table_args__ = (CheckConstraint(f"role IN ({', '.join(repr(role) for role in ROLES)})", name="known_role"),)


class SignIn(Model):
    """One browser signed in; the cookie holds a secret of which only the digest is kept."""

    __tablename__ = "sign_in"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    organiser_id: Mapped[int] = mapped_column(ForeignKey("organiser.id"))
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    organiser: Mapped[Organiser] = relationship(lazy="joined")

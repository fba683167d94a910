"""Tables of the desk's people: the installation itself, organisers, their roles and sign-ins."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..labels import Label
from ..orm import Model, Ref
from .rules import OWNER, ROLES, Actor, labels_of


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
    helps: Mapped[list["DoorHelper"]] = relationship(cascade="all, delete-orphan")

    @property
    def labels(self) -> frozenset[Label]:
        """The labels whose events and lists this organiser may open."""
        return labels_of(role.role for role in self.roles)

    @property
    def doors(self) -> frozenset[int]:
        """The events whose door they keep, whatever their label."""
        return frozenset(each.event_id for each in self.helps)

    @property
    def is_owner(self) -> bool:
        """Whether they may do everything, the team's roles included."""
        return OWNER in {held.role for held in self.roles}

    @property
    def mail_labels(self) -> frozenset[Label | None]:
        """The labels whose mail they see on its way; None is mail to people of the desk, which owners see."""
        return self.labels | {None} if self.is_owner else self.labels

    @property
    def is_on_team(self) -> bool:
        """Whether there is anything at the desk for them; not so once everything was taken."""
        return bool(self.labels or self.doors)

    @property
    def actor(self) -> Actor:
        """This organiser as services know them."""
        return Actor(self.id, self.labels, self.doors, self.is_owner)


class OrganiserRole(Model):
    """One role of one organiser: a label, or the owner's."""

    __tablename__ = "organiser_role"
    organiser_id: Mapped[int] = mapped_column(ForeignKey("organiser.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    __table_args__ = (CheckConstraint(f"role IN ({', '.join(repr(role) for role in ROLES)})", name="known_role"),)


class DoorHelper(Model):
    """Someone who may open the door of one event, and nothing else of it."""

    __tablename__ = "door_helper"
    organiser_id: Mapped[int] = mapped_column(ForeignKey("organiser.id"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)


class Invitation(Model):
    """A seat at the desk offered by mail: a role, or the door of one event; good once, for a while."""

    __tablename__ = "organiser_invitation"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[Ref]
    name: Mapped[str]
    email: Mapped[str]
    email_key: Mapped[str]
    #: None where it is the door of `event_id`.
    role: Mapped[str | None]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    invited_by: Mapped[int] = mapped_column(ForeignKey("organiser.id"))
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    #: When it was accepted, or taken back: either way it opens nothing any more.
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        CheckConstraint(f"role IN ({', '.join(repr(role) for role in ROLES)})", name="known_role"),
        CheckConstraint("(role IS NULL) <> (event_id IS NULL)", name="role_or_door"),
    )


class Reset(Model):
    """A link by which an organiser chooses a new passphrase; good once, for an hour."""

    __tablename__ = "passphrase_reset"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[Ref]
    organiser_id: Mapped[int] = mapped_column(ForeignKey("organiser.id"))
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class SignIn(Model):
    """One browser signed in; the cookie holds a secret of which only the digest is kept."""

    __tablename__ = "sign_in"
    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    organiser_id: Mapped[int] = mapped_column(ForeignKey("organiser.id"))
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    #: The program it was made with, in words: "Firefox on Linux".
    browser: Mapped[str] = mapped_column(server_default="", default="")
    organiser: Mapped[Organiser] = relationship(lazy="joined")

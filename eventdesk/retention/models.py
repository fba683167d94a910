"""What stays of an event once its people are gone, and what each removal took: counts alone."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..labels import Label
from ..orm import Model


class Counted(Model):
    """What people who are gone counted for."""

    __abstract__ = True
    registered: Mapped[int]
    cancelled: Mapped[int]
    waitlisted: Mapped[int]
    attended: Mapped[int]
    no_shows: Mapped[int]
    #: Of those who attended.
    first_time: Mapped[int]
    came_before: Mapped[int]
    #: Of those who came for the first time.
    came_again: Mapped[int] = mapped_column(server_default="0", default=0)
    walk_ins: Mapped[int]
    #: By stage: how many, and what it came to by currency; empty where the label has no stages.
    stages: Mapped[dict[str, Any]] = mapped_column(JSON)


class EventFigures(Counted):
    """What those of an event that is over counted for who are gone; with those who are still there, `queries.figures` has all."""

    __tablename__ = "event_figures"
    event_id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[Label]
    #: How many invitations went with them.
    invited: Mapped[int] = mapped_column(server_default="0", default=0)
    #: When it was fixed who had come before.
    marked_at: Mapped[datetime]
    #: When the last of its people was removed; None while some are there.
    emptied_at: Mapped[datetime | None]
    __table_args__ = (
        ForeignKeyConstraint(["event_id", "label"], ["event.id", "event.label"]),
        CheckConstraint("first_time + came_before = attended", name="each_once"),
    )


class LinkFigures(Counted):
    """The same of those who came by one campaign link."""

    __tablename__ = "link_figures"
    link_id: Mapped[int] = mapped_column(ForeignKey("invite_link.id"), primary_key=True)
    label: Mapped[Label]
    __table_args__ = (CheckConstraint("first_time + came_before = attended", name="each_once"),)


class Removal(Model):
    """One removal of people whose time was over."""

    __tablename__ = "removal"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[Label]
    at: Mapped[datetime]
    #: How many rows of each table.
    removed: Mapped[dict[str, Any]] = mapped_column(JSON)

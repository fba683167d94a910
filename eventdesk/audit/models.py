"""Every file of people that was taken out, and every attempt that was refused: no name and no address of anybody on a list."""

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ..labels import Label
from ..orm import Model, refuse


class Taken(enum.StrEnum):
    """What was taken out: an event's list, what a CRM needs of it, or the standing list."""

    LIST = "list"
    HANDOVER = "handover"
    STANDING = "standing"


class Export(Model):
    """One file of people: who took it, what of it, when and why. Rows are added, never changed and never taken out."""

    __tablename__ = "export"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[Label]
    #: None for the standing list.
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    what: Mapped[Taken]
    #: "csv", "xlsx" or "json".
    form: Mapped[str]
    columns: Mapped[list[str]]
    people: Mapped[int]
    reason: Mapped[str]
    at: Mapped[datetime]
    #: None for the command line.
    made_by: Mapped[int | None] = mapped_column(ForeignKey("organiser.id"))
    __table_args__ = (
        CheckConstraint("trim(reason) <> ''", name="says_why"),
        CheckConstraint("people >= 0", name="counts_people"),
    )


refuse("UPDATE", Export.metadata.tables["export"], "export_kept")
refuse("DELETE", Export.metadata.tables["export"], "export_whole")


class Refusal(enum.StrEnum):
    """What was refused: a page of a list one has no role for, a statement over both lists, a file without the passphrase."""

    OTHER_LIST = "other list"
    BOTH_LISTS = "both lists"
    EXPORT = "export"


class RefusedAttempt(Model):
    """That somebody, or a fault of the program, tried what is refused."""

    __tablename__ = "refused_attempt"
    id: Mapped[int] = mapped_column(primary_key=True)
    #: The list it was about; None: both.
    label: Mapped[Label | None]
    refusal: Mapped[Refusal]
    #: The name of the route or command, never an address with a secret in it.
    at_route: Mapped[str]
    at: Mapped[datetime]
    #: None where nobody was signed in.
    organiser_id: Mapped[int | None] = mapped_column(ForeignKey("organiser.id"))

"""What happened, by event and by reference: no name, no address, no text that anybody typed about a person."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from ..labels import Label
from ..orm import Model, refuse


class Act(enum.StrEnum):
    """What can happen; the first group to an event, the second to a registration."""

    CREATED = "created"
    CHANGED = "changed"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    ASKED = "asked"
    WORDED = "worded"
    LINKED = "linked"
    REVOKED = "revoked"
    REMINDED = "reminded"
    MESSAGED = "messaged"
    PLEDGED = "pledged"
    INVITED = "invited"
    NUDGED = "nudged"
    THANKED = "thanked"
    OVERRIDDEN = "overridden"
    TWINNED = "twinned"
    IMPORTED = "imported"
    EXPORTED = "exported"
    EMPTIED = "emptied"
    WRITTEN_UP = "written up"
    QUOTED = "quoted"

    REGISTERED = "registered"
    HELD = "held"
    APPROVED = "approved"
    DECLINED = "declined"
    PROMOTED = "promoted"
    OFFERED = "offered"
    CLAIMED = "claimed"
    LAPSED = "lapsed"
    LEFT = "left"
    ATTENDED = "attended"
    NOTED = "noted"
    STAGED = "staged"
    MERGED = "merged"
    CORRECTED = "corrected"
    ERASED = "erased"


class Entry(Model):
    """One act. Rows are added and never changed."""

    __tablename__ = "history"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[Label]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    #: Whose registration, on the label's list; 0 for an act upon the event.
    ref: Mapped[int] = mapped_column(BigInteger, default=0)
    act: Mapped[Act]
    #: What the sentence needs besides: names of fields, a channel, a number.
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]
    #: The organiser who did it; None: the person themself, the command line, or the clock.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("organiser.id"))
    __table_args__ = (Index(None, "event_id", "ref", "id"),)


refuse("UPDATE", Entry.metadata.tables["history"], "history_kept")

"""What is known of those who host or speak, beyond the names that the event itself lists."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..orm import Model, Ref


class Speaker(Model):
    """One of an event's hosts and speakers, found by the name under which the event lists them."""

    __tablename__ = "speaker"
    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[Ref]
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    name: Mapped[str]
    biography: Mapped[str] = mapped_column(default="")
    #: Raised to make the pledge link invalid.
    generation: Mapped[int] = mapped_column(default=0)
    pledged_at: Mapped[datetime | None]
    #: The charter they pledged to, as the programme put it then.
    pledged_version_id: Mapped[int | None] = mapped_column(ForeignKey("programme_version.id"))
    __table_args__ = (UniqueConstraint("event_id", "name"),)

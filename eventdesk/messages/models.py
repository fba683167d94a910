"""A message of an organiser to all who come to one event."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ..orm import Model


class Message(Model):
    """What was written, once; the outbox carries it to each person."""

    __tablename__ = "message"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    subject: Mapped[str]
    body: Mapped[str]
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("organiser.id"))

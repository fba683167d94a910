"""Rate limits, kept in the database so that they hold over restarts and several processes."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from .db import insert_on
from .errors import TooMany
from .orm import Model

FROM_NETWORK = "There were too many attempts from your network. Please try again later; nothing was changed."


class Attempt(Model):
    """How often something was tried until a stretch of time ends. `key` is a keyed digest, never an address."""

    __tablename__ = "attempt"
    key: Mapped[str] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]


def count(session: Session, key: str, now: datetime, *, most: int, seconds: int, said: str = FROM_NETWORK) -> None:
    """Count one attempt under `key`; raises TooMany, as it is `said`, from the `most + 1`st within a stretch of `seconds`."""
    ends_at = datetime.fromtimestamp((int(now.timestamp()) // seconds + 1) * seconds, now.tzinfo)
    first = insert_on(session)(Attempt).values(key=key, ends_at=ends_at, count=1)
    again = first.on_conflict_do_update(index_elements=["key", "ends_at"], set_={"count": Attempt.count + 1})
    counted: int = session.execute(again.returning(Attempt.count)).scalar_one()
    if counted > most:
        raise TooMany(said)


def forget(session: Session, key: str) -> None:
    """Begin anew under `key`: the attempt succeeded."""
    session.execute(delete(Attempt).where(Attempt.key == key))


def sweep(session: Session, now: datetime) -> None:
    """The hourly tick: drop what no longer counts."""
    session.execute(delete(Attempt).where(Attempt.ends_at <= now))

"""Rate limits, kept in the database so that they hold over restarts and several processes."""

from datetime import datetime

from sqlalchemy import delete, func, select
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
    if tally(session, key, now, seconds=seconds)[0] > most:
        raise TooMany(said)


def tally(session: Session, key: str, now: datetime, *, seconds: int) -> tuple[int, datetime]:
    """Count one under `key`: the how manyth it is within this stretch of `seconds`, and when the stretch ends."""
    ends_at = datetime.fromtimestamp((int(now.timestamp()) // seconds + 1) * seconds, now.tzinfo)
    first = insert_on(session)(Attempt).values(key=key, ends_at=ends_at, count=1)
    again = first.on_conflict_do_update(index_elements=["key", "ends_at"], set_={"count": Attempt.count + 1})
    return session.execute(again.returning(Attempt.count)).scalar_one(), ends_at


def shut(session: Session, key: str, until: datetime) -> None:
    """Nothing goes under `key` until then."""
    session.execute(insert_on(session)(Attempt).values(key=key, ends_at=until, count=1).on_conflict_do_nothing())


def shut_until(session: Session, key: str, now: datetime) -> datetime | None:
    """Until when nothing goes under `key`; None when it is open."""
    return session.scalar(select(func.max(Attempt.ends_at)).where(Attempt.key == key, Attempt.ends_at > now))


def forget(session: Session, key: str) -> None:
    """Begin anew under `key`: the attempt succeeded."""
    session.execute(delete(Attempt).where(Attempt.key == key))


def sweep(session: Session, now: datetime) -> None:
    """The hourly tick: drop what no longer counts."""
    session.execute(delete(Attempt).where(Attempt.ends_at <= now))

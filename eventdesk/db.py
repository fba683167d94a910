"""The session. Reads see a snapshot and cannot write; `writing()` is the only way to change anything.

The two are two engines on one database. SQLite: readers are `query_only`; the single writer begins with BEGIN IMMEDIATE
and sits in a pool of one, so that threads queue first come, first served, and not in SQLite's busy loop. PostgreSQL:
readers' transactions are read-only, and writers lock rows.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as BoundSession
from sqlalchemy import Engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError, InvalidRequestError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from .errors import Conflict, DomainError
from .orm import Model

WRITER = "writer"
_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
#: How long a change waits for its turn before it is refused: longer than any of ours takes.
PATIENCE_SECONDS = 10
#: PostgreSQL: a reader sees one snapshot, as on SQLite, and cannot write.
READ_ONLY = r"-c default_transaction_read_only=on -c default_transaction_isolation=repeatable\ read"


class _Session(BoundSession):
    def get_bind(
        self, mapper: Any | None = None, clause: Any | None = None, bind: Any | None = None, **kw: Any
    ) -> Engine:
        return db.engines[WRITER if self.info.get("writing") else None]


db = SQLAlchemy(model_class=Model, session_options={"class_": _Session})


class Busy(DomainError):
    """The database is locked, full or restarting; nothing was changed."""

    status = 503


def engine_settings(url: str) -> dict[str, Any]:
    """Flask-SQLAlchemy's configuration for a reading and a writing engine on `url`."""
    common = {
        "url": url,
        "hide_parameters": True,  # what people typed stays out of logs
        "json_serializer": partial(json.dumps, ensure_ascii=False),  # names are searched as they are written
    }
    if make_url(url).get_backend_name() == "sqlite":
        reader: dict[str, Any] = common | {"pool_size": 8, "max_overflow": 8}
        writer: dict[str, Any] = common | {"pool_size": 1, "max_overflow": 0, "pool_timeout": PATIENCE_SECONDS}
    else:
        writer = common | {"pool_size": 8, "pool_pre_ping": True}
        reader = writer | {"connect_args": {"options": READ_ONLY}}
    return {"SQLALCHEMY_DATABASE_URI": url, "SQLALCHEMY_ENGINE_OPTIONS": reader, "SQLALCHEMY_BINDS": {WRITER: writer}}


def prepare(engines: Mapping[str | None, Engine]) -> None:
    """Set up the connections of both engines."""
    for name, engine in engines.items():
        if engine.dialect.name == "sqlite":
            _prepare_sqlite(engine, writes=name == WRITER)


def _prepare_sqlite(engine: Engine, *, writes: bool) -> None:
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
    pragmas = (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={PATIENCE_SECONDS * 1000}",
        f"query_only={int(not writes)}",
    )

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins no transactions: the next listener does
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")
        # its own knows the letters of ASCII alone, and searches compare in lower case
        connection.create_function("lower", 1, _lower, deterministic=True)

    @event.listens_for(engine, "begin")
    def start(connection: Any) -> None:
        connection.exec_driver_sql(begin)


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def insert_on(session: Session) -> Any:
    """The INSERT of this session's database, which can say ON CONFLICT."""
    return _INSERT[session.connection().dialect.name]


@contextmanager
def writing() -> Iterator[Session]:
    """One write transaction. What was read before is read again inside; nested calls join the outer one.

    Raises Conflict when the database refuses the change, or what it is about is gone by now, Busy when it cannot take it now; nothing of it is kept then.
    """
    session = db.session()
    if session.info.get("writing"):
        yield session
        return
    session.rollback()  # ends the read snapshot
    session.info["writing"] = True
    try:
        yield session
        session.commit()
    except IntegrityError as error:
        session.rollback()
        raise Conflict("Something else was saved at the same moment. Nothing was changed; please try again.") from error
    except (InvalidRequestError, StaleDataError) as error:
        session.rollback()
        if not _is_gone(error):
            raise
        raise Conflict("What this is about was taken away at the same moment. Nothing was changed.") from error
    except (OperationalError, PoolTimeout) as error:
        session.rollback()
        raise Busy("The database cannot take this change right now. Nothing was changed; please try again.") from error
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["writing"] = False


def _is_gone(error: Exception) -> bool:
    """Whether a row that was read is not there any more: refreshing it, and the other uses of it, say so differently."""
    return isinstance(error, StaleDataError | ObjectDeletedError) or "Could not refresh instance" in str(error)

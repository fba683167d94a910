"""Bring a database's tables up to date, safely when several processes start at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import SQLAlchemyError

from ..errors import DomainError

#: One number for all Eventdesk migrations, for PostgreSQL's advisory lock.
LOCK = 0x45564E54


class NotMigrated(DomainError):
    """The database does not answer, belongs to a newer version, or did not survive a migration; nothing was changed."""


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration; there is no ini file."""
    made = Config(attributes={"connection": connection})
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.set_main_option("path_separator", "os")
    return made


def is_current(url: str) -> bool:
    """Whether the database has the tables of this version. Raises NotMigrated when a newer one has changed them."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return _is_current(connection)
    except SQLAlchemyError as error:
        raise NotMigrated(f"The database does not answer: {str(error).splitlines()[0]}") from error
    finally:
        engine.dispose()


def upgrade(url: str, revision: str = "head") -> None:
    """Apply the migrations that are missing, all or none. Raises NotMigrated."""
    if revision == "head" and is_current(url):
        return
    _migrate(url, command.upgrade, revision)


def downgrade(url: str, revision: str) -> None:
    """Take migrations back, for their tests."""
    _migrate(url, command.downgrade, revision)


def _migrate(url: str, do: Any, revision: str) -> None:
    try:
        with in_one_transaction(url) as connection:
            do(config(connection), revision)
    except SQLAlchemyError as error:
        raise NotMigrated(f"The database could not be brought up to date: {str(error).splitlines()[0]}") from error


@contextmanager
def in_one_transaction(url: str) -> Iterator[Connection]:
    """A connection on which tables and rows may be changed together, all or nothing, by one process at a time.

    Raises NotMigrated when a row would point nowhere in the end.
    """
    engine = create_engine(url, hide_parameters=True)
    sqlite = engine.dialect.name == "sqlite"
    if sqlite:
        _without_foreign_keys(engine)
    try:
        with engine.begin() as connection:
            if not sqlite:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
            yield connection
            if sqlite and (broken := connection.execute(text("PRAGMA foreign_key_check")).first()):
                raise NotMigrated(
                    f"After the migration, a row of {broken[0]} would point nowhere. Nothing was changed."
                )
    finally:
        engine.dispose()


def _without_foreign_keys(engine: Engine) -> None:
    """A rebuilt table is dropped and made anew: with foreign keys on, that would take or refuse the rows that point to it."""

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("foreign_keys=OFF", "busy_timeout=30000", "journal_mode=WAL"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def head() -> str:
    """The revision of this version's tables."""
    return ScriptDirectory.from_config(config()).get_current_head() or ""


def is_known(revision: str) -> bool:
    """Whether this version can make tables of that revision."""
    return revision in {each.revision for each in ScriptDirectory.from_config(config()).walk_revisions()}


def revision_of(connection: Connection) -> str:
    """The revision of the database's tables; blank where there are none."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def _is_current(connection: Connection) -> bool:
    held = revision_of(connection)
    if held and not is_known(held):
        raise NotMigrated(
            "This database was changed by a newer version of Eventdesk. Install that version; nothing was changed."
        )
    return held == head()

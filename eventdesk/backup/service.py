"""Back an installation up while it is served, and restore one into an empty database.

Both use an engine of their own. The alarm that keeps the two lists apart watches the application's engines, where a
person of one could be shown or written to beside one of the other; here the whole database passes through unread.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from alembic import command
from sqlalchemy import Connection, MetaData, Table, create_engine, delete, event, func, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError

from ..errors import Conflict, DomainError
from ..limits import Attempt
from ..migrations import config, head, in_one_transaction, is_known, revision_of, upgrade
from ..outbox.models import WorkerBeat
from ..tables import metadata
from .archive import Archive, Manifest, NotABackup, Part, opened, part_of, write
from .rows import insert, lines


def backup(url: str, path: Path, *, now: datetime) -> Manifest:
    """Write everything in the database, as it is at one moment, to a new file. Raises DomainError; then there is no file."""
    try:
        with _snapshot(url) as connection:
            revision = revision_of(connection)
            if revision != head():
                raise DomainError(
                    "The tables are of another version of Eventdesk. Back up with the version that serves it, "
                    "or run first: eventdesk db upgrade"
                )
            tables = ((table.name, lines(connection, table)) for table in metadata.sorted_tables)
            return write(path, tables, revision=revision, now=now)
    except SQLAlchemyError as error:
        raise DomainError(f"The database does not answer: {_first_line(error)}. Nothing was written.") from error


def restore(url: str, path: Path) -> Manifest:
    """Put a backup into an empty, migrated database: all of it, or nothing.

    One of an older version is loaded into the tables of that version, which are then brought up to date. Raises
    NotABackup for a file that is none, Conflict when there is something in the database, DomainError for the rest.
    """
    with opened(path) as archive:
        if not is_known(archive.manifest.revision):
            raise DomainError(
                f"{path} was made by a newer version of Eventdesk (its tables are of revision "
                f"{archive.manifest.revision}, here they are of {head()}). Install that version; nothing was changed."
            )
        if url.startswith("sqlite"):
            upgrade(url)  # as every start does
        try:
            with in_one_transaction(url) as connection:
                _into(connection, archive)
        except SQLAlchemyError as error:
            raise DomainError(f"The database does not take it: {_first_line(error)}. Nothing was changed.") from error
        except (ValueError, TypeError) as error:
            raise NotABackup(f"{path} is no backup of Eventdesk: {error}. Nothing was changed.") from error
        return archive.manifest


@contextmanager
def _snapshot(url: str) -> Iterator[Connection]:
    """One moment of the database, which is written on meanwhile; reading waits for nobody and nobody waits for it."""
    file = make_url(url).database
    if url.startswith("sqlite") and not Path(str(file)).exists():
        raise DomainError("There is no database yet. Nothing was written.")
    engine = create_engine(url, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        _only_read(engine)
    else:
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _only_read(engine: object) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]  # the next listener begins
        connection.execute("PRAGMA query_only=1")  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")


def _into(connection: Connection, archive: Archive) -> None:
    if revision_of(connection) != head():
        raise DomainError("The database is not up to date. Run: eventdesk db upgrade")
    _see_that_it_is_empty(connection)
    older = archive.manifest.revision != head()
    if older:
        command.downgrade(config(connection), archive.manifest.revision)
    tables = _tables_of(connection)
    if tables.keys() != {part.table for part in archive.manifest.parts}:
        raise ValueError("its tables are others")
    for part in archive.manifest.parts:
        insert(connection, tables[part.table], archive.lines(part))
        _continue_numbers(connection, tables[part.table])
        _see_that_it_arrived(connection, tables[part.table], part, whole=not older)
    if older:
        command.upgrade(config(connection), "head")


def _see_that_it_is_empty(connection: Connection) -> None:
    for each in (Attempt, WorkerBeat):  # may be there before the set-up, and say nothing of anybody
        connection.execute(delete(each))
    for table in metadata.sorted_tables:
        if connection.execute(select(table).limit(1)).first():
            raise Conflict(
                "There is something in this installation already. A backup is restored into an empty one: give it "
                "another EVENTDESK_INSTANCE or EVENTDESK_DATABASE_URL. Nothing was changed."
            )


def _tables_of(connection: Connection) -> dict[str, Table]:
    """The tables as the database has them, which may be those of an older version."""
    found = MetaData()
    found.reflect(connection)
    return {name: table for name, table in found.tables.items() if name != "alembic_version"}


def _continue_numbers(connection: Connection, table: Table) -> None:
    """PostgreSQL: the next row gets the next number, not one that is taken."""
    if connection.dialect.name != "postgresql" or "id" not in table.columns:
        return
    name = connection.dialect.identifier_preparer.format_table(table)
    connection.execute(
        text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name} HAVING max(id) > 0")  # noqa: S608
    )


def _see_that_it_arrived(connection: Connection, table: Table, part: Part, *, whole: bool) -> None:
    """Read back, it must be what the file says; of an older version's tables the rows are counted."""
    if whole:
        arrived = part_of(part.table, lines(connection, metadata.tables[part.table])) == part
    else:
        arrived = connection.execute(select(func.count()).select_from(table)).scalar_one() == part.rows
    if not arrived:
        raise ValueError(f"{part.name} did not arrive as it was")


def _first_line(error: SQLAlchemyError) -> str:
    return str(error).splitlines()[0].rstrip(".")

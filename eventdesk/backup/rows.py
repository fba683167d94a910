"""Rows as lines of JSON, the same whichever database they come from, and back again.

Instants are in UTC with microseconds, wall times without a zone, bytes in base64; what is stored as JSON stays as it is.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    String,
    Table,
    collate,
    select,
    type_coerce,
)

#: So many rows are in memory at once.
AT_ONCE = 500
#: Text in the order of its bytes, on every machine.
BYTEWISE = {"sqlite": "BINARY", "postgresql": "C"}


def lines(connection: Connection, table: Table) -> Iterator[bytes]:
    """Each row of one of our tables as a line, in the order of its primary key; memory holds a few of them at a time."""
    columns = sorted(table.columns, key=lambda column: column.name)
    order = [_ordered(column, BYTEWISE[connection.dialect.name]) for column in table.primary_key]
    found = connection.execute(select(*columns).order_by(*order), execution_options={"yield_per": AT_ONCE})
    names = [column.name for column in columns]
    for row in found:
        said = dict(zip(names, row, strict=True))
        yield json.dumps(said, default=_plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def insert(connection: Connection, table: Table, given: Iterator[bytes]) -> None:
    """Put lines into a table, which may be one of an older version. Raises ValueError when a line is not a row of it."""
    readers = {column.name: _reader(column) for column in table.columns}
    for column in table.columns:
        if isinstance(column.type, JSON):
            column.type.none_as_null = bool(column.nullable)
    while batch := [_row(line, readers) for line in islice(given, AT_ONCE)]:
        connection.execute(table.insert(), batch)


def _ordered(column: Column[Any], collation: str) -> Any:
    return collate(type_coerce(column, String), collation) if isinstance(column.type, String) else column


def _plain(value: object) -> str:
    match value:
        case datetime(tzinfo=None):
            return value.isoformat(timespec="microseconds")
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case date():
            return value.isoformat()
        case bytes():
            return b64encode(value).decode()
    raise TypeError(f"nothing portable is known for {type(value).__name__}")


def _row(line: bytes, readers: dict[str, Callable[[Any], Any]]) -> dict[str, Any]:
    said = json.loads(line)
    if not isinstance(said, dict) or said.keys() != readers.keys():
        raise ValueError("the columns are others")
    return {name: value if value is None else readers[name](value) for name, value in said.items()}


def _reader(column: Column[Any]) -> Callable[[Any], Any]:
    """What makes a JSON value the column's. Raises ValueError or TypeError for one that is none of it."""
    readers: dict[type[Any], Callable[[Any], Any]] = {
        DateTime: _moment,
        Date: date.fromisoformat,
        LargeBinary: lambda value: b64decode(value, validate=True),
        Boolean: bool,
    }
    return next((read for kind, read in readers.items() if isinstance(column.type, kind)), _as_it_is)


def _moment(value: str) -> datetime:
    read = datetime.fromisoformat(value)
    return read.astimezone(UTC) if read.tzinfo else read


def _as_it_is(value: Any) -> Any:
    return value

"""The base of all tables: typed columns, constraint names from one convention, enums by value, instants in UTC."""

import enum
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import DDL, JSON, BigInteger, DateTime, Dialect, Enum, MetaData, Table, event
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry
from sqlalchemy.types import TypeDecorator

_metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive values; gives aware ones back, also where the database keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware in, UTC stored."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC out."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


#: A wall time, without a zone: what a clock on the wall shows.
Wall = Annotated[datetime, mapped_column(DateTime())]
#: A random 63-bit number, the only id that appears in links.
Ref = Annotated[int, mapped_column(BigInteger, unique=True)]


class Model(DeclarativeBase):
    """Base of all tables."""

    # a registry, not `type_annotation_map`: Flask-SQLAlchemy 3.1 on SQLAlchemy 2.1 refuses the latter
    registry = registry(
        metadata=_metadata,
        type_annotation_map={
            datetime: UTCDateTime,
            list[str]: JSON,
            enum.Enum: Enum(
                enum.Enum,
                native_enum=False,
                create_constraint=True,
                length=20,
                values_callable=lambda members: [member.value for member in members],
            ),
        },
    )


#: The names of all triggers there must be.
TRIGGERS: set[str] = set()


def refuse(act: str, table: Table, name: str, *, when: str = "1 = 1") -> None:
    """A trigger on both databases which refuses an UPDATE or DELETE of `table` while the SQL condition `when` (of OLD, NEW) holds."""
    TRIGGERS.add(name)
    event.listen(table, "after_create", _ddl(_sqlite(act, table.name, name, when), "sqlite"))
    for statement in _postgresql(act, table.name, name, when):
        event.listen(table, "after_create", _ddl(statement, "postgresql"))


def _ddl(statement: str, dialect: str) -> Any:
    return DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]


def _sqlite(act: str, table: str, name: str, when: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{name}'); END"


def _postgresql(act: str, table: str, name: str, when: str) -> tuple[str, str]:
    function = f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{name}'; END $$"
    trigger = f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}()"
    return function, trigger

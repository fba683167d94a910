"""Changes to tables that Alembic leaves to SQLite's twelve steps: other values in a column, columns gone, triggers."""

from collections.abc import Callable, Collection, Iterable, Sequence

from alembic import op


def listed(values: Iterable[str]) -> str:
    """Values as SQL lists them."""
    return ", ".join(f"'{value}'" for value in values)


def is_sqlite() -> bool:
    """Whether the database being migrated is SQLite."""
    return op.get_bind().dialect.name == "sqlite"


def refuse(act: str, table: str, name: str, when: str) -> None:
    """The trigger of `orm.refuse`, as it was when the migration was written."""
    if is_sqlite():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{name}'; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {name}()")


def allow(table: str, column: str, values: str, *, nullable: str = "", mandatory: str = "") -> None:
    """Let `column` hold these values, and no others; `nullable` or `mandatory` is a column that becomes it in this."""
    check = f"CONSTRAINT ck_{table}_{column} CHECK ({column} IN ({values}))"
    if not is_sqlite():
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT ck_{table}_{column}")
        op.execute(f"ALTER TABLE {table} ADD {check}")
        if changed := nullable or mandatory:
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {changed} {'DROP' if nullable else 'SET'} NOT NULL")
        return

    def change(ddl: str) -> str:
        start = ddl.index(f"CONSTRAINT ck_{table}_{column} CHECK (")
        ddl = ddl[:start] + check + ddl[ddl.index("))", start) + 2 :]
        if nullable:
            ddl = ddl.replace(f"\t{nullable} VARCHAR(20) NOT NULL", f"\t{nullable} VARCHAR(20)")
        if mandatory:
            ddl = ddl.replace(f"\t{mandatory} VARCHAR(20)", f"\t{mandatory} VARCHAR(20) NOT NULL")
        return ddl

    _rebuild(table, change)


def drop_columns(table: str, added: Sequence[str]) -> None:
    """Take columns back which were added in these words; each begins with its name."""
    names = [column.split()[0] for column in added]
    if not is_sqlite():
        for name in names:
            op.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
        return

    def change(ddl: str) -> str:
        for column in added:
            ddl = ddl.replace(f", {column}", "")
        return ddl

    _rebuild(table, change, without=names)


def _rebuild(table: str, change: Callable[[str], str], without: Collection[str] = ()) -> None:
    """SQLite changes no constraint: the table is made anew beside itself, filled, and put in its place."""
    bind = op.get_bind()
    parts = bind.exec_driver_sql(
        "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL", (table,)
    ).all()
    made = change(next(part.sql for part in parts if part.type == "table"))
    kept = ", ".join(row.name for row in bind.exec_driver_sql(f"PRAGMA table_info({table})") if row.name not in without)
    bind.exec_driver_sql(f"CREATE TABLE new_{table} {made[made.index('(') :]}")
    bind.exec_driver_sql(f"INSERT INTO new_{table} ({kept}) SELECT {kept} FROM {table}")  # noqa: S608 - names of our own
    bind.exec_driver_sql(f"DROP TABLE {table}")
    bind.exec_driver_sql(f"ALTER TABLE new_{table} RENAME TO {table}")
    for part in parts:
        if part.type != "table":
            bind.exec_driver_sql(part.sql)

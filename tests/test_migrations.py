"""Migrations make what the models say, as the database itself reports it; they keep rows, and several may start at once."""

import importlib.util
import multiprocessing
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, inspect, text

from eventdesk import migrations
from eventdesk.migrations import NotMigrated, downgrade, is_current, upgrade
from eventdesk.tables import metadata
from tests.servers import PostgreSQL, fresh_database

TRIGGERS = {
    "sqlite": "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT t.tgname, pg_get_triggerdef(t.oid), pg_get_functiondef(t.tgfoid) "
    "FROM pg_trigger t WHERE NOT t.tgisinternal",
}
MOMENT = "2027-02-09 12:00:00"
#: One published session with somebody on its list, in plain SQL.
ROWS = f"""
INSERT INTO programme (id, label, slug, name, purpose, sender) VALUES (1, 'community', 'c', 'C', '', 'Us');
INSERT INTO event (id, uid, slug, code, label, programme_id, title, description, wall_start, wall_end, zone, starts_at,
  ends_at, venue, online_url, hosts, speakers, visibility, brief_audience, brief_reason, brief_offer, brief_payment,
  status, sequence, revision, made_at, updated_at, published_at, charter_accepted_at)
  VALUES (7, 'u', 's', 'c', 'community', 1, 'An evening', '', '{MOMENT}', '{MOMENT}', 'UTC', '{MOMENT}',
  '2027-02-09 14:00:00', '', '', '[]', '[]', 'public', '', '', '', '', 'published', 3, 4, '{MOMENT}', '{MOMENT}',
  '{MOMENT}', '{MOMENT}');
INSERT INTO seats (event_id, capacity, taken, waiting, last_place) VALUES (7, 5, 1, 0, 1);
INSERT INTO user_registration (id, ref, event_id, label, name, email, email_key, state, place, generation, turns, made_at)
  VALUES (1, 99, 7, 'community', 'Ugo', 'u@x.example', 'u@x.example', 'confirmed', 1, 0, 0, '{MOMENT}');
"""
REBUILD = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "0006", None, None


def upgrade():
    with op.batch_alter_table("event", recreate="always") as table:
        table.add_column(sa.Column("note", sa.String(), nullable=False, server_default="kept"))


def downgrade():
    with op.batch_alter_table("event", recreate="always") as table:
        table.drop_column("note")
"""
ORPHANS = """
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "0006", None, None


def upgrade():
    op.execute("ALTER TABLE feed ADD COLUMN note VARCHAR")
    op.execute("DELETE FROM event")


def downgrade():
    pass
"""

Schema = dict[str, dict[str, Any]]
EmptyDatabase = Callable[[], str]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EmptyDatabase]:
    """Makes empty databases of one kind."""
    if request.param == "sqlite":
        names = (tmp_path / f"{number}.db" for number in range(9))
        yield lambda: f"sqlite:///{next(names)}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    opened = []

    def another() -> str:
        opened.append(fresh_database(server))
        return opened[-1].__enter__()

    yield another
    for each in opened:
        each.__exit__(None, None, None)


def reported(url: str) -> Schema:
    """The schema as the database tells it, in an order of its own."""
    engine = create_engine(url)
    found: Schema = {}
    looker = inspect(engine)
    for table in sorted(set(looker.get_table_names()) - {"alembic_version"}):
        found[table] = {
            "columns": _sorted(
                (each["name"], str(each["type"]), each["nullable"], each["default"])
                for each in looker.get_columns(table)
            ),
            "primary key": looker.get_pk_constraint(table),
            "checks": _sorted((each["name"], each["sqltext"]) for each in looker.get_check_constraints(table)),
            "uniques": _sorted((each["name"], each["column_names"]) for each in looker.get_unique_constraints(table)),
            "foreign keys": _sorted(map(_foreign_key, looker.get_foreign_keys(table))),
            "indexes": _sorted(map(_index, looker.get_indexes(table))),
        }
    with engine.connect() as connection:
        found["triggers"] = {row[0]: tuple(row) for row in connection.execute(text(TRIGGERS[engine.dialect.name]))}
    engine.dispose()
    return found


def _foreign_key(key: Any) -> dict[str, Any]:
    """Without its name: SQLite does not tell that of a key which came with a column added later."""
    return {part: value for part, value in key.items() if part != "name"}


def _index(index: Mapping[str, Any]) -> tuple[Any, ...]:
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return index["name"], index["column_names"], index["unique"], options


def _sorted(things: Any) -> list[str]:
    return sorted(map(str, things))


def do(url: str, *statements: str) -> list[Any]:
    """Carry statements out in one transaction; returns the rows of the last."""
    engine = create_engine(url)
    rows: list[Any] = []
    with engine.begin() as connection:
        for statement in statements:
            done = connection.execute(text(statement))
            rows = list(done) if done.returns_rows else []
    engine.dispose()
    return rows


def made_by_models(url: str) -> str:
    engine: Engine = create_engine(url)
    metadata.create_all(engine)
    engine.dispose()
    return url


def test_migrations_make_exactly_what_the_models_say(empty: EmptyDatabase) -> None:
    migrated, modelled = empty(), made_by_models(empty())

    upgrade(migrated)

    assert reported(migrated) == reported(modelled)
    assert len(reported(migrated)) == len(metadata.tables) + 1
    assert reported(migrated)["triggers"]


def test_what_is_missing_is_noticed(empty: EmptyDatabase) -> None:
    whole = made_by_models(empty())
    expected = reported(whole)

    damaged = without(empty, whole, {"seats": "ck_seats_not_oversold", "event": "uq_event_slug"})
    do(damaged, "DROP TRIGGER event_label_locked" + ("" if damaged.startswith("sqlite") else " ON event"))
    do(damaged, "DROP INDEX ix_outbox_unfinished_ref")

    found = reported(damaged)
    assert set(expected["triggers"]) - set(found["triggers"]) == {"event_label_locked"}
    assert {
        f"{table} {part}"
        for table in metadata.tables
        for part in found[table]
        if found[table][part] != expected[table][part]
    } >= {"seats checks", "event uniques", "outbox indexes"}


def without(empty: EmptyDatabase, whole: str, constraints: Mapping[str, str]) -> str:
    """A database of the models without a constraint of each of these tables (SQLite drops none: it is made without)."""
    if not whole.startswith("sqlite"):
        url = made_by_models(empty())
        do(url, *(f"ALTER TABLE {table} DROP CONSTRAINT {name}" for table, name in constraints.items()))
        return url
    url = empty()
    made = do(whole, "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type <> 'table'")
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as copy:
        for name, sql in made:
            dropped = f"CONSTRAINT {constraints.get(name)} "
            kept = "\n".join(line for line in sql.splitlines() if dropped not in line)
            copy.execute(kept.replace(", \n)", "\n)"))
    return url


def test_down_and_up_again_with_rows_ends_where_it_began(empty: EmptyDatabase) -> None:
    url = empty()
    upgrade(url)
    before = reported(url)
    do(url, *filter(str.strip, ROWS.split(";\n")))

    downgrade(url, "base")
    bare = reported(url)
    upgrade(url)

    assert bare == {"triggers": {}}
    assert reported(url) == before
    assert do(url, "SELECT * FROM event") == []


def test_a_step_back_keeps_the_links_that_were_mailed_and_those_of_no_draft(empty: EmptyDatabase) -> None:
    url = empty()
    upgrade(url)
    ada = f"INSERT INTO organiser (id, name, email, email_key, passphrase, made_at) VALUES (3, '', '', '', '', '{MOMENT}')"
    do(url, *filter(str.strip, ROWS.split(";\n")), ada)
    rounds = "(id, event_id, label, source, statement, left_out, made_by, made_at, send_at)"
    links = "(id, ref, round_id, event_id, label, name, email, email_key, generation, made_at)"
    for number, at in enumerate((f"'{MOMENT}'", "NULL"), 1):
        round_ = f"{number}, 7, 'community', 'standing', '', '{{}}', 3, '{MOMENT}', {at}"
        link = f"{number}, {number}, {number}, 7, 'community', '', '', '', 0, '{MOMENT}'"
        do(url, f"INSERT INTO invitation_round {rounds} VALUES ({round_})")
        do(url, f"INSERT INTO user_invitation {links} VALUES ({link})")

    downgrade(url, "0002")
    assert do(url, "SELECT ref FROM user_invitation") == [(1,)]


def test_events_there_are_remind_at_the_hour_of_their_start_also_over_a_change_of_clocks(
    empty: EmptyDatabase,
) -> None:
    url = empty()
    upgrade(url)
    downgrade(url, "0001")
    do(url, *filter(str.strip, ROWS.split(";\n")))
    do(url, "UPDATE event SET zone = 'Europe/Oslo', wall_start = '2027-03-28 18:00:00'")

    upgrade(url)

    zone = "" if "sqlite" in url else " AT TIME ZONE 'UTC'"
    [(remind_at,)] = do(url, f"SELECT remind_at{zone} FROM event")
    assert str(remind_at).startswith("2027-03-27 17:00:00")


def test_a_database_of_a_newer_version_is_left_alone(empty: EmptyDatabase) -> None:
    url = empty()
    upgrade(url)
    do(url, "UPDATE alembic_version SET version_num = 'ffff'")

    with pytest.raises(NotMigrated, match="newer version"):
        upgrade(url)

    assert do(url, "SELECT version_num FROM alembic_version") == [("ffff",)]


def test_a_database_that_does_not_answer_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(NotMigrated, match="does not answer"):
        is_current(f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}")


@pytest.fixture
def with_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """The migrations with one more revision: a copy of the package under a name of its own."""

    def make(source: str) -> ModuleType:
        folder = tmp_path / "migrations"
        shutil.copytree(Path(migrations.__file__).parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "v9999_throw_away.py").write_text(source)
        spec = importlib.util.spec_from_file_location("eventdesk.migrations_and_one_more", folder / "__init__.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
        return module

    return make


@pytest.fixture
def filled(tmp_path: Path, migrated: Path) -> str:
    shutil.copy(migrated, tmp_path / "filled.db")
    url = f"sqlite:///{tmp_path / 'filled.db'}"
    do(url, *filter(str.strip, ROWS.split(";\n")))
    return url


def test_a_rebuilt_table_keeps_the_rows_that_point_to_it(
    filled: str, with_revision: Callable[[str], ModuleType]
) -> None:
    more = with_revision(REBUILD)

    more.upgrade(filled)

    assert do(filled, "SELECT id, title, note FROM event") == [(7, "An evening", "kept")]
    assert do(filled, "SELECT event_id, taken FROM seats") == [(7, 1)]
    assert do(filled, "SELECT ref, event_id FROM user_registration") == [(99, 7)]
    more.downgrade(filled, "0006")
    more.upgrade(filled)
    assert do(filled, "SELECT ref, event_id FROM user_registration") == [(99, 7)]
    assert do(filled, "PRAGMA foreign_key_check") == []


def test_a_migration_that_would_leave_an_orphan_changes_nothing(
    filled: str, with_revision: Callable[[str], ModuleType]
) -> None:
    more = with_revision(ORPHANS)

    refusal: type[Exception] = more.NotMigrated
    with pytest.raises(refusal, match="would point nowhere"):
        more.upgrade(filled)

    assert do(filled, "SELECT id FROM event") == [(7,)]
    assert do(filled, "SELECT version_num FROM alembic_version") == [("0006",)]
    assert "note" not in str(do(filled, "SELECT sql FROM sqlite_master WHERE name = 'feed'"))


def test_processes_that_start_at_once_migrate_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'eventdesk.db'}"
    (tmp_path / "new").mkdir()
    start = multiprocessing.get_context("forkserver")
    start.set_forkserver_preload(["pytest", "eventdesk.migrations", "eventdesk.tables"])

    together = [start.Process(target=upgrade, args=(url,)) for _ in range(8)]
    for each in together:
        each.start()
    for each in together:
        each.join(60)

    assert [each.exitcode for each in together] == [0] * 8
    assert do(url, "SELECT count(*) FROM alembic_version") == [(1,)]
    assert reported(url) == reported(made_by_models(f"sqlite:///{tmp_path / 'models.db'}"))

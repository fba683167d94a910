"""A backup holds everything of one moment, and comes back as it was, on either database; or nothing comes back."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from eventdesk.backup.service import backup, restore
from eventdesk.config import Settings
from eventdesk.db import db
from eventdesk.errors import Conflict, DomainError
from eventdesk.events.models import Event
from eventdesk.migrations import upgrade
from eventdesk.tables import metadata
from tests.backup.conftest import held, values
from tests.cast import Person
from tests.conftest import NOW, ON_BOTH, let_go, loaded, made
from tests.factories import make_event, sign_up

Empty = Callable[[], str]


def test_from_sqlite_to_postgresql_and_back_nothing_changes(
    filled: str, empty_sqlite: Empty, migrated_postgresql_url: str, tmp_path: Path
) -> None:
    before, back = held(filled), empty_sqlite()
    assert all(before.values()), [table for table, rows in before.items() if not rows]

    first = backup(filled, tmp_path / "one.zip", now=NOW)
    restore(migrated_postgresql_url, tmp_path / "one.zip")
    second = backup(migrated_postgresql_url, tmp_path / "two.zip", now=NOW)
    restore(back, tmp_path / "two.zip")

    assert held(back) == before
    assert values(migrated_postgresql_url) == values(filled)
    assert first == second
    assert first.rows == sum(map(len, before.values()))


def test_from_sqlite_to_sqlite_nothing_changes(filled: str, empty_sqlite: Empty, tmp_path: Path) -> None:
    there = empty_sqlite()
    backup(filled, tmp_path / "one.zip", now=NOW)

    restore(there, tmp_path / "one.zip")

    assert held(there) == held(filled)


def test_new_rows_get_new_numbers_after_a_restore_into_postgresql(
    filled: str, migrated_postgresql_url: str, tmp_path: Path
) -> None:
    backup(filled, tmp_path / "one.zip", now=NOW)
    restore(migrated_postgresql_url, tmp_path / "one.zip")

    app = made(loaded(tmp_path / "there", migrated_postgresql_url))
    with app.app_context():
        event = make_event(app.extensions["eventdesk"].links, title="Afterwards")
        outcome = sign_up(event, Person("Una New", "una@users.example"))
        told = event.id, bool(outcome.ref)
    let_go(app)

    assert told == (3, True)


@pytest.mark.slow
@ON_BOTH
def test_while_people_register_the_backup_shows_one_moment(
    app: Flask, settings: Settings, empty_sqlite: Empty, tmp_path: Path
) -> None:
    with app.app_context():
        event = make_event(settings.links).id
    acknowledged: list[str] = []
    enough = threading.Event()

    def people_come() -> None:
        with app.app_context():
            while not enough.is_set():
                email = f"guest{len(acknowledged)}@users.example"
                sign_up(db.session.get_one(Event, event), Person("Guest", email))
                acknowledged.append(email)

    coming = threading.Thread(target=people_come)
    coming.start()
    try:
        for number in range(3):
            while len(acknowledged) < 3 * number + 1:
                assert coming.is_alive()
            before, there = set(acknowledged), empty_sqlite()
            backup(settings.database_url, tmp_path / f"{number}.zip", now=NOW)
            restore(there, tmp_path / f"{number}.zip")

            kept = held(there)
            emails = {row["email"] for row in _rows(there, "SELECT email FROM user_registration")}
            [seats] = _rows(there, "SELECT taken, last_place FROM seats")
            assert before <= emails
            assert seats == {"taken": len(emails), "last_place": len(emails)}
            assert len(kept["outbox"]) == len(emails)
    finally:
        enough.set()
        coming.join()


def _rows(url: str, statement: str) -> list[dict[str, Any]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [dict(row) for row in connection.execute(text(statement)).mappings()]
    engine.dispose()
    return found


def test_there_must_be_nothing_where_it_is_restored(filled: str, tmp_path: Path) -> None:
    backup(filled, tmp_path / "one.zip", now=NOW)
    before = held(filled)

    with pytest.raises(Conflict, match="something in this installation already"):
        restore(filled, tmp_path / "one.zip")

    assert held(filled) == before


def test_attempts_before_the_set_up_are_in_nobodys_way(filled: str, empty_sqlite: Empty, tmp_path: Path) -> None:
    backup(filled, tmp_path / "one.zip", now=NOW)
    there = empty_sqlite()
    engine = create_engine(there)
    with engine.begin() as connection:
        connection.execute(metadata.tables["attempt"].insert(), {"key": "k", "ends_at": NOW, "count": 3})
    engine.dispose()

    restore(there, tmp_path / "one.zip")

    assert held(there) == held(filled)


def test_a_file_is_not_overwritten_and_is_its_owners_alone(filled: str, tmp_path: Path) -> None:
    file = tmp_path / "kept" / "one.zip"
    file.parent.mkdir()
    backup(filled, file, now=NOW)
    first = file.read_bytes()

    with pytest.raises(DomainError, match="is there already"):
        backup(filled, file, now=NOW)
    with pytest.raises(DomainError, match="No such file or directory"):
        backup(filled, tmp_path / "nowhere" / "one.zip", now=NOW)

    assert file.read_bytes() == first
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["one.zip"]


def test_what_is_no_database_of_this_version_is_not_backed_up(tmp_path: Path) -> None:
    old = f"sqlite:///{tmp_path / 'old.db'}"
    upgrade(old, "0001")

    with pytest.raises(DomainError, match="another version"):
        backup(old, tmp_path / "one.zip", now=NOW)
    with pytest.raises(DomainError, match="no database yet"):
        backup(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "one.zip", now=NOW)

    assert {each.name for each in tmp_path.iterdir()} & {"one.zip", "none.db"} == set()


def test_the_file_says_what_is_in_it_and_carries_no_key(filled: str, settings: Settings, tmp_path: Path) -> None:
    backup(filled, tmp_path / "one.zip", now=NOW)

    with ZipFile(tmp_path / "one.zip") as file:
        manifest = json.loads(file.read("manifest.json"))
        told = b"".join(file.read(name) for name in file.namelist())
    assert [each["table"] for each in manifest["tables"]] == [table.name for table in metadata.sorted_tables]
    assert (manifest["format"], manifest["made_at"]) == ("eventdesk-backup", NOW.isoformat())
    assert settings.secret_keys[0].encode() not in told

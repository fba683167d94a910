"""A file that was cut, altered, or is something else is refused in words and changes nothing."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from struct import unpack
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import DateTime, MetaData, create_engine

from eventdesk.backup.archive import write
from eventdesk.backup.rows import lines
from eventdesk.backup.service import backup, restore
from eventdesk.errors import DomainError
from eventdesk.migrations import is_current, upgrade
from eventdesk.orm import UTCDateTime
from tests.backup.conftest import held
from tests.conftest import NOW
from tests.test_migrations import ROWS, do

Parts = dict[str, list[dict[str, Any]]]
Empty = Callable[[], str]


@pytest.fixture
def good(filled: str, tmp_path: Path) -> Path:
    """A whole backup."""
    backup(filled, tmp_path / "good.zip", now=NOW)
    return tmp_path / "good.zip"


@pytest.fixture
def refused(tmp_path: Path, empty_sqlite: Empty) -> Callable[[Path], str]:
    """What is said of a file; nothing was changed by it."""
    url = empty_sqlite()
    before = held(url)

    def said(file: Path) -> str:
        with pytest.raises(DomainError) as refusal:
            restore(url, file)
        assert held(url) == before
        assert is_current(url)
        return refusal.value.message

    return said


def test_a_cut_file_is_refused(good: Path, refused: Callable[[Path], str], tmp_path: Path) -> None:
    whole = good.read_bytes()
    for length in (0, 1, 100, len(whole) // 2, len(whole) - 1):
        cut = tmp_path / "cut.zip"
        cut.write_bytes(whole[:length])

        assert "no backup of Eventdesk, or it is damaged" in refused(cut), length


def test_an_altered_byte_is_noticed_in_every_part(good: Path, refused: Callable[[Path], str], tmp_path: Path) -> None:
    whole, altered = good.read_bytes(), tmp_path / "altered.zip"
    with ZipFile(good) as file:
        parts = [part for part in file.infolist() if part.file_size]
    for part in parts:
        name, extra = unpack("<HH", whole[part.header_offset + 26 : part.header_offset + 30])
        place = part.header_offset + 30 + name + extra + part.compress_size // 2
        altered.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])

        assert "no backup of Eventdesk, or it is damaged" in refused(altered), part.filename
    assert len(parts) >= 30


def test_another_file_is_refused(refused: Callable[[Path], str], tmp_path: Path, filled: str) -> None:
    foreign = tmp_path / "foreign.zip"
    with ZipFile(foreign, "w") as file:
        file.writestr("readme.txt", "nothing")
    other_manifest = tmp_path / "other.zip"
    with ZipFile(other_manifest, "w") as file:
        file.writestr("manifest.json", json.dumps({"format": "somebody-else", "version": 1}))
    text = tmp_path / "notes.txt"
    text.write_text("Dear diary")

    said = [refused(file) for file in (foreign, other_manifest, text, Path(str(filled).removeprefix("sqlite:///")))]

    assert {each.partition(" is ")[2][:22] for each in said} == {"no backup of Eventdesk"}
    assert "No such file" in refused(tmp_path / "nothing.zip")
    assert "could not be read" in refused(tmp_path)


def parts_of(file: Path) -> Parts:
    with ZipFile(file) as archive:
        tables = [each["table"] for each in json.loads(archive.read("manifest.json"))["tables"]]
        return {table: [json.loads(line) for line in archive.open(f"{table}.jsonl")] for table in tables}


def written(file: Path, parts: Parts, *, revision: str = "0004") -> Path:
    """A file whose sums are right, whatever is in it."""

    def as_lines(rows: list[dict[str, Any]]) -> Iterator[bytes]:
        return (json.dumps(row).encode() + b"\n" for row in rows)

    file.unlink(missing_ok=True)
    write(file, ((table, as_lines(rows)) for table, rows in parts.items()), revision=revision, now=NOW)
    return file


def _without_a_table(parts: Parts) -> None:
    del parts["history"]


def _one_table_more(parts: Parts) -> None:
    parts["alembic_version"] = [{"version_num": "9"}]


def _another_column(parts: Parts) -> None:
    parts["event"][0]["budget"] = 5


def _pointing_nowhere(parts: Parts) -> None:
    parts["seats"][0]["event_id"] = 999


def _twice(parts: Parts) -> None:
    parts["organiser"].append(parts["organiser"][0])


def _against_a_check(parts: Parts) -> None:
    parts["seats"][0]["taken"] = 99


def _no_time(parts: Parts) -> None:
    parts["event"][0]["starts_at"] = "soon"


def _no_bytes(parts: Parts) -> None:
    parts["calendar_entry"][0]["ics"] = 7


AGAINST_THE_TABLES = (_pointing_nowhere, _twice, _against_a_check)
CHANGES = (_without_a_table, _one_table_more, _another_column, *AGAINST_THE_TABLES, _no_time, _no_bytes)


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_what_the_tables_do_not_take_is_refused_as_a_whole(
    good: Path, database: str, empty_sqlite: Empty, request: pytest.FixtureRequest
) -> None:
    url = empty_sqlite() if database == "sqlite" else request.getfixturevalue("migrated_postgresql_url")
    whole = parts_of(good)
    for change in CHANGES if database == "sqlite" else AGAINST_THE_TABLES:
        parts = deepcopy(whole)
        change(parts)
        file = written(good.with_name("changed.zip"), parts)

        with pytest.raises(DomainError, match="Nothing was changed"):
            restore(url, file)

        assert do(url, "SELECT count(*) FROM installation, organiser") == [(0,)], change.__name__
    restore(url, good)
    assert do(url, "SELECT count(*) FROM installation") == [(1,)]


def test_one_of_a_newer_version_names_it(good: Path, refused: Callable[[Path], str]) -> None:
    newer = written(good.with_name("newer.zip"), parts_of(good), revision="0815")

    assert "newer version of Eventdesk (its tables are of revision 0815" in refused(newer)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_one_of_an_older_version_is_brought_up_to_date(
    database: str, empty_sqlite: Empty, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    old = f"sqlite:///{tmp_path / 'old.db'}"
    upgrade(old, "0001")
    do(old, *filter(str.strip, ROWS.split(";\n")))
    file = tmp_path / "old.zip"
    _backed_up_then(old, file)
    upgrade(old)

    there = empty_sqlite() if database == "sqlite" else request.getfixturevalue("migrated_postgresql_url")
    restore(there, file)

    assert is_current(there)
    wanted = "SELECT slug, title, charter_version_id IS NULL, remind_days, sequence FROM event"
    assert do(there, wanted) == do(old, wanted) != []
    assert do(there, "SELECT email, state, note FROM user_registration") == [("u@x.example", "confirmed", "")]
    assert do(there, "SELECT count(*) FROM programme_version") == do(old, "SELECT count(*) FROM programme_version")


def _backed_up_then(old: str, file: Path) -> None:
    """As the older version's own command wrote it."""
    engine, tables = create_engine(old), MetaData()
    with engine.connect() as connection:
        tables.reflect(connection)
        tables.remove(tables.tables["alembic_version"])
        for table in tables.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, DateTime) and not column.name.startswith("wall_"):
                    column.type = UTCDateTime()
        write(
            file, ((table.name, lines(connection, table)) for table in tables.sorted_tables), revision="0001", now=NOW
        )
    engine.dispose()


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path) -> None:
    def stops() -> Iterator[bytes]:
        yield b"{}\n"
        raise OSError(28, "No space left on device")

    with pytest.raises(DomainError, match="No space left on device"):
        write(tmp_path / "one.zip", [("event", stops())], revision="0004", now=NOW)

    assert list(tmp_path.iterdir()) == []

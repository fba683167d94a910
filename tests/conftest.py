"""What every test may ask for: an application on a migrated database, a clock that stands still, someone at the desk."""

import gc
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, make_url
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from eventdesk import clock, config, create_app
from eventdesk.db import db, writing
from eventdesk.invites.arrivals import Arrivals
from eventdesk.labels import Label
from eventdesk.links import Links
from eventdesk.migrations import upgrade
from eventdesk.organisers.models import SignIn
from eventdesk.organisers.queries import by_email, digest
from eventdesk.organisers.rules import SIGN_IN_LASTS
from eventdesk.organisers.service import add_organiser
from eventdesk.programmes.service import set_up
from tests.cast import ADA, BERT, CORA, PASSPHRASE, Person
from tests.forked import COMPILED

pytest_plugins = ["tests.servers", "tests.browser"]

#: A winter evening; the events of the factories are a month later.
NOW = datetime(2027, 2, 9, 12, 0, tzinfo=UTC)
BASE_URL = "http://desk.example"
#: The applications that most tests share, by the URL of their database.
STANDING: dict[str, Flask] = {}
#: Makes a PostgreSQL database like the one of this name, for as long as it is used, and hands out its URL.
Copied = Callable[..., AbstractContextManager[str]]
#: By mark, what begins first.
FIRST = ({"longest"}, {"e2e", "drill", "slow"})
#: Run a module's tests on both databases: `pytestmark = ON_BOTH`.
ON_BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--long`: ten times as many kills in the drills, and every fold of the copy checker's corpus."""
    parser.addoption("--long", action="store_true", help="long drills, and every fold of the corpus")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What needs a PostgreSQL is marked so: the unit suite needs no server. Side by side, what takes long begins first."""
    for item in items:
        given = item.callspec.params.values() if isinstance(item, pytest.Function) and hasattr(item, "callspec") else ()
        if "postgresql" in given or any("postgresql" in name for name in getattr(item, "fixturenames", ())):
            item.add_marker("postgresql")
    if hasattr(config, "workerinput"):
        items.sort(key=turn)


def turn(item: pytest.Item) -> int:
    """When a test begins: at the end nobody should be left waiting for a long one."""
    kinds = {mark.name for mark in item.iter_markers()}
    return next((turn for turn, first in enumerate(FIRST) if kinds & first), len(FIRST))


def pytest_collection_finish() -> None:
    """Most tests make an application: what is there before them need not be looked through for rubbish each time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


class Visitor(FlaskClient):
    """A client that reaches the application at its own address."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """As FlaskClient, at the base URL."""
        return super().open(*args, **{"base_url": BASE_URL, **kwargs})


class Clock:
    """The machine's clock, standing still until told otherwise."""

    def __init__(self) -> None:
        self.time = NOW

    def pass_by(self, **span: float) -> datetime:
        """Let time pass: `clock.pass_by(hours=3)`."""
        self.time += timedelta(**span)
        return self.time


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock the application looks at."""
    standing = Clock()
    monkeypatch.setattr(clock, "now", lambda: standing.time)
    return standing


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and nothing in them, to copy."""
    file = tmp_path_factory.mktemp("migrated") / "eventdesk.db"
    upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory, migrated: Path, _hash_once: None) -> Path:
    """A SQLite file as it is after the set-up, to copy: Ada is the owner."""
    folder = tmp_path_factory.mktemp("begun")
    shutil.copy(migrated, folder / "eventdesk.db")
    begin(made(loaded(folder, f"sqlite:///{folder / 'eventdesk.db'}")))
    return folder / "eventdesk.db"


@pytest.fixture(scope="session")
def begun_postgresql(
    copied: Copied, migrated_postgresql: str, tmp_path_factory: pytest.TempPathFactory, _hash_once: None
) -> Iterator[str]:
    """The name of a PostgreSQL database as it is after the set-up, to copy."""
    with copied(migrated_postgresql) as url:
        begin(made(loaded(tmp_path_factory.mktemp("begun"), url)))
        yield str(make_url(url).database)


def begin(app: Flask) -> None:
    """Set an application up: Ada is the owner."""
    account = {"name": ADA.name, "email": ADA.email, "passphrase": PASSPHRASE}
    with app.app_context():
        set_up(organisation="Lathe Lane Software", timezone="Europe/Oslo", **account, now=NOW)
    let_go(app)


def loaded(instance: Path, database_url: str) -> config.Settings:
    """Settings as the environment would give them."""
    given = {"INSTANCE": str(instance), "DATABASE_URL": database_url, "BASE_URL": BASE_URL}
    return config.load({f"EVENTDESK_{name}": value for name, value in given.items()})


def made(settings: config.Settings) -> Flask:
    """An application for tests. It waits for no disk: no test takes the machine's current away."""
    app = create_app(settings)
    app.config["TESTING"] = True
    app.test_client_class = Visitor
    app.jinja_env.bytecode_cache = COMPILED
    with app.app_context():
        for engine in db.engines.values():
            if engine.dialect.name == "sqlite":
                event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))
    return app


@pytest.fixture(scope="session")
def standing_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application most tests share: what it compiled once serves them all. Its database is new for each."""
    folder = tmp_path_factory.mktemp("standing")
    return _standing(loaded(folder, f"sqlite:///{folder / 'eventdesk.db'}"))


@pytest.fixture(scope="session")
def standing_app_on_postgresql(standing_postgresql_url: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The same on PostgreSQL."""
    return _standing(loaded(tmp_path_factory.mktemp("standing"), standing_postgresql_url))


def _standing(settings: config.Settings) -> Flask:
    app = STANDING[settings.database_url] = made(settings)
    app.config["STANDING"] = settings
    return app


def let_go(app: Flask) -> None:
    """Close all connections to its database."""
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own, SQLite or what `ON_BOTH` says: set up where `app` is asked for, else empty."""
    kind = "begun" if "app" in request.fixturenames else "migrated"
    if getattr(request, "param", "sqlite") == "sqlite":
        yield _file(request, request.getfixturevalue(kind), tmp_path)
        return
    name = None
    if not request.node.get_closest_marker("own_app"):
        shared: Flask = request.getfixturevalue("standing_app_on_postgresql")
        name = make_url(shared.config["STANDING"].database_url).database
    copied: Copied = request.getfixturevalue("copied")
    with copied(request.getfixturevalue(f"{kind}_postgresql"), name) as url:
        yield url


def _file(request: pytest.FixtureRequest, template: Path, tmp_path: Path) -> str:
    if request.node.get_closest_marker("own_app"):
        shutil.copy(template, tmp_path / "eventdesk.db")
        return f"sqlite:///{tmp_path / 'eventdesk.db'}"
    app: Flask = request.getfixturevalue("standing_app")
    let_go(app)
    file = Path(app.instance_path) / "eventdesk.db"
    for rest in ("", "-wal", "-shm"):
        file.with_name(file.name + rest).unlink(missing_ok=True)
    shutil.copy(template, file)
    return f"sqlite:///{file}"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> config.Settings:
    """An installation's settings, without a mail server."""
    if app := STANDING.get(database_url):
        standing: config.Settings = app.config["STANDING"]
        return standing
    return loaded(tmp_path / "instance", database_url)


@pytest.fixture
def links(settings: config.Settings) -> Links:
    """The installation's addresses."""
    return settings.links


@pytest.fixture(scope="session")
def _hash_once() -> None:
    """Hashing a passphrase takes its time on purpose; the cast's is hashed once for the whole run."""
    from eventdesk.organisers import service

    once, hashed = service.hashed_passphrase, service.hashed_passphrase(PASSPHRASE)
    patched = pytest.MonkeyPatch()
    patched.setattr(
        "eventdesk.programmes.service.hashed_passphrase", lambda said: hashed if said == PASSPHRASE else once(said)
    )
    patched.setattr(service, "hashed_passphrase", lambda said: hashed if said == PASSPHRASE else once(said))


@pytest.fixture
def empty_app(settings: config.Settings, now: Clock) -> Iterator[Flask]:
    """The application before its first start."""
    app = STANDING.get(settings.database_url) or made(settings)
    app.extensions["eventdesk"] = settings
    app.extensions.pop("feeds", None)
    app.extensions["arrivals"] = Arrivals()
    yield app
    let_go(app)


@pytest.fixture
def app(empty_app: Flask, _hash_once: None) -> Flask:
    """The application, set up: Ada is the owner."""
    return empty_app  # `database_url` saw that it was asked for


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """The session of a test that speaks to services directly."""
    with app.app_context():
        yield db.session()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without cookies, at the right address."""
    return app.test_client()


@pytest.fixture
def at_desk(app: Flask) -> Callable[[Person], FlaskClient]:
    """`at_desk(ADA)` is her browser, signed in. Cora and Bert get their roles when they first come."""
    roles = {CORA: Label.COMMUNITY.value, BERT: Label.COMMERCIAL.value}

    def sign(person: Person) -> FlaskClient:
        with app.app_context():
            if person in roles:
                add_organiser(name=person.name, email=person.email, passphrase=PASSPHRASE, role=roles[person], now=NOW)
            secret = f"secret of {person.name}"  # as signing in would make it, without the time that a passphrase takes
            with writing() as session:
                known = by_email(session, person.email)
                assert known
                session.query(SignIn).filter_by(digest=digest(secret)).delete()
                session.add(SignIn(digest=digest(secret), organiser=known, made_at=NOW, ends_at=NOW + SIGN_IN_LASTS))
        browser = app.test_client()
        with browser.session_transaction(base_url=BASE_URL) as cookie:
            cookie["sign_in"] = secret
        return browser

    return sign

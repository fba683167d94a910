"""The year, played once; and what is left of it later, when people's time is over."""

import os
import pickle
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest
from flask import Flask

from eventdesk.retention.service import keep_no_longer
from tests.conftest import NOW, let_go, loaded, made
from tests.year.acts import Year
from tests.year.installed import installed
from tests.year.plan import simulate
from tests.year.player import Player

#: The last day of the year; and when the people of all sessions are gone, and when those of all briefings are, too.
UNTIL = date(2028, 4, 27)
SESSIONS_GONE, ALL_GONE = timedelta(days=120), timedelta(days=800)


@dataclass(frozen=True)
class Played:
    """An installation on which the year was played, and when one looks at it."""

    app: Flask
    player: Player
    now: datetime


@pytest.fixture(scope="session")
def year() -> Year:
    """The raw acts."""
    return simulate(UNTIL)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """When people's time is over; with `--long`, also while the year goes on, for which it is played once more."""
    if "emptied" in metafunc.fixturenames:
        later = {"sessions gone": SESSIONS_GONE, "all gone": ALL_GONE}
        all_along = {"all along": None} if metafunc.config.getoption("--long") else {}
        ways = later | all_along
        metafunc.parametrize("emptied", ways.values(), ids=list(ways), indirect=True, scope="session")


@pytest.fixture(scope="session")
def whole(year: Year, begun: Path, tmp_path_factory: pytest.TempPathFactory, _hash_once: None) -> Iterator[Played]:
    """The year at its end: nobody was removed. It is played once, also where several workers share a run of the tests."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (shared / "year.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not (shared / "year.pickle").exists():
            with _opened(begun, tmp_path_factory.mktemp("playing")) as app:
                played = _played(app, year)
            shutil.copy(app.extensions["eventdesk"].instance / "eventdesk.db", shared / "year.db")
            (shared / "year.pickle").write_bytes(pickle.dumps(played.player))
    with _opened(shared / "year.db", tmp_path_factory.mktemp("year")) as app:
        yield Played(app, pickle.loads((shared / "year.pickle").read_bytes()), year.ends_at)  # noqa: S301 - our own


@pytest.fixture(scope="session")
def emptied(
    request: pytest.FixtureRequest, year: Year, whole: Played, begun: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Played]:
    """The same installation later: those whose time is over are gone."""
    folder = tmp_path_factory.mktemp("emptied")
    if request.param is None:
        with _opened(begun, folder) as app:
            yield _played(app, year, forgets=True)
        return
    let_go(whole.app)
    now = whole.now + request.param
    with _opened(whole.app.extensions["eventdesk"].instance / "eventdesk.db", folder) as app:
        with app.app_context():
            assert keep_no_longer(now)
        yield Played(app, whole.player, now)


def _played(app: Flask, year: Year, *, forgets: bool = False) -> Played:
    with app.app_context():
        player = installed(year, app.extensions["eventdesk"].links, NOW, forgets=forgets)
        player.play()
    return Played(app, player, year.ends_at)


@contextmanager
def _opened(database: Path, folder: Path) -> Iterator[Flask]:
    shutil.copy(database, folder / "eventdesk.db")
    app = made(loaded(folder, f"sqlite:///{folder / 'eventdesk.db'}"))
    yield app
    let_go(app)

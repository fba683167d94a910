"""Whatever people, organisers, the worker and the clock do, in whatever order: everything holds that must."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conftest import Clock, Copied, begin, let_go, loaded, made
from tests.verify.acts import Acts, Opened


def at_random(opened: Opened, now: Clock, *, long: bool) -> None:
    """Fifty acts, one after the other, some times over; `long` also looks for the shortest way to what broke."""
    Acts.opened, Acts.now = staticmethod(opened), now
    run_state_machine_as_test(
        Acts,
        settings=settings(
            max_examples=60 if long else 3,
            stateful_step_count=50,
            derandomize=not long,
            phases=[Phase.generate, Phase.shrink] if long else [Phase.generate],
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@contextmanager
def installation(folder: Path, url: str) -> Iterator[Flask]:
    """An installation on this database, set up."""
    app = made(loaded(folder, url))
    begin(app)
    with app.app_context():
        yield app
    let_go(app)


@pytest.mark.slow
@pytest.mark.longest
@pytest.mark.usefixtures("_hash_once")
def test_no_order_of_acts_breaks_anything(
    migrated: Path, tmp_path: Path, now: Clock, request: pytest.FixtureRequest
) -> None:
    @contextmanager
    def fresh() -> Iterator[Flask]:
        file = tmp_path / "eventdesk.db"
        for rest in ("", "-wal", "-shm"):
            file.with_name(file.name + rest).unlink(missing_ok=True)
        file.write_bytes(migrated.read_bytes())
        with installation(tmp_path, f"sqlite:///{file}") as app:
            yield app

    at_random(fresh, now, long=request.config.getoption("--long"))


@pytest.mark.slow
@pytest.mark.longest
@pytest.mark.usefixtures("_hash_once")
def test_nor_on_postgresql(
    copied: Copied, migrated_postgresql: str, tmp_path: Path, now: Clock, request: pytest.FixtureRequest
) -> None:
    @contextmanager
    def fresh() -> Iterator[Flask]:
        with copied(migrated_postgresql) as url, installation(tmp_path, url) as app:
            yield app

    at_random(fresh, now, long=request.config.getoption("--long"))

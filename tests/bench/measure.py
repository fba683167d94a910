"""The measurement: both servers up, what is compared measured turn by turn, and the medians of the rounds."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from statistics import median

from eventdesk import clock, config, create_app
from eventdesk.db import db
from eventdesk.migrations import upgrade
from eventdesk.programmes.service import set_up
from tests.bench.load import Plan
from tests.cast import ADA, PASSPHRASE
from tests.factories import make_event
from tests.forked import run
from tests.servers import Served, free_port

EVENTS = 100
#: No two registrations of a run have the same number.
NUMBERS = count(0, 1_000_000)


@dataclass(frozen=True)
class Case:
    """One thing that is measured: its name, the requests, and the status each must be answered with."""

    name: str
    plan: Plan
    status: int = 200
    #: Waits until what it has set going is over.
    settle: Callable[[], None] | None = None


@dataclass(frozen=True)
class Result:
    """What came out: requests a second, and their share of what the bare page reached just before."""

    name: str
    rates: Sequence[float]
    ratios: Sequence[float]

    @property
    def row(self) -> str:
        """As a row of the table."""
        spread = f"{min(self.ratios):.3f} to {max(self.ratios):.3f}"
        return f"| {self.name} | {median(self.rates):,.0f} | {median(self.ratios):.3f} | {spread} |"


HEAD = "| What | A second | Share of the first | Of the rounds |\n| --- | ---: | ---: | --- |"


def measure(rounds: int = 3, scale: float = 1.0) -> Iterator[Result]:
    """Measure everything; `scale` makes the number of requests smaller or larger."""
    with tempfile.TemporaryDirectory(prefix="eventdesk-bench-") as folder, _hello() as floor:
        served = Served(Path(folder) / "instance")
        served.program = ["tests.bench.desk"]
        page, invite = fill_events(served)
        with served:
            cases = [scaled(case, scale) for case in (_floor(floor), *_cases(served, page, invite))]
            yield from take_turns(cases, rounds)


def take_turns(cases: Sequence[Case], rounds: int) -> Iterator[Result]:
    """Each case in its turn, and the first, the floor, before each: what else the machine does meets both."""
    for case in cases:
        _rate(scaled(case, 0.1))  # the first answers of a process are its slowest
    floor, *others = cases
    rates: dict[str, list[tuple[float, float]]] = {case.name: [] for case in others}
    for _ in range(rounds):
        for case in others:
            rates[case.name].append((_rate(floor), _rate(case)))
    floors = [bare for pairs in rates.values() for bare, _ in pairs]
    yield Result(floor.name, floors, [1.0])
    for name, pairs in rates.items():
        yield Result(name, [rate for _, rate in pairs], [rate / bare for bare, rate in pairs])


def _floor(port: int) -> Case:
    return Case("hello", Plan(port=port, path="/", count=3_000))


def _cases(served: Served, page: str, invite: str) -> list[Case]:
    feed = "/calendars/community.ics"
    with urllib.request.urlopen(served.base_url + feed, timeout=30) as answer:
        known = f"If-None-Match: {answer.headers['ETag']}\r\n"
    form = "name=Guest+%23&email=guest#%40users.example"
    port = served.port
    return [
        Case("event page, with the form", Plan(port=port, path=page, count=400)),
        Case("label page, 50 events", Plan(port=port, path="/community", count=200)),
        Case(f"feed, {EVENTS} events", Plan(port=port, path=feed, count=1_000)),
        Case("feed, not changed (304)", Plan(port=port, path=feed, count=1_000, headers=known), status=304),
        Case("registration", Plan(port=port, path=invite, count=300, method="POST", body=form)),
    ]


def scaled(case: Case, scale: float) -> Case:
    """The same with more or fewer requests."""
    return replace(case, plan=replace(case.plan, count=max(case.plan.clients, round(case.plan.count * scale))))


def _rate(case: Case) -> float:
    """Requests a second of one case, from a process of its own; fails if any is answered otherwise than it must be."""
    plan = replace(case.plan, first=next(NUMBERS))
    said = run(["tests.bench.load"], os.environ, plan.to_json(), timeout=600)
    found = json.loads(said.stdout)
    assert found["statuses"] == {str(case.status): plan.count}, f"{case.name}: {found} {said.stderr}"
    if case.settle:
        case.settle()
    return float(plan.count / found["seconds"])


@contextmanager
def _hello() -> Iterator[int]:
    """The bare page's server; the port it is at."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.hello", str(port)])
    try:
        _wait_for(f"http://127.0.0.1:{port}/")
        yield port
    finally:
        process.terminate()
        process.wait(15)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except OSError:
            assert time.monotonic() < deadline, f"{url} does not answer"
            time.sleep(0.05)
        else:
            return


def fill_events(served: Served, number: int = EVENTS) -> tuple[str, str]:
    """Set the installation up with its events; the paths of one event's page and of its invite link."""
    settings = config.load(served.environment)
    upgrade(settings.database_url)
    app = create_app(settings)
    with app.app_context():
        now = clock.now()
        owner = {"name": ADA.name, "email": ADA.email, "passphrase": PASSPHRASE}
        set_up(organisation="Lathe Lane Software", timezone="Europe/Oslo", now=now, **owner)
        events = [make_event(settings.links, title=f"Get the most out of Tire Server {n}") for n in range(number)]
        paths = f"/events/{events[0].slug}", settings.links.invite_path(events[0].code)
        for engine in db.engines.values():
            engine.dispose()
    return paths

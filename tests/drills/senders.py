"""Two workers that send what is in an outbox, and fall and rise; and what must be true of the mail that came."""

import random
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from types import TracebackType
from typing import Self

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from eventdesk import clock, config, create_app
from eventdesk.db import db, writing
from eventdesk.migrations import upgrade
from eventdesk.programmes.service import set_up
from tests.cast import ADA, PASSPHRASE, Person
from tests.factories import make_event, sign_up
from tests.forked import Running
from tests.servers import Installation, Mailbox


class Senders:
    """Two `eventdesk worker` of one installation, or another number: a context manager."""

    def __init__(self, installation: Installation, database_url: str, number: int = 2) -> None:
        self.number = number
        self.installation = installation
        self.chance = random.Random(15)  # noqa: S311
        self._engine = create_engine(database_url, poolclass=NullPool)
        self._workers: list[Running] = []

    def __enter__(self) -> Self:
        for _ in range(self.number):
            self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.send_signal(signal.SIGTERM)
        for worker in self._workers:
            worker.wait(30)

    def _start(self) -> None:
        self._workers.append(self.installation.begin("worker", log=self.installation.instance / "worker.log"))

    def kill_one(self) -> None:
        """One of them falls where it stands; what it held is free, as it is five minutes later, and another starts."""
        worker = self._workers.pop(self.chance.randrange(len(self._workers)))
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)
        self._do(f"UPDATE outbox SET lease_until = made_at WHERE lease_by LIKE '%:{worker.pid}:%'")
        self._start()

    def finish(self, timeout: float = 120) -> None:
        """Wait until nothing is unsent; what is to be tried later is tried now."""
        deadline = time.monotonic() + timeout
        while unsent := self._do("SELECT count(*) FROM outbox WHERE progress <> 'done'"):
            assert time.monotonic() < deadline, f"{unsent} messages are still waiting"
            self._do("UPDATE outbox SET run_at = made_at WHERE progress = 'waiting' AND attempts > 0")
            time.sleep(0.2)

    def _do(self, statement: str) -> int:
        with self._engine.begin() as connection:
            found = connection.execute(text(statement))
            return int(found.scalar_one()) if found.returns_rows else found.rowcount


def fill(installation: Installation, people: Sequence[Person]) -> None:
    """An event for which everyone has registered, and asked for their link once more: two messages each, in this order."""
    settings = config.load(installation.environment)
    upgrade(settings.database_url)
    app, now = create_app(settings), clock.now()
    with app.app_context():
        owner = {"name": ADA.name, "email": ADA.email, "passphrase": PASSPHRASE}
        set_up(organisation="Lathe Lane Software", timezone="Europe/Oslo", now=now, **owner)
        event = make_event(settings.links)
        with writing():
            for minutes in (60, 30):
                for person in people:
                    sign_up(event, person, now - timedelta(minutes=minutes))
        for engine in db.engines.values():
            engine.dispose()


def faults(mailbox: Mailbox, people: Sequence[Person], kills: int) -> Iterator[str]:
    """What is wrong with the mail that came, in sentences."""
    came: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for delivery in mailbox.deliveries:
        came[delivery.recipients[0]].append((delivery.message["Message-ID"], delivery.subject))
    messages = {person.email: list(dict.fromkeys(came[person.email])) for person in people}
    if lost := sum(2 - len(each) for each in messages.values() if len(each) < 2):
        yield f"lost: {lost} of {2 * len(people)}"
    if more := sum(len(each) > 2 for each in messages.values()):
        yield f"{more} people got a message again under another Message-ID"
    twice = sum(count - 1 for each in came.values() for count in Counter(each).values())
    if twice > kills:
        yield f"repeated: {twice}, by {kills} kills"
    firsts = Counter(each[0][1] for each in messages.values() if each)
    if len(firsts) > 1:
        yield f"not everyone's first message came first: {dict(firsts)}"

"""The server is killed in the middle, again and again: what was answered is kept, and every message goes out."""

import random
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.cast import Person
from tests.drills.books import disappointments, errors, read_books
from tests.drills.crowd import Attempt, guests, register
from tests.evening import publish, set_up
from tests.servers import Mailbox, Served

pytestmark = [pytest.mark.drill, pytest.mark.slow]
CLIENTS = 16
#: How long a client goes on trying.
PATIENCE = 60.0


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    """How often the server falls: a few times, or many with `--long`."""
    return 40 if request.config.getoption("--long") else 4


class Crowd:
    """Clients who register one after the other, and try again until they are answered."""

    def __init__(self, url: str, people: Sequence[Person]) -> None:
        self.url = url
        self.answers: list[Attempt] = []
        self.repeated = 0
        self._waiting = iter(people)
        self._next = threading.Lock()
        self._threads = [threading.Thread(target=self._client) for _ in range(CLIENTS)]

    def start(self) -> None:
        """Let them in."""
        for thread in self._threads:
            thread.start()

    def wait(self) -> None:
        """Wait until everyone was answered or lost patience."""
        for thread in self._threads:
            thread.join()

    @property
    def answered(self) -> int:
        """How many were answered so far."""
        return len(self.answers)

    def _client(self) -> None:
        while person := self._one():
            first, deadline = time.monotonic(), time.monotonic() + PATIENCE
            attempt = register(self.url, person)
            while attempt.status in (0, 503) and time.monotonic() < deadline:
                self.repeated += 1
                time.sleep(0.1)
                attempt = register(self.url, person)
            self.answers.append(Attempt(person.email, first, attempt.answered, attempt.status))

    def _one(self) -> Person | None:
        with self._next:
            return next(self._waiting, None)


def test_nothing_that_was_answered_is_lost_when_the_server_is_killed(tmp_path: Path, kills: int) -> None:
    server, chance, every = Served(tmp_path / "instance"), random.Random(kills), 40  # noqa: S311
    people = guests(every * (kills + 1))
    set_up(server)
    event = publish(server, capacity=len(people) // 2)
    crowd = Crowd(event["urls"]["invite"], people)
    with server:
        crowd.start()
        for kill in range(1, kills + 1):
            while crowd.answered < every * (kill - 1) + 10:
                time.sleep(0.01)
            time.sleep(chance.uniform(0, 0.5))
            server.kill9()
            server.start()
        crowd.wait()

    books = read_books(f"sqlite:///{server.instance / 'eventdesk.db'}")

    assert [*errors(books), *disappointments(books, crowd.answers)] == []
    assert len(books.people) == len(people)
    assert crowd.repeated > 0, "no kill met anybody"
    with closing(sqlite3.connect(server.instance / "eventdesk.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def test_every_message_goes_out_when_the_server_is_killed_while_sending(
    tmp_path: Path, mailbox: Mailbox, kills: int
) -> None:
    server, chance, every = Served(tmp_path / "instance"), random.Random(kills), 20  # noqa: S311
    people = guests(every * (kills + 1))
    set_up(server)
    event = publish(server)
    with server:  # without a mail server: the messages wait
        crowd = Crowd(event["urls"]["invite"], people)
        crowd.start()
        crowd.wait()
    assert crowd.answered == len(people)

    for person in people[::5]:
        mailbox.slow(person.email, 0.2)  # so that a kill meets a message that was handed over and not yet noted
    server.environment |= {"EVENTDESK_SMTP_URL": mailbox.url, "EVENTDESK_MAIL_PER_MINUTE": "0"}
    server.start()
    for kill in range(1, kills + 1):
        mailbox.wait(every * (kill - 1) + 5, timeout=30)
        time.sleep(chance.uniform(0, 0.3))
        server.kill9()
        end_leases(server)
        server.start()
    deadline = time.monotonic() + 60
    while unsent(server):
        assert time.monotonic() < deadline, f"{unsent(server)} messages are still waiting"
        time.sleep(0.1)
    server.stop()

    copies = Counter(delivery.recipients for delivery in mailbox.deliveries)
    ids = {(delivery.recipients, delivery.message["Message-ID"]) for delivery in mailbox.deliveries}
    assert set(copies) == {(person.email,) for person in people}
    assert len(ids) == len(people), "a message came again under another Message-ID"
    assert len(mailbox.deliveries) - len(people) <= kills


def end_leases(server: Served) -> None:
    """As if the five minutes had passed for which a fallen worker's message is kept for it."""
    with closing(sqlite3.connect(server.instance / "eventdesk.db", timeout=30)) as database, database:
        database.execute("UPDATE outbox SET lease_until = made_at WHERE progress = 'claimed'")


def unsent(server: Served) -> int:
    """How many messages are still to be sent."""
    with closing(sqlite3.connect(server.instance / "eventdesk.db", timeout=30)) as database:
        [[count]] = database.execute("SELECT count(*) FROM outbox WHERE progress <> 'done'").fetchall()
    return int(count)

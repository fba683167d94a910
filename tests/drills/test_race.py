"""Two hundred people, fifty seats, one moment: through HTTP, on both databases; and the same with the lock taken out."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.drills.books import Books, disappointments, errors, read_books
from tests.drills.crowd import Attempt, guests, stampede
from tests.evening import publish, set_up
from tests.servers import Served

pytestmark = [
    pytest.mark.drill,
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True),
]
PEOPLE, SEATS = 200, 50


def race(server: Served, database_url: str) -> tuple[Books, list[Attempt]]:
    """Open an evening with fifty seats, let the crowd in, and read the books."""
    set_up(server)
    event = publish(server, capacity=SEATS)
    with server:
        attempts = stampede(event["urls"]["invite"], guests(PEOPLE))
    return read_books(database_url), attempts


def wrongs(books: Books, attempts: Sequence[Attempt]) -> list[str]:
    """Everything that is not as it must be after the race."""
    confirmed, waiting = len(books.of_state("confirmed")), len(books.of_state("waitlisted"))
    counted = (confirmed, waiting) != (SEATS, PEOPLE - SEATS)
    said = [f"{confirmed} have a seat and {waiting} wait"] if counted else []
    return [*said, *errors(books), *disappointments(books, attempts)]


def test_fifty_get_a_seat_and_all_others_wait_in_order(tmp_path: Path, database_url: str) -> None:
    server = Served(tmp_path / "instance", {"EVENTDESK_DATABASE_URL": database_url})

    books, attempts = race(server, database_url)

    assert wrongs(books, attempts) == []
    assert [person.place for person in books.people] == list(range(1, PEOPLE + 1))


def test_the_race_catches_a_missing_lock(tmp_path: Path, database_url: str) -> None:
    server = Served(tmp_path / "instance", {"EVENTDESK_DATABASE_URL": database_url})
    server.program = ["tests.drills.unlocked"]

    books, attempts = race(server, database_url)

    found = wrongs(books, attempts)
    assert any(each.startswith(("oversold", "the seats count", "valid attempts lost")) for each in found), found

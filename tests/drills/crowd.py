"""Many people at once: each registers over a connection of their own, all released by one barrier."""

import http.client
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from tests.cast import Person

TIMEOUT = 60


def guests(count: int) -> list[Person]:
    """People who do not exist, each with an address of their own."""
    return [Person(f"Guest {number}", f"guest{number}@users.example") for number in range(count)]


@dataclass(frozen=True)
class Attempt:
    """One attempt to register: when it was sent and answered, and the status; 0 when no answer came."""

    email: str
    sent: float
    answered: float
    status: int


def register(url: str, person: Person) -> Attempt:
    """Try once, over a new connection."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT)
    sent, status = time.monotonic(), 0
    try:
        status = post(connection, parts.path, person)
    except (OSError, http.client.HTTPException):
        pass
    finally:
        connection.close()
    return Attempt(person.email, sent, time.monotonic(), status)


def post(connection: http.client.HTTPConnection, path: str, person: Person) -> int:
    """Send the form over an open connection; the status of the answer, once all of it is read."""
    form = {"Content-Type": "application/x-www-form-urlencoded", "Connection": "close"}
    connection.request("POST", path, urlencode(person.form), form)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def stampede(url: str, people: Sequence[Person]) -> list[Attempt]:
    """Everyone connects and waits at the barrier; then all send at once."""
    parts, barrier = urlsplit(url), threading.Barrier(len(people))
    attempts: list[Attempt] = []

    def attempt(person: Person) -> None:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT)
        connection.connect()
        barrier.wait(TIMEOUT)
        sent, status = time.monotonic(), 0
        try:
            status = post(connection, parts.path, person)
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        attempts.append(Attempt(person.email, sent, time.monotonic(), status))

    threads = [threading.Thread(target=attempt, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return attempts

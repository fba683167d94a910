"""Fifty phones read one code at the same moment: one says welcome, the others that they are in already. Without locks, no."""

import http.client
import threading
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from eventdesk import config
from eventdesk.labels import Audience
from tests.cast import UGO
from tests.drills.crowd import TIMEOUT
from tests.evening import publish, register, set_up, signed_in, soon, token_in
from tests.servers import Served

pytestmark = [
    pytest.mark.drill,
    pytest.mark.slow,
    pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True),
]
PHONES = 50
WELCOME, ALREADY = f"Welcome, {UGO.name} is in.", f"{UGO.name} is in already."
#: What they are told, and how often it is kept that he came.
RIGHT = (Counter({WELCOME: 1, ALREADY: PHONES - 1}), 1)


def scan(tmp_path: Path, database_url: str, *program: str) -> tuple[Counter[str], int]:
    """What all phones were told, by a server as it is or by this `program`, and how often the history says that he came."""
    served = Served(tmp_path / "instance", {"EVENTDESK_DATABASE_URL": database_url})
    set_up(served)
    event = publish(served, **soon())
    with served:
        register(event, UGO)
        code = config.load(served.environment).links.door(Audience.USERS, _one(database_url, "ref"), 0)
        browser, cookie = signed_in(served)
        with browser.open(served.base_url + urlsplit(code).path, timeout=30) as page:
            form = urlencode({"csrf_token": token_in(page.read().decode())})
    served.program = list(program) or served.program
    with served:
        told = _at_once(served.base_url + urlsplit(code).path, form, cookie)
    return told, _one(database_url, "(SELECT count(*) FROM history WHERE act = 'attended')")


def _one(database_url: str, what: str) -> int:
    engine = create_engine(database_url, poolclass=NullPool)
    with engine.connect() as connection:
        found: int = connection.execute(text(f"SELECT {what} FROM user_registration")).scalar_one()
    engine.dispose()
    return found


def _at_once(url: str, form: str, cookie: str) -> Counter[str]:
    """Every phone is connected and waits for the others; then all say that he is here, and read the answer."""
    parts, barrier, told = urlsplit(url), threading.Barrier(PHONES), Counter[str]()

    def phone() -> None:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=TIMEOUT)
        connection.connect()
        barrier.wait(TIMEOUT)
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", parts.path, form, headers)
        answer = connection.getresponse()
        answer.read()
        said = str(answer.status)
        if answer.status == 303:
            connection.request(
                "GET", parts.path, headers={"Cookie": (answer.headers["Set-Cookie"] or "").split(";")[0]}
            )
            page = connection.getresponse().read().decode()
            said = next((each for each in (WELCOME, ALREADY) if each in page), "neither")
        connection.close()
        told.update([said])

    threads = [threading.Thread(target=phone) for _ in range(PHONES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def test_one_is_told_welcome_and_all_others_already(tmp_path: Path, database_url: str) -> None:
    assert scan(tmp_path, database_url) == RIGHT


def test_without_locks_that_is_not_so(tmp_path: Path, database_url: str) -> None:
    assert scan(tmp_path, database_url, "tests.drills.unlocked") != RIGHT

"""Two workers send, and fall, again and again: every message arrives, in order, and none twice but what was in flight."""

import time
from pathlib import Path

import pytest

from tests.drills.crowd import guests
from tests.drills.senders import Senders, faults, fill
from tests.servers import Installation, Mailbox

pytestmark = [pytest.mark.drill, pytest.mark.slow]
ON_BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


def drill(folder: Path, mailbox: Mailbox, database_url: str, *, people: int, kills: int, way: str = "") -> list[str]:
    """Send two messages to each of so many people while a worker is killed so often; what is wrong afterwards."""
    given = {"DATABASE_URL": database_url, "SMTP_URL": mailbox.url, "MAIL_PER_MINUTE": "0"}
    installation = Installation(folder / "instance", {f"EVENTDESK_{name}": value for name, value in given.items()})
    everyone = guests(people)
    fill(installation, everyone)
    if way:
        installation.program = ["tests.drills.careless", way]
    for person in everyone[::10]:
        mailbox.refuse(person.email, "451 4.3.0 come back later", at="data", times=1)
    for person in everyone[5::10]:
        mailbox.slow(person.email, 0.2)  # so that a kill meets a message that was handed over and not yet noted
    with Senders(installation, database_url) as senders:
        for kill in range(kills):
            mailbox.wait((2 * people * kill) // (kills + 1) + 10, timeout=120)
            time.sleep(senders.chance.uniform(0, 0.3))
            senders.kill_one()
        senders.finish()
    return list(faults(mailbox, everyone, kills))


@ON_BOTH
def test_every_message_arrives_once_but_what_was_in_flight_at_a_kill(
    tmp_path: Path, mailbox: Mailbox, database_url: str, request: pytest.FixtureRequest
) -> None:
    people, kills = (500, 15) if request.config.getoption("--long") else (100, 4)

    wrong = drill(tmp_path, mailbox, database_url, people=people, kills=kills)

    copies = len(mailbox.deliveries) - 2 * people
    print(f"{copies} of {2 * people} messages came twice, by {kills} kills")  # noqa: T201 - shown by -rP
    assert wrong == []


def test_without_a_kill_nothing_comes_twice(tmp_path: Path, mailbox: Mailbox, database_url: str) -> None:
    assert drill(tmp_path, mailbox, database_url, people=30, kills=0) == []


@pytest.mark.parametrize(("way", "kills", "wrong"), [("hasty", 1, "lost"), ("greedy", 0, "repeated")])
def test_the_drill_catches_a_careless_outbox(
    tmp_path: Path, mailbox: Mailbox, database_url: str, way: str, kills: int, wrong: str
) -> None:
    found = drill(tmp_path, mailbox, database_url, people=30, kills=kills, way=way)

    assert any(each.startswith(wrong) for each in found), found

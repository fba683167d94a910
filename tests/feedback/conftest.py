"""What tests of answers may ask for beyond what every test may."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from eventdesk.events.models import Event
from eventdesk.feedback.models import Kept
from eventdesk.feedback.rules import Answer
from eventdesk.feedback.service import answer
from eventdesk.labels import Label
from eventdesk.links import Links
from eventdesk.lists.models import Registration
from eventdesk.lists.service import Outcome
from tests.cast import Person
from tests.conftest import Clock
from tests.factories import make_event, sign_up

#: `crowd(7)`: an event that is over, and seven who had a seat.
Crowd = Callable[..., tuple[Event, list[Outcome]]]


def guest(number: int) -> Person:
    return Person(f"Guest-canary {number}", f"guest{number}@people.example", "Company", "Role")


def say(
    event: Event, outcomes: Sequence[Outcome | Registration], kept: str, *because: str, words: str = "", now: Clock
) -> None:
    """Each of them gives the same answer."""
    said = Answer(kept=Kept(kept), because=because, words=words)
    for each in outcomes:
        answer(event.rules.audience, each.ref, said, now=now.time)


@pytest.fixture
def crowd(app: object, links: Links, now: Clock) -> Crowd:
    def come(number: int, label: Label = Label.COMMUNITY, **said: Any) -> tuple[Event, list[Outcome]]:
        event = make_event(links, label, **said)
        outcomes = [sign_up(event, guest(each)) for each in range(number)]
        now.time = event.ends_at
        return event, outcomes

    return come

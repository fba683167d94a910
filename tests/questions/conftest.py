"""What tests of questions may ask for beyond what every test may."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from eventdesk.events.models import Event
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.questions.models import Kind, Question
from eventdesk.questions.rules import QuestionDraft
from eventdesk.questions.service import ask
from tests.conftest import Clock


def question(prompt: str = "Are you vegan?", **said: Any) -> QuestionDraft:
    """A question to say yes or no to, unless said otherwise."""
    usual: dict[str, Any] = {"kind": Kind.YES_NO, "reason": "So that everybody finds something to eat."}
    return QuestionDraft(**(usual | {"prompt": prompt} | said))


@pytest.fixture
def add(session: Session, now: Clock) -> Callable[..., Question]:
    """`add(event, "Are you vegan?")` asks it at the event."""

    def say(event: Event, prompt: str = "Are you vegan?", **said: Any) -> Question:
        return ask(event.id, event.label, question(prompt, **said), actor=COMMAND_LINE, now=now.time)

    return say

"""What tests of events may ask for beyond what every test may."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from eventdesk.events.models import Event
from eventdesk.events.service import change
from eventdesk.links import Links
from eventdesk.organisers.rules import COMMAND_LINE
from tests.conftest import Clock
from tests.factories import make_draft


@pytest.fixture
def alter(session: Session, links: Links, now: Clock) -> Callable[..., Event]:
    """`alter(event, venue="…")`: a minute later, the event says this instead."""

    def say(event: Event, **said: Any) -> Event:
        label = said.pop("label", event.label)
        draft = make_draft(label, **{"starts_at": event.wall_start, "capacity": event.capacity} | said)
        return change(event.slug, draft, revision=None, actor=COMMAND_LINE, links=links, now=now.pass_by(minutes=1))

    return say

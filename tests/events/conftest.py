"""What tests of events may ask for beyond what every test may."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from eventdesk.events.models import Event
from eventdesk.events.recurrence import Rhythm, Scope, plan
from eventdesk.events.rules import said_by
from eventdesk.events.series import change_series, create_series, publish_series
from eventdesk.events.service import change
from eventdesk.labels import Label
from eventdesk.links import Links
from eventdesk.organisers.rules import COMMAND_LINE
from tests.conftest import Clock
from tests.factories import make_draft

#: Of the series that tests make.
DAYS = [date(2027, 3, 11), date(2027, 4, 8), date(2027, 5, 13), date(2027, 6, 10)]


@pytest.fixture
def alter(session: Session, links: Links, now: Clock) -> Callable[..., Event]:
    """`alter(event, venue="…")`: a minute later, the event says this instead."""

    def say(event: Event, **said: Any) -> Event:
        label = said.pop("label", event.label)
        draft = make_draft(label, **{"starts_at": event.wall_start, "capacity": event.capacity} | said)
        return change(event.slug, draft, revision=None, actor=COMMAND_LINE, links=links, now=now.pass_by(minutes=1))

    return say


@pytest.fixture
def make_series(session: Session, links: Links, now: Clock) -> Callable[..., list[Event]]:
    """`make_series(venue="…")`: four events on second Thursdays, published unless said otherwise."""

    def four(label: Label = Label.COMMUNITY, *, published: bool = True, **said: Any) -> list[Event]:
        planned = plan(make_draft(label, **said), Rhythm.NTH_WEEKDAY, DAYS[-1])
        made = create_series(planned, actor=COMMAND_LINE, links=links, now=now.time)
        if published:
            publish_series(made[0].slug, charter_accepted=True, actor=COMMAND_LINE, links=links, now=now.time)
        return made

    return four


@pytest.fixture
def alter_series(session: Session, links: Links, now: Clock) -> Callable[..., list[Event]]:
    """`alter_series(event, scope, venue="…")`: the event, and the others of the scope, say this instead."""

    def say(event: Event, scope: Scope, *, revision: int | None = None, **said: Any) -> list[Event]:
        draft = replace(said_by(event), **said)
        by = COMMAND_LINE
        return change_series(event.slug, draft, scope, revision=revision, actor=by, links=links, now=now.time)

    return say

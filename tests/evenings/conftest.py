"""What tests of evenings may ask for beyond what every test may."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventdesk.evenings.models import Evening
from eventdesk.evenings.rules import Notes
from eventdesk.evenings.service import give, save
from eventdesk.events.models import Event
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.lists.service import Outcome
from tests.cast import ADA, Person
from tests.conftest import Clock
from tests.crawl import csrf_of
from tests.factories import make_event, sign_up, signing

#: `held(Label.COMMUNITY, UGO, UMA)`: an event that is over, and these who had a seat.
Held = Callable[..., tuple[Event, list[Outcome]]]
#: `written(event, words="…")`: its notes, published unless said otherwise.
Written = Callable[..., Evening]
#: `quoted(event, outcome, words="…")`: somebody who was there gives words to be quoted.
Quoted = Callable[..., None]
WAY: dict[str, Any] = {"way_to_buy": "Ask for an offer", "way_to": "https://tires.example/offer?from=evening"}
WORDS, SIGNED = "It found a leak in week one.", "U. User, Oslo"


@pytest.fixture
def ada(at_desk: Callable[[Person], FlaskClient]) -> Any:
    """Ada's browser: `ada(path, **form)` sends a form with her token."""
    browser = at_desk(ADA)
    token = csrf_of(browser)
    return lambda path, **form: browser.post(path, data={"csrf_token": token} | form) if form else browser.get(path)


@pytest.fixture
def held(session: Session, links: Links, now: Clock) -> Held:
    def hold(label: Label, *people: Person, **said: Any) -> tuple[Event, list[Outcome]]:
        soon = (now.time + timedelta(hours=2)).replace(tzinfo=None)  # an hour later, by the clocks of Oslo
        event = make_event(links, label, **{"starts_at": soon} | said)
        outcomes = [sign_up(event, person) for person in people]
        now.time = max(now.time, event.ends_at)
        return event, outcomes

    return hold


@pytest.fixture
def written(session: Session, now: Clock) -> Written:
    def write(event: Event, *, publish: bool = True, revision: int = 0, **said: Any) -> Evening:
        usual: dict[str, Any] = {"words": "We *tried* it.", **(WAY if event.rules.sells else {})}
        notes = Notes(**(usual | said))
        return save(event.slug, notes, publish=publish, revision=revision, actor=signing(), now=now.time)

    return write


@pytest.fixture
def quoted(session: Session, now: Clock) -> Quoted:
    def quote(event: Event, outcome: Outcome, words: str = WORDS, name: str = SIGNED) -> None:
        rules = RULES[event.label]
        give(rules.audience, outcome.ref, words, name, said=rules.quoted_said, now=now.time)

    return quote

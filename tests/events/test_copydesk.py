"""What an event says, held to its label: nothing is published while a finding that blocks stands without a reason."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.copycheck import Level
from eventdesk.errors import Conflict, NotFound, Refused
from eventdesk.events.copydesk import let_stand, notes_of, report_of, take_back
from eventdesk.events.models import Event
from eventdesk.events.rules import Status
from eventdesk.events.series import publish_series
from eventdesk.events.service import publish_event
from eventdesk.findings.models import Override
from eventdesk.history.models import Act, Entry
from eventdesk.labels import Label
from eventdesk.links import Links
from eventdesk.organisers.rules import COMMAND_LINE, Actor
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_draft, make_event

pytestmark = ON_BOTH
SELLS = "Use the discount code CLUB10 at the checkout and save 20 percent."
DENIES = "There is no sales pitch, only talk."
BY: dict[str, Any] = {"actor": COMMAND_LINE}


@pytest.fixture
def publish(links: Links, now: Clock) -> Callable[[Event], Event]:
    return lambda event: publish_event(event.slug, charter_accepted=True, **BY, links=links, now=now.time)


def key_of(session: Session, event: Event) -> str:
    return notes_of(session, event).blocking[0].finding.key


@pytest.mark.parametrize(("label", "words"), [(Label.COMMUNITY, SELLS), (Label.COMMERCIAL, DENIES)])
def test_words_that_break_the_label_are_not_published(
    session: Session, links: Links, publish: Callable[[Event], Event], label: Label, words: str
) -> None:
    event = make_event(links, label, published=False, description=f"Bring a question. {words}")

    with pytest.raises(Refused) as refused:
        publish(event)
    with pytest.raises(Refused) as at_once:
        make_event(links, label, title="Another", description=words)

    assert list(refused.value.problems) == list(at_once.value.problems) == ["description"]
    assert words.split()[1] in refused.value.problems["description"][0]
    assert session.scalars(select(Event.status)).all() == [Status.DRAFT]


def test_a_finding_stands_with_a_reason_until_that_is_taken_back(
    session: Session, links: Links, now: Clock, publish: Callable[[Event], Event]
) -> None:
    event = make_event(links, published=False, description=SELLS)
    key = key_of(session, event)

    with pytest.raises(Refused):
        let_stand(event.slug, key, "  ", **BY, now=now.time)
    let_stand(event.slug, key, "A talk about coupon fraud.", **BY, now=now.time)
    let_stand(event.slug, key, "A talk about fraud.", **BY, now=now.time)
    take_back(event.slug, key, **BY, now=now.time)
    with pytest.raises(NotFound):
        take_back(event.slug, key, **BY, now=now.time)
    with pytest.raises(Refused):
        publish(event)
    let_stand(event.slug, key, "A talk about fraud.", **BY, now=now.time)
    publish(event)

    [kept] = session.scalars(select(Override))
    assert (kept.event_id, kept.key, kept.reason) == (event.id, key, "A talk about fraud.")
    assert kept.passage in SELLS
    acts = session.scalars(select(Entry.details).where(Entry.act == Act.OVERRIDDEN).order_by(Entry.id)).all()
    assert [details.get("did") for details in acts] == [None, None, "taken back", None]


def test_a_reason_holds_when_the_text_around_it_moves_and_not_for_other_words(
    session: Session, links: Links, now: Clock, alter: Callable[..., Event], publish: Callable[[Event], Event]
) -> None:
    event = make_event(links, published=False, description=SELLS)
    let_stand(event.slug, key_of(session, event), "A talk about fraud.", **BY, now=now.time)

    alter(event, description=f"First we eat.\n\n{SELLS}")
    publish(event)

    with pytest.raises(Refused):
        alter(event, description=SELLS.replace("CLUB10", "CLUB20"))


def test_only_what_is_found_can_stand_and_only_for_who_organises_it(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, published=False, description=SELLS)
    bert = Actor(None, frozenset({Label.COMMERCIAL}))

    with pytest.raises(Conflict):
        let_stand(event.slug, "0123456789abcdef", "Why not.", **BY, now=now.time)
    with pytest.raises(NotFound):
        let_stand(event.slug, key_of(session, event), "Why not.", actor=bert, now=now.time)

    assert session.scalars(select(Override)).all() == []


def test_a_published_event_takes_no_change_that_breaks_its_label_but_every_other(
    session: Session, links: Links, now: Clock, alter: Callable[..., Event], publish: Callable[[Event], Event]
) -> None:
    event = make_event(links, published=False, description=SELLS)
    key = key_of(session, event)
    let_stand(event.slug, key, "A talk about fraud.", **BY, now=now.time)
    publish(event)
    take_back(event.slug, key, **BY, now=now.time)

    alter(event, description=SELLS, venue="Quay Street 9, Oslo")
    with pytest.raises(Refused) as refused:
        alter(event, description=SELLS, title="Your discount code is on the badge")

    assert list(refused.value.problems) == ["title"]
    assert (event.venue, event.title) == ("Quay Street 9, Oslo", "Get the most out of Tire Server")
    draft = make_draft(description=DENIES, title="Your discount code is on the badge")
    [blocking] = [each for each in report_of(draft).findings if each.level is Level.BLOCKS]
    let_stand(event.slug, blocking.key, "It is the title of a film.", said=draft, **BY, now=now.time)
    assert alter(event, description=SELLS, title=draft.title).title == draft.title


def test_in_a_series_one_reason_is_enough(
    session: Session, links: Links, now: Clock, make_series: Callable[..., list[Event]]
) -> None:
    events = make_series(published=False, description=SELLS)
    given: dict[str, Any] = {"charter_accepted": True, **BY, "links": links, "now": now.time}

    with pytest.raises(Refused, match="11 March"):
        publish_series(events[1].slug, **given)
    let_stand(events[2].slug, key_of(session, events[2]), "A talk about fraud.", **BY, now=now.time)

    assert len(publish_series(events[1].slug, **given)) == 4

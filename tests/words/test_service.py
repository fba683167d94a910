"""Own words of an event and of a programme: which are said, and what a calendar hears of them."""

from dataclasses import replace
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import event as engine_event
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.channels import Channel
from eventdesk.db import db
from eventdesk.errors import Conflict, NotFound, Refused
from eventdesk.events.models import Event
from eventdesk.events.queries import entry_of, feed_revision
from eventdesk.events.service import cancel_event, change, imagined
from eventdesk.history.models import Act, Entry
from eventdesk.labels import Label
from eventdesk.links import Links
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.wording import Words, write
from eventdesk.words.service import reword_event, reword_programme
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_draft, make_event

pytestmark = ON_BOTH
HERE, THERE = Words("Here: {title}", "Come. {link}"), Words("", "All of you. {link}")


@pytest.fixture
def say(session: Session, links: Links, now: Clock) -> Any:
    """`say(event, words)` for one event, `say(event.programme, words)` for all of a programme."""

    def reword(owner: Any, words: Words | None, channel: Channel = Channel.INVITE) -> None:
        verb = reword_event if isinstance(owner, Event) else reword_programme
        verb(owner.slug, channel, words, actor=COMMAND_LINE, links=links, now=now.pass_by(minutes=1))
        session.rollback()

    return reword


def test_an_events_words_come_before_its_programmes_and_those_before_the_labels(links: Links, say: Any) -> None:
    event = make_event(links)
    texts = []
    for owner, words in (
        (event.programme, THERE),
        (event, HERE),
        (event, replace(HERE, body="Now. {link}")),
        (event, None),
    ):
        say(owner, words)
        texts.append(write(Channel.INVITE, event.facts(links)))
    say(event.programme, None)

    assert [text.body.split("\n")[2].split()[0] for text in texts] == ["All", "Come.", "Now.", "All"]
    assert [text.subject.split(":")[0] for text in texts] == ["Community session", "Here", "Here", "Community session"]
    assert all(text.body.startswith(event.promise) for text in texts)
    assert write(Channel.INVITE, event.facts(links)).body.split("\n")[2].startswith("Harbour User Group invites you")


def test_words_are_kept_in_the_history_by_their_channel(session: Session, links: Links, say: Any) -> None:
    event = make_event(links)
    say(event, HERE)
    say(event, None)

    acts = session.scalars(select(Entry).where(Entry.act == Act.WORDED).order_by(Entry.id)).all()

    assert [(entry.event_id, entry.details) for entry in acts] == [
        (event.id, {"channel": "invite", "generated": False}),
        (event.id, {"channel": "invite", "generated": True}),
    ]


def entry(session: Session, event: Event) -> Any:
    calendar: Any = Calendar.from_ical(b"BEGIN:VCALENDAR\r\n" + entry_of(session, event.id) + b"END:VCALENDAR\r\n")
    [found] = calendar.events
    return found


def revision(session: Session) -> int:
    return (feed_revision(session, Label.COMMUNITY) or (0, None))[0]


def test_a_calendar_hears_of_new_words_without_a_new_sequence(session: Session, links: Links, say: Any) -> None:
    event, other = make_event(links), make_event(links)
    draft = make_event(links, published=False)
    said = []
    for owner, words in ((event, HERE), (event.programme, THERE), (draft, HERE), (event, None)):
        say(owner, words, Channel.CALENDAR)
        both = [str(entry(session, each)["DESCRIPTION"]).split("\n")[2] for each in (event, other)]
        said.append((revision(session), *(words.split()[0] for words in both)))
    say(event, HERE, Channel.INVITE)

    assert said == [(3, "Come.", "Harbour"), (4, "Come.", "All"), (4, "Come.", "All"), (5, "All", "All")]
    assert revision(session) == 5
    assert entry(session, event)["SEQUENCE"] == 0
    assert entry(session, event)["DTSTAMP"].dt > entry(session, other)["DTSTAMP"].dt


def test_a_cancelled_event_and_an_unknown_one_take_no_words(
    session: Session, links: Links, say: Any, now: Clock
) -> None:
    event = make_event(links)
    cancel_event(event.slug, actor=COMMAND_LINE, links=links, now=now.time)

    with pytest.raises(Conflict):
        say(event, HERE)
    event.slug = "nowhere"
    with pytest.raises(NotFound):
        reword_event("nowhere", Channel.PAGE, HERE, actor=COMMAND_LINE, links=links, now=now.time)


def test_own_words_are_read_when_facts_are_asked_for_and_not_before(session: Session, links: Links) -> None:
    slugs = [make_event(links).slug for _ in range(3)]
    session.rollback()
    session.expunge_all()
    asked: list[str] = []
    engine_event.listen(db.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))

    events = session.scalars(select(Event).where(Event.slug.in_(slugs))).all()
    listed = len([said for said in asked if "_words" in said])
    _ = [event.facts(links) for event in events]

    assert (listed, len([said for said in asked if "_words" in said])) == (0, 4)  # three events, one programme


def test_words_written_under_one_label_do_not_outlive_it(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, published=False)
    reword_event(event.slug, Channel.PAGE, Words("", "Nobody sells."), actor=COMMAND_LINE, links=links, now=now.time)
    other = make_draft(Label.COMMERCIAL)

    with pytest.raises(Refused, match="Go back to the generated ones first"):
        change(event.slug, other, revision=None, actor=COMMAND_LINE, links=links, now=now.time)

    facts = imagined(other, over=event, actor=COMMAND_LINE, links=links, now=now.time)
    assert (event.label, facts.words) == (Label.COMMUNITY, {})
    reword_event(event.slug, Channel.PAGE, None, actor=COMMAND_LINE, links=links, now=now.time)
    changed = change(event.slug, other, revision=None, actor=COMMAND_LINE, links=links, now=now.time)
    assert changed.label is Label.COMMERCIAL

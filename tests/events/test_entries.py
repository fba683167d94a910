"""The calendar entry of each event and its label's feed: when they change, and when they leave."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from eventdesk.db import writing
from eventdesk.events.entries import enter, leave_feeds, rebuild_entries
from eventdesk.events.models import CalendarEntry, Event, Feed
from eventdesk.events.queries import entry_of, feed_entries, feed_revision
from eventdesk.events.service import cancel_event
from eventdesk.labels import Label
from eventdesk.links import Keys, Links
from eventdesk.organisers.rules import COMMAND_LINE
from tests.cast import UGO
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event, sign_up


def cancel(event: Event, links: Links, now: Clock) -> Event:
    return cancel_event(event.slug, actor=COMMAND_LINE, links=links, now=now.pass_by(minutes=1))


def revision(session: Session, label: Label = Label.COMMUNITY) -> int:
    session.rollback()
    return (feed_revision(session, label) or (0, None))[0]


def test_the_same_state_gives_the_same_bytes(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    before = entry_of(session, event.id)
    now.pass_by(days=1)
    stale = Links(links.base_url, "other@desk.example", Keys([b"x" * 32]))

    rebuilt = [rebuild_entries(each, now.time) for each in (links, stale, links)]

    session.rollback()
    assert rebuilt == [0, 1, 1]
    assert entry_of(session, event.id) == before
    assert revision(session) == 3


def test_only_what_a_feed_shows_raises_its_revision(session: Session, links: Links, alter: Any, now: Clock) -> None:
    steps = []
    event = make_event(links)
    hidden = make_event(links, visibility="invitation")
    make_event(links, published=False)
    steps.append(revision(session))
    sign_up(event, UGO)
    alter(hidden, title="Another title", visibility="invitation")
    steps.append(revision(session))
    alter(event, description="Other words.")
    steps.append(revision(session))

    assert steps == [1, 1, 2]
    assert len(feed_entries(session, Label.COMMUNITY)) == 1
    assert revision(session, Label.COMMERCIAL) == 0


def test_a_tombstone_stays_and_leaves_on_its_day(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    cancel(event, links, now)
    assert b"STATUS:CANCELLED" in feed_entries(session, Label.COMMUNITY)[0]
    leaves = event.ends_at + timedelta(days=30)
    counted = []

    for moment in (leaves - timedelta(seconds=1), leaves, leaves + timedelta(hours=1)):
        leave_feeds(moment)
        session.rollback()
        counted.append((len(feed_entries(session, Label.COMMUNITY)), revision(session)))

    assert counted == [(1, 2), (0, 3), (0, 3)]
    assert b"STATUS:CANCELLED" in entry_of(session, event.id)


@ON_BOTH
def test_an_event_that_moves_while_its_entry_would_leave_stays_in_its_feed(
    app: Flask, session: Session, links: Links, now: Clock
) -> None:
    event_id = make_event(links).id
    session.rollback()

    def tick() -> None:
        with app.app_context():
            leave_feeds(now.time)

    with ThreadPoolExecutor(1) as other:
        with writing() as change:
            event, entry = change.get_one(Event, event_id), change.get_one(CalendarEntry, event_id)
            now.time = entry.leaves_at
            event.ends_at = now.time + timedelta(days=1)
            enter(change, event, links, now.time)
            change.flush()
            ticked = other.submit(tick)
            wait([ticked], timeout=0.3)
        ticked.result(10)

    session.rollback()
    assert len(feed_entries(session, Label.COMMUNITY)) == 1


def test_a_late_cancellation_is_shown_for_two_weeks(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    now.time = event.ends_at - timedelta(hours=1)

    cancel(event, links, now)

    entry = session.get_one(CalendarEntry, event.id)
    assert entry.leaves_at == event.ends_at + timedelta(days=30)
    assert entry.leaves_at > now.time + timedelta(days=14)


def test_an_event_leaves_the_feed_ninety_days_after_its_end(session: Session, links: Links) -> None:
    event = make_event(links)

    leave_feeds(event.ends_at + timedelta(days=90))

    session.rollback()
    assert feed_entries(session, Label.COMMUNITY) == []
    assert session.get_one(Feed, event.programme_id).revision == 2

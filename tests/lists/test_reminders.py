"""The one reminder: at the right moment by the clocks of the event's zone, to those with a seat, once, and never late."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk import clock
from eventdesk.db import db
from eventdesk.events.models import Event
from eventdesk.events.rules import reminds_at, said_by
from eventdesk.events.service import cancel_event, change
from eventdesk.history.models import Act, Entry
from eventdesk.labels import RULES, Audience, Label
from eventdesk.links import Links
from eventdesk.lists.letters import letter_of
from eventdesk.lists.reminders import remind
from eventdesk.lists.service import leave, tell
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.mail import Letter
from eventdesk.outbox.models import Job, Kind
from eventdesk.outbox.queries import UNFINISHED
from eventdesk.outbox.service import claim, finish
from tests.cast import UDO, UGO, UMA
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_draft, make_event, sign_up


def carry_news(session: Session, now: Clock) -> None:
    """Fan out what there is to tell, as a worker does."""
    while job := claim(now.time, "one", (Kind.TELL,)):
        tell(job, now.time)
        finish(job.id, "one")
    session.rollback()


def reminded(session: Session, links: Links, now: Clock) -> list[Letter]:
    """The reminders that would leave now."""
    carry_news(session, now)
    wanted = select(Job).where(Job.kind == Kind.REMINDER, Job.progress.in_(UNFINISHED)).order_by(Job.id)
    jobs = session.scalars(wanted).all()
    return [letter for job in jobs if (letter := letter_of(session, job, links, clock.now()))]


def send(session: Session, kind: Kind, told: int, now: Clock) -> None:
    """Let the letters of a kind leave."""
    while job := claim(now.time, "one", (kind,)):
        finish(job.id, "one", told)
    session.rollback()


def names(letters: list[Letter]) -> list[str]:
    return [letter.name for letter in letters]


def when_due(event: Event, now: Clock, **later: float) -> datetime:
    assert event.remind_at
    now.time = event.remind_at
    return now.pass_by(**later)


@pytest.mark.parametrize(
    ("start", "zone", "days", "due"),
    [
        ("2027-03-11T18:00", "Europe/Oslo", 1, "2027-03-10T17:00"),
        ("2027-03-28T18:00", "Europe/Oslo", 1, "2027-03-27T17:00"),  # the clocks go forward in between
        ("2027-10-31T18:00", "Europe/Oslo", 7, "2027-10-24T16:00"),  # and back
        ("2027-03-29T02:30", "Europe/Oslo", 1, "2027-03-28T01:30"),  # at an hour that was not on that day
        ("2027-03-11T18:00", "Pacific/Auckland", 30, "2027-02-09T05:00"),
    ],
)
def test_a_reminder_comes_at_the_hour_of_the_start(start: str, zone: str, days: int, due: str) -> None:
    assert reminds_at(datetime.fromisoformat(start), zone, days) == datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert reminds_at(datetime.fromisoformat(start), zone, 0) is None


@ON_BOTH
@pytest.mark.parametrize("label", RULES)
def test_who_has_a_seat_is_reminded_once(session: Session, links: Links, now: Clock, label: Label) -> None:
    event = make_event(links, label, capacity=2, remind_days=2)
    ugo = sign_up(event, UGO)
    for person in (UMA, UDO):
        sign_up(event, person)
    leave(event.rules.audience, ugo.ref, now=now.time)  # Udo moves up
    sign_up(event, UGO)  # and Ugo waits

    remind(when_due(event, now, minutes=-1))
    too_early = reminded(session, links, now)
    for _ in range(2):
        remind(now.pass_by(minutes=1))
    letters = reminded(session, links, now)

    assert too_early == []
    assert names(letters) == [UMA.name, UDO.name]
    assert [(letter.calendar, letter.text.body.startswith(event.promise)) for letter in letters] == [(None, True)] * 2
    assert [entry.actor_id for entry in session.scalars(select(Entry).where(Entry.act == Act.REMINDED))] == [None]


def test_who_registers_when_it_is_near_is_not_reminded_too(session: Session, links: Links, now: Clock) -> None:
    event, other = make_event(links), make_event(links)
    sign_up(event, UGO)
    when_due(event, now, hours=1)
    for each in (event, other):
        sign_up(each, UMA)

    remind(now.time)

    assert names(reminded(session, links, now)) == [UGO.name]
    session.rollback()
    assert session.get_one(Event, other.id).reminded_at == now.time
    assert [entry.event_id for entry in session.scalars(select(Entry).where(Entry.act == Act.REMINDED))] == [event.id]


@pytest.mark.parametrize("said", [{"remind_days": 0}, {"published": False}])
def test_nobody_is_reminded_where_none_was_wished(
    session: Session, links: Links, now: Clock, said: dict[str, Any]
) -> None:
    event = make_event(links, **said)
    if said.get("published", True):
        sign_up(event, UGO)
    now.time = event.starts_at

    remind(now.pass_by(hours=-1))

    assert reminded(session, links, now) == []


def test_nobody_is_reminded_of_what_was_called_off_or_has_begun(session: Session, links: Links, now: Clock) -> None:
    off, begun, late = (make_event(links) for _ in range(3))
    for event in (off, begun, late):
        sign_up(event, UGO)
    remind(when_due(begun, now))
    begun_later = [letter.text.subject for letter in reminded(session, links, now)]
    cancel_event(off.slug, actor=COMMAND_LINE, links=links, now=now.time)
    session.rollback()
    late_id = late.id
    now.time = session.get_one(Event, late_id).starts_at

    remind(now.time)

    assert len(begun_later) == 3
    assert reminded(session, links, now) == []


def test_who_left_meanwhile_is_not_reminded(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    ugo, _ = sign_up(event, UGO), sign_up(event, UMA)
    remind(when_due(event, now))
    carry_news(session, now)

    leave(Audience.USERS, ugo.ref, now=now.time)

    assert names(reminded(session, links, now)) == [UMA.name]


def test_a_reminder_says_how_things_stand_when_it_leaves(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    sign_up(event, UGO)
    send(session, Kind.REGISTERED, 0, now)
    remind(when_due(event, now))
    carry_news(session, now)

    draft = make_draft(starts_at=event.wall_start, venue="Another house")
    change(event.slug, draft, revision=None, actor=COMMAND_LINE, links=links, now=now.time)
    [letter] = reminded(session, links, now)
    send(session, Kind.REMINDER, letter.sequence, now)
    changed = session.scalar(select(Job).where(Job.kind == Kind.CHANGED))

    assert "Where: Another house" in letter.text.body
    assert changed  # the calendar has to hear of it all the same
    assert letter_of(session, changed, links, now.time)


@ON_BOTH
def test_what_is_moved_away_again_is_reminded_of_again(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    sign_up(event, UGO)
    remind(when_due(event, now))
    first = reminded(session, links, now)
    later = make_draft(starts_at=event.wall_start + timedelta(days=40))
    moved = change(event.slug, later, revision=None, actor=COMMAND_LINE, links=links, now=now.time)
    assert (moved.reminded_at, reminded(session, links, now)) == (None, [])
    send(session, Kind.REGISTERED, 0, now)
    send(session, Kind.REMINDER, 0, now)

    remind(when_due(moved, now))
    again = reminded(session, links, now)

    assert (len(first), len(again)) == (1, 1)
    assert "20 April 2027" in again[0].text.body


def test_another_day_of_reminding_reminds_who_came_since(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, remind_days=7)
    sign_up(event, UGO)
    now.time = when_due(event, now)
    remind(now.time)
    reminded(session, links, now)
    sign_up(event, UMA)
    changed = change(
        event.slug, replace(said_by(event), remind_days=1), revision=None, actor=COMMAND_LINE, links=links, now=now.time
    )

    remind(when_due(changed, now))

    told = session.scalars(select(Job).where(Job.kind == Kind.TELL)).all()
    acts = session.scalars(select(Entry).where(Entry.act == Act.REMINDED)).all()
    assert (len(told), len(acts)) == (2, 2)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_workers_remind_once(app: Flask, links: Links, now: Clock) -> None:
    with app.app_context():
        event = make_event(links)
        sign_up(event, UGO)
        due = when_due(event, now)

    def work() -> None:
        with app.app_context():
            remind(due)

    workers = [Thread(target=work) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()

    with app.app_context():
        assert len(db.session.scalars(select(Job).where(Job.kind == Kind.TELL)).all()) == 1
        assert len(db.session.scalars(select(Entry).where(Entry.act == Act.REMINDED)).all()) == 1

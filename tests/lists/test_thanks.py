"""Thanks on the morning after, by the event's clocks, in the label's words: once, to who had a seat and was not missed."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk import clock
from eventdesk.db import writing
from eventdesk.events.models import Event
from eventdesk.events.rules import THANKS_WITHIN, thanks_at
from eventdesk.events.service import cancel_event
from eventdesk.history.models import Act, Entry
from eventdesk.labels import RULES, Audience, Label
from eventdesk.links import Links
from eventdesk.lists.attendance import mark
from eventdesk.lists.letters import letter_of
from eventdesk.lists.service import tell
from eventdesk.lists.thanks import thank
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.mail import Letter
from eventdesk.outbox.models import Job, Kind
from eventdesk.outbox.service import claim, finish
from eventdesk.programmes.models import Programme
from tests.cast import BEA, BOB, UDO, UGO, UMA, ZED, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event, sign_up

CROWDS = {Label.COMMUNITY: (UGO, UMA, UDO), Label.COMMERCIAL: (BEA, BOB, Person("Zed", ZED.email, "Zed Ltd", "Owner"))}


def give_address() -> None:
    """The seller's, without which only mail about a registration is sent."""
    with writing() as session:
        for programme in session.scalars(select(Programme)):
            programme.postal_address = "Mill Road 9, Oslo"


def thanked(session: Session, links: Links, now: Clock) -> list[Letter]:
    """The thanks that leave when a worker ticks now."""
    thank(now.time)
    while job := claim(now.time, "one", (Kind.TELL,)):
        tell(job, now.time)
        finish(job.id, "one")
    session.rollback()
    jobs = session.scalars(select(Job).where(Job.kind == Kind.THANKS).order_by(Job.id)).all()
    return [letter for job in jobs if (letter := letter_of(session, job, links, clock.now()))]


def morning_after(event: Event) -> datetime:
    return thanks_at(event.wall_end, event.zone)


@pytest.mark.parametrize(
    ("end", "zone", "at"),
    [
        ("2027-03-11T20:00", "Europe/Oslo", "2027-03-12T09:00"),
        ("2027-03-12T00:30", "Europe/Oslo", "2027-03-12T09:00"),  # it was an evening all the same
        ("2027-03-12T09:00", "Europe/Oslo", "2027-03-13T09:00"),
        ("2027-03-27T20:00", "Europe/Oslo", "2027-03-28T08:00"),  # the clocks go forward in between
        ("2027-03-11T20:00", "Pacific/Auckland", "2027-03-11T21:00"),
    ],
)
def test_thanks_go_out_at_ten_the_next_morning(end: str, zone: str, at: str) -> None:
    assert thanks_at(datetime.fromisoformat(end), zone) == datetime.fromisoformat(at).replace(tzinfo=UTC)


@ON_BOTH
@pytest.mark.parametrize("label", RULES)
def test_who_had_a_seat_is_thanked_once_and_who_was_missed_is_not(
    session: Session, links: Links, now: Clock, label: Label
) -> None:
    give_address()
    event = make_event(links, label, capacity=3)
    first, second, _ = (sign_up(event, person) for person in CROWDS[label])
    sign_up(event, Person("Waits", "waits@people.example", "Company", "Role"))
    now.time = event.ends_at
    mark(event.rules.audience, first.ref, True, actor=COMMAND_LINE, now=now.time)
    mark(event.rules.audience, second.ref, False, actor=COMMAND_LINE, now=now.time)
    due = morning_after(event)
    now.time = due - timedelta(minutes=1)
    early = thanked(session, links, now)
    now.time = due

    thanked(session, links, now)
    letters = thanked(session, links, now)

    came, _, unmarked = (person.name for person in CROWDS[label])
    assert (early, [letter.name for letter in letters]) == ([], [came, unmarked])
    for letter in letters:
        assert (letter.calendar, letter.text.body.startswith(event.promise)) == (None, True)
        assert letter.text.subject.startswith("Thank you")
    acts = session.scalars(select(Entry).where(Entry.act == Act.THANKED)).all()
    assert [(entry.event_id, entry.actor_id) for entry in acts] == [(event.id, None)]


def test_who_is_marked_meanwhile_is_not_thanked(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    ugo = sign_up(event, UGO)
    now.time = morning_after(event)
    before = thanked(session, links, now)

    mark(Audience.USERS, ugo.ref, False, actor=COMMAND_LINE, now=now.time)

    assert (len(before), thanked(session, links, now)) == (1, [])


def test_nobody_is_thanked_where_it_is_not_wished_or_long_ago(session: Session, links: Links, now: Clock) -> None:
    unwished, off, late, empty = (make_event(links, thanks=thanks) for thanks in (False, True, True, True))
    for event in (unwished, off, late):
        sign_up(event, UGO)
    cancel_event(off.slug, actor=COMMAND_LINE, links=links, now=now.time)
    now.time = late.ends_at + THANKS_WITHIN + timedelta(minutes=1)

    assert thanked(session, links, now) == []
    session.rollback()
    assert session.get_one(Event, empty.id).thanked_at is None
    assert session.scalars(select(Entry).where(Entry.act == Act.THANKED)).all() == []


def test_a_seller_without_an_address_thanks_nobody_until_there_is_one(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links, Label.COMMERCIAL)
    sign_up(event, BEA)
    now.time = morning_after(event)
    before = thanked(session, links, now)

    give_address()
    now.pass_by(days=2)
    [letter] = thanked(session, links, now)

    assert before == []
    assert "Mill Road 9, Oslo" in letter.text.body


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_workers_thank_once(session: Session, app: Flask, links: Links, now: Clock) -> None:
    event = make_event(links)
    sign_up(event, UGO)
    now.time = morning_after(event)
    session.rollback()

    def work() -> None:
        with app.app_context():
            thank(now.time)

    workers = [Thread(target=work) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()

    assert len(thanked(session, links, now)) == 1
    assert len(session.scalars(select(Job).where(Job.kind == Kind.TELL)).all()) == 1

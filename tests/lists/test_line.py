"""The log of a line: why somebody was promoted, or was not, told to them and at the desk, and naming nobody else."""

from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventdesk.events.models import Event
from eventdesk.events.rules import said_by
from eventdesk.events.service import change
from eventdesk.history.models import Act, Entry
from eventdesk.labels import RULES, Audience, Label
from eventdesk.links import Links
from eventdesk.lists.approval import decline
from eventdesk.lists.attendance import mark
from eventdesk.lists.line import told_to_them
from eventdesk.lists.notes import keep_note
from eventdesk.lists.offers import claim, lapse_offers
from eventdesk.lists.rules import moves
from eventdesk.lists.service import Outcome, fill, leave
from eventdesk.lists.words import in_line, of_others
from eventdesk.organisers.rules import COMMAND_LINE, Actor
from eventdesk.outbox.models import Kind
from eventdesk.outbox.service import claim as take
from eventdesk.outbox.service import finish
from eventdesk.worker import WRITERS
from tests.cast import ADA, UDO, UGO, UMA, ZED, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event, make_invitation, sign_up
from tests.test_separation import statements

WAITS = "You registered. All seats were taken, so you wait. You were"
FIRST = "A seat became free. It went to somebody who had waited longer."


def story(session: Session, event: Event, who: Outcome) -> list[str]:
    """What somebody reads of their own registration."""
    session.rollback()
    return [each.what for each in told_to_them(session, event.id, who.ref)]


def mail_leaves(now: Clock) -> None:
    while job := take(now.time, "one", tuple(WRITERS)):
        finish(job.id, "one")


def make_room(event: Event, capacity: int, links: Links, now: Clock) -> None:
    draft = said_by(event)
    said = type(draft)(**vars(draft) | {"capacity": capacity})
    change(event.slug, said, revision=None, actor=COMMAND_LINE, links=links, now=now.time)
    while job := take(now.time, "one", (Kind.FILL,)):
        fill(job, now.time)
        finish(job.id, "one")


@ON_BOTH
def test_each_reads_why_they_moved_and_why_they_did_not(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=1)
    ugo, uma, udo, zed = (sign_up(event, person) for person in (UGO, UMA, UDO, ZED))

    leave(Audience.USERS, ugo.ref, now=now.pass_by(hours=1))
    leave(Audience.USERS, udo.ref, now=now.pass_by(hours=1))
    sign_up(event, UGO, now.pass_by(hours=1))
    leave(Audience.USERS, uma.ref, now=now.pass_by(hours=1))

    assert story(session, event, uma) == [
        f"{WAITS} next in line.",
        "A seat became free. Nobody had waited longer than you, so it is yours.",
        "You gave your seat back.",
    ]
    assert story(session, event, udo) == [
        f"{WAITS} second in line.",
        f"{FIRST} You are now next in line.",
        "You left the waiting list.",
    ]
    assert story(session, event, zed) == [
        f"{WAITS} third in line.",
        f"{FIRST} You are now second in line.",
        "Somebody further ahead left the waiting list. You are now next in line.",
        "A seat became free. Nobody had waited longer than you, so it is yours.",
    ]
    assert story(session, event, ugo) == [
        "You registered, and got a seat.",
        "You gave your seat back.",
        f"{WAITS} second in line.",
        f"{FIRST} You are now next in line.",
    ]


@ON_BOTH
def test_offers_that_others_took_or_let_pass_are_told_of(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=1, offer_hours=6)
    ugo, uma, udo, zed = (sign_up(event, person) for person in (UGO, UMA, UDO, ZED))
    last = sign_up(event, Person("Last", "last@users.example"))
    mail_leaves(now)
    leave(Audience.USERS, ugo.ref, now=now.pass_by(hours=1))
    mail_leaves(now)
    lapse_offers(now.pass_by(hours=6))
    leave(Audience.USERS, udo.ref, now=now.pass_by(hours=1))
    claim(Audience.USERS, zed.ref, now=now.pass_by(hours=1))

    offered = "A seat became free. It was offered to somebody who had waited longer."
    assert story(session, event, last) == [
        f"{WAITS} fourth in line.",
        f"{offered} You are now third in line.",
        "A seat on offer was not taken.",
        f"{offered} You are now second in line.",
        "A seat on offer was not taken.",
        f"{offered} You are now next in line.",
        "A seat on offer was taken.",
    ]
    assert story(session, event, uma)[1:] == [
        "A seat became free. Nobody had waited longer than you, so it was offered to you.",
        "The time to take the seat was over, so it was passed on, and you left the line.",
    ]
    assert story(session, event, udo)[-1] == "You passed the seat on."
    assert story(session, event, zed)[-1] == "You took the seat on offer."


def test_what_those_behind_do_is_nobodys_matter(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=1)
    _ugo, uma, udo, zed = (sign_up(event, person) for person in (UGO, UMA, UDO, ZED))
    leave(Audience.USERS, uma.ref, now=now.pass_by(hours=1))
    sign_up(event, UMA, now.pass_by(hours=1))  # at the end of the line

    for each in (zed, uma):
        leave(Audience.USERS, each.ref, now=now.pass_by(hours=1))

    assert story(session, event, udo) == [
        f"{WAITS} second in line.",
        "Somebody further ahead left the waiting list. You are now next in line.",
    ]


def test_what_happened_at_once_is_told_in_one_line(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=1)
    sign_up(event, UGO)
    people = [sign_up(event, Person(f"User {number}", f"user{number}@users.example")) for number in range(14)]

    make_room(event, 13, links, now)

    assert story(session, event, people[13]) == [
        f"{WAITS} number 14 in line.",
        "12 seats became free. They went to people who had waited longer. You are now second in line.",
    ]


def test_the_line_costs_two_statements_however_long_it_is(
    session: Session, app: Flask, links: Links, now: Clock
) -> None:
    event = make_event(links, capacity=1)
    first = sign_up(event, UGO)
    people = [sign_up(event, Person(f"User {number}", f"user{number}@users.example")) for number in range(8)]
    for each in (first, *people[:5]):
        leave(Audience.USERS, each.ref, now=now.pass_by(minutes=1))
    event_id = event.id
    session.rollback()

    with statements(app) as asked:
        long, short = told_to_them(session, event_id, people[7].ref), told_to_them(session, event_id, first.ref)

    assert (len(long), len(short), len([each for each in asked if each.startswith("SELECT")])) == (7, 2, 3)


def entry(number: int, act: Act, ref: int, **details: Any) -> Entry:
    at = datetime.fromisoformat("2027-03-03T18:04:00+00:00") + timedelta(minutes=number)
    return Entry(id=number, act=act, ref=ref, at=at, details=details)


def test_who_departs_twice_is_counted_once_and_what_nobody_noted_is_not_guessed() -> None:
    acts = [
        entry(1, Act.OFFERED, 7),
        entry(2, Act.PROMOTED, 7),
        entry(3, Act.LEFT, 8, waited=False, held=True),
        entry(4, Act.LEFT, 9, waited=True),
    ]

    known, unknown = moves(acts, 5), moves(acts, None)

    assert [(move.act, move.moved, move.ahead) for move in known] == [
        (Act.OFFERED, True, 4),
        (Act.PROMOTED, False, 4),
        (Act.LEFT, True, 3),
    ]
    assert [of_others(move, "You are") for move in unknown][2] == "Somebody further ahead left the waiting list."
    assert [in_line(ahead) for ahead in (0, 1, 9, 10)] == ["next", "second", "tenth", "number 11"]


def test_notes_and_marks_are_not_told_to_the_person(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    ugo = sign_up(event, UGO)
    now.time = event.starts_at
    actor = Actor(1, frozenset(RULES))

    keep_note(Audience.USERS, ugo.ref, "Sits by the door.", actor=actor, now=now.time)
    mark(Audience.USERS, ugo.ref, True, actor=actor, now=now.time)

    assert story(session, event, ugo) == ["You registered, and got a seat."]


def test_who_is_declined_reads_so(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    held = sign_up(event, ZED, invitation_ref=make_invitation(event, UGO).ref)

    decline(event.slug, held.ref, actor=Actor(1, frozenset(RULES)), now=now.time)

    assert story(session, event, held) == [
        "You registered by a link made for another address, so the organisers look at it first.",
        "The organisers could not give you a seat.",
    ]


@pytest.mark.parametrize("label", RULES)
def test_page_and_desk_tell_the_same_in_the_events_zone(
    app: Flask, client: FlaskClient, at_desk: Any, links: Links, now: Clock, label: Label
) -> None:
    with app.app_context():
        event = make_event(links, label, capacity=1)
        people = [Person(person.name, person.email, "Company", "Role") for person in (UGO, UMA, UDO)]
        ugo, _uma, udo = (sign_up(event, person) for person in people)
        leave(event.rules.audience, ugo.ref, now=now.pass_by(hours=6, minutes=4))
        audience, slug = event.rules.audience, event.slug
    page = links.manage(audience, udo.ref, udo.generation)

    own, desk = (
        unescape(text)
        for text in (client.get(page).text, at_desk(ADA).get(f"/desk/events/{slug}/people/{udo.ref}").text)
    )

    assert f"{FIRST} You are now next in line." in own
    assert f"{FIRST} They are now next in line." in desk
    for text in (own, desk):
        assert "Tue 9 Feb 2027, 19:04" in text
        assert "Times are those of Europe/Oslo." in text
    assert UMA.name not in own
    assert "behind one other" in desk

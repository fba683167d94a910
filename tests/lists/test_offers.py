"""A seat on offer: kept for who waits longest, taken or passed on; given to nobody else meanwhile."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.errors import Conflict, NotFound
from eventdesk.events.service import cancel_event
from eventdesk.history.models import Act, Entry
from eventdesk.history.queries import on_offer
from eventdesk.labels import RULES, Audience, Label
from eventdesk.links import Links
from eventdesk.lists.attendance import mark
from eventdesk.lists.models import State
from eventdesk.lists.offers import claim, lapse_offers
from eventdesk.lists.queries import arriving
from eventdesk.lists.service import leave
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.worker import EVERY_MINUTE, Worker
from tests.cast import UDO, UGO, UMA, ZED, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import registered, sign_up
from tests.lists.offered import CROWDS, acts, crowd, leaving, say_of, seats_of, states, tell_all, told


@ON_BOTH
@pytest.mark.parametrize("label", RULES)
def test_a_freed_seat_is_kept_for_who_waits_longest_until_they_take_it(
    session: Session, links: Links, now: Clock, label: Label
) -> None:
    event, (first, second, _third) = crowd(links, label)
    leaving(session, links, now)

    leave(event.rules.audience, first.ref, now=now.time)
    asked = leaving(session, links, now)
    stand, seats = states(session, event), seats_of(session, event)
    until = registered(event, second).offer_until
    for _ in range(2):
        claim(event.rules.audience, second.ref, now=now.pass_by(hours=1))
    taken = leaving(session, links, now)

    _, name_of_second, _ = (person.name for person in CROWDS[label])
    assert (stand, seats, until) == (["cancelled", "offered", "waitlisted"], (1, 1), now.time + timedelta(hours=22))
    assert told(asked)[1:] == [("offered", name_of_second)]
    letter = asked[1][2]
    assert (letter.calendar, letter.text.body.startswith(event.promise)) == (None, True)
    assert "kept for you until Wednesday 10 February 2027, 13:00 (Europe/Oslo)" in letter.text.body
    assert states(session, event) == ["cancelled", "confirmed", "waitlisted"]
    assert (told(taken), taken[0][2].method.value) == ([("promoted", name_of_second)], "REQUEST")
    assert taken[0][2].calendar
    assert acts(session, second) == ["registered", "offered", "claimed"]
    assert seats_of(session, event) == (1, 1)


@ON_BOTH
def test_who_passes_on_makes_room_for_the_next_and_hears_what_they_did(
    session: Session, links: Links, now: Clock
) -> None:
    event, (first, second, _third) = crowd(links)
    leave(Audience.USERS, first.ref, now=now.time)
    leaving(session, links, now)

    leave(Audience.USERS, second.ref, now=now.time)
    letters = leaving(session, links, now)

    assert states(session, event) == ["cancelled", "cancelled", "offered"]
    assert seats_of(session, event) == (1, 0)
    assert told(letters) == [("left", UMA.name), ("offered", UDO.name)]
    assert (letters[0][2].calendar, letters[0][2].text.subject.partition(":")[0]) == (
        None,
        "You have passed the seat on",
    )
    assert session.scalars(select(Entry.details).where(Entry.act == Act.LEFT, Entry.ref == second.ref)).one()["offered"]


@ON_BOTH
def test_more_seats_are_offered_in_order_and_nobody_behind_gets_one_meanwhile(
    session: Session, links: Links, now: Clock
) -> None:
    event, _ = crowd(links)
    zed = sign_up(event, ZED)
    say_of(event, links, now, capacity=3)
    tell_all(session, now)

    stand = states(session, event)
    newcomer = sign_up(event, Person("Neo", "neo@users.example"))
    say_of(event, links, now, offer_hours=0)
    leave(Audience.USERS, zed.ref, now=now.time)

    assert stand == ["confirmed", "offered", "offered", "waitlisted"]
    assert states(session, event) == ["confirmed", "offered", "offered", "cancelled", "waitlisted"]
    assert registered(event, newcomer).state is State.WAITLISTED
    with pytest.raises(Exception, match="3 people have a seat"):
        say_of(event, links, now, capacity=2)


@ON_BOTH
def test_where_nobody_is_asked_any_more_what_was_promised_holds(session: Session, links: Links, now: Clock) -> None:
    event, (first, _second, _third) = crowd(links)
    leave(Audience.USERS, first.ref, now=now.time)
    leaving(session, links, now)
    event = say_of(event, links, now, offer_hours=0)

    kept = states(session, event)
    lapse_offers(now.pass_by(hours=24))

    assert kept == ["cancelled", "offered", "waitlisted"]
    assert states(session, event) == ["cancelled", "cancelled", "confirmed"]


def test_without_a_limit_nobody_needs_to_be_asked(session: Session, links: Links, now: Clock) -> None:
    event, _ = crowd(links)

    say_of(event, links, now, capacity=None)
    tell_all(session, now)

    assert states(session, event) == ["confirmed"] * 3


@ON_BOTH
def test_who_is_asked_hears_news_and_a_cancellation_but_no_reminder(session: Session, links: Links, now: Clock) -> None:
    event, (first, second, _third) = crowd(links)
    now.time = event.starts_at - timedelta(hours=40)
    leave(Audience.USERS, first.ref, now=now.time)
    leaving(session, links, now)
    cancel_event(event.slug, actor=COMMAND_LINE, links=links, now=now.time)
    tell_all(session, now)
    news = leaving(session, links, now)

    lapse_offers(now.pass_by(hours=30))

    assert told(news) == [("cancelled", UMA.name), ("cancelled", UDO.name)]
    assert [letter.calendar for *_, letter in news] == [None, None]
    assert states(session, event) == ["cancelled", "offered", "waitlisted"]
    for act in (claim, leave):
        with pytest.raises(Conflict, match="over, or was called off"):
            act(Audience.USERS, second.ref, now=now.time)


def test_registering_again_changes_nothing_and_says_what_is_kept(session: Session, links: Links, now: Clock) -> None:
    event, (first, _second, _) = crowd(links)
    leave(Audience.USERS, first.ref, now=now.time)
    leaving(session, links, now)

    sign_up(event, UMA, now.pass_by(hours=1))
    [(kind, _, letter)] = leaving(session, links, now)

    assert (kind, states(session, event)[1], seats_of(session, event)) == ("again", "offered", (1, 1))
    assert "Nothing has changed. A seat is kept for you until Wednesday 10 February 2027, 13:00" in letter.text.body
    assert letter.calendar is None


def test_a_letter_says_what_is_true_when_it_leaves(session: Session, links: Links, now: Clock) -> None:
    _event, (first, second, _third) = crowd(links)
    leave(Audience.USERS, first.ref, now=now.time)
    claim(Audience.USERS, second.ref, now=now.time)
    leave(Audience.USERS, second.ref, now=now.time)
    letters = leaving(session, links, now)

    assert told(letters) == [("left", UGO.name), ("left", UMA.name), ("offered", UDO.name)]


def test_who_is_asked_has_no_seat_at_the_door(session: Session, links: Links, now: Clock) -> None:
    event, (first, second, _) = crowd(links, hours=336)
    now.time = event.starts_at - timedelta(hours=3)
    leave(Audience.USERS, first.ref, now=now.time)

    with pytest.raises(Conflict, match="Only somebody who has a seat"):
        mark(Audience.USERS, second.ref, True, actor=COMMAND_LINE, now=now.time)

    assert arriving(session, event) == []
    assert (on_offer(session, event.id), seats_of(session, event)) == (1, (1, 1))


def test_only_who_is_asked_takes_a_seat(session: Session, links: Links, now: Clock) -> None:
    event, (first, second, third) = crowd(links)
    before = states(session, event)

    for each in (first, second, third):
        claim(Audience.USERS, each.ref, now=now.time)
    with pytest.raises(NotFound):
        claim(Audience.BUYERS, second.ref, now=now.time)

    assert states(session, event) == before == ["confirmed", "waitlisted", "waitlisted"]


def test_each_minute_brings_about_what_is_due_and_one_failure_stops_nothing_else(
    session: Session, app: Flask, links: Links, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    event, (first, _second, _third) = crowd(links)
    leave(Audience.USERS, first.ref, now=now.time)
    leaving(session, links, now)
    monkeypatch.setattr("eventdesk.worker.EVERY_MINUTE", (_breaks, *EVERY_MINUTE))

    Worker(app).minutely(now.pass_by(hours=24))

    assert states(session, event) == ["cancelled", "cancelled", "offered"]


def _breaks(_now: datetime) -> None:
    raise RuntimeError("a program error")

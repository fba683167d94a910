"""When an offer is over: at its deadline or the start, never before its letter has left, and settled once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.events.models import Event
from eventdesk.labels import Audience
from eventdesk.links import Links
from eventdesk.lists.models import State
from eventdesk.lists.offers import claim, lapse_offers
from eventdesk.lists.service import leave
from eventdesk.outbox.models import Job, Kind
from eventdesk.outbox.queries import UNFINISHED
from eventdesk.outbox.service import claim as take
from eventdesk.outbox.service import fail
from eventdesk.worker import WRITERS
from tests.cast import UDO, UMA
from tests.conftest import ON_BOTH, Clock
from tests.factories import registered, sign_up
from tests.lists.offered import acts, crowd, leaving, say_of, seats_of, states, tell_all, told


@ON_BOTH
def test_what_nobody_takes_in_time_rolls_on_until_nobody_waits(session: Session, links: Links, now: Clock) -> None:
    event, (first, _second, third) = crowd(links)
    leave(Audience.USERS, first.ref, now=now.time)
    leaving(session, links, now)

    lapse_offers(now.pass_by(hours=23, minutes=59))
    early = states(session, event)
    for _ in range(2):
        lapse_offers(now.pass_by(minutes=1))
    letters, then = leaving(session, links, now), states(session, event)
    lapse_offers(now.pass_by(hours=24))
    last = leaving(session, links, now)
    back = sign_up(event, UMA)

    assert early == ["cancelled", "offered", "waitlisted"]
    assert then == ["cancelled", "cancelled", "offered"]
    assert told(letters) == [("lapsed", UMA.name), ("offered", UDO.name)]
    assert letters[0][2].calendar is None
    assert told(last) == [("lapsed", UDO.name)]
    assert acts(session, third) == ["registered", "offered", "lapsed"]
    assert registered(event, back).state is State.CONFIRMED
    assert seats_of(session, event) == (1, 0)


@ON_BOTH
def test_who_comes_too_late_is_told_so_and_the_seat_goes_on_at_once(session: Session, links: Links, now: Clock) -> None:
    event, (first, second, _third) = crowd(links)
    leave(Audience.USERS, first.ref, now=now.time)
    leaving(session, links, now)

    answer = claim(Audience.USERS, second.ref, now=now.pass_by(hours=24))

    assert answer.state is State.CANCELLED
    assert states(session, event) == ["cancelled", "cancelled", "offered"]
    assert told(leaving(session, links, now)) == [("lapsed", UMA.name), ("offered", UDO.name)]


@ON_BOTH
def test_nobody_loses_a_seat_of_which_no_letter_has_told_them(session: Session, links: Links, now: Clock) -> None:
    event, (first, second, _) = crowd(links)
    leaving(session, links, now)
    leave(Audience.USERS, first.ref, now=now.time)  # and no mail leaves

    lapse_offers(now.pass_by(hours=30))
    [_, (kind, name, letter)] = leaving(session, links, now)
    lapse_offers(now.pass_by(hours=23))
    kept = states(session, event)
    lapse_offers(now.pass_by(hours=1))

    assert (kind, name) == ("offered", UMA.name)
    assert "until Thursday 11 February 2027, 19:00 (Europe/Oslo)" in letter.text.body
    assert (kept[1], states(session, event)[1]) == ("offered", "cancelled")
    assert acts(session, second) == ["registered", "offered", "lapsed"]


@ON_BOTH
def test_the_time_to_take_a_seat_runs_from_when_the_letter_leaves(session: Session, links: Links, now: Clock) -> None:
    event, (first, second, _) = crowd(links, hours=6)
    leaving(session, links, now)
    leave(Audience.USERS, first.ref, now=now.time)
    begun = registered(event, second).offer_until
    lapse_offers(now.pass_by(minutes=9))
    session.rollback()
    soon = registered(event, second).offer_until
    lapse_offers(now.pass_by(hours=5))
    letters = leaving(session, links, now)
    lapse_offers(now.pass_by(hours=5, minutes=59))

    assert begun == soon == event.made_at + timedelta(hours=6)
    assert "until Wednesday 10 February 2027, 00:09 (Europe/Oslo)" in letters[-1][2].text.body
    assert states(session, event) == ["cancelled", "offered", "waitlisted"]
    lapse_offers(now.pass_by(minutes=1))
    assert states(session, event) == ["cancelled", "cancelled", "offered"]


def test_a_letter_that_cannot_be_delivered_holds_no_seat(session: Session, links: Links, now: Clock) -> None:
    event, (first, _, _) = crowd(links)
    leaving(session, links, now)
    leave(Audience.USERS, first.ref, now=now.time)
    while job := take(now.time, "one", tuple(WRITERS)):
        fail(job, "one", "550 nobody here", now.time, final=True)

    lapse_offers(now.pass_by(hours=24))

    assert states(session, event) == ["cancelled", "cancelled", "offered"]


def test_who_comes_late_to_a_letter_that_was_late_may_still_take_the_seat(
    session: Session, links: Links, now: Clock
) -> None:
    event, (first, second, _) = crowd(links)
    leave(Audience.USERS, first.ref, now=now.time)

    claim(Audience.USERS, second.ref, now=now.pass_by(hours=25))

    assert states(session, event)[1] == "confirmed"
    assert ("offered", UMA.name) not in told(leaving(session, links, now))


@pytest.mark.parametrize(
    ("before", "kept"),
    [
        (timedelta(hours=30), timedelta(hours=24)),
        (timedelta(hours=23), timedelta(hours=23)),
        (timedelta(hours=2), timedelta(hours=2)),
        (timedelta(hours=2, seconds=-1), None),
        (timedelta(minutes=-5), None),
    ],
)
def test_a_seat_is_kept_until_the_start_at_most_and_close_to_it_nobody_is_asked(
    session: Session, links: Links, now: Clock, before: timedelta, kept: timedelta | None
) -> None:
    event, (first, second, _) = crowd(links)
    now.time = event.starts_at - before

    leave(Audience.USERS, first.ref, now=now.time)

    person = registered(event, second)
    assert person.state is (State.OFFERED if kept else State.CONFIRMED)
    assert person.offer_until == (now.time + kept if kept else None)


@ON_BOTH
def test_at_the_start_an_offer_is_over_also_where_the_start_was_moved(
    session: Session, links: Links, now: Clock
) -> None:
    event, (first, _second, _third) = crowd(links, hours=336)
    leave(Audience.USERS, first.ref, now=now.time)
    leaving(session, links, now)
    event = say_of(
        event,
        links,
        now,
        starts_at=datetime.fromisoformat("2027-02-10T18:00"),
        ends_at=datetime.fromisoformat("2027-02-10T20:00"),
    )
    tell_all(session, now)
    news = leaving(session, links, now)
    now.time = event.starts_at

    lapse_offers(now.time)

    assert told(news) == [("changed", UMA.name), ("changed", UDO.name)]
    assert "A seat is kept for you until Wednesday 10 February 2027, 18:00" in news[0][2].text.body
    assert news[0][2].calendar is None
    assert states(session, event) == ["cancelled", "cancelled", "confirmed"]


def test_what_is_over_keeps_no_seat_and_asks_nobody_to_come_back(session: Session, links: Links, now: Clock) -> None:
    event, (first, _second, _third) = crowd(links)
    now.time = event.starts_at - timedelta(hours=3)
    leave(Audience.USERS, first.ref, now=now.time)
    leaving(session, links, now)
    now.time = event.ends_at  # and no worker was there in between

    lapse_offers(now.time)

    assert states(session, event) == ["cancelled", "cancelled", "waitlisted"]
    assert leaving(session, links, now) == []


@ON_BOTH
@pytest.mark.parametrize("late", [False, True])
def test_a_claim_and_a_tick_at_once_settle_it_once(
    session: Session, app: Flask, links: Links, now: Clock, late: bool
) -> None:
    event, (first, second, _third) = crowd(links)
    leave(Audience.USERS, first.ref, now=now.time)
    leaving(session, links, now)
    until = registered(event, second).offer_until
    assert until
    claimed_at, event_id = until + timedelta(seconds=1 if late else -1), event.id
    session.rollback()

    def at_once(*todo: Callable[[], object]) -> None:
        def run(act: Callable[[], object]) -> None:
            with app.app_context():
                act()

        threads = [Thread(target=run, args=[act]) for act in todo]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

    at_once(
        *[lambda: claim(Audience.USERS, second.ref, now=claimed_at)] * 3,
        *[lambda: lapse_offers(until + timedelta(minutes=1))] * 3,
    )

    session.rollback()
    event = session.get_one(Event, event_id)
    found, seats = states(session, event), seats_of(session, event)
    ends = [each for each in acts(session, second) if each in ("claimed", "lapsed")]
    assert (found, seats, ends) in (
        (["cancelled", "confirmed", "waitlisted"], (1, 1), ["claimed"]),
        (["cancelled", "cancelled", "offered"], (1, 0), ["lapsed"]),
    )
    assert not (late and ends == ["claimed"])
    jobs = select(Job.ref).where(Job.kind.in_((Kind.PROMOTED, Kind.LAPSED)), Job.progress.in_(UNFINISHED))
    assert session.scalars(jobs).all() == [second.ref]

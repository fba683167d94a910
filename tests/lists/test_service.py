"""Registering, waiting, moving up, leaving."""

from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.db import writing
from eventdesk.errors import Conflict, NotFound
from eventdesk.events.models import Event, Seats
from eventdesk.events.service import cancel_event, change
from eventdesk.labels import Audience, Label
from eventdesk.links import Links
from eventdesk.lists.models import LISTS, Standing, State
from eventdesk.lists.queries import ahead_of, counts, listed
from eventdesk.lists.service import fill, leave, register, tell
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.models import Job, Kind
from tests.cast import BEA, BOB, UDO, UGO, UMA, ZED, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_draft, make_event, registered, sign_up


def jobs(session: Session, kind: Kind | None = None) -> list[Job]:
    session.rollback()
    wanted = select(Job).where(Job.kind == kind) if kind else select(Job)
    return list(session.scalars(wanted.order_by(Job.id)).all())


def kinds(session: Session) -> list[str]:
    return [job.kind.value for job in jobs(session)]


def states(session: Session, event: Event) -> dict[str, str]:
    session.rollback()
    return {person.name: person.state.value for person in listed(session, event)}


def seats_of(session: Session, event: Event) -> tuple[int, int]:
    session.rollback()
    seats = session.get_one(Seats, event.id)
    return seats.taken, seats.waiting


def set_capacity(event: Event, capacity: int | None, links: Links, clock: Clock) -> None:
    draft = make_draft(event.label, capacity=capacity)
    change(event.slug, draft, revision=None, actor=COMMAND_LINE, links=links, now=clock.time)


@ON_BOTH
def test_the_first_gets_the_seat_and_the_second_waits(session: Session, links: Links) -> None:
    event = make_event(links, capacity=1)

    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)

    assert registered(event, ugo).state is State.CONFIRMED
    assert registered(event, uma).state is State.WAITLISTED
    assert seats_of(session, event) == (1, 1)
    assert (ugo.full, uma.full) == (False, True)


@ON_BOTH
def test_a_freed_seat_goes_to_who_has_waited_longest_and_not_to_who_comes_now(session: Session, links: Links) -> None:
    event = make_event(links, capacity=1)
    ugo, uma, udo = (sign_up(event, person) for person in (UGO, UMA, UDO))
    assert ahead_of(session, registered(event, udo)) == 1

    leave(Audience.USERS, ugo.ref, now=event.made_at)
    zed = sign_up(event, ZED)

    assert states(session, event) == {
        UGO.name: "cancelled",
        UMA.name: "confirmed",
        UDO.name: "waitlisted",
        ZED.name: "waitlisted",
    }
    assert registered(event, uma).place < registered(event, udo).place < registered(event, zed).place
    assert kinds(session) == ["registered", "registered", "registered", "left", "promoted", "registered"]
    assert seats_of(session, event) == (1, 2)


@ON_BOTH
def test_a_larger_capacity_moves_those_who_wait_up_in_order(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=1)
    outcomes = [sign_up(event, person) for person in (UGO, UMA, UDO, ZED)]
    set_capacity(event, 3, links, now)
    [job] = jobs(session, Kind.FILL)

    fill(job, now.time)
    fill(job, now.time)

    assert list(states(session, event).values()) == ["confirmed", "confirmed", "confirmed", "waitlisted"]
    assert [job.ref for job in jobs(session, Kind.PROMOTED)] == [outcomes[1].ref, outcomes[2].ref]
    assert seats_of(session, event) == (3, 1)


@ON_BOTH
def test_news_is_fanned_out_once_to_each_who_has_not_left(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, Label.COMMERCIAL, capacity=1)
    bea, bob = sign_up(event, BEA), sign_up(event, BOB)
    gone = sign_up(event, ZED_AS_BUYER)
    leave(Audience.BUYERS, gone.ref, now=now.time)
    cancel_event(event.slug, actor=COMMAND_LINE, links=links, now=now.pass_by(hours=1))
    [job] = jobs(session, Kind.TELL)

    tell(job, now.time)
    once = jobs(session, Kind.CANCELLED)
    tell(job, now.time)

    assert [each.ref for each in once] == [bea.ref, bob.ref]
    assert [each.key for each in jobs(session, Kind.CANCELLED)] == [each.key for each in once]


ZED_AS_BUYER = Person(ZED.name, ZED.email, "Zed Ltd", "Owner")


def test_who_comes_after_a_change_is_not_told_of_it(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    ugo = sign_up(event, UGO)
    draft = make_draft(venue="Another house")
    change(event.slug, draft, revision=None, actor=COMMAND_LINE, links=links, now=now.pass_by(minutes=5))
    sign_up(event, UMA, now.pass_by(minutes=5))
    [job] = jobs(session, Kind.TELL)

    tell(job, now.time)

    assert [each.ref for each in jobs(session, Kind.CHANGED)] == [ugo.ref]


def test_each_list_keeps_what_its_label_asks_and_nothing_more(session: Session, links: Links) -> None:
    community, commercial = make_event(links), make_event(links, Label.COMMERCIAL)

    outcome = register(
        community.id, name="Bea", email=BEA.email, details=BEA.details, network="test", now=community.made_at
    )
    bea = sign_up(commercial, BEA)

    assert [column.name for column in LISTS[Audience.USERS].__table__.columns if column.name in BEA.details] == []
    assert not hasattr(registered(community, outcome), "company")
    session.rollback()  # the guard refuses to look at both lists in one transaction
    person = registered(commercial, bea)
    assert {name: getattr(person, name) for name in BEA.details} == BEA.details


def test_registering_twice_is_registering_once(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=2)
    first = sign_up(event, UGO)

    again = sign_up(event, Person("Somebody Else", UGO.email.upper()), now.pass_by(minutes=14))

    assert (again.ref, again.full, again.new) == (first.ref, first.full, False)
    assert registered(event, first).name == UGO.name
    assert kinds(session) == ["registered"]
    assert seats_of(session, event) == (1, 0)


def test_registering_again_later_sends_the_link_once_more_and_not_at_every_click(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links)
    sign_up(event, UGO)

    sign_up(event, UGO, now.pass_by(minutes=16))
    sign_up(event, UGO, now.pass_by(minutes=1))
    within_the_hour = kinds(session)
    sign_up(event, UGO, now.pass_by(hours=1))

    assert within_the_hour == ["registered", "again"]
    assert kinds(session) == ["registered", "again", "again"]
    assert seats_of(session, event) == (1, 0)


def test_who_comes_back_stands_at_the_end_and_their_messages_count_on(session: Session, links: Links) -> None:
    event = make_event(links, capacity=1)
    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
    turns = [registered(event, ugo).turns]
    leave(Audience.USERS, ugo.ref, now=event.made_at)
    session.rollback()
    turns.append(registered(event, ugo).turns)

    back = sign_up(event, UGO)

    session.rollback()
    turns.append(registered(event, back).turns)
    assert back.ref == ugo.ref
    assert turns == [0, 1, 2]
    assert registered(event, back).state is State.WAITLISTED
    assert registered(event, back).place > registered(event, uma).place


def test_leaving_twice_is_leaving_once(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=2)
    ugo = sign_up(event, UGO)
    sign_up(event, UMA)

    leave(Audience.USERS, ugo.ref, now=now.time)
    leave(Audience.USERS, ugo.ref, now=now.time)

    assert seats_of(session, event) == (1, 0)
    assert kinds(session) == ["registered", "registered", "left"]


def test_leaving_the_waiting_list_frees_no_seat(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=1)
    sign_up(event, UGO)
    uma, udo = sign_up(event, UMA), sign_up(event, UDO)

    leave(Audience.USERS, uma.ref, now=now.time)

    assert seats_of(session, event) == (1, 1)
    assert registered(event, udo).state is State.WAITLISTED
    assert "promoted" not in kinds(session)


def test_without_a_capacity_nobody_waits_any_more(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=1)
    for person in (UGO, UMA, UDO):
        sign_up(event, person)

    set_capacity(event, None, links, now)
    fill(jobs(session, Kind.FILL)[0], now.time)

    assert set(states(session, event).values()) == {"confirmed"}


def test_seats_of_an_event_that_was_called_off_are_given_to_nobody(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=1)
    ugo = sign_up(event, UGO)
    sign_up(event, UMA)
    cancel_event(event.slug, actor=COMMAND_LINE, links=links, now=now.time)

    with pytest.raises(Conflict):
        leave(Audience.USERS, ugo.ref, now=now.time)

    assert states(session, event) == {UGO.name: "confirmed", UMA.name: "waitlisted"}


@ON_BOTH
def test_two_who_press_cancel_at_once_give_one_seat_back(
    session: Session, app: Flask, links: Links, now: Clock
) -> None:
    event = make_event(links, capacity=2)
    ugo, _uma = sign_up(event, UGO), sign_up(event, UMA)
    event_id = event.id

    def press_again() -> None:
        with app.app_context():
            leave(Audience.USERS, ugo.ref, now=now.time)

    other = Thread(target=press_again)
    with writing():
        leave(Audience.USERS, ugo.ref, now=now.time)
        other.start()
        other.join(0.5)  # on PostgreSQL it has read the row by now, and waits for the seats
    other.join()

    assert session.get_one(Seats, event_id).taken == 1


def test_counts_tell_every_state(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=1)
    ugo = sign_up(event, UGO)
    for person in (UMA, UDO, ZED):
        sign_up(event, person)
    leave(Audience.USERS, ugo.ref, now=now.time)

    assert counts(session, event) == {
        Standing.PENDING: 0,
        Standing.CONFIRMED: 1,
        Standing.OFFERED: 0,
        Standing.WAITLISTED: 2,
        Standing.CANCELLED: 1,
        Standing.ATTENDED: 0,
        Standing.NO_SHOW: 0,
    }


def test_a_past_event_takes_nobody_and_lets_nobody_go(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    ugo = sign_up(event, UGO)
    now.time = event.ends_at

    with pytest.raises(Conflict, match="is over"):
        sign_up(event, UMA)
    with pytest.raises(Conflict, match="is over"):
        leave(Audience.USERS, ugo.ref, now=now.time)

    assert states(session, event) == {UGO.name: "confirmed"}


def test_a_draft_and_a_cancelled_event_take_nobody(session: Session, links: Links, now: Clock) -> None:
    draft, cancelled = make_event(links, published=False), make_event(links)
    cancel_event(cancelled.slug, actor=COMMAND_LINE, links=links, now=now.time)

    for event in (draft, cancelled):
        with pytest.raises(Conflict, match="Registration is closed"):
            sign_up(event, UGO)

    assert kinds(session) == ["tell"]


def test_a_reference_of_the_other_list_is_nobody(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    ugo = sign_up(event, UGO)

    with pytest.raises(NotFound):
        leave(Audience.BUYERS, ugo.ref, now=now.time)

    assert seats_of(session, event) == (1, 0)

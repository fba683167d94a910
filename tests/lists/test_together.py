"""Registering while the event changes or is called off: nobody is refused for it, and nobody misses the news."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.events.models import Event
from eventdesk.events.service import cancel_event, change
from eventdesk.labels import Audience
from eventdesk.links import Links
from eventdesk.lists.models import State
from eventdesk.lists.offers import claim, lapse_offers
from eventdesk.lists.queries import counts, listed
from eventdesk.lists.service import leave, tell
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.models import Job, Kind
from eventdesk.outbox.service import claim as claim_job
from eventdesk.outbox.service import finish
from eventdesk.worker import WRITERS
from tests.cast import UGO, UMA, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_draft, make_event, sign_up

EACH = 12


@ON_BOTH
def test_an_event_changes_while_many_register_and_neither_is_refused(
    session: Session, app: Flask, links: Links, now: Clock
) -> None:
    event = make_event(links)
    slug, event_id = event.slug, event.id
    session.rollback()

    def registers(who: int) -> None:
        with app.app_context():
            here = Event(id=event_id)
            for number in range(EACH):
                sign_up(here, Person(f"Ugo {who} {number}", f"ugo{who}.{number}@users.example"))

    def changes() -> None:
        with app.app_context():
            for number in range(EACH):
                draft = replace(make_draft(), title=f"Title {number}")
                change(slug, draft, revision=None, actor=COMMAND_LINE, links=links, now=now.time)

    todo: list[Callable[[], None]] = [*(lambda who=who: registers(who) for who in range(3)), changes]
    with ThreadPoolExecutor(len(todo)) as pool:
        for done in [pool.submit(each) for each in todo]:
            done.result()

    session.rollback()
    found = session.get_one(Event, event_id)
    assert (sum(counts(session, found).values()), found.sequence) == (3 * EACH, EACH)


@ON_BOTH
def test_who_is_in_hears_of_the_cancellation_whatever_the_clocks_say(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links)
    sign_up(event, UGO, now.time + timedelta(seconds=2))  # the clock of another machine goes before ours

    cancel_event(event.slug, actor=COMMAND_LINE, links=links, now=now.time)
    tell(session.scalars(select(Job).where(Job.kind == Kind.TELL)).one(), now.time)

    assert len(session.scalars(select(Job).where(Job.kind == Kind.CANCELLED)).all()) == 1


def test_who_comes_after_a_change_does_not_hear_of_it(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    ugo = sign_up(event, UGO)
    change(event.slug, make_draft(title="Another title"), revision=None, actor=COMMAND_LINE, links=links, now=now.time)
    sign_up(event, UMA)

    tell(session.scalars(select(Job).where(Job.kind == Kind.TELL)).one(), now.time)

    [told] = session.scalars(select(Job).where(Job.kind == Kind.CHANGED)).all()
    assert told.ref == ugo.ref


@ON_BOTH
def test_offers_are_taken_passed_on_and_lapse_at_once_and_no_seat_is_given_twice_or_lost(
    session: Session, app: Flask, links: Links, now: Clock
) -> None:
    event = make_event(links, capacity=3, offer_hours=24)
    event_id = event.id
    refs = [sign_up(event, Person(f"User {number}", f"user{number}@users.example")).ref for number in range(12)]
    while job := claim_job(now.time, "one", tuple(WRITERS)):
        finish(job.id, "one")
    session.rollback()

    def each(act: Callable[[Audience, int], object], those: list[int]) -> Callable[[], None]:
        def work() -> None:
            with app.app_context():
                for ref in those:
                    act(Audience.USERS, ref)

        return work

    def goes(audience: Audience, ref: int) -> None:
        leave(audience, ref, now=now.time)

    def takes(audience: Audience, ref: int) -> None:
        claim(audience, ref, now=now.time)

    def lapses(*_: object) -> None:
        lapse_offers(now.time + timedelta(hours=25))

    def comes(_: Audience, number: int) -> None:
        sign_up(Event(id=event_id), Person(f"New {number}", f"new{number}@users.example"))

    todo = [each(goes, refs[:3]), each(takes, refs[3:]), each(takes, refs[::-1]), each(lapses, refs[:4])]
    todo += [each(lapses, refs[:4]), each(comes, list(range(6)))]
    with ThreadPoolExecutor(len(todo)) as pool:
        for done in [pool.submit(work) for work in todo]:
            done.result()

    session.rollback()
    found = session.get_one(Event, event_id)
    people = listed(session, found)
    seated = [person.place for person in people if person.state in (State.CONFIRMED, State.OFFERED)]
    waiting = [person.place for person in people if person.is_waiting]
    assert (len(seated), len(waiting)) == (found.taken, found.waiting)
    assert found.taken <= 3
    assert not waiting or (found.taken == 3 and max(seated) < min(waiting))

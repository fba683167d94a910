"""Reminders of one's own choice: at the chosen moment instead of the event's, once for a start, and never late."""

from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk import clock
from eventdesk.errors import Conflict, Refused
from eventdesk.events.models import Event
from eventdesk.events.rules import said_by
from eventdesk.events.service import cancel_event, change
from eventdesk.labels import RULES, Audience, Label
from eventdesk.links import Links
from eventdesk.lists.letters import letter_of
from eventdesk.lists.reminders import choose_reminder, remind, remind_by_choice
from eventdesk.lists.service import Outcome, leave, tell
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.models import Job, Kind
from eventdesk.outbox.queries import UNFINISHED
from eventdesk.outbox.service import claim, finish
from eventdesk.worker import WRITERS
from tests.cast import BEA, UDO, UGO, UMA, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event, registered, sign_up


def choose(event: Event, who: Outcome, hours: int | None, now: Clock) -> None:
    choose_reminder(event.rules.audience, who.ref, hours, now=now.time)


def tick(now: Clock) -> None:
    """What a worker does in a minute about reminders."""
    remind(now.time)
    remind_by_choice(now.time)
    while job := claim(now.time, "one", (Kind.TELL,)):
        tell(job, now.time)
        finish(job.id, "one")


def reminded(session: Session, links: Links, now: Clock) -> list[str]:
    """Whom the reminders that leave now go to; they are gone then."""
    session.rollback()
    names = []
    while job := claim(now.time, "one", tuple(WRITERS)):
        letter = letter_of(session, job, links, clock.now())
        if letter and job.kind is Kind.REMINDER:
            names.append(letter.name)
        finish(job.id, "one", letter.sequence if letter else None)
    session.rollback()
    return names


def reminders(session: Session) -> list[Job]:
    """Those that wait to leave."""
    session.rollback()
    waiting = select(Job).where(Job.kind == Kind.REMINDER, Job.progress.in_(UNFINISHED)).order_by(Job.id)
    return list(session.scalars(waiting))


def at(event: Event, now: Clock, **before: float) -> None:
    now.time = event.starts_at - timedelta(**before)


def moved(event: Event, links: Links, now: Clock, by: timedelta) -> Event:
    draft = said_by(event)
    draft = replace(draft, starts_at=draft.starts_at + by, ends_at=draft.ends_at + by)
    return change(event.slug, draft, revision=None, actor=COMMAND_LINE, links=links, now=now.time)


@ON_BOTH
@pytest.mark.parametrize("label", RULES)
def test_each_is_reminded_when_they_wish(session: Session, links: Links, now: Clock, label: Label) -> None:
    event = make_event(links, label)
    people = [Person(person.name, person.email, "Company", "Role") for person in (UGO, UMA, UDO)]
    _as_all, soon, never = (sign_up(event, person) for person in people)
    choose(event, soon, 3, now)
    choose(event, never, 0, now)

    said = []
    for hours in (25, 24, 3.1, 3, 2):
        at(event, now, hours=hours)
        for _ in range(2):
            tick(now)
        said.append(reminded(session, links, now))

    assert said == [[], [UGO.name], [], [UMA.name], []]


def test_lists_are_looked_through_one_by_one(session: Session, links: Links, now: Clock) -> None:
    community, commercial = make_event(links), make_event(links, Label.COMMERCIAL)
    for event, person in ((community, UGO), (commercial, BEA)):
        choose(event, sign_up(event, person), 168, now)
        session.rollback()
    at(community, now, hours=168)

    tick(now)

    jobs = select(Job.label).where(Job.kind == Kind.REMINDER, Job.progress.in_(UNFINISHED)).order_by(Job.id)
    assert set(session.scalars(jobs)) == set(RULES)


@ON_BOTH
def test_what_is_moved_reminds_anew_and_what_is_chosen_anew_does_too(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links)
    ugo = sign_up(event, UGO)
    choose(event, ugo, 72, now)
    at(event, now, hours=72)
    tick(now)
    first = reminded(session, links, now)
    event = moved(event, links, now, timedelta(days=10))
    tick(now)
    too_early = reminded(session, links, now)
    at(event, now, hours=72)
    tick(now)
    second = reminded(session, links, now)
    choose(event, ugo, 1, now)
    at(event, now, hours=1)
    tick(now)

    assert (first, too_early, second) == ([UGO.name], [], [UGO.name])
    assert reminded(session, links, now) == [UGO.name]


def test_a_reminder_that_became_untrue_does_not_leave(session: Session, links: Links, now: Clock) -> None:
    away, off, gone, otherwise = (make_event(links) for _ in range(4))
    outcomes = {event.id: sign_up(event, UGO) for event in (away, off, gone, otherwise)}
    for event in (away, off, gone, otherwise):
        choose(event, outcomes[event.id], 24, now)
    at(away, now, hours=24)
    tick(now)
    made = len(reminders(session))

    moved(away, links, now, timedelta(days=10))
    cancel_event(off.slug, actor=COMMAND_LINE, links=links, now=now.time)
    leave(Audience.USERS, outcomes[gone.id].ref, now=now.time)
    choose(otherwise, outcomes[otherwise.id], 0, now)

    assert (made, reminded(session, links, now)) == (4, [])


def test_a_reminder_that_comes_too_late_does_not_leave(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    choose(event, sign_up(event, UGO), 1, now)
    at(event, now, hours=1)
    tick(now)

    at(event, now, hours=0)

    assert (len(reminders(session)), reminded(session, links, now)) == (1, [])


def test_who_chose_otherwise_is_left_out_of_what_everybody_gets_also_at_the_last_moment(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links)
    _as_all, before, after = (sign_up(event, person) for person in (UGO, UMA, UDO))
    choose(event, before, 1, now)
    at(event, now, hours=24)
    tick(now)

    choose(event, after, 1, now)

    assert before.ref not in {job.ref for job in reminders(session)}
    assert reminded(session, links, now) == [UGO.name]


def test_who_comes_after_the_moment_is_not_reminded_and_starts_anew(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    ugo = sign_up(event, UGO)
    choose(event, ugo, 24, now)
    leave(Audience.USERS, ugo.ref, now=now.time)
    at(event, now, hours=20)
    back = sign_up(event, UGO)
    reminded(session, links, now)

    tick(now)

    assert registered(event, back).remind_hours is None
    assert reminded(session, links, now) == []


def test_a_moment_that_has_passed_is_refused_and_so_is_who_has_no_seat(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links, capacity=1)
    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
    at(event, now, hours=24)

    with pytest.raises(Refused) as refusal:
        choose(event, ugo, 24, now)
    with pytest.raises(Conflict, match="Only somebody who has a seat"):
        choose(event, uma, 3, now)

    assert list(refusal.value.problems) == ["remind"]
    assert registered(event, ugo).remind_hours is None


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_workers_remind_each_once(session: Session, app: Flask, links: Links, now: Clock) -> None:
    event = make_event(links)
    for number in range(8):
        choose(event, sign_up(event, Person(f"User {number}", f"user{number}@users.example")), 24, now)
    at(event, now, hours=24)
    session.rollback()

    def work() -> None:
        with app.app_context():
            remind_by_choice(now.time)

    workers = [Thread(target=work) for _ in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    tick(now)

    assert len(session.scalars(select(Job).where(Job.kind == Kind.REMINDER)).all()) == 8

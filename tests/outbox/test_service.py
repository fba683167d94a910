"""Jobs: claimed in order by one worker at a time, tried again, given up, and never made twice. On both databases."""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.db import db, writing
from eventdesk.errors import Conflict, NotFound
from eventdesk.labels import Label
from eventdesk.outbox.models import Job, Kind, Progress
from eventdesk.outbox.queries import any_due, counts, of_progress, oldest_unsent
from eventdesk.outbox.rules import HOST_RESTS, JITTER, LEASE, LEAST_ATTEMPTS, PATIENCE, STEPS
from eventdesk.outbox.service import (
    claim,
    claim_some,
    enqueue,
    fail,
    finish,
    pace,
    put_back,
    rest,
    retry,
    retry_all,
)
from tests.conftest import ON_BOTH, Clock

pytestmark = ON_BOTH
MAIL = (Kind.REGISTERED, Kind.CHANGED, Kind.CANCELLED)
BOTH = (Label.COMMUNITY, Label.COMMERCIAL)

Put = Callable[..., None]


@pytest.fixture
def put(session: Session, now: Clock) -> Put:
    """Puts a job for each of these people (references) into the outbox."""

    def enqueue_all(*refs: int, kind: Kind = Kind.REGISTERED, label: Label = Label.COMMUNITY) -> None:
        with writing() as writer:
            for ref in refs:
                enqueue(writer, kind, label=label, event_id=1, ref=ref, version=0, now=now.time)

    return enqueue_all


def taken(now: Clock, worker: str = "one", kinds: Sequence[Kind] = MAIL) -> Job:
    job = claim(now.time, worker, kinds)
    assert job is not None
    return job


def jobs(session: Session) -> Sequence[Job]:
    session.rollback()
    return session.scalars(select(Job).order_by(Job.id).execution_options(populate_existing=True)).all()


def only(session: Session) -> Job:
    [job] = jobs(session)
    return job


def test_jobs_are_claimed_oldest_first_and_each_once(put: Put, now: Clock) -> None:
    put(1, 2, 3)

    order = [taken(now).ref for _ in range(3)]

    assert order == [1, 2, 3]
    assert claim(now.time, "two", MAIL) is None
    assert not any_due(db.session(), now.time, MAIL)


def test_a_persons_messages_leave_in_order_and_others_do_not_wait_for_them(put: Put, now: Clock) -> None:
    put(1)
    put(1, kind=Kind.CHANGED)
    put(2)
    first = taken(now, "one")

    second = taken(now, "two")

    assert (first.ref, first.kind) == (1, Kind.REGISTERED)
    assert second.ref == 2
    assert claim(now.time, "three", MAIL) is None
    finish(first.id, "one")
    assert taken(now, "three").kind is Kind.CHANGED


def test_only_the_kinds_asked_for_are_claimed(put: Put, now: Clock) -> None:
    put(1)

    assert claim(now.time, "one", (Kind.FILL, Kind.TELL)) is None
    assert taken(now).kind is Kind.REGISTERED


def test_a_lease_that_ended_is_taken_over_and_its_old_holder_changes_nothing(
    session: Session, put: Put, now: Clock
) -> None:
    put(1)
    job = taken(now, "killed")
    now.time += LEASE
    assert claim(now.time, "next", MAIL) is None
    now.pass_by(seconds=1)

    again = taken(now, "next")
    finish(job.id, "killed")

    assert again.id == job.id
    assert (only(session).progress, only(session).lease_by) == (Progress.CLAIMED, "next")
    finish(job.id, "next")
    assert only(session).progress is Progress.DONE


def test_what_failed_is_tried_again_after_longer_and_longer(session: Session, put: Put, now: Clock) -> None:
    put(1)
    waits = []

    for _ in range(3):
        fail(taken(now), "one", "451 later", now.time, final=False)
        job = only(session)
        waits.append(job.run_at - now.time)
        assert claim(job.run_at - timedelta(seconds=1), "one", MAIL) is None
        now.time = job.run_at

    assert all(step <= wait <= step * (1 + JITTER) for step, wait in zip(STEPS, waits, strict=False)), waits
    job = only(session)
    assert (job.progress, job.error, job.attempts) == (Progress.WAITING, "451 later", 3)


def test_what_cannot_be_delivered_is_given_up_with_its_reason_until_somebody_says_again(
    session: Session, put: Put, now: Clock
) -> None:
    put(1)

    fail(taken(now), "one", "550 nobody here" + "!" * 600, now.time, final=True)
    given_up = (only(session).progress, only(session).error[:15], len(only(session).error))
    retry(only(session).id, [Label.COMMUNITY], now.pass_by(days=9))

    assert given_up == (Progress.FAILED, "550 nobody here", 500)
    assert (only(session).progress, only(session).attempts) == (Progress.WAITING, 0)
    assert taken(now).made_at == now.time


def test_patience_ends_after_three_days_and_some_attempts(session: Session, put: Put, now: Clock) -> None:
    put(1)
    now.time += PATIENCE  # no mail left for three days

    for _ in range(LEAST_ATTEMPTS - 1):
        fail(taken(now), "one", "451 later", now.time, final=False)
        assert only(session).progress is Progress.WAITING
        now.time = only(session).run_at
    fail(taken(now), "one", "451 later", now.time, final=False)

    assert only(session).progress is Progress.FAILED


def test_what_was_put_back_was_not_tried(session: Session, put: Put, now: Clock) -> None:
    put(1, 2)
    both = claim_some(now.time, "one", MAIL, most=9)

    put_back(both, "another")
    held = [(job.progress, job.attempts) for job in jobs(session)]
    put_back(both, "one", "mail.example: out of reach")

    assert held == [(Progress.CLAIMED, 1)] * 2
    assert [(job.progress, job.attempts, job.error) for job in jobs(session)] == [
        (Progress.WAITING, 0, "mail.example: out of reach")
    ] * 2
    assert taken(now).ref == 1


def test_several_are_claimed_each_to_another_person_and_what_goes_to_many_last(put: Put, now: Clock) -> None:
    put(1, 2, kind=Kind.INVITED)
    put(1)
    put(3)

    claimed = claim_some(now.time, "one", (*MAIL, Kind.INVITED), most=9)

    assert [(job.ref, job.kind) for job in claimed] == [
        (3, Kind.REGISTERED),
        (1, Kind.INVITED),
        (2, Kind.INVITED),
    ]


def test_a_host_gets_so_many_letters_a_minute_from_all_workers_together(session: Session, put: Put, now: Clock) -> None:
    put(*range(1, 9))
    claimed = claim_some(now.time, "one", MAIL, most=9)

    gone = [pace(job, "one", "busy host", now.time, most=3) for job in claimed[:7]]
    elsewhere = pace(claimed[7], "one", "another", now.time, most=3)

    assert (gone, elsewhere) == ([True] * 3 + [False] * 4, True)
    waiting = [job for job in jobs(session) if job.progress is Progress.WAITING]
    minutes = [(job.run_at - now.time).total_seconds() / 60 for job in waiting]
    assert (minutes, {job.attempts for job in waiting}) == ([1, 1, 1, 2], {0})
    now.pass_by(minutes=1)
    assert [job.ref for job in claim_some(now.time, "two", MAIL, most=9)] == [4, 5, 6]
    assert pace(claimed[3], "two", "busy host", now.time, most=3)


def test_a_host_that_has_had_enough_rests_alone(session: Session, put: Put, now: Clock) -> None:
    put(1, 2)
    first, second = claim_some(now.time, "one", MAIL, most=9)

    rest("busy host", now.time)

    assert [pace(first, "one", host, now.time, most=0) for host in ("busy host", "another")] == [False, True]
    assert jobs(session)[0].run_at == now.time + HOST_RESTS
    now.time += HOST_RESTS
    assert pace(second, "one", "busy host", now.time, most=0)


def test_all_that_failed_for_one_reason_are_put_back_together(session: Session, put: Put, now: Clock) -> None:
    put(1, 2, 3)
    put(4, label=Label.COMMERCIAL)
    for error in ("550 5.1.1 a: gone", "550 5.1.1 b: gone", "554 5.7.1 spam", "550 5.1.1 c: gone"):
        fail(taken(now), "one", error, now.time, final=True)

    number = retry_all("550 5.1.1", [Label.COMMUNITY], now.time)

    states = [job.progress for job in jobs(session)]
    assert (number, retry_all("no such reason", BOTH, now.time)) == (2, 0)
    assert states == [Progress.WAITING, Progress.WAITING, Progress.FAILED, Progress.FAILED]


def test_of_what_is_done_only_letters_are_told(session: Session, put: Put, now: Clock) -> None:
    put(1, 2)
    put(0, kind=Kind.FILL)
    enough = (*MAIL, Kind.FILL)
    for told in (0, None, None):
        finish(taken(now, kinds=enough).id, "one", told)
    with writing() as writer:
        enqueue(writer, Kind.RESET, label=None, event_id=0, ref=9, version=0, now=now.time)
    now.pass_by(seconds=90)

    owners = [*BOTH, None]

    assert counts(session, owners) == {Progress.DONE: 1}
    assert [job.ref for job in of_progress(session, owners, tuple(Progress))] == [1]
    assert (oldest_unsent(session, now.time), oldest_unsent(session, now.time, owners)) == (90, 0)


def test_only_a_failed_job_of_an_own_label_is_put_back(session: Session, put: Put, now: Clock) -> None:
    put(1)
    job = only(session)

    with pytest.raises(Conflict):
        retry(job.id, BOTH, now.time)
    fail(taken(now), "one", "no", now.time, final=True)
    with pytest.raises(NotFound):
        retry(job.id, [Label.COMMERCIAL], now.time)
    with pytest.raises(NotFound):
        retry(job.id + 1, BOTH, now.time)

    assert only(session).progress is Progress.FAILED


def test_there_is_one_job_for_each_occasion(session: Session, put: Put) -> None:
    put(1)

    put(1)

    assert only(session).ref == 1


def test_counts_are_of_ones_own_labels(session: Session, put: Put, now: Clock) -> None:
    put(1, 2)
    put(3, label=Label.COMMERCIAL)
    now.pass_by(seconds=90)

    session.rollback()

    assert counts(session, [Label.COMMUNITY]) == {Progress.WAITING: 2}
    assert counts(session, BOTH) == {Progress.WAITING: 3}
    assert oldest_unsent(session, now.time) == 90


def test_workers_at_once_never_get_the_same_job(app: Flask, put: Put, now: Clock) -> None:
    put(*range(24))
    ready, got = threading.Barrier(4), list[int]()

    def work(name: str) -> None:
        ready.wait(10)
        with app.app_context():
            while job := claim(now.time, name, MAIL):
                got.append(job.ref or 0)

    workers = [threading.Thread(target=work, args=(f"worker {number}",)) for number in range(4)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(30)

    assert sorted(got) == list(range(24))


def test_what_is_kept_for_later_waits_and_is_not_late(session: Session, now: Clock) -> None:
    later = now.time + PATIENCE + timedelta(days=2)
    with writing() as writer:
        enqueue(writer, Kind.ROUND, label=Label.COMMUNITY, event_id=1, version=1, now=now.time, run_at=later)

    now.pass_by(days=1)
    assert (claim(now.time, "one", (Kind.ROUND,)), oldest_unsent(session, now.time)) == (None, 0)
    now.time = later + timedelta(seconds=90)
    assert oldest_unsent(session, now.time) == 90
    fail(taken(now, kinds=(Kind.ROUND,)), "one", "no", now.time, final=False)
    assert only(session).progress is Progress.WAITING  # its days of patience begin when it is due

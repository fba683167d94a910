"""What a mail server may do to us, played through: everyone ends with exactly their messages, in order, with a reason meanwhile."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventdesk.db import db
from eventdesk.links import Links
from eventdesk.outbox import post
from eventdesk.outbox.models import Job, Kind, Progress
from eventdesk.outbox.refusals import reason_of
from eventdesk.outbox.rules import HOST_RESTS
from eventdesk.outbox.service import retry_all
from eventdesk.worker import CARRIERS, WRITERS, Worker
from tests.cast import UGO, UMA, Person
from tests.conftest import Clock
from tests.dumps import dump
from tests.factories import make_event, sign_up
from tests.servers import Mailbox

#: How a letter stands after its first attempt: how far it is, how often it was tried, and why it is not there.
Stand = tuple[Progress, int, str]
DONE: Stand = (Progress.DONE, 1, "")
#: Nothing was tried: the server takes nobody's mail.
UNTRIED = (Progress.WAITING, 0)


def waiting(reason: str) -> Stand:
    return Progress.WAITING, 1, reason


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Something a server does, and how the letters to Ugo and then Uma stand after it."""

    does: Callable[[Mailbox], Any]
    ugo: Stand = DONE
    uma: Stand = DONE
    url: Callable[[Mailbox], str] = lambda mailbox: mailbox.url
    #: How often Ugo's first letter arrives in the end: twice where the answer to it was lost.
    copies: int = 1


def signing_in(mailbox: Mailbox) -> str:
    return mailbox.url.replace("//", "//events:secret@")


def refuse_sign_in(mailbox: Mailbox) -> None:
    mailbox.offers.append("AUTH PLAIN")
    mailbox.answers["AUTH"] = "535 5.7.8 Who are you?"


def refuse_tls(mailbox: Mailbox) -> None:
    mailbox.offers.append("STARTTLS")
    mailbox.answers["STARTTLS"] = "454 4.7.0 TLS not available"


UGO_LATER = waiting("451 4.7.1 come back later")
TROUBLES = {
    "none": Trouble(does=Mailbox.behave),
    "4xx when the recipient is named": Trouble(
        does=lambda box: box.refuse(UGO.email, "451 4.7.1 come back later", times=2), ugo=UGO_LATER
    ),
    "4xx when the message has come": Trouble(
        does=lambda box: box.refuse(UGO.email, "451 4.7.1 come back later", at="data", times=2), ugo=UGO_LATER
    ),
    "5xx for one recipient": Trouble(
        does=lambda box: box.refuse(UGO.email, f"550 5.1.1 <{UGO.email}> (to=<u.go@elsewhere.example>): nobody"),
        ugo=(Progress.FAILED, 1, "550 5.1.1 <the recipient> (to=<an address>): nobody"),
    ),
    "a byte now and then": Trouble(
        does=lambda box: setattr(box, "drip", 0.1), ugo=(*UNTRIED, "did not answer in time"), uma=(*UNTRIED, "")
    ),
    "silence after DATA": Trouble(
        does=lambda box: box.hang(UGO.email, times=1),
        ugo=waiting("it did not answer in time"),
        uma=(*UNTRIED, ""),
        copies=2,
    ),
    "hanging up after DATA": Trouble(
        does=lambda box: box.drop(UGO.email, times=1),
        ugo=waiting("Connection unexpectedly closed"),
        uma=(*UNTRIED, ""),
        copies=2,
    ),
    "hanging up mid-session": Trouble(
        does=lambda box: box.drop(UGO.email, at="rcpt", times=1),
        ugo=waiting("Connection unexpectedly closed"),
        uma=(*UNTRIED, ""),
    ),
    "421 mid-session": Trouble(
        does=lambda box: box.refuse(UGO.email, "421 4.7.0 Too many, closing", times=1),
        ugo=waiting("421 4.7.0 Too many, closing"),
        uma=(*UNTRIED, ""),
    ),
    "no TLS": Trouble(does=refuse_tls, ugo=(*UNTRIED, "454 4.7.0 TLS not available"), uma=(*UNTRIED, "454")),
    "TLS by the wrong port": Trouble(
        does=Mailbox.behave,
        url=lambda box: box.url.replace("smtp:", "smtps:"),
        ugo=(*UNTRIED, "SSL"),
        uma=(*UNTRIED, "SSL"),
    ),
    "no sign-in": Trouble(
        does=refuse_sign_in, url=signing_in, ugo=(*UNTRIED, "535 5.7.8 Who are you?"), uma=(*UNTRIED, "535")
    ),
    "our own address refused": Trouble(
        does=lambda box: box.answers.update(MAIL="550 5.7.1 not you"),
        ugo=(*UNTRIED, "550 5.7.1 not you"),
        uma=(*UNTRIED, "550"),
    ),
    "nobody there": Trouble(
        does=Mailbox.stop, ugo=(*UNTRIED, "Connection refused"), uma=(*UNTRIED, "Connection refused")
    ),
}
#: One of each sort; the others take their time.
IN_SHORT = ("4xx when the message has come", "5xx for one recipient", "hanging up after DATA", "no sign-in")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a second is long."""
    monkeypatch.setattr(post, "TIMEOUT", 0.5)
    monkeypatch.setattr(post, "EXCHANGE", 0.8)


def letters(app: Flask) -> Sequence[Job]:
    with app.app_context():
        return db.session().scalars(select(Job).where(Job.ref != 0).order_by(Job.id)).all()


def use(app: Flask, url: str) -> None:
    app.extensions["eventdesk"] = replace(app.extensions["eventdesk"], smtp_url=url)


def test_each_kind_of_job_has_who_carries_it_out_or_writes_its_letter() -> None:
    assert (set(CARRIERS) | set(WRITERS), set(CARRIERS) & set(WRITERS)) == (set(Kind), set())


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(each, id=name, marks=() if name in IN_SHORT else pytest.mark.slow)
        for name, each in TROUBLES.items()
    ],
)
def test_everyone_ends_with_exactly_their_messages(
    app: Flask, mailbox: Mailbox, now: Clock, links: Links, trouble: Trouble
) -> None:
    with app.app_context():
        event = make_event(links)
        for person in (UGO, UMA):
            sign_up(event, person)
        trouble.does(mailbox)
        use(app, trouble.url(mailbox))

        Worker(app).carry_out()

        stood = [(job.progress, job.attempts, job.error) for job in letters(app)]
        for wanted, found in zip((trouble.ugo, trouble.uma), stood, strict=True):
            assert (found[:2], wanted[2] in found[2]) == (wanted[:2], True), found
        assert UGO.email not in str(stood)

        # The server comes to its senses, both ask for their link again, and what was given up is tried again by hand.
        mailbox.stop()
        mailbox.start()
        mailbox.behave()
        use(app, mailbox.url)
        now.pass_by(hours=1)
        for person in (UGO, UMA):
            sign_up(event, person)
        for reason in {reason_of(error) for progress, _, error in stood if progress is Progress.FAILED}:
            retry_all(reason, [event.label], now.time)
        for _ in range(4):
            Worker(app).carry_out()
            now.pass_by(hours=1)

    jobs = letters(app)
    assert {(job.progress, job.error) for job in jobs} == {(Progress.DONE, "")}
    arrived = {person: [each.message["Message-ID"] for each in mailbox.to(person.email)] for person in (UGO, UMA)}
    ids = [f"<{sha256(job.key.encode()).hexdigest()[:32]}@{links.host}>" for job in jobs]
    ugo, uma, ugo_again, uma_again = ids
    assert arrived == {UGO: [ugo] * trouble.copies + [ugo_again], UMA: [uma, uma_again]}


def test_a_crowded_host_rests_while_others_go_on(app: Flask, mailbox: Mailbox, now: Clock, links: Links) -> None:
    use(app, mailbox.url)
    mailbox.refuse(UGO.email, "450 4.7.28 too many from you", times=1)
    elsewhere = Person("Ulla User", "ulla@elsewhere.example")
    with app.app_context():
        event = make_event(links)
        for person in (UGO, UMA, elsewhere):
            sign_up(event, person)

        Worker(app).carry_out()
        first = [(job.progress, job.attempts) for job in letters(app)]
        now.time += HOST_RESTS
        Worker(app).carry_out()

    assert first == [(Progress.WAITING, 1), UNTRIED, (Progress.DONE, 1)]
    assert [each.recipients for each in mailbox.deliveries] == [(each.email,) for each in (elsewhere, UGO, UMA)]


def test_a_host_gets_no_more_than_its_number_a_minute(app: Flask, mailbox: Mailbox, now: Clock, links: Links) -> None:
    use(app, mailbox.url)
    app.extensions["eventdesk"] = replace(app.extensions["eventdesk"], mail_per_minute=2)
    people = [Person(f"Guest {number}", f"guest{number}@users.example") for number in range(5)]
    sent = []
    with app.app_context():
        event = make_event(links)
        for person in people:
            sign_up(event, person)
        for _ in range(4):
            Worker(app).carry_out()
            sent.append(len(mailbox.deliveries))
            now.pass_by(minutes=1)

    assert sent == [2, 4, 5, 5]
    assert [each.recipients[0] for each in mailbox.deliveries] == [person.email for person in people]
    assert not any("users.example" in str(row) for row in dump(app)["attempt"])

"""A message to all who come: kept once, carried to each who has a seat, in the label's wording, and never by mistake."""

from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk import clock
from eventdesk.db import db, writing
from eventdesk.errors import Conflict, NotFound
from eventdesk.events.models import Event
from eventdesk.events.service import cancel_event
from eventdesk.history.models import Act, Entry
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.lists.letters import letter_of
from eventdesk.lists.reminders import remind
from eventdesk.lists.service import leave, tell
from eventdesk.messages.models import Message
from eventdesk.messages.queries import messages_of
from eventdesk.messages.service import send
from eventdesk.organisers.queries import by_email
from eventdesk.organisers.rules import Actor
from eventdesk.outbox.mail import Letter
from eventdesk.outbox.models import Job, Kind
from eventdesk.outbox.queries import Sent, sent_of
from eventdesk.outbox.service import claim, fail, finish
from eventdesk.programmes.models import Programme
from tests.cast import ADA, UDO, UGO, UMA
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event, sign_up

SAID = {"subject": "Use the side door", "body": "The front door is locked.\n\nRing twice."}


@pytest.fixture
def ada(session: Session) -> Actor:
    """The owner, as services know her; the seller's address is given."""
    with writing() as writer:
        for programme in writer.scalars(select(Programme)):
            programme.postal_address = "Mill Road 9"
    known = by_email(session, ADA.email)
    assert known
    return known.actor


def say(event: Event, ada: Actor, now: Clock, after: int = 0, **said: str) -> Message:
    return send(event.slug, after=after, actor=ada, now=now.time, **SAID | said)


def carry_news(session: Session, now: Clock) -> None:
    while job := claim(now.time, "one", (Kind.TELL,)):
        tell(job, now.time)
        finish(job.id, "one")
    session.rollback()


def written(session: Session, links: Links, kind: Kind = Kind.MESSAGE) -> list[Letter]:
    session.rollback()
    jobs = session.scalars(select(Job).where(Job.kind == kind, Job.ref != 0).order_by(Job.id)).all()
    return [letter for job in jobs if (letter := letter_of(session, job, links, clock.now()))]


@ON_BOTH
@pytest.mark.parametrize("label", RULES)
def test_who_has_a_seat_reads_it_in_the_labels_wording(
    session: Session, links: Links, now: Clock, ada: Actor, label: Label
) -> None:
    event = make_event(links, label, capacity=2)
    for person in (UGO, UMA, UDO):
        sign_up(event, person)

    message = say(event, ada, now)
    sign_up(make_event(links, label), UGO)  # of another event: not told
    carry_news(session, now)

    letters = written(session, links)
    assert [letter.name for letter in letters] == [UGO.name, UMA.name]
    assert all(letter.text.body.startswith(f"{event.promise}\n\nHello {letter.name},\n\n") for letter in letters)
    assert all(SAID["body"] in letter.text.body and letter.calendar is None for letter in letters)
    assert letters[0].text.subject == f"Use the side door: {event.title} ({event.rules.noun})"
    kept = session.scalars(select(Entry).where(Entry.act == Act.MESSAGED)).one()
    assert (kept.actor_id, kept.details) == (ada.id, {"people": 2, "message": message.id})
    assert sent_of(session, event.id, Kind.MESSAGE) == {message.id: Sent(people=2)}


@ON_BOTH
def test_the_same_form_sent_twice_is_one_message(session: Session, links: Links, now: Clock, ada: Actor) -> None:
    event = make_event(links)
    sign_up(event, UGO)

    first, second = say(event, ada, now), say(event, ada, now)
    with pytest.raises(Conflict, match="Another message was sent"):
        say(event, ada, now, body="Something else.")
    again = say(event, ada, now, after=first.id)

    assert second.id == first.id
    assert [message.id for message in messages_of(session, event.id)] == [again.id, first.id]
    carry_news(session, now)
    assert len(written(session, links)) == 2


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_sent_twice_at_the_same_moment_it_is_one_message(app: Flask, links: Links, now: Clock) -> None:
    with app.app_context():
        event = make_event(links)
        sign_up(event, UGO)
        known = by_email(db.session(), ADA.email)
        assert known
        actor, slug = known.actor, event.slug

    def press() -> None:
        with app.app_context():
            send(slug, after=0, actor=actor, now=now.time, **SAID)

    presses = [Thread(target=press) for _ in range(4)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()

    with app.app_context():
        assert len(db.session.scalars(select(Message)).all()) == 1


def test_how_far_it_is_can_be_seen(session: Session, links: Links, now: Clock, ada: Actor) -> None:
    event = make_event(links)
    ugo, *_ = [sign_up(event, person) for person in (UGO, UMA, UDO)]
    number = say(event, ada, now).id
    beginning = sent_of(session, event.id, Kind.MESSAGE)
    carry_news(session, now)
    leave(event.rules.audience, ugo.ref, now=now.time)

    for told in (None, 0):  # who has left gets none
        job = claim(now.time, "one", (Kind.MESSAGE, Kind.REGISTERED))
        while job and job.kind is Kind.REGISTERED:
            finish(job.id, "one", 0)
            job = claim(now.time, "one", (Kind.MESSAGE, Kind.REGISTERED))
        assert job
        finish(job.id, "one", told)
    job = claim(now.time, "one", (Kind.MESSAGE,))
    assert job
    fail(job, "one", "550", now.time, final=True)
    session.rollback()

    assert beginning == {number: Sent(beginning=True)}
    assert sent_of(session, event.id, Kind.MESSAGE) == {number: Sent(people=2, sent=1, failed=1)}


def test_news_of_each_kind_goes_out_whatever_went_before(
    session: Session, links: Links, now: Clock, ada: Actor
) -> None:
    event = make_event(links)
    sign_up(event, UGO)
    assert event.remind_at
    now.time = event.remind_at

    remind(now.time)
    message = say(event, ada, now)
    now.pass_by(minutes=1)
    carry_news(session, now)
    reminders = written(session, links, Kind.REMINDER)
    cancel_event(event.slug, actor=ada, links=links, now=now.time)  # its number is that of the message
    carry_news(session, now)

    session.rollback()
    assert (message.id, session.get_one(Event, event.id).sequence) == (1, 1)
    assert len(reminders) == len(written(session, links, Kind.CANCELLED)) == 1
    assert written(session, links) == []  # it had not left, and is about nothing any more


def test_nobody_is_written_to_where_that_makes_no_sense(session: Session, links: Links, now: Clock, ada: Actor) -> None:
    draft, nobody = make_event(links, published=False), make_event(links)
    off, over, unsaid = make_event(links), make_event(links), make_event(links, Label.COMMERCIAL)
    for event in (off, over, unsaid):
        sign_up(event, UGO)
    cancel_event(off.slug, actor=ada, links=links, now=now.time)
    cases = [(draft, "is a draft"), (nobody, "Nobody has a seat"), (off, "was cancelled")]

    for event, said in cases:
        with pytest.raises(Conflict, match=said):
            say(event, ada, now)
    with pytest.raises(NotFound):
        say(unsaid, Actor(ada.id, frozenset({Label.COMMUNITY})), now)
    now.time = over.ends_at
    say(over, ada, now, body="Thank you.")
    now.pass_by(days=30, minutes=1)
    with pytest.raises(Conflict, match="30 days ago"):
        say(over, ada, now, after=1)

    session.rollback()
    assert len(session.scalars(select(Message)).all()) == 1


def test_without_the_sellers_address_nothing_is_sent(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, Label.COMMERCIAL)
    sign_up(event, UGO)
    known = by_email(session, ADA.email)
    assert known

    with pytest.raises(Conflict, match="postal address"):
        say(event, known.actor, now)

    assert session.scalars(select(Message)).all() == []

"""The gate before every letter: a refusal stops what can be stopped and nothing else, and what can be stopped says how."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.channels import CHANNELS, Channel
from eventdesk.consent.letters import NO_ADDRESS, NO_STOP, lacking, passed
from eventdesk.consent.models import CHOICES
from eventdesk.consent.queries import choice_of, refusing, stop_url
from eventdesk.consent.service import accept, open_choices, refuse
from eventdesk.db import db, writing
from eventdesk.events.service import cancel_event
from eventdesk.labels import RULES, Audience, Label
from eventdesk.links import Links
from eventdesk.lists.reminders import remind
from eventdesk.lists.service import leave, tell
from eventdesk.messages.service import send
from eventdesk.organisers.queries import by_email
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.mail import Letter, NotDelivered, compose
from eventdesk.outbox.models import Job, Kind
from eventdesk.outbox.rules import is_stoppable
from eventdesk.programmes.models import Programme
from eventdesk.wording import Reader, Words, write
from eventdesk.worker import WRITERS
from tests.cast import ADA, BEA, BOB, UGO, UMA, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event, make_standing, sign_up
from tests.facts import FULL, facts

#: Those of an event, and those of none.
STOPPABLE = {Kind.INVITED, Kind.NUDGED, Kind.MESSAGE, Kind.THANKS}
STOPPABLE_BEYOND = {Kind.HEARD}
#: The mail kinds that have words of a label.
WORDED = {
    kind: Channel.INVITE if kind is Kind.INVITED else Channel(kind) for kind in Kind if kind in {*Channel, "invited"}
}
PEOPLE = {Label.COMMUNITY: (UGO, UMA), Label.COMMERCIAL: (BEA, BOB)}


def give_addresses(address: str = "Mill Road 9") -> None:
    """All programmes have this postal address."""
    with writing() as session:
        for programme in session.scalars(select(Programme)):
            programme.postal_address = address


def test_which_mail_can_be_stopped_is_said_once() -> None:
    assert {kind for kind in Kind if is_stoppable(kind)} == STOPPABLE | STOPPABLE_BEYOND
    assert {WORDED[kind] for kind in STOPPABLE} == {channel for channel, place in CHANNELS.items() if place.stoppable}


@ON_BOTH
@pytest.mark.parametrize("label", RULES)
def test_a_refusal_stops_exactly_what_can_be_stopped(session: Session, links: Links, now: Clock, label: Label) -> None:
    ugo, audience = PEOPLE[label][0], RULES[label].audience
    said = FULL | {"hosts": ()}

    def written(kind: Kind) -> Letter | None:
        def write_it(session: Session, job: Job, links: Links, _now: object) -> Letter | None:
            stop = stop_url(session, audience, ugo.email, links) if is_stoppable(job.kind) else ""
            text = write(WORDED[kind], facts(label, **said), Reader(name=ugo.name, stop_url=stop))
            return Letter(name=ugo.name, email=ugo.email.upper(), sender="Us", stop_url=stop, text=text)

        job = Job(label=label, kind=kind, event_id=1, ref=1, version=0, details={})
        return passed(write_it, db.session(), job, links, now.time)

    before = {kind: written(kind) for kind in WORDED}
    choice = choice_of(db.session(), audience, ugo.email)
    assert choice
    refuse(audience, choice.ref, now=now.time)
    after = {kind for kind in WORDED if written(kind)}
    with writing() as writer:
        accept(writer, audience, ugo.email)
    again = {kind for kind in WORDED if written(kind)}

    assert set(WORDED) - after == STOPPABLE
    assert again == set(WORDED)
    for kind, letter in before.items():
        assert letter
        message = compose(letter, mailbox="events@desk.example", host="desk.example", key="key", now=now.time)
        told = [message["List-Unsubscribe"], message["List-Unsubscribe-Post"]]
        stop = links.stop(audience, choice.ref, 0)
        if kind in STOPPABLE:
            assert told == [f"<{stop}>", "List-Unsubscribe=One-Click"]
            assert letter.text.body.rstrip().endswith(stop)
        else:
            assert told == [None, None]
            assert "/u/" not in letter.text.body


def test_whoever_writes_to_many_gives_them_the_way_to_stop_in_one_order(session: Session, now: Clock) -> None:
    """Or two workers that write to the same people at once would each wait for the other."""
    with writing() as writer:
        open_choices(writer, Audience.USERS, [UMA.email, ADA.email, UGO.email, UMA.email], now.time)

    table = CHOICES[Audience.USERS]
    given = list(session.scalars(select(table.email_key).order_by(table.id)))
    assert given == sorted({UMA.email, ADA.email, UGO.email})


@pytest.mark.parametrize("label", RULES)
def test_every_letter_of_an_evening_passes_the_gate(session: Session, links: Links, now: Clock, label: Label) -> None:
    """From the services to the letters, as the worker writes them: once as all wish, once as all have refused."""
    give_addresses()
    ada = by_email(session, ADA.email)
    assert ada
    first, second = PEOPLE[label]
    event, audience = make_event(links, label, capacity=2), RULES[label].audience
    held = sign_up(event, first)
    sign_up(event, second)
    send(event.slug, subject="Which door", body="The side door.", after=0, actor=ada.actor, now=now.time)
    make_standing(links, label, first, confirmed=False)
    carry(session, now)
    now.time = event.starts_at.replace(hour=12)
    remind(now.time)
    carry(session, now)
    leave(audience, held.ref, now=now.time)
    sent = letters(session, links, now)
    cancel_event(event.slug, actor=COMMAND_LINE, links=links, now=now.time)
    carry(session, now)
    sent |= letters(session, links, now)
    assert {Kind.MESSAGE, Kind.OPT_IN, Kind.CANCELLED} <= set(sent)

    with writing() as writer:
        open_choices(writer, audience, [person.email for person in PEOPLE[label]], now.time)
    for person in PEOPLE[label]:
        choice = choice_of(db.session(), audience, person.email)
        assert choice
        refuse(audience, choice.ref, now=now.time)

    assert [kind for kind in letters(session, links, now) if is_stoppable(kind)] == []
    for kind, letter in sent.items():
        assert letter.text.body.splitlines()[0] == RULES[label].promise_of(
            [] if kind is Kind.OPT_IN else event.hosts, letter.sender
        )
        assert bool(letter.stop_url) == is_stoppable(kind)
        assert ("/u/" in letter.text.body, "/u/" in letter.html) == (is_stoppable(kind), is_stoppable(kind))


def carry(session: Session, now: Clock) -> None:
    session.rollback()
    for job in session.scalars(select(Job).where(Job.kind == Kind.TELL)).all():
        tell(job, now.time)
    session.rollback()


def letters(session: Session, links: Links, now: Clock) -> dict[Kind, Letter]:
    """By kind, what would leave now."""
    session.rollback()
    jobs = session.scalars(select(Job).where(Job.kind.in_(WRITERS))).all()
    written = {}
    for job in jobs:
        session.rollback()
        if letter := passed(WRITERS[job.kind], session, job, links, now.time):
            written[job.kind] = letter
    return written


def test_without_the_sellers_address_a_briefings_mail_waits_for_it_and_then_goes(
    session: Session, links: Links, now: Clock
) -> None:
    give_addresses()
    ada = by_email(session, ADA.email)
    assert ada
    for label, people in PEOPLE.items():
        event = make_event(links, label)
        sign_up(event, people[0])
        send(event.slug, subject="Which door", body="The side door.", after=0, actor=ada.actor, now=now.time)
        carry(session, now)
    give_addresses("")

    kept_back = {}
    for job in session.scalars(select(Job).where(Job.kind == Kind.MESSAGE)).all():
        about = job.label
        session.rollback()
        try:
            passed(WRITERS[job.kind], session, job, links, now.time)
        except NotDelivered as error:
            kept_back[about] = (str(error), error.final)

    assert kept_back == {label: (NO_ADDRESS, True) for label, rules in RULES.items() if rules.needs_postal_address}
    give_addresses()
    assert "Mill Road 9" in letters(session, links, now)[Kind.MESSAGE].text.body


def test_who_was_given_no_way_to_refuse_gets_one_when_the_letter_is_written(
    session: Session, links: Links, now: Clock
) -> None:
    give_addresses()
    with writing() as writer:
        event = make_event(links)
        sign_up(event, UGO)
        ada = by_email(writer, ADA.email)
        assert ada
    send(event.slug, subject="Which door", body="The side door.", after=0, actor=ada.actor, now=now.time)
    carry(session, now)
    with writing() as writer:
        choice = choice_of(writer, Audience.USERS, UGO.email)
        assert choice
        writer.delete(choice)

    letter = letters(session, links, now)[Kind.MESSAGE]

    assert letter.stop_url == stop_url(db.session(), Audience.USERS, UGO.email, links) != ""


def test_own_words_leave_out_neither_the_way_to_stop_nor_the_address() -> None:
    words = {Channel.INVITE: Words("Come", "Come to {link}")}
    for label, rules in RULES.items():
        event, reader = facts(label, **FULL, words=words), Reader(stop_url="http://desk.example/u/x")
        letter = Letter(
            name="", email=UGO.email, sender="Us", stop_url=reader.stop_url, text=write(Channel.INVITE, event, reader)
        )

        assert lacking(rules, letter) == ""
        bare = Letter(
            name="", email=UGO.email, sender="Us", stop_url=reader.stop_url, text=write(Channel.INVITE, event)
        )
        assert lacking(rules, bare) == NO_STOP


@ON_BOTH
def test_a_refusal_is_of_one_label_alone(session: Session, links: Links, now: Clock) -> None:
    both = Person("Both", "both@people.example")
    for audience in Audience:
        with writing() as writer:
            open_choices(writer, audience, [both.email, both.email], now.time)
            open_choices(writer, audience, [both.email], now.time)
    choice = choice_of(db.session(), Audience.USERS, both.email)
    assert choice
    ref = choice.ref

    refuse(Audience.USERS, ref, now=now.time)
    since = now.pass_by(hours=1)
    refuse(Audience.USERS, ref, now=since)

    held = {}
    for audience in Audience:
        db.session.rollback()
        held[audience] = refusing(db.session(), audience, [both.email, UGO.email], links.keys)
    assert held == {Audience.USERS: {both.email}, Audience.BUYERS: set()}
    db.session.rollback()
    kept = choice_of(db.session(), Audience.USERS, both.email)
    assert kept
    assert kept.refused_at == since - timedelta(hours=1)


#: What a mail about a registration may lead to: the event, the reader's own pages, and nothing else.
MANAGE, FEED = "http://desk.example/r/own", "http://desk.example/calendars/mine/own.ics"


@pytest.mark.parametrize("label", RULES)
def test_mail_about_a_registration_leads_nowhere_else(label: Label) -> None:
    event = facts(label, **FULL)
    reader = Reader(name=UGO.name, manage_url=MANAGE, calendar_url=FEED, stop_url="http://desk.example/u/own")
    ours = {MANAGE, FEED, FEED.removesuffix(".ics"), event.url, event.online_url}
    for channel, place in CHANNELS.items():
        if place.mail and not place.stoppable:
            words = write(channel, event, reader).body.replace("\n", " ").split()
            assert {word.rstrip(".,;") for word in words if "://" in word} <= ours

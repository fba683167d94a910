"""The standing lists: asked for by anybody, joined by who reads the mail, ended at once, and no way to fill a mailbox."""

from contextlib import suppress
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk import limits
from eventdesk.consent.queries import choice_of, refusing
from eventdesk.consent.service import open_choices, refuse
from eventdesk.db import db, writing
from eventdesk.errors import DomainError, NotFound, Refused, TooMany
from eventdesk.labels import RULES, Audience, Label
from eventdesk.links import Links
from eventdesk.outbox.models import Job, Kind
from eventdesk.programmes.models import Programme
from eventdesk.standing.letters import opt_in_of
from eventdesk.standing.models import StandingEntry
from eventdesk.standing.queries import by_email, counts, listed
from eventdesk.standing.rules import UNCONFIRMED_LASTS, mailbox_of
from eventdesk.standing.service import ask, confirm, end, end_for_good, forget_unconfirmed
from tests.cast import UGO, UMA, ZED, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_standing

pytestmark = ON_BOTH
USERS = Audience.USERS


def wish(links: Links, now: Clock, person: Person = UGO, *, network: str = "test", said: str | None = None) -> None:
    """Ask to be told of the next community session."""
    details = {"name": person.name, "email": person.email}
    ask(Label.COMMUNITY, **details, said=said, network=network, links=links, now=now.time)


def entry_of(person: Person = UGO, audience: Audience = USERS) -> StandingEntry:
    db.session.rollback()
    found = by_email(db.session(), audience, person.email)
    assert found
    return found


def mails(links: Links, now: Clock) -> list[tuple[str, bool]]:
    """To whom the question would be sent now, and whether it says that they are on the list already."""
    db.session.rollback()
    jobs = db.session.scalars(select(Job).where(Job.kind == Kind.OPT_IN).order_by(Job.id)).all()
    letters = [letter for job in jobs if (letter := opt_in_of(db.session(), job, links, now.time))]
    return [(letter.email, "on that list already" in letter.text.body) for letter in letters]


@pytest.mark.parametrize("label", RULES)
def test_who_asks_is_asked_back_and_counts_once_they_have_said_so(
    session: Session, links: Links, now: Clock, label: Label
) -> None:
    audience = RULES[label].audience
    entry = make_standing(links, label, UGO, confirmed=False)
    sender = session.scalars(select(Programme.sender).where(Programme.label == label)).one()
    job = session.scalars(select(Job).where(Job.kind == Kind.OPT_IN)).one()
    letter = opt_in_of(session, job, links, now.time)
    before = counts(session, audience)

    confirm(audience, entry.ref, now=now.pass_by(hours=1))
    first = entry_of(UGO, audience).confirmed_at
    confirm(audience, entry.ref, now=now.pass_by(hours=1))

    assert letter
    assert letter.text.body.startswith(f"{RULES[label].promise_of((), sender)}\n\nHello,\n")
    assert (letter.stop_url, UGO.name in letter.text.body + letter.name, letter.email) == ("", False, UGO.email)
    url = links.standing(audience, entry.ref, 0)
    assert (url in letter.text.body, f'href="{url}"' in letter.html) == (True, True)
    assert (before, counts(db.session(), audience)) == ({False: 1}, {True: 1})
    kept = entry_of(UGO, audience)
    assert (kept.confirmed_at, kept.label, kept.said) == (first, label, RULES[label].agreed(sender))
    assert f"“{kept.said}”" in letter.text.body


def test_asking_again_is_a_double_click_at_first_and_a_new_link_later(
    session: Session, links: Links, now: Clock
) -> None:
    wish(links, now)
    now.pass_by(minutes=2)
    wish(links, now)
    first = (entry_of().generation, mails(links, now))
    now.pass_by(hours=1)

    wish(links, now, Person("Ugo the Second", UGO.email.upper()))

    again = entry_of()
    assert first == (0, [(UGO.email, False)])
    assert (again.generation, again.name, mails(links, now)) == (1, "Ugo the Second", [(UGO.email.upper(), False)])


def test_asked_several_times_at_the_same_moment_it_is_one_mail(app: Flask, links: Links, now: Clock) -> None:
    failed = []

    def press() -> None:
        with app.app_context():
            try:
                wish(links, now)
            except DomainError as error:
                failed.append(error)

    presses = [Thread(target=press) for _ in range(4)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()

    with app.app_context():
        assert (failed, entry_of().generation, mails(links, now)) == ([], 0, [(UGO.email, False)])


def test_who_is_on_the_list_stays_as_they_were_whoever_asks_in_their_name(
    session: Session, links: Links, now: Clock
) -> None:
    make_standing(links, Label.COMMUNITY, UGO)
    since = entry_of().confirmed_at
    now.pass_by(days=1)

    wish(links, now, Person("Somebody Else", UGO.email))

    assert (entry_of().name, entry_of().confirmed_at, counts(db.session(), USERS)) == (UGO.name, since, {True: 1})
    assert mails(links, now) == [(UGO.email, True)]


def test_no_mailbox_is_filled_whoever_asks_and_from_wherever(session: Session, links: Links, now: Clock) -> None:
    """Many networks, one victim in all spellings and under both labels: three mails an hour, ten a day."""
    sent = dict.fromkeys(range(12), 0)
    spellings = ["zed@elsewhere.example", "z.ed@elsewhere.example", "Zed+{}@elsewhere.example"]
    for hour in sent:
        for number in range(12):
            person = Person("Zed", spellings[number % 3].format(hour * 12 + number))
            label = list(RULES)[number % 2]
            before = questions(session)
            with suppress(TooMany):
                ask(label, **person.form, network=f"{hour}.{number}", links=links, now=now.time)
            sent[hour] += questions(session) - before
        now.pass_by(hours=1)

    assert max(sent.values()) == 3
    assert sum(sent.values()) == 10
    assert {mailbox_of(each.casefold()) for each in spellings} == {"zed@elsewhere.example"}
    wish(links, now, UMA)  # nobody else is held up
    assert entry_of(UMA).generation == 0


def questions(session: Session) -> int:
    session.rollback()
    return len(session.scalars(select(Job.id).where(Job.kind == Kind.OPT_IN)).all())


def test_one_network_asks_so_often_and_no_more(session: Session, links: Links, now: Clock) -> None:
    with writing() as writer:
        for _ in range(119):
            limits.count(writer, "standing:flood", now.time, most=999, seconds=3600)

    wish(links, now, UGO, network="flood")
    with pytest.raises(TooMany):
        wish(links, now, UMA, network="flood")

    assert [entry.email for entry in listed(db.session(), USERS, confirmed=False)] == [UGO.email]


def test_what_is_agreed_to_is_what_stood_beside_the_button(session: Session, links: Links, now: Clock) -> None:
    said = RULES[Label.COMMUNITY].agreed("Somebody who was the sender yesterday")

    with pytest.raises(Refused, match="read it again"):
        wish(links, now, said=said)

    assert counts(db.session(), USERS) == {}
    with writing() as writer:
        for programme in writer.scalars(select(Programme)):
            programme.sender = "Somebody who was the sender yesterday"
    wish(links, now, said=said)
    assert entry_of().said == said


def test_who_says_that_it_was_they_takes_an_earlier_refusal_back(session: Session, links: Links, now: Clock) -> None:
    with writing() as writer:
        open_choices(writer, USERS, [UGO.email], now.time)
    choice = choice_of(db.session(), USERS, UGO.email)
    assert choice
    refuse(USERS, choice.ref, now=now.time)
    entry = make_standing(links, Label.COMMUNITY, UGO, confirmed=False)
    still = refusing(db.session(), USERS, [UGO.email], links.keys)

    confirm(USERS, entry.ref, now=now.time)

    assert (still, refusing(db.session(), USERS, [UGO.email], links.keys)) == ({UGO.email}, set())


def test_ended_is_gone_and_the_other_list_knows_nothing_of_it(session: Session, links: Links, now: Clock) -> None:
    entries = {rules.audience: make_standing(links, label, UGO).ref for label, rules in RULES.items()}
    other = entries[Audience.BUYERS]

    with pytest.raises(NotFound):
        end(USERS, other, now=now.time)
    end(USERS, entries[USERS], now=now.time)
    with pytest.raises(NotFound):
        end(USERS, entries[USERS], now=now.time)
    with pytest.raises(NotFound):
        confirm(USERS, entries[USERS], now=now.time)

    db.session.rollback()
    assert counts(db.session(), USERS) == {}
    assert refusing(db.session(), USERS, [UGO.email], links.keys) == set()
    assert entry_of(UGO, Audience.BUYERS).ref == other


def test_ended_for_good_is_a_refusal_as_well(session: Session, links: Links, now: Clock) -> None:
    entry = make_standing(links, Label.COMMUNITY, UGO)

    end_for_good(USERS, entry.ref, now=now.time)

    assert (counts(db.session(), USERS), refusing(db.session(), USERS, [UGO.email], links.keys)) == ({}, {UGO.email})


def test_who_never_says_so_is_forgotten_after_seven_days(session: Session, links: Links, now: Clock) -> None:
    for label in RULES:
        make_standing(links, label, UGO)
        make_standing(links, label, UMA, confirmed=False)
    now.time += UNCONFIRMED_LASTS
    forget_unconfirmed(now.time)
    kept = []
    for audience in Audience:
        db.session.rollback()
        kept.append(counts(db.session(), audience))

    forget_unconfirmed(now.pass_by(seconds=1))

    assert kept == [{True: 1, False: 1}] * 2
    for audience in Audience:
        db.session.rollback()
        assert [entry.email for entry in listed(db.session(), audience)] == [UGO.email]
        assert counts(db.session(), audience) == {True: 1}


def test_the_list_is_newest_first_and_searched_in_names_and_addresses(
    session: Session, links: Links, now: Clock
) -> None:
    for person in (UGO, UMA, Person("Åse 100%", "ase@users.example")):
        make_standing(links, Label.COMMUNITY, person)
        now.pass_by(hours=1)
    make_standing(links, Label.COMMUNITY, ZED, confirmed=False)

    def found(search: str, *, confirmed: bool = True) -> list[str]:
        return [entry.name for entry in listed(db.session(), USERS, search, confirmed=confirmed)]

    assert found("") == ["Åse 100%", UMA.name, UGO.name]
    assert (found("åse"), found("UMA@"), found("%"), found("_")) == (["Åse 100%"], [UMA.name], ["Åse 100%"], [])
    assert (found("zed"), found("zed", confirmed=False)) == ([], [ZED.name])

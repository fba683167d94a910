"""The mails about what members say: to whom they go, what they tell, and what they keep to themselves."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from eventdesk.consent.letters import passed
from eventdesk.consent.models import CHOICES
from eventdesk.consent.queries import choice_of
from eventdesk.consent.service import refuse
from eventdesk.db import db, writing
from eventdesk.events.models import Event
from eventdesk.labels import Audience, Label
from eventdesk.links import Links
from eventdesk.lists.service import Outcome, leave
from eventdesk.outbox.mail import Letter
from eventdesk.outbox.models import Job, Kind
from eventdesk.outbox.rules import TO_MANY
from eventdesk.programmes.models import Programme
from eventdesk.programmes.rules import Strategy
from eventdesk.programmes.service import make
from eventdesk.rights.service import erase
from eventdesk.suggestions import hosting
from eventdesk.suggestions.models import Breach, State
from eventdesk.suggestions.models import Kind as Said
from eventdesk.suggestions.service import take_back, take_vote_back, vote
from eventdesk.worker import WRITERS
from tests.cast import UDO, UGO, UMA, ZED
from tests.conftest import Clock
from tests.factories import make_contribution, make_event, registered, sign_up, signing

USERS = Audience.USERS
Leaving = Callable[[Kind], list[Letter]]


@pytest.fixture
def leaving(session: Session, links: Links, now: Clock) -> Leaving:
    """`leaving(Kind.HEARD)`: the letters of a kind that would be sent now, past the gate."""

    def written(kind: Kind) -> list[Letter]:
        db.session.rollback()
        jobs = db.session.scalars(select(Job).where(Job.kind == kind).order_by(Job.id)).all()
        letters = [passed(WRITERS[kind], db.session(), job, links, now.time) for job in jobs]
        db.session.rollback()
        return [letter for letter in letters if letter]

    return written


def own_page(links: Links, event: Event, outcome: Outcome) -> str:
    person = registered(event, outcome)
    return f"{links.manage(USERS, person.ref, person.generation)}/suggestions"


def test_those_concerned_are_told_what_became_of_it_and_how_to_stop(
    session: Session, links: Links, now: Clock, leaving: Leaving
) -> None:
    event = make_event(links)
    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
    said = make_contribution(event, ugo, words="Sensors in the cold,\nplease", name="Ugo himself")
    vote(USERS, uma.ref, said.ref, now=now.time)
    hosting.reply(said.ref, State.PLANNED, "In May, with Dilek.", actor=signing(), now=now.time)

    to = {letter.email: letter for letter in leaving(Kind.HEARD)}

    assert set(to) == {UGO.email, UMA.email}
    mine, hers = to[UGO.email], to[UMA.email]
    assert mine.text.subject == hers.text.subject == "Planned: “Sensors in the cold, please”"
    assert mine.text.body.splitlines()[0] == event.promise.replace("Harbour User Group", "Lathe Lane Software")
    assert "you suggested:" in mine.text.body
    assert "you took part when somebody at our community sessions suggested:" in hers.text.body
    for outcome, letter in ((ugo, mine), (uma, hers)):
        assert "It is planned. The hosts say:\n\n“In May, with Dilek.”" in letter.text.body
        assert f"{own_page(links, event, outcome)}/{said.ref}\n" in letter.text.body
        assert letter.text.body.rstrip().endswith(letter.stop_url)
        assert letter.stop_url in letter.html
        assert "Ugo himself" not in letter.text.body
    assert UGO.name not in hers.text.body
    assert Kind.HEARD in TO_MANY


def test_nobody_is_told_who_refused_left_or_is_gone_or_of_what_nobody_reads_any_more(
    session: Session, links: Links, now: Clock, leaving: Leaving
) -> None:
    event, other = make_event(links), make_event(links, title="Another")
    ugo, uma, later = sign_up(event, UGO), sign_up(event, UMA), sign_up(other, UGO)
    said = make_contribution(event, ugo)
    vote(USERS, uma.ref, said.ref, now=now.time)
    hosting.reply(said.ref, State.DONE, "It was in May.", actor=signing(), now=now.time)

    hosting.hide(said.ref, Breach.ATTACK, actor=signing(), now=now.time)
    assert leaving(Kind.HEARD) == []
    hosting.show(said.ref, actor=signing())
    choice = choice_of(db.session(), USERS, UMA.email)
    assert choice
    refuse(USERS, choice.ref, now=now.time)
    assert [letter.email for letter in leaving(Kind.HEARD)] == [UGO.email]
    leave(USERS, ugo.ref, now=now.time)
    [letter] = leaving(Kind.HEARD)
    assert own_page(links, other, later) in letter.text.body
    leave(USERS, later.ref, now=now.time)
    assert leaving(Kind.HEARD) == []
    sign_up(event, UGO)
    assert len(leaving(Kind.HEARD)) == 1
    choice = choice_of(db.session(), USERS, UGO.email)
    assert choice
    erase(USERS, choice.ref, keys=links.keys, now=now.time)
    assert leaving(Kind.HEARD) == []


def test_who_took_their_vote_or_answer_back_meanwhile_is_not_told(
    session: Session, links: Links, now: Clock, leaving: Leaving
) -> None:
    event = make_event(links)
    ugo, uma, udo = (sign_up(event, each) for each in (UGO, UMA, UDO))
    said = make_contribution(event, ugo)
    vote(USERS, uma.ref, said.ref, now=now.time)
    answer = make_contribution(event, udo, Said.ANSWER, "I could show mine.", parent_ref=said.ref)
    hosting.reply(said.ref, State.DONE, "It was in May.", actor=signing(), now=now.time)
    assert len(leaving(Kind.HEARD)) == 3

    take_vote_back(USERS, uma.ref, said.ref, now=now.time)
    take_back(USERS, udo.ref, answer.ref, now=now.time)

    assert [letter.email for letter in leaving(Kind.HEARD)] == [UGO.email]


def test_what_was_taken_back_or_whose_author_has_no_choice_left_is_told_to_nobody(
    session: Session, links: Links, now: Clock, leaving: Leaving
) -> None:
    event = make_event(links)
    ugo = sign_up(event, UGO)
    said, more = make_contribution(event, ugo), make_contribution(event, ugo, words="Something else entirely.")
    hosting.reply(said.ref, State.DONE, "It was in May.", actor=signing(), now=now.time)
    hosting.route(more.ref, "Zed", ZED.email, "", actor=signing(), now=now.time)

    for each in (said, more):
        take_back(USERS, ugo.ref, each.ref, now=now.time)
    assert leaving(Kind.HEARD) + leaving(Kind.ROUTED) == []

    third = make_contribution(event, ugo, words="And a third one.")
    hosting.reply(third.ref, State.DONE, "It was in June.", actor=signing(), now=now.time)
    assert len(leaving(Kind.HEARD)) == 1
    with writing() as writer:
        writer.execute(delete(CHOICES[USERS]))
    assert leaving(Kind.HEARD) == []


def test_the_letter_leads_to_the_page_of_the_session_or_programme_it_is_about(
    session: Session, links: Links, now: Clock, leaving: Leaving
) -> None:
    north = make(Label.COMMUNITY, Strategy(name="North", purpose="x", sender="Us"), actor=signing(), now=now.time)
    here, there = make_event(links), make_event(links, title="Up there", programme=north.slug)
    third = make_event(links, title="A third")
    first = sign_up(here, UGO)
    question = make_contribution(here, first, Said.QUESTION, "Which sensors freeze?", event_id=here.id)
    now.pass_by(minutes=1)
    newer = sign_up(third, UGO)
    suggestion = make_contribution(here, first)
    now.pass_by(minutes=1)
    up = sign_up(there, UGO)
    for each in (question, suggestion):
        hosting.reply(each.ref, State.ANSWERED, "The cheap ones.", actor=signing(), now=now.time)

    asked, suggested = leaving(Kind.HEARD)

    assert "you asked:" in asked.text.body
    assert f"{own_page(links, here, first)}/{question.ref}\n" in asked.text.body
    assert f"{own_page(links, third, newer)}/{suggestion.ref}\n" in suggested.text.body
    for outcome in (first, newer):
        leave(USERS, outcome.ref, now=now.time)
    assert {f"{own_page(links, there, up)}\n" in letter.text.body for letter in leaving(Kind.HEARD)} == {True}


def test_who_is_asked_to_act_reads_the_words_and_the_note_but_not_whose_they_are(
    session: Session, links: Links, now: Clock, leaving: Leaving
) -> None:
    event = make_event(links)
    said = make_contribution(event, sign_up(event, UGO), words="Sensors " * 200, name=UGO.name)
    asked = hosting.route(said.ref, "Zed", ZED.email, "Before May?", actor=signing(), now=now.time)

    [letter] = leaving(Kind.ROUTED)

    assert (letter.name, letter.email, letter.stop_url) == ("Zed", ZED.email, "")
    assert links.route(USERS, asked.ref, 0) in letter.text.body
    assert all(said in letter.text.body for said in ("Sensors Sensors", "…”", "“Before May?”", "10 April 2027"))
    assert not any(told in letter.text.body + letter.html for told in (UGO.name, UGO.email, "/r/", "/desk/"))
    assert leaving(Kind.HEARD) == []
    hosting.reply_by_route(asked.ref, State.DECLINED, "Too dear.", now=now.time)
    [told] = leaving(Kind.HEARD)
    assert "It will not be done. Somebody whom the hosts asked says:" in told.text.body
    assert not any(hers in told.text.body for hers in ("Zed", ZED.email))
    hosting.close_route(said.ref, asked.ref, actor=signing(), now=now.time)
    assert leaving(Kind.ROUTED) == []


def test_whose_words_are_hidden_reads_which_by_which_rule_and_whom_to_ask_also_if_they_refuse_other_mail(
    session: Session, links: Links, now: Clock, leaving: Leaving
) -> None:
    event = make_event(links)
    ugo = sign_up(event, UGO)
    said = make_contribution(event, ugo, words="Bob is a fool.")
    refuse(USERS, said.author, now=now.time)
    hosting.hide(said.ref, Breach.ATTACK, actor=signing(), now=now.time)

    [letter] = leaving(Kind.HIDDEN)
    assert (letter.email, letter.text.subject, letter.stop_url) == (UGO.email, "Hidden: “Bob is a fool.”", "")
    assert "No attacks on a person." in letter.text.body
    assert f"{own_page(links, event, ugo)}/mine\n" in letter.text.body
    assert f"write to {links.mailbox}." in letter.text.body
    with writing() as writer:
        writer.get_one(Programme, event.programme_id).reply_to = "hosts@desk.example"
    [letter] = leaving(Kind.HIDDEN)
    assert (letter.reply_to, "write to hosts@desk.example." in letter.text.body) == ("hosts@desk.example", True)
    hosting.show(said.ref, actor=signing())
    assert leaving(Kind.HIDDEN) == []

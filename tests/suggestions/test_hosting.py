"""What hosts do with what members say: each answer is told to those concerned, and to nobody else; the rest tells nobody."""

from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event as happenings
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from eventdesk.consent.queries import choice_of
from eventdesk.db import WRITER, db, writing
from eventdesk.errors import Conflict, NotFound, OtherList, Refused, TooMany
from eventdesk.labels import Audience, Label
from eventdesk.links import Links
from eventdesk.organisers.rules import Actor
from eventdesk.outbox.models import Job
from eventdesk.outbox.models import Kind as Mail
from eventdesk.suggestions import hosting
from eventdesk.suggestions.models import Breach, Contribution, Kind, Reply, Route, State
from eventdesk.suggestions.service import take_back, vote
from tests.cast import UDO, UGO, UMA, ZED
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_contribution, make_event, sign_up, signing

USERS = Audience.USERS


def choices(*people: Any) -> set[int]:
    """The references by which the list's mail knows these."""
    db.session.rollback()
    found = [choice_of(db.session(), USERS, each.email) for each in people]
    return {each.ref for each in found if each}


def jobs(kind: Mail) -> list[Job]:
    db.session.rollback()
    return list(db.session.scalars(select(Job).where(Job.kind == kind).order_by(Job.id)))


def kept_of_asked() -> list[tuple[str, str]]:
    db.session.rollback()
    return [(each.name, each.email) for each in db.session.scalars(select(Route).order_by(Route.id))]


def now_is(contribution: Contribution) -> State:
    db.session.rollback()
    return db.session.get_one(Contribution, contribution.id).state


@ON_BOTH
def test_an_answer_is_told_to_who_said_it_who_voted_and_whose_own_answer_stands(
    session: Session, links: Links, now: Clock
) -> None:
    event, actor = make_event(links), signing()
    ugo, uma, udo, zed = (sign_up(event, each) for each in (UGO, UMA, UDO, ZED))
    said = make_contribution(event, ugo)
    make_contribution(event, ugo, words="Something else, of which nobody is told.")
    for who in (uma, udo):
        vote(USERS, who.ref, said.ref, now=now.time)
    make_contribution(event, udo, Kind.ANSWER, "I could show mine.", parent_ref=said.ref)
    attack = make_contribution(event, zed, Kind.ANSWER, "Udo is no good at it.", parent_ref=said.ref)
    hosting.hide(attack.ref, Breach.ATTACK, actor=actor, now=now.time)
    concerned = choices(UGO, UMA, UDO)

    first = hosting.reply(said.ref, State.PLANNED, "In May.", seen=0, actor=actor, now=now.time)
    again = hosting.reply(said.ref, State.PLANNED, "In May.", seen=0, actor=actor, now=now.pass_by(seconds=1))
    assert (again.id, now_is(said)) == (first.id, State.PLANNED)
    assert {job.ref for job in jobs(Mail.HEARD)} == concerned
    assert {(job.label, job.event_id, job.version, job.details["reply"]) for job in jobs(Mail.HEARD)} == {
        (Label.COMMUNITY, 0, first.id, first.id)
    }

    with pytest.raises(Conflict, match="Somebody else answered"):
        hosting.reply(said.ref, State.DONE, "It was in May.", seen=0, actor=actor, now=now.time)
    hosting.reply(said.ref, State.DONE, "It was in May.", seen=first.id, actor=actor, now=now.time)
    assert (now_is(said), len(jobs(Mail.HEARD))) == (State.DONE, 6)
    with pytest.raises((Conflict, DBAPIError)), writing() as writer:
        writer.get_one(Reply, first.id).words = "In June."


def test_nothing_is_said_without_words_or_to_what_is_gone_hidden_or_only_read(
    session: Session, links: Links, now: Clock
) -> None:
    event, actor = make_event(links), signing()
    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
    said = make_contribution(event, ugo)
    answer = make_contribution(event, uma, Kind.ANSWER, "I could show mine.", parent_ref=said.ref)
    by: dict[str, Any] = {"actor": actor, "now": now.time}

    with pytest.raises(Refused, match="in words"):
        hosting.reply(said.ref, State.DONE, " ", **by)
    with pytest.raises(Conflict, match="Only suggestions and questions"):
        hosting.reply(answer.ref, State.DONE, "Yes.", **by)
    hosting.hide(said.ref, Breach.ATTACK, **by)
    hosting.hide(said.ref, Breach.ATTACK, **by)
    for act in (
        lambda: hosting.reply(said.ref, State.DONE, "Yes.", **by),
        lambda: hosting.route(said.ref, "Zed", ZED.email, "", **by),
        lambda: hosting.hide(said.ref, Breach.ADVERTISING, **by),
    ):
        with pytest.raises(Conflict, match="It is hidden"):
            act()
    hosting.show(said.ref, actor=actor)
    hosting.show(said.ref, actor=actor)
    take_back(USERS, ugo.ref, said.ref, now=now.time)
    for act in (
        lambda: hosting.reply(said.ref, State.DONE, "Yes.", **by),
        lambda: hosting.hide(said.ref, Breach.ATTACK, **by),
    ):
        with pytest.raises(Conflict, match="took it back"):
            act()

    assert jobs(Mail.HEARD) + jobs(Mail.ROUTED) == []
    assert len(jobs(Mail.HIDDEN)) == 1


def test_only_who_organises_the_label_has_a_word_in_it(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    said = make_contribution(event, sign_up(event, UGO))
    seller = Actor(signing().id, frozenset({Label.COMMERCIAL}))
    by: dict[str, Any] = {"actor": seller, "now": now.time}
    route = hosting.route(said.ref, "Zed", ZED.email, "", actor=signing(), now=now.time)

    for act in (
        lambda: hosting.reply(said.ref, State.DONE, "Yes.", **by),
        lambda: hosting.route(said.ref, "Zed", ZED.email, "", **by),
        lambda: hosting.close_route(said.ref, route.ref, **by),
        lambda: hosting.hide(said.ref, Breach.ATTACK, **by),
        lambda: hosting.show(said.ref, actor=seller),
    ):
        with pytest.raises(OtherList):
            act()
    with pytest.raises(NotFound):
        hosting.reply(said.ref + 1, State.DONE, "Yes.", actor=signing(), now=now.time)
    assert jobs(Mail.HEARD) + jobs(Mail.HIDDEN) == []


@ON_BOTH
def test_who_is_asked_to_act_answers_by_their_link_until_it_is_withdrawn_or_over(
    session: Session, links: Links, now: Clock
) -> None:
    event, actor = make_event(links), signing()
    ugo = sign_up(event, UGO)
    said, other = make_contribution(event, ugo), make_contribution(event, ugo, words="Something else entirely.")
    asked = hosting.route(said.ref, "Zed", ZED.email, "You know.", actor=actor, now=now.time)
    elsewhere = hosting.route(other.ref, "Zed", ZED.email, "", actor=actor, now=now.time)

    assert hosting.route(said.ref, "Zed", ZED.email, "You know.", actor=actor, now=now.time).id == asked.id
    with pytest.raises(Refused, match="asked already"):
        hosting.route(said.ref, "Zed again", ZED.email.upper(), "", actor=actor, now=now.time)
    assert [(job.ref, job.label) for job in jobs(Mail.ROUTED)] == [
        (asked.ref, Label.COMMUNITY),
        (elsewhere.ref, Label.COMMUNITY),
    ]
    told = hosting.reply_by_route(asked.ref, State.PLANNED, "In May.", seen=0, now=now.pass_by(days=1))
    assert (told.made_by, told.route_id, now_is(said)) == (None, asked.id, State.PLANNED)
    assert [job.version for job in jobs(Mail.HEARD)] == [told.id]

    for number in range(hosting.REPLIES_A_DAY - 1):
        hosting.reply_by_route(asked.ref, State.PLANNED, f"On the {number}th.", now=now.pass_by(minutes=1))
    with pytest.raises(TooMany):
        hosting.reply_by_route(asked.ref, State.DONE, "Done.", now=now.time)
    hosting.reply_by_route(asked.ref, State.DONE, "Done.", now=now.pass_by(days=1))

    with pytest.raises(NotFound):
        hosting.close_route(other.ref, asked.ref, actor=actor, now=now.time)
    for _ in range(2):
        hosting.close_route(said.ref, asked.ref, actor=actor, now=now.time)
    with pytest.raises(NotFound):
        hosting.reply_by_route(asked.ref, State.DONE, "Again.", now=now.time)
    hosting.hide(other.ref, Breach.ATTACK, actor=actor, now=now.time)
    with pytest.raises(NotFound):
        hosting.reply_by_route(elsewhere.ref, State.DONE, "Yes.", now=now.time)
    hosting.show(other.ref, actor=actor)
    with pytest.raises(NotFound):
        hosting.reply_by_route(elsewhere.ref, State.DONE, "Yes.", now=elsewhere.ends_at)
    hosting.reply_by_route(elsewhere.ref, State.DONE, "Yes.", now=now.time)
    hosting.route(said.ref, "Zed again", ZED.email, "", actor=actor, now=now.time)
    assert kept_of_asked() == [("Zed", ""), ("Zed", ZED.email), ("Zed again", ZED.email)]
    hosting.forget_addresses(now.pass_by(days=59))
    assert kept_of_asked() == [("Zed", ""), ("Zed", ""), ("Zed again", ZED.email)]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_an_answer_by_a_link_that_is_withdrawn_at_that_moment_is_not_taken(
    app: Flask, links: Links, now: Clock
) -> None:
    with app.app_context():
        event, actor = make_event(links), signing()
        ref = make_contribution(event, sign_up(event, UGO)).ref
        asked = hosting.route(ref, "Zed", ZED.email, "", actor=actor, now=now.time).ref
        withdrawn: list[Thread] = []

        def withdraw() -> None:
            with app.app_context():
                hosting.close_route(ref, asked, actor=actor, now=now.time)

        def before(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if "FOR UPDATE" in statement and not withdrawn:  # the link was read and found good; the lock is next
                withdrawn.append(Thread(target=withdraw))
                withdrawn[0].start()
                withdrawn[0].join()

        writer = db.engines[WRITER]
        happenings.listen(writer, "before_cursor_execute", before)
        with pytest.raises(NotFound):
            hosting.reply_by_route(asked, State.DONE, "Done.", now=now.time)
        happenings.remove(writer, "before_cursor_execute", before)

        assert (len(withdrawn), kept_of_asked(), jobs(Mail.HEARD)) == (1, [("Zed", "")], [])


@ON_BOTH
def test_whoever_is_hidden_is_told_each_time_and_nobody_else_is(
    app: Flask, session: Session, links: Links, now: Clock
) -> None:
    event, actor = make_event(links), signing()
    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
    first, second = make_contribution(event, ugo), make_contribution(event, ugo, words="Buy Bobbin tyres now.")
    vote(USERS, uma.ref, first.ref, now=now.time)

    for said in (first, second):
        hosting.hide(said.ref, Breach.ADVERTISING, actor=actor, now=now.time)
    hosting.show(first.ref, actor=actor)
    hosting.hide(first.ref, Breach.ATTACK, actor=actor, now=now.time)

    told = [(job.ref, job.details["contribution"]) for job in jobs(Mail.HIDDEN)]
    assert told == [(first.author, each.id) for each in (first, second, first)]
    kept = db.session.get_one(Contribution, first.id)
    assert (kept.breach, kept.hidden_by, kept.hidden_at) == (Breach.ATTACK, actor.id, now.time)


@ON_BOTH
def test_of_two_hosts_who_answer_at_once_the_second_reads_the_first(app: Flask, links: Links, now: Clock) -> None:
    with app.app_context():
        event, actor = make_event(links), signing()
        ref = make_contribution(event, sign_up(event, UGO)).ref
    outcomes: list[str] = []

    def answer(words: str) -> None:
        with app.app_context():
            try:
                hosting.reply(ref, State.PLANNED, words, seen=0, actor=actor, now=now.time)
                outcomes.append("told")
            except Conflict:
                outcomes.append("moved on")

    both = [Thread(target=answer, args=[words]) for words in ("In May.", "In June.")]
    for each in both:
        each.start()
    for each in both:
        each.join()

    assert sorted(outcomes) == ["moved on", "told"]
    with app.app_context():
        assert len(jobs(Mail.HEARD)) == 1

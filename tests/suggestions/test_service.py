"""One person is one voice and one vote, nothing is kept for who has none, and what is taken back is gone."""

from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from eventdesk.db import writing
from eventdesk.errors import Conflict, DomainError, NotFound, Refused, TooMany
from eventdesk.events.service import cancel_event
from eventdesk.labels import RULES, Audience, Label
from eventdesk.links import Links
from eventdesk.lists.service import leave
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.programmes.rules import Strategy
from eventdesk.programmes.service import make
from eventdesk.suggestions.models import Breach, Contribution, Kind, Reply, State, Vote
from eventdesk.suggestions.queries import comments_on, contributions
from eventdesk.suggestions.rules import DOUBLE_CLICK, OF_AUTHOR, OF_NETWORK
from eventdesk.suggestions.service import contribute, take_back, take_vote_back, vote
from tests.cast import BEA, UGO, UMA
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_contribution, make_event, make_invitation, sign_up
from tests.suggestions.conftest import Opened

USERS = Audience.USERS


def hide(contribution: Contribution, now: Clock) -> None:
    with writing() as session:
        found = session.get_one(Contribution, contribution.id)
        found.hidden_at, found.breach = now.time, Breach.ATTACK


def votes(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Vote)) or 0


@ON_BOTH
def test_one_person_is_one_voice_and_one_vote_however_many_registrations_they_have(
    session: Session, links: Links, now: Clock
) -> None:
    event, other = make_event(links), make_event(links, title="Another")
    ugo, again, uma = sign_up(event, UGO), sign_up(other, UGO), sign_up(event, UMA)
    said = make_contribution(event, ugo, name=UGO.name)
    later = make_contribution(other, again, words="And one on tyres in snow.")
    assert said.author == later.author != make_contribution(event, uma, words="Something else entirely.").author

    for ref in (ugo.ref, again.ref):
        with pytest.raises(Conflict, match="yours"):
            vote(USERS, ref, said.ref, now=now.time)
    for _ in range(2):
        vote(USERS, uma.ref, said.ref, now=now.time)
    uma_later = sign_up(other, UMA)
    vote(USERS, uma_later.ref, said.ref, now=now.time)
    assert votes(session) == 1

    take_vote_back(USERS, uma_later.ref, said.ref, now=now.time)
    assert votes(session) == 0


@ON_BOTH
def test_of_votes_and_posts_at_the_same_moment_one_is_kept_and_the_database_refuses_a_second(
    session: Session, app: Flask, links: Links, now: Clock
) -> None:
    event = make_event(links)
    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
    said, failed = make_contribution(event, ugo), list[DomainError]()
    ref, id_, label = said.ref, said.id, said.label
    session.rollback()

    def press() -> None:
        with app.app_context():
            try:
                vote(USERS, uma.ref, ref, now=now.time)
                make_contribution(event, uma, Kind.ANSWER, "We do it with string.", parent_ref=ref)
            except DomainError as error:
                failed.append(error)

    together = [Thread(target=press) for _ in range(6)]
    for each in together:
        each.start()
    for each in together:
        each.join()
    assert failed == []
    assert votes(session) == 1
    assert session.scalar(select(func.count()).where(Contribution.kind == Kind.ANSWER)) == 1

    voter = session.scalar(select(Vote.voter)) or 0
    with pytest.raises(Conflict) as refused, writing() as writer:
        writer.add(Vote(contribution_id=id_, voter=voter, label=label, made_at=now.time))
    assert isinstance(refused.value.__cause__, IntegrityError)


def test_the_same_words_again_within_minutes_are_one(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    ugo = sign_up(event, UGO)
    first = make_contribution(event, ugo)
    now.time += DOUBLE_CLICK - timedelta(seconds=1)
    assert make_contribution(event, ugo).ref == first.ref
    assert make_contribution(event, ugo, Kind.QUESTION, event_id=event.id).ref != first.ref
    now.time += timedelta(seconds=1)
    assert make_contribution(event, ugo).ref != first.ref


def test_words_are_as_long_as_they_may_be(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    ugo = sign_up(event, UGO)
    for words, why in (
        (" too short  ", "10 characters or more"),
        ("x" * 2001, "2,000 characters at most; this has 2,001"),
    ):
        with pytest.raises(Refused) as refused:
            make_contribution(event, ugo, words=words)
        assert why in refused.value.problems["words"][0]
    for words in ("  just right  ", "x" * 2000):
        assert make_contribution(event, ugo, words=words).words == words.strip()


def test_who_has_no_part_in_it_has_no_voice(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    said = make_contribution(event, sign_up(event, UMA))
    briefing = make_event(links, Label.COMMERCIAL)
    bea = sign_up(briefing, BEA)
    gone = sign_up(event, UGO)
    leave(USERS, gone.ref, now=now.time)
    held = sign_up(event, BEA, invitation_ref=make_invitation(event, UMA).ref)
    for audience, ref in (
        (Audience.BUYERS, bea.ref),
        (USERS, bea.ref),
        (USERS, gone.ref),
        (USERS, held.ref),
        (USERS, 1),
    ):
        acts: list[Any] = [
            lambda a=audience, r=ref: contribute(a, r, Kind.SUGGESTION, "Let me in, please.", name="", now=now.time),
            lambda a=audience, r=ref: vote(a, r, said.ref, now=now.time),
            lambda a=audience, r=ref: take_back(a, r, said.ref, now=now.time),
        ]
        for act in acts:
            with pytest.raises(NotFound):
                act()
    assert len(contributions(session, event.programme)) == 1

    now.time = event.ends_at + timedelta(days=1)  # it is over: who was there is heard all the same
    assert make_contribution(event, sign_up(make_event(links), UGO)).state is State.OPEN


def test_the_database_itself_takes_nothing_for_a_label_that_is_not_heard(links: Links, now: Clock, app: Flask) -> None:
    with app.app_context():
        unheard = next(label for label, rules in RULES.items() if not rules.heard)
        briefing = make_event(links, unheard)
        with pytest.raises(Conflict), writing() as session:
            session.add(
                Contribution(
                    ref=1,
                    label=unheard,
                    programme_id=briefing.programme_id,
                    kind=Kind.SUGGESTION,
                    author=2,
                    name="",
                    words="Not heard here.",
                    made_at=now.time,
                )
            )


def test_a_question_is_for_a_coming_session_that_one_may_know_of(session: Session, links: Links, now: Clock) -> None:
    event, draft = make_event(links), make_event(links, title="Draft", published=False)
    secret = make_event(links, title="By invitation", visibility="invitation")
    off = make_event(links, title="Called off")
    cancel_event(off.slug, actor=COMMAND_LINE, links=links, now=now.time)
    briefing = make_event(links, Label.COMMERCIAL)
    ugo, invited = sign_up(event, UGO), sign_up(secret, UMA)
    for event_id in (None, draft.id, secret.id, off.id, briefing.id, 10**6):
        with pytest.raises(Refused) as refused:
            make_contribution(event, ugo, Kind.QUESTION, "How cold is too cold?", event_id=event_id)
        assert "event" in refused.value.problems
    assert make_contribution(event, ugo, Kind.QUESTION, "How cold is too cold?", event_id=event.id).event_id == event.id
    asked = make_contribution(secret, invited, Kind.QUESTION, "How warm is too warm?", event_id=secret.id)
    assert asked.event_id == secret.id

    now.time = event.ends_at
    with pytest.raises(Refused):
        make_contribution(event, ugo, Kind.QUESTION, "Was it too late by then?", event_id=event.id)


def test_an_answer_is_to_anothers_that_is_open(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
    said = make_contribution(event, ugo, Kind.QUESTION, "How cold is too cold?", event_id=event.id)
    answer = make_contribution(event, uma, Kind.ANSWER, "Below minus thirty.", parent_ref=said.ref)
    assert (answer.parent_id, answer.event_id) == (said.id, event.id)
    with pytest.raises(Conflict, match="yours"):
        make_contribution(event, ugo, Kind.ANSWER, "I know it now.", parent_ref=said.ref)
    for parent_ref in (None, 1, answer.ref):
        with pytest.raises(NotFound):
            make_contribution(event, uma, Kind.ANSWER, "To nothing at all.", parent_ref=parent_ref)

    vote(USERS, ugo.ref, answer.ref, now=now.time)
    hide(said, now)
    with pytest.raises(Conflict, match="hidden"):
        make_contribution(event, uma, Kind.ANSWER, "One more thing to say.", parent_ref=said.ref)
    with pytest.raises(Conflict, match="hidden"):
        vote(USERS, uma.ref, said.ref, now=now.time)


def test_comments_stand_on_the_notes_of_a_session_one_may_know_of_and_are_not_voted_on(
    session: Session, links: Links, now: Clock, opened: Opened
) -> None:
    event, secret = make_event(links), make_event(links, title="By invitation", visibility="invitation")
    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
    opened(event)
    comment = make_contribution(event, ugo, Kind.COMMENT, "The slides helped a lot.", event_id=event.id)
    for event_id in (None, secret.id, make_event(links, Label.COMMERCIAL).id):
        with pytest.raises(NotFound):
            make_contribution(event, ugo, Kind.COMMENT, "Notes of what, please?", event_id=event_id)
    with pytest.raises(NotFound):
        vote(USERS, uma.ref, comment.ref, now=now.time)
    assert [each.words for each in comments_on(session, event)] == ["The slides helped a lot."]


def test_what_is_taken_back_is_gone_unless_others_had_said_something_to_it(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links)
    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
    alone, answered, replied = (
        make_contribution(event, ugo, words=f"Suggestion number {n}", name=UGO.name) for n in range(3)
    )
    answer = make_contribution(event, uma, Kind.ANSWER, "That is a good idea.", parent_ref=answered.ref)
    with writing() as writer:
        said = {"label": replied.label, "state": State.PLANNED, "words": "In May.", "at": now.time}
        writer.add(Reply(contribution_id=replied.id, **said))
    with pytest.raises(NotFound):
        take_back(USERS, uma.ref, alone.ref, now=now.time)
    for each in (alone, answered, replied, alone):
        take_back(USERS, ugo.ref, each.ref, now=now.time)

    session.rollback()
    left = contributions(session, event.programme)
    assert {each.contribution.ref for each in left} == {answered.ref, replied.ref}
    assert {(each.words, each.signed, each.notice) for each in left} == {("", "", "Taken back by who wrote it.")}
    with pytest.raises(Conflict):
        vote(USERS, uma.ref, answered.ref, now=now.time)

    take_back(USERS, uma.ref, answer.ref, now=now.time)
    session.rollback()
    assert [each.contribution.ref for each in contributions(session, event.programme)] == [replied.ref]


def test_who_gave_their_seat_up_takes_back_what_they_said_before(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
    said, good = make_contribution(event, ugo, name=UGO.name), make_contribution(event, uma, words="More tea, please.")
    vote(USERS, ugo.ref, good.ref, now=now.time)
    leave(USERS, ugo.ref, now=now.time)

    take_vote_back(USERS, ugo.ref, good.ref, now=now.time)
    take_back(USERS, ugo.ref, said.ref, now=now.time)

    session.rollback()
    assert [each.words for each in contributions(session, event.programme)] == ["More tea, please."]
    assert votes(session) == 0


def test_the_same_words_in_another_programme_are_said_there(session: Session, links: Links, now: Clock) -> None:
    actor = COMMAND_LINE
    made = make(Label.COMMUNITY, Strategy(name="Another", purpose="Others.", sender="Us"), actor=actor, now=now.time)
    for programme in ("", made.slug):
        event = make_event(links, programme=programme)
        make_contribution(event, sign_up(event, UGO))

    assert len(set(session.scalars(select(Contribution.programme_id)))) == 2


def test_much_within_an_hour_is_too_much_of_an_author_and_of_a_network(
    session: Session, links: Links, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_event(links)
    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
    assert OF_AUTHOR < OF_NETWORK
    monkeypatch.setattr("eventdesk.suggestions.service.OF_NETWORK", OF_AUTHOR + 1)
    for number in range(OF_AUTHOR):
        make_contribution(event, ugo, words=f"Suggestion number {number}", network="office")
    with pytest.raises(TooMany, match="10 times"):
        make_contribution(event, ugo, words="One suggestion more", network="")
    make_contribution(event, uma, words="The last of the office", network="office")
    with pytest.raises(TooMany, match="network"):
        make_contribution(event, uma, words="One of the office more", network="office")
    now.pass_by(hours=1)
    make_contribution(event, ugo, words="One suggestion more", network="office")

"""Everyone reads what is theirs to read: hosts all of it, members what members said, everybody what was said for all."""

import pytest
from sqlalchemy.orm import Session

from eventdesk.db import writing
from eventdesk.errors import NotFound
from eventdesk.labels import Audience
from eventdesk.links import Links
from eventdesk.rights.queries import held_about
from eventdesk.suggestions.models import Contribution, Kind, State
from eventdesk.suggestions.queries import (
    comments_on,
    contribution_at,
    contributions,
    how_many,
    reader_of,
    said_by,
    to_ask_about,
)
from eventdesk.suggestions.rules import EVERYBODY, HOSTS, Reader
from eventdesk.suggestions.service import vote
from tests.cast import UDO, UGO, UMA
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_contribution, make_event, registered, sign_up
from tests.suggestions.conftest import Opened
from tests.suggestions.test_service import hide

USERS = Audience.USERS


@ON_BOTH
def test_the_most_votes_come_first_then_the_newest_by_state_kind_session_and_words(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links)
    ugo, uma, udo = (sign_up(event, each) for each in (UGO, UMA, UDO))
    old = make_contribution(event, ugo, words="Sensors in the Cold, 100% of them")
    now.pass_by(minutes=1)
    new = make_contribution(event, ugo, words="Something about snow")
    asked = make_contribution(event, ugo, Kind.QUESTION, "Which sensors freeze?", event_id=event.id, name=UGO.name)
    first = make_contribution(event, uma, Kind.ANSWER, "The blue ones freeze.", parent_ref=asked.ref)
    best = make_contribution(event, udo, Kind.ANSWER, "The cheap ones freeze.", parent_ref=asked.ref)
    for who, what in ((uma, old), (udo, old), (uma, asked), (ugo, best)):
        vote(USERS, who.ref, what.ref, now=now.time)
    with writing() as writer:
        writer.get_one(Contribution, new.id).state = State.PLANNED
    programme, me = event.programme, reader_of(session, registered(event, ugo))

    found = contributions(session, programme, reader=me)
    assert [(each.contribution.ref, each.votes) for each in found] == [(old.ref, 2), (asked.ref, 1), (new.ref, 0)]
    assert [(each.contribution.ref, each.votes, each.voted) for each in found[1].answers] == [
        (best.ref, 1, True),
        (first.ref, 0, False),
    ]
    assert [each.contribution.ref for each in contributions(session, programme, skip=1, limit=1)] == [asked.ref]
    assert found[1].event == event
    assert found[1].signed == UGO.name
    assert found[0].signed == "A member"
    assert [each.takes_votes for each in found[1].answers] == [True, True]
    assert not found[0].takes_votes

    def refs(**wanted: object) -> list[int]:
        return [each.contribution.ref for each in contributions(session, programme, **wanted)]  # type: ignore[arg-type]

    assert refs(kind=Kind.QUESTION) == refs(event=event) == [asked.ref]
    assert refs(state=State.PLANNED) == [new.ref]
    assert refs(search="the cold, 100%") == [old.ref]
    assert refs(search="freeze_") == []
    assert how_many(session, programme) == {**dict.fromkeys(State, 0), State.OPEN: 2, State.PLANNED: 1}
    assert how_many(session, programme, kind=Kind.SUGGESTION, search="snow")[State.PLANNED] == 1
    assert {each.contribution.ref for each in said_by(session, event.label, me)} == {old.ref, new.ref, asked.ref}
    assert said_by(session, event.label, Reader(is_member=True)) == []


def test_what_is_hidden_says_so_and_its_words_are_read_and_found_by_its_author_and_the_hosts_alone(
    session: Session, links: Links, now: Clock, opened: Opened
) -> None:
    event = make_event(links)
    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
    opened(event)
    said = make_contribution(event, ugo, words="Udo is a canary.", name=UGO.name)
    vote(USERS, uma.ref, said.ref, now=now.time)
    assert "canary" in str(held_about(session, USERS, UMA.email))
    hide(said, now)
    session.rollback()
    assert "canary" not in str(held_about(session, USERS, UMA.email))
    author, other = (reader_of(session, registered(event, each)) for each in (ugo, uma))

    for reader, words in ((HOSTS, said.words), (author, said.words), (other, ""), (EVERYBODY, "")):
        (found,) = contributions(session, event.programme, reader=reader)
        assert (found.words, found.signed, found.notice) == (
            words,
            UGO.name if words else "",
            "Hidden: it attacked a person.",
        )
        assert len(contributions(session, event.programme, reader=reader, search="canary")) == bool(words)
        assert not found.takes_votes


def test_opening_a_programme_shows_nothing_that_was_said_to_members(
    session: Session, links: Links, now: Clock, opened: Opened
) -> None:
    event = make_event(links)
    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
    before = make_contribution(event, ugo, words="Between us members alone")
    opened(event)
    after = make_contribution(event, ugo, words="For everybody to read")
    unaware = make_contribution(event, ugo, words="The form still said members", told_all=False)
    make_contribution(event, uma, Kind.ANSWER, "Also among us alone", parent_ref=before.ref)
    make_contribution(event, uma, Kind.ANSWER, "Answered to everybody", parent_ref=after.ref)
    comment = make_contribution(event, uma, Kind.COMMENT, "Commented to everybody", event_id=event.id)
    opened(event, False)
    make_contribution(event, uma, Kind.ANSWER, "Closed again by now", parent_ref=after.ref)
    make_contribution(event, uma, Kind.COMMENT, "Closed for comments, too", event_id=event.id)
    opened(event)

    (shown,) = contributions(session, event.programme, reader=EVERYBODY)
    assert shown.contribution.ref == after.ref
    assert [each.words for each in shown.answers] == ["Answered to everybody"]
    assert [each.contribution.ref for each in comments_on(session, event)] == [comment.ref]
    with pytest.raises(NotFound):
        contribution_at(session, event.programme, before.ref, reader=EVERYBODY)
    member = reader_of(session, registered(event, uma))
    assert {each.contribution.ref for each in contributions(session, event.programme, reader=member)} == {
        before.ref, after.ref, unaware.ref,
    }  # fmt: skip
    assert [len(each.answers) for each in contributions(session, event.programme, search="everybody to read")] == [2]


def test_a_question_for_a_session_by_invitation_is_for_who_is_there(
    session: Session, links: Links, now: Clock, opened: Opened
) -> None:
    event = make_event(links)
    secret = make_event(links, title="By invitation", visibility="invitation")
    opened(event)
    ugo, invited = sign_up(event, UGO), sign_up(secret, UMA)
    said = make_contribution(secret, invited, Kind.QUESTION, "Where is the back door?", event_id=secret.id)
    outside, inside = reader_of(session, registered(event, ugo)), reader_of(session, registered(secret, invited))

    for reader in (outside, EVERYBODY):
        assert contributions(session, event.programme, reader=reader) == []
        with pytest.raises(NotFound):
            contribution_at(session, event.programme, said.ref, reader=reader)
    assert not said.for_all
    assert contribution_at(session, event.programme, said.ref, reader=inside).event == secret
    with pytest.raises(NotFound):
        vote(USERS, ugo.ref, said.ref, now=now.time)
    assert to_ask_about(session, registered(event, ugo), event, now.time) == [event]
    assert set(to_ask_about(session, registered(secret, invited), secret, now.time)) == {event, secret}

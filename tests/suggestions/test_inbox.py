"""Hosts find what waits, the oldest first, what became of the rest, and all that belongs to one of them."""

import pytest
from sqlalchemy.orm import Session

from eventdesk.errors import NotFound, OtherList
from eventdesk.labels import Audience, Label
from eventdesk.links import Links
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.programmes.rules import Strategy
from eventdesk.programmes.service import make
from eventdesk.suggestions import hosting
from eventdesk.suggestions.inbox import Sought, Tab, by_ref, counts, listed, thread, waiting
from eventdesk.suggestions.models import Breach, Kind, State
from eventdesk.suggestions.service import take_back, vote
from tests.cast import UDO, UGO, UMA, ZED
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_contribution, make_event, sign_up, signing

USERS, ALL = Audience.USERS, (Label.COMMUNITY,)


@ON_BOTH
def test_what_was_said_stands_under_its_state_and_is_found_by_words_and_programme(
    session: Session, links: Links, now: Clock
) -> None:
    event, actor = make_event(links), signing()
    north = make(Label.COMMUNITY, Strategy(name="North", purpose="x", sender="Us"), actor=actor, now=now.time)
    there = make_event(links, title="Up there", programme=north.slug)
    ugo, uma, far = sign_up(event, UGO), sign_up(event, UMA), sign_up(there, UDO)
    old = make_contribution(event, ugo, words="Sensors in the cold, 100% of them")
    asked = make_contribution(event, uma, Kind.QUESTION, "Which sensors freeze?", event_id=event.id)
    up = make_contribution(there, far, words="A hut, please")
    gone, hidden = (make_contribution(event, ugo, words=f"{word} words it has") for word in ("Gone", "Hidden"))
    comment = make_contribution(event, uma, Kind.COMMENT, "That was a good one.", event_id=event.id)
    make_contribution(event, uma, Kind.ANSWER, "I could show mine.", parent_ref=old.ref)
    vote(USERS, uma.ref, old.ref, now=now.time)
    take_back(USERS, ugo.ref, gone.ref, now=now.time)
    hosting.hide(hidden.ref, Breach.ATTACK, actor=actor, now=now.time)
    hosting.reply(asked.ref, State.ANSWERED, "The cheap ones.", actor=actor, now=now.time)
    hosting.route(old.ref, "Zed", ZED.email, "", actor=actor, now=now.time)
    ended = hosting.route(old.ref, "Yan", "yan@elsewhere.example", "", actor=actor, now=now.time)
    hosting.close_route(old.ref, ended.ref, actor=actor, now=now.time)

    def found(tab: Tab, sought: Sought) -> list[int]:
        refs = [each.contribution.ref for each in listed(session, sought, tab, now.time)]
        assert counts(session, sought)[tab] == len(refs)
        return refs

    session.rollback()
    everything = Sought(labels=ALL)
    assert {tab: found(tab, everything) for tab in Tab} == {
        Tab.OPEN: [old.ref, up.ref],
        Tab.ANSWERED: [asked.ref],
        Tab.PLANNED: [],
        Tab.DONE: [],
        Tab.DECLINED: [],
        Tab.COMMENTS: [comment.ref],
        Tab.HIDDEN: [hidden.ref],
    }
    assert found(Tab.OPEN, Sought(labels=ALL, programme_id=north.id)) == [up.ref]
    assert found(Tab.OPEN, Sought(labels=ALL, search="the COLD, 100%")) == [old.ref]
    assert found(Tab.OPEN, Sought(labels=ALL, search="cold_ 1")) == []
    assert found(Tab.OPEN, Sought(labels=(Label.COMMERCIAL,))) == found(Tab.OPEN, Sought(labels=())) == []
    assert (waiting(session, ALL), waiting(session, ())) == (2, 0)
    [entry] = listed(session, everything, Tab.OPEN, now.time, limit=1)
    assert (entry.votes, entry.answers, entry.asked) == (1, 1, ["Zed"])
    [entry] = listed(session, everything, Tab.OPEN, now.time, skip=1)
    assert (entry.contribution.ref, entry.votes, entry.answers, entry.asked) == (up.ref, 0, 0, [])


def test_a_thread_holds_all_of_it_in_order_and_is_there_for_its_label_alone(
    session: Session, links: Links, now: Clock
) -> None:
    event, actor = make_event(links), signing()
    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
    said = make_contribution(event, ugo)
    answers = [
        make_contribution(event, uma, Kind.ANSWER, f"{number} of mine I could show.", parent_ref=said.ref)
        for number in range(3)
    ]
    hosting.hide(answers[0].ref, Breach.ATTACK, actor=actor, now=now.time)
    take_back(USERS, uma.ref, answers[1].ref, now=now.time)
    replies = [
        hosting.reply(said.ref, state, f"It is {state}.", actor=COMMAND_LINE, now=now.time)
        for state in (State.OPEN, State.PLANNED)
    ]
    vote(USERS, uma.ref, said.ref, now=now.time)
    session.rollback()

    found = thread(session, by_ref(session, said.ref, ALL))

    assert [each.ref for each in found.answers] == [answers[0].ref, answers[2].ref]
    assert ([each.id for each in found.replies], found.last) == ([each.id for each in replies], replies[-1].id)
    assert (found.parent, found.votes, list(found.routes)) == (None, 1, [])
    beneath = thread(session, by_ref(session, answers[2].ref, ALL))
    assert beneath.parent
    assert (beneath.parent.ref, beneath.last) == (said.ref, 0)
    with pytest.raises(OtherList):
        by_ref(session, said.ref, (Label.COMMERCIAL,))
    with pytest.raises(NotFound):
        by_ref(session, 1, ALL)

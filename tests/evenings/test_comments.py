"""Comments on notes: by members, under one rule for all, read by whom they were told would read them."""

from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from eventdesk.db import db, writing
from eventdesk.evenings.service import take_back
from eventdesk.events.models import Event
from eventdesk.labels import Label
from eventdesk.links import Links
from eventdesk.lists.service import Outcome
from eventdesk.suggestions.models import Breach, Contribution, Kind, Reply, State
from tests.cast import BEA, UGO, UMA
from tests.conftest import ON_BOTH, Clock
from tests.evenings.conftest import Held, Written
from tests.factories import make_contribution, make_event, sign_up, signing
from tests.payloads import SCRIPTS
from tests.suggestions.conftest import Opened, opened

__all__ = ["opened"]
NOTE = "The cable was the trouble all along."


def own(links: Links, event: Event, outcome: Outcome) -> str:
    """The path of somebody's own page of notes."""
    return (
        links.manage(event.rules.audience, outcome.ref, outcome.generation).removeprefix(links.base_url) + "/comments"
    )


def reply(contribution: Contribution, words: str, state: State, now: Clock) -> None:
    """What the hosts say to it."""
    with writing() as session:
        found = session.get_one(Contribution, contribution.id)
        found.state = state
        session.add(Reply(contribution_id=found.id, label=found.label, state=state, words=words, at=now.time))


def hide(words: str, breach: Breach, now: Clock) -> None:
    """Hide what says this."""
    with writing() as session:
        found = session.scalars(select(Contribution).where(Contribution.words == words)).one()
        found.hidden_at, found.breach = now.time, breach


@pytest.mark.parametrize("is_open", [True, False], ids=["open to all", "for members"])
def test_members_comment_and_each_reads_what_was_said_to_them(
    client: FlaskClient, links: Links, held: Held, written: Written, opened: Opened, now: Clock, is_open: bool
) -> None:
    event, [ugo, uma] = held(Label.COMMUNITY, UGO, UMA)
    opened(event, is_open)
    written(event)
    page, hers, his = f"/events/{event.slug}", own(links, event, uma), own(links, event, ugo)
    manage = client.get(his.removesuffix("/comments")).text
    said = {"words": NOTE, "name": "Uma, Bergen", **({"told_all": "yes"} if is_open else {})}

    assert his in manage
    assert ("Everybody can read it" in client.get(hers).text) is is_open
    for _ in range(2):
        assert client.post(hers, data=said).status_code == 303
    assert client.post(his, data={"words": "Buy my book on cables.", "name": ""}).status_code == 303
    read = [client.get(path).text for path in (hers, his, page)]

    assert [each.count(NOTE) for each in read] == [1, 1, int(is_open)]
    assert [each.count("Uma, Bergen") for each in read] == [1, 1, int(is_open)]
    assert "A member, <time" in read[1]
    assert "Buy my book" not in read[2]  # it was said to members: the form that was sent did not say otherwise
    assert [each.count(">Take it back</button>") for each in read] == [1, 1, 0]

    hide(NOTE, Breach.ADVERTISING, now)
    hidden = [client.get(path).text for path in (hers, his, page)]
    assert [each.count(NOTE) for each in hidden] == [1, 0, 0]  # its author reads it with the rule it broke
    assert [each.count("Hidden: it advertised.") for each in hidden] == [1, 1, int(is_open)]
    opened(event, False)
    assert "Hidden: it advertised." not in client.get(page).text

    ref = db.session.scalars(select(Contribution.ref).where(Contribution.words.startswith("Buy"))).one()
    db.session.rollback()
    for other in (ref, "9" * 30, 2**63, -1, "x"):
        assert client.post(hers, data={"act": "take back", "ref": other}).status_code == 404
    assert client.post(his, data={"act": "take back", "ref": ref}).status_code == 303
    assert "Buy my book" not in client.get(his).text


def test_who_may_not_comment_and_what_is_no_comment(
    client: FlaskClient, links: Links, held: Held, written: Written, now: Clock
) -> None:
    event, [ugo] = held(Label.COMMUNITY, UGO)
    briefing, [bea] = held(Label.COMMERCIAL, BEA)
    written(briefing)
    path, buyers = own(links, event, ugo), own(links, briefing, bea)
    said = {"words": NOTE, "name": ""}

    before = client.get(path), client.post(path, data=said)
    written(event)
    short, linked = (
        client.post(path, data={"words": "Short"}),
        client.post(path, data=said | {"name": "www.evil.example"}),
    )
    db.session.rollback()  # the test's own transaction saw users
    of_buyer = client.get(buyers), client.post(buyers, data=said)
    db.session.rollback()
    take_back(event.slug, actor=signing(), now=now.time)
    after = client.get(path), client.post(path, data=said)

    assert [each.status_code for each in (*before, short, linked, *of_buyer, *after)] == [409] * 2 + [422] * 2 + [
        409
    ] * 4
    assert 'id="words-error">Say it in 10 characters or more.' in short.text
    assert "Nobody comments on them." in of_buyer[0].text
    assert db.session.scalars(select(Contribution)).all() == []


@ON_BOTH
def test_questions_stand_with_the_notes_once_they_are_answered(
    client: FlaskClient, links: Links, held: Held, written: Written, opened: Opened, now: Clock
) -> None:
    event = make_event(links)
    ugo = sign_up(event, UGO)
    opened(event)
    told: dict[str, dict[str, Any]] = {
        "Which sensor is that?": {"name": "Ugo, Oslo"},
        "What does it need?": {"told_all": False},
        "Not answered yet, is it?": {},
        "Hidden, is it not?": {},
    }
    asked = {
        words: make_contribution(event, ugo, Kind.QUESTION, words, event_id=event.id, **said)
        for words, said in told.items()
    }
    for words in ("Which sensor is that?", "What does it need?", "Hidden, is it not?"):
        reply(asked[words], "The first answer.", State.PLANNED, now)
        reply(asked[words], f"The newest answer. {SCRIPTS[0]}", State.ANSWERED, now)
    hide("Hidden, is it not?", Breach.ATTACK, now)
    now.time = event.ends_at
    written(event)

    everybody, member = (unescape(client.get(path).text) for path in (f"/events/{event.slug}", own(links, event, ugo)))
    opened(event, False)
    shut = client.get(f"/events/{event.slug}").text

    assert [each in everybody for each in asked] == [True, False, False, False]
    assert [each in member for each in asked] == [True, True, False, False]
    assert [each.count("The newest answer.") for each in (everybody, member, shut)] == [1, 2, 0]
    assert "The first answer." not in member
    assert "(Ugo, Oslo)" in everybody
    assert SCRIPTS[0] not in client.get(f"/events/{event.slug}").text


def test_an_event_by_invitation_keeps_its_notes_to_who_was_let_in(
    client: FlaskClient, links: Links, held: Held, written: Written, opened: Opened
) -> None:
    event, [ugo] = held(Label.COMMUNITY, UGO, visibility="invitation")
    opened(event)
    written(event)
    path = own(links, event, ugo)

    assert "by members, on pages like this one, and by the hosts" in client.get(path).text
    assert client.post(path, data={"words": NOTE, "name": "", "told_all": "yes"}).status_code == 303
    assert NOTE in client.get(path).text
    assert NOTE not in client.get(f"/i/{event.code}").text

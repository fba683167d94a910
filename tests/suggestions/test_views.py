"""Suggest, ask, answer, vote and take back on one's own page; who else reads it is said before."""

from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.db import db, writing
from eventdesk.events.service import cancel_event
from eventdesk.labels import Label
from eventdesk.links import Links
from eventdesk.lists.crossing import crossing_of
from eventdesk.lists.service import Outcome
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.models import Job
from eventdesk.outbox.models import Kind as Mail
from eventdesk.suggestions.models import Contribution, Kind, Reply, State, Vote
from eventdesk.suggestions.rules import OF_AUTHOR
from tests.cast import BEA, UGO, UMA
from tests.conftest import Clock
from tests.dumps import dump
from tests.factories import make_contribution, make_event, registered, sign_up
from tests.payloads import CONTROLS, SCRIPTS
from tests.suggestions.conftest import Opened
from tests.suggestions.test_service import hide

WORDS = "An evening on sensors that freeze, please."


def room(links: Links, event: Any, outcome: Outcome) -> str:
    """The path of somebody's own page of suggestions."""
    path = links.manage(event.rules.audience, outcome.ref, outcome.generation).removeprefix(links.base_url)
    return f"{path}/suggestions"


def read(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    db.session.rollback()
    assert answer.status_code == 200, (path, answer.status_code)
    return unescape(answer.text)


def test_one_suggests_asks_and_answers_on_ones_own_page_and_it_is_read_by_the_others(
    session: Session, client: FlaskClient, links: Links, now: Clock
) -> None:
    event = make_event(links)
    ugo, uma = (room(links, event, sign_up(event, each)) for each in (UGO, UMA))
    manage = read(client, ugo.removesuffix("/suggestions"))
    assert f'href="{ugo}"' in manage
    begun = read(client, ugo)
    assert "Members read this" in begun
    assert "the hosts, and whoever they ask to act on it." in begun
    assert 'name="name" type="text" value=""' in begun  # nobody is named but by their own hand

    said = client.post(ugo, data={"words": f"{WORDS}\r\nhttps://x.example", "name": "Ugo of the quay"})
    asked = client.post(
        f"{ugo}?what=questions", data={"words": "How cold is too cold?", "name": "", "event": event.slug}
    )
    assert [each.status_code for each in (said, asked)] == [303, 303]
    page = read(client, said.location)
    assert "https://x.example" in page
    assert "//x.example</a>" not in page
    assert "Ugo of the quay" in page

    theirs = read(client, uma)
    assert WORDS in theirs
    assert "How cold is too cold?" not in theirs
    questions = read(client, f"{uma}?what=questions")
    assert f"A member, 9 February 2027 · For “{event.title}”" in questions
    ref = int(asked.location.rpartition("/")[2])
    answered = client.post(f"{uma}/{ref}", data={"words": "Below minus thirty.", "name": "Uma"})
    assert answered.status_code == 303
    assert answered.location.startswith(f"{uma}/{ref}#c")
    assert "Below minus thirty." in read(client, f"{ugo}/{ref}")
    assert "1 answer" in read(client, f"{ugo}?what=questions")
    assert "Answer it" not in read(client, f"{ugo}/{ref}")
    kinds = session.scalars(select(Contribution.kind).order_by(Contribution.id)).all()
    assert kinds == [Kind.SUGGESTION, Kind.QUESTION, Kind.ANSWER]


@pytest.mark.parametrize(
    ("what", "said", "field"),
    [
        ("suggestions", {"words": "short"}, "words"),
        ("suggestions", {"words": "x" * 2001}, "words"),
        ("suggestions", {"words": f"{WORDS}{CONTROLS[2]}"}, "words"),
        ("suggestions", {"words": WORDS, "name": "Ugo https://x.example"}, "name"),
        ("suggestions", {"words": WORDS, "name": "x" * 121}, "name"),
        ("questions", {"words": WORDS}, "event"),
        ("questions", {"words": WORDS, "event": "another"}, "event"),
    ],
)
def test_what_cannot_be_taken_is_refused_at_its_field_and_nothing_is_kept(
    app: Flask, session: Session, client: FlaskClient, links: Links, what: str, said: dict[str, str], field: str
) -> None:
    event = make_event(links)
    ugo = room(links, event, sign_up(event, UGO))
    session.rollback()
    before = dump(app)

    answer = client.post(f"{ugo}?what={what}", data=said)

    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
    assert dump(app) == before


def test_votes_count_once_are_taken_back_and_lead_back_to_the_list(
    session: Session, client: FlaskClient, links: Links, now: Clock
) -> None:
    event = make_event(links)
    first = sign_up(event, UGO)
    ugo, uma = room(links, event, first), room(links, event, sign_up(event, UMA))
    ref = make_contribution(event, first).ref
    for _ in range(2):
        voted = client.post(f"{uma}/{ref}?what=suggestions&tab=open", data={"act": "vote"})
        assert voted.status_code == 303
        assert voted.location == f"{uma}?what=suggestions&tab=open#c{ref}"
    assert len(session.scalars(select(Vote)).all()) == 1
    assert "Voted ✓" in read(client, uma)
    assert 'value="vote' not in read(client, ugo)
    assert client.post(f"{ugo}/{ref}", data={"act": "vote"}).status_code == 409
    back = client.post(f"{uma}/{ref}", data={"act": "vote back"})
    assert back.location == f"{uma}/{ref}#c{ref}"
    db.session.rollback()
    assert session.scalars(select(Vote)).all() == []


def test_what_one_said_is_listed_and_taken_back(
    session: Session, client: FlaskClient, links: Links, now: Clock
) -> None:
    event = make_event(links)
    first, second = sign_up(event, UGO), sign_up(event, UMA)
    ugo, uma = room(links, event, first), room(links, event, second)
    said = make_contribution(event, first, words=WORDS)
    answer = make_contribution(event, second, Kind.ANSWER, "Yes, and on sensors that burn.", parent_ref=said.ref)
    assert "You have said nothing yet" in read(client, f"{room(links, event, sign_up(event, BEA))}/mine")
    assert WORDS in read(client, f"{ugo}/mine")

    assert client.post(f"{uma}/{said.ref}", data={"act": "take back"}).status_code == 404
    assert client.post(f"{ugo}/{said.ref}", data={"act": "take back"}).location == f"{ugo}/mine"
    page = read(client, f"{uma}/{said.ref}")
    assert WORDS not in page
    assert "Taken back by who wrote it." in page
    assert "Yes, and on sensors that burn." in page
    assert WORDS not in read(client, f"{ugo}/mine")
    client.post(f"{uma}/{answer.ref}", data={"act": "take back"})
    assert client.get(f"{ugo}/{said.ref}").status_code == 404


def test_what_is_hidden_names_its_rule_and_shows_its_words_to_its_author_alone(
    session: Session, client: FlaskClient, links: Links, now: Clock, opened: Opened
) -> None:
    event = make_event(links)
    opened(event)
    first = sign_up(event, UGO)
    ugo, uma = room(links, event, first), room(links, event, sign_up(event, UMA))
    said = make_contribution(event, first, words="Somebody is a canary.", name="Ugo-canary")
    hide(said, now)
    public = f"/programmes/{event.programme.slug}/suggestions"

    for path in (uma, f"{uma}/{said.ref}", public, f"{public}/{said.ref}"):
        page = read(client, path)
        assert "Hidden: it attacked a person." in page
        assert "canary" not in page
    for path in (ugo, f"{ugo}/{said.ref}", f"{ugo}/mine"):
        page = read(client, path)
        assert "Hidden: it attacked a person." in page
        assert "Somebody is a canary." in page


def test_everybody_reads_what_was_said_to_everybody_where_the_programme_is_open(
    session: Session, client: FlaskClient, links: Links, now: Clock, opened: Opened
) -> None:
    event, unheard = make_event(links), make_event(links, Label.COMMERCIAL)
    ugo = room(links, event, sign_up(event, UGO))
    home = f"/programmes/{event.programme.slug}"
    public = f"{home}/suggestions"
    among_us = client.post(ugo, data={"words": "Among members alone, please", "name": "Ugo"}).location.rpartition("/")[
        2
    ]
    stale = {"words": "The form still said members", "name": "Ugo", "told": ""}
    assert client.get(public).status_code == 404
    assert public not in read(client, home)

    opened(event)
    assert "Everybody can read this" in read(client, ugo)
    client.post(ugo, data=stale)
    told = client.post(ugo, data={"words": "Said to everybody", "name": "Ugo", "told": "all"}).location.rpartition("/")[
        2
    ]
    assert public in read(client, home)
    page = read(client, public)
    assert "Said to everybody" in page
    assert "Among members" not in page
    assert "still said members" not in page
    assert '<form method="post"' not in page
    assert 'content="noindex"' in page
    assert "Said to everybody" in read(client, f"{public}/{told}")
    assert client.get(f"{public}/{among_us}").status_code == 404
    assert client.get(public).headers.get("Set-Cookie") is None
    opened(unheard)
    assert client.get(f"/programmes/{unheard.programme.slug}/suggestions").status_code == 404


def test_no_page_of_it_is_there_for_a_label_that_is_not_heard_or_who_has_no_part(
    session: Session, client: FlaskClient, links: Links, now: Clock
) -> None:
    event, briefing = make_event(links), make_event(links, Label.COMMERCIAL)
    ugo, said = sign_up(event, UGO), None
    said = make_contribution(event, ugo)
    gone = sign_up(event, UMA)
    paths = [room(links, briefing, sign_up(briefing, BEA)), room(links, event, gone), "/r/nobody/suggestions"]
    client.post(paths[1].removesuffix("/suggestions"), data={"act": "cancel"})
    db.session.rollback()
    for path in paths:
        for each in (path, f"{path}/{said.ref}"):
            assert client.get(each).status_code == 404, each
            db.session.rollback()
        for each in (path, f"{path}/{said.ref}"):
            assert client.post(each, data={"words": WORDS, "name": "", "act": "vote"}).status_code == 404, each
            db.session.rollback()
    assert "suggestions" not in read(client, paths[0].removesuffix("/suggestions"))
    own = read(client, paths[1].removesuffix("/suggestions"))  # what was said before can be taken back
    assert own.count("suggestions") == own.count("suggestions/mine") == 1


def test_where_one_can_buy_is_one_click_of_ones_own_to_the_crossing(
    session: Session, client: FlaskClient, links: Links, now: Clock
) -> None:
    event = make_event(links)
    outcome = sign_up(event, UGO)
    ugo, ref = room(links, event, outcome), make_contribution(event, outcome).ref
    crossing = crossing_of(session, registered(event, outcome), event)
    assert crossing
    for path in (ugo, f"{ugo}/{ref}"):
        page = read(client, path)
        assert "Where can I buy this, may I be first?" in page
        assert f'name="said" value="{crossing.said}"' in page
        assert f"<b>{crossing.said}</b>" in page

    manage = ugo.removesuffix("/suggestions")
    asked = client.post(f"{manage}/cross", data={"agreed": "yes", "said": crossing.said})
    assert asked.status_code == 200
    [job] = session.scalars(select(Job).where(Job.kind == Mail.CROSSING)).all()
    assert (job.label, job.event_id, job.ref) == (event.label, 0, outcome.ref)

    cancel_event(event.slug, actor=COMMAND_LINE, links=links, now=now.time)
    assert "Where can I buy" not in read(client, ugo)


def test_too_much_is_refused_without_losing_what_was_typed(
    session: Session, client: FlaskClient, links: Links, now: Clock
) -> None:
    event = make_event(links)
    outcome = sign_up(event, UGO)
    ugo = room(links, event, outcome)
    for number in range(OF_AUTHOR):
        make_contribution(event, outcome, words=f"Suggestion number {number}")
    answer = client.post(ugo, data={"words": WORDS, "name": "Ugo"})
    assert answer.status_code == 429
    assert "posted 10 times within an hour" in answer.text
    assert WORDS in answer.text


def test_lists_are_paged_searched_and_light_whatever_is_typed(
    session: Session, client: FlaskClient, links: Links, now: Clock
) -> None:
    event = make_event(links)
    outcome = sign_up(event, UGO)
    ugo, author = room(links, event, outcome), make_contribution(event, outcome, words=SCRIPTS[0] * 3).author
    common: dict[str, Any] = {"label": event.label, "programme_id": event.programme_id, "author": author + 1}
    with writing() as writer:
        for number in range(45):
            words = f"Suggestion {number}: " + "All of them want the same, in many words. " * 40
            said = Contribution(
                ref=number + 1,
                kind=Kind.SUGGESTION,
                name="A person with a name",
                words=words,
                made_at=now.time,
                **common,
            )
            writer.add(said)
            writer.flush()
            reply = {"state": State.PLANNED, "words": "We have thought of it. " * 60, "at": now.time}
            writer.add(Reply(contribution_id=said.id, label=event.label, **reply))

    first, second = read(client, ugo), read(client, f"{ugo}?page=2")
    assert len(client.get(ugo).data) < 33_000  # with the style sheets and the script, under 60 kB
    assert SCRIPTS[0] not in first + second
    assert "21 to 40 of 46" in second
    assert "Suggestion 7:" in read(client, f"{ugo}?q=suggestion+7:")
    for odd in (
        "?tab=nothing&what=nothing&page=x",
        "?page=99999999999",
        "?q=%25_%00",
        "/9223372036854775808",
        "/1?page=7",
    ):
        assert client.get(f"{ugo}{odd}").status_code in (200, 404)

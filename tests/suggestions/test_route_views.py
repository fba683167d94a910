"""The page of who was asked to act: by its link alone, it shows what was said and not by whom, and takes an answer."""

from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventdesk.db import db
from eventdesk.labels import Audience
from eventdesk.links import Links, Purpose
from eventdesk.suggestions import hosting
from eventdesk.suggestions.models import Breach, Kind, Reply, State
from eventdesk.suggestions.service import vote
from tests.cast import UGO, UMA, ZED
from tests.conftest import BASE_URL, Clock
from tests.crawl import typed_in
from tests.dumps import dump
from tests.factories import make_contribution, make_event, sign_up, signing

USERS = Audience.USERS


@pytest.fixture
def asked(app: Flask, links: Links, now: Clock) -> tuple[int, str]:
    """The reference of a suggestion, with an answer, a hidden one and a vote, and the path of who is asked to act on it."""
    with app.app_context():
        event = make_event(links)
        ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
        said = make_contribution(event, ugo, words="<b>Sensors</b> in the cold, please", name=UGO.name)
        make_contribution(event, uma, Kind.ANSWER, "I could show mine.", parent_ref=said.ref, name=UMA.name)
        bad = make_contribution(event, uma, Kind.ANSWER, "Ugo is a fool.", parent_ref=said.ref)
        vote(USERS, uma.ref, said.ref, now=now.time)
        hosting.hide(bad.ref, Breach.ATTACK, actor=signing(), now=now.time)
        route = hosting.route(said.ref, "Zed", ZED.email, "Only for him.", actor=signing(), now=now.time)
        return said.ref, links.route(USERS, route.ref, 0).removeprefix(BASE_URL)


def replies(app: Flask) -> list[tuple[State, str]]:
    with app.app_context():
        return [(each.state, each.words) for each in db.session.scalars(select(Reply).order_by(Reply.id))]


def test_it_is_read_without_a_trace_and_answered_again_and_again(
    app: Flask, client: FlaskClient, asked: tuple[int, str]
) -> None:
    path, before = asked[1], dump(app)

    page = client.get(path)

    assert dump(app) == before
    assert "Set-Cookie" not in page.headers
    assert (page.headers["Referrer-Policy"], page.headers["Cache-Control"]) == ("no-referrer", "no-store")
    said = unescape(page.text)
    assert "&lt;b&gt;Sensors" in page.text
    assert all(shown in said for shown in ("1 vote", "I could show mine.", "This link is yours, Zed"))
    assert not any(kept in said for kept in (UGO.name, UMA.name, "@", "fool", "Only for him.", 'value="open"'))

    form = typed_in(page.text) | {"state": "planned", "words": "In May."}
    sent = client.post(path, data=form)
    twice = client.post(path, data=form)
    assert (sent.status_code, sent.location, twice.status_code) == (303, path, 303)
    after = client.get(path)
    assert "Your answer is there." in after.text
    assert "are told of it by mail" in after.text
    late = client.post(path, data=form | {"state": "done", "words": "It was in May."})
    assert late.status_code == 409
    assert "Somebody else answered this a moment ago." in late.text
    assert "It was in May." in late.text
    done = client.post(path, data=typed_in(late.text) | {"state": "done"})
    assert done.status_code == 303
    assert replies(app) == [(State.PLANNED, "In May."), (State.DONE, "It was in May.")]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"words": "Yes."}, "Say how far it is."),
        ({"state": "open", "words": "Yes."}, "Choose one of these."),
        ({"state": "done", "words": " "}, "Say it in words"),
        ({"state": "done", "words": "x" * 2001}, "Use 2,000 characters at most"),
        ({"state": "done", "words": "Lathe would like your business."}, "is what a commercial briefing promises"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(
    app: Flask, client: FlaskClient, asked: tuple[int, str], typed: dict[str, str], problem: str
) -> None:
    answer = client.post(asked[1], data={"seen": "0"} | typed)

    assert (answer.status_code, problem in unescape(answer.text)) == (422, True)
    assert replies(app) == []


def test_it_is_there_no_more_once_withdrawn_over_or_hidden_and_for_no_other_key(
    app: Flask, client: FlaskClient, links: Links, now: Clock, asked: tuple[int, str]
) -> None:
    ref, path = asked
    token, form = path.rpartition("/")[2], {"seen": "0", "state": "done", "words": "Yes."}

    def answers() -> set[int]:
        return {client.get(path).status_code, client.post(path, data=form).status_code}

    with app.app_context():
        hosting.hide(ref, Breach.ATTACK, actor=signing(), now=now.time)
    assert answers() == {404}
    with app.app_context():
        hosting.show(ref, actor=signing())
    assert client.get(path).status_code == 200
    made, now.time = now.time, now.pass_by(days=60)
    assert answers() == {404}
    now.time = made
    audience, own = links.keys.row(Purpose.ROUTE, token)
    for other in (links.stop(audience, own, 0), links.manage(audience, own, 0), links.route(Audience.BUYERS, own, 0)):
        assert client.get(f"/route/{other.rpartition('/')[2]}").status_code == 404
    assert client.get(f"/r/{token}").status_code == client.get(f"/u/{token}").status_code == 404
    with app.app_context():
        hosting.close_route(ref, own, actor=signing(), now=now.time)
    assert answers() == {404}
    assert replies(app) == []


def test_a_form_of_another_site_answers_nothing(app: Flask, client: FlaskClient, asked: tuple[int, str]) -> None:
    form = {"seen": "0", "state": "done", "words": "Yes."}

    assert client.post(asked[1], data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert replies(app) == []

"""The invite link: who is asked what, and what an answer gives away: nothing."""

import re
from dataclasses import replace
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventdesk.db import db
from eventdesk.events.service import cancel_event
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.lists.models import LISTS
from eventdesk.organisers.rules import COMMAND_LINE
from tests.cast import BEA, UDO, UGO, UMA
from tests.conftest import Clock
from tests.dumps import dump
from tests.factories import make_event


class Invite(NamedTuple):
    """A published event, as its guests know it."""

    path: str
    slug: str
    promise: str


@pytest.fixture
def invites(app: Flask, links: Links) -> dict[Label, Invite]:
    with app.app_context():
        made = {label: make_event(links, label, capacity=1, visibility="invitation") for label in RULES}
        return {label: Invite(f"/i/{event.code}", event.slug, event.promise) for label, event in made.items()}


@pytest.mark.parametrize("label", RULES)
def test_the_page_tells_the_promise_before_it_asks(
    client: FlaskClient, invites: dict[Label, Invite], label: Label
) -> None:
    page = client.get(invites[label].path).text.partition("<body")[2]

    asked = {name for name in ("name", "email", "company", "role") if f'name="{name}"' in page}
    assert asked == {"name", "email", *(ask.name for ask in RULES[label].asks)}
    places = [page.index(part) for part in (invites[label].promise, "Hosted by", "<form", RULES[label].register)]
    assert places == sorted(places)
    for question in RULES[label].brief:
        assert page.index(question.title) < page.index("<form")


def test_a_registration_lands_on_its_own_list(app: Flask, client: FlaskClient, invites: dict[Label, Invite]) -> None:
    for label in RULES:
        assert client.post(invites[label].path, data=BEA.form).status_code == 200

    rows = dump(app)
    assert {people.__tablename__: len(rows[people.__tablename__]) for people in LISTS.values()} == {
        "user_registration": 1,
        "buyer_registration": 1,
    }
    assert BEA.company not in str(rows["user_registration"])


def test_without_a_mail_server_a_new_registrant_sees_their_link_once(
    client: FlaskClient, invites: dict[Label, Invite]
) -> None:
    path = invites[Label.COMMUNITY].path

    first, again = client.post(path, data=UGO.form), client.post(path, data=UGO.form)

    assert "http://desk.example/r/" in first.text
    assert "/r/" not in again.text
    assert (first.headers["Cache-Control"], first.headers["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_with_a_mail_server_a_known_address_is_answered_as_an_unknown_one(
    app: Flask, client: FlaskClient, invites: dict[Label, Invite]
) -> None:
    app.extensions["eventdesk"] = replace(app.extensions["eventdesk"], smtp_url="smtp://localhost:1")
    path = invites[Label.COMMUNITY].path
    client.post(path, data=UGO.form)

    known, unknown = client.post(path, data=UGO.form), client.post(path, data=UMA.form)
    known_again = client.post(path, data=UMA.form)

    typed = re.compile(f"{UGO.name}|{UMA.name}|{UGO.email}|{UMA.email}")
    said = [typed.sub("x", answer.text) for answer in (known, unknown, known_again)]
    assert said[0] == said[1] == said[2]
    assert [dict(answer.headers) | {"Content-Length": ""} for answer in (known,)] == [
        dict(unknown.headers) | {"Content-Length": ""}
    ]
    assert "/r/" not in said[0]


def test_a_full_event_tells_how_many_wait_and_takes_one_more(client: FlaskClient, invites: dict[Label, Invite]) -> None:
    path = invites[Label.COMMUNITY].path
    for person in (UGO, UMA):
        client.post(path, data=person.form)

    page, answer = client.get(path).text, client.post(path, data=UDO.form).text

    assert "All seats are taken, and 1 person waits." in page
    assert RULES[Label.COMMUNITY].register in page
    assert "new registrations wait" in answer
    assert "2 people wait" in client.get(path).text


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": "x" * 5_000}, "Use 100 characters at most; this has 5,000."),
        ({"email": "ugo@users.example\0"}, "control characters"),
        ({"company": ""}, "Tell us your company."),
    ],
    ids=["name", "email", "company"],
)
def test_what_cannot_be_taken_is_told_at_its_field_and_changes_nothing(
    app: Flask, client: FlaskClient, invites: dict[Label, Invite], said: dict[str, str], sentence: str
) -> None:
    before = dump(app)
    [field] = said

    answer = client.post(invites[Label.COMMERCIAL].path, data=BEA.form | said)

    assert answer.status_code == 422
    assert sentence in answer.text.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    assert dump(app) == before


def test_further_fields_of_a_form_are_not_listened_to(
    app: Flask, client: FlaskClient, invites: dict[Label, Invite]
) -> None:
    more = {"state": "confirmed", "place": "1", "ref": "5", "label": "commercial", "audience": "buyers", "id": "77"}

    client.post(invites[Label.COMMUNITY].path, data=UGO.form)
    client.post(invites[Label.COMMUNITY].path, data=UMA.form | more)

    with app.app_context():
        people = db.session.query(LISTS[RULES[Label.COMMUNITY].audience]).order_by("place").all()
        assert [(person.state.value, person.place) for person in people] == [("confirmed", 1), ("waitlisted", 2)]
        assert {person.ref for person in people}.isdisjoint({5})


@pytest.mark.parametrize("path", ["/i/nothing", "/i/" + "x" * 80, "/i/x%0ay", "/i/../desk"])
def test_a_code_nobody_made_opens_nothing(client: FlaskClient, invites: dict[Label, Invite], path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path, data=UGO.form).status_code == 404


def test_the_code_of_a_draft_opens_nothing(app: Flask, client: FlaskClient, links: Links) -> None:
    with app.app_context():
        code = make_event(links, published=False).code

    assert client.get(f"/i/{code}").status_code == 404


def test_what_is_over_or_called_off_shows_no_form_and_takes_nobody(
    app: Flask, client: FlaskClient, links: Links, invites: dict[Label, Invite], now: Clock
) -> None:
    cancelled, past = invites[Label.COMMUNITY], invites[Label.COMMERCIAL]
    with app.app_context():
        cancel_event(cancelled.slug, actor=COMMAND_LINE, links=links, now=now.time)
    pages = [client.get(cancelled.path).text]
    refused = [client.post(cancelled.path, data=UGO.form).status_code]
    now.pass_by(days=40)
    pages.append(client.get(past.path).text)
    refused.append(client.post(past.path, data=BEA.form).status_code)

    assert [f'action="{path}"' in page for path, page in zip((cancelled.path, past.path), pages, strict=True)] == [
        False,
        False,
    ]
    assert ("has been cancelled" in pages[0], "is over" in pages[1]) == (True, True)
    assert refused == [409, 409]

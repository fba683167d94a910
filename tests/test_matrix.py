"""Who gets which answer from which route: every route in every role, on an event of one's own label and of the other.

A route that is not in the table fails the suite; so does one whose answer differs from the table in any cell.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventdesk.access import DESK, PUBLIC, policy_of
from eventdesk.db import writing
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.outbox.models import Job, Progress
from tests.cast import ADA, BEA, BERT, CORA, Person
from tests.crawl import csrf_of
from tests.dumps import dump
from tests.factories import make_event, sign_up

ORGANISERS = {Label.COMMUNITY: CORA, Label.COMMERCIAL: BERT}


class Cell(NamedTuple):
    """The answers to: nobody in particular, who organises the event's label, who organises the other one, the owner."""

    nobody: int
    own: int
    other: int
    owner: int


EVERYONE = Cell(200, 200, 200, 200)
SIGNED_IN = Cell(303, 200, 200, 200)
OWN_LABEL = Cell(303, 200, 404, 200)
DONE = Cell(303, 303, 404, 303)
#: (method, endpoint) of every route there is. 404: what one may not know of is not there.
TABLE: dict[tuple[str, str], Cell] = {
    ("GET", "web.front"): EVERYONE,
    ("GET", "web.health"): EVERYONE,
    ("GET", "static"): EVERYONE,
    ("GET", "events.label_page"): EVERYONE,
    ("GET", "events.page"): EVERYONE,
    ("GET", "feeds.label_calendar"): EVERYONE,
    ("GET", "feeds.event_calendar"): EVERYONE,
    ("GET", "invites.page"): EVERYONE,
    ("POST", "invites.submit"): EVERYONE,
    ("GET", "lists.manage"): EVERYONE,
    ("GET", "lists.calendar"): EVERYONE,
    ("POST", "lists.act"): Cell(303, 303, 303, 303),
    ("GET", "organisers.set_up"): Cell(404, 404, 404, 404),
    ("POST", "organisers.set_up"): Cell(403, 404, 404, 404),  # without a token of its own, the form is refused first
    ("GET", "organisers.sign_in"): EVERYONE,
    ("POST", "organisers.sign_in"): Cell(403, 422, 422, 422),
    ("POST", "organisers.sign_out"): Cell(303, 303, 303, 303),
    ("GET", "desk.start"): SIGNED_IN,
    ("GET", "desk.new_event"): SIGNED_IN,
    ("POST", "desk.new_event"): Cell(303, 422, 422, 422),
    ("POST", "desk.preview_new"): Cell(303, 422, 422, 422),
    ("GET", "desk.event"): OWN_LABEL,
    ("GET", "desk.edit_event"): OWN_LABEL,
    ("POST", "desk.edit_event"): Cell(303, 422, 404, 422),
    ("POST", "desk.preview_event"): Cell(303, 422, 404, 422),
    ("POST", "desk.publish"): Cell(303, 409, 404, 409),
    ("POST", "desk.cancel"): DONE,
    ("GET", "desk.people"): OWN_LABEL,
    ("GET", "desk.people_csv"): OWN_LABEL,
    ("GET", "desk.messages"): SIGNED_IN,
    ("POST", "desk.retry"): DONE,
    ("GET", "desk.programmes"): SIGNED_IN,
    ("GET", "desk.programme"): OWN_LABEL,
    ("POST", "desk.programme"): DONE,
}
#: What is sent to routes that act.
FORMS = {
    "invites.submit": BEA.form,
    "lists.act": {"act": "cancel"},
    "desk.cancel": {"sure": "yes"},
    "desk.programme": {"postal_address": "Mill Road 9, Oslo"},
}


#: What is acted upon is no longer there for the next route.
ENDING = ("lists.act", "desk.cancel", "desk.retry")


def routes(app: Flask) -> Iterator[tuple[str, str]]:
    """Every method of every route, but those that answer by themselves (OPTIONS) or as GET does (HEAD)."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            yield method, rule.endpoint


def test_every_route_declares_a_policy_and_stands_in_the_table(app: Flask) -> None:
    found = set(routes(app))

    assert found - set(TABLE) == set()
    assert set(TABLE) - found == set()
    assert [rule.endpoint for rule in app.url_map.iter_rules() if policy_of(app, rule.endpoint) is None] == []


def test_every_form_of_the_desk_asks_for_its_token(app: Flask) -> None:
    desk = {endpoint for _, endpoint in routes(app) if endpoint.startswith("desk.")}

    assert {policy_of(app, endpoint) for endpoint in desk} == {DESK}
    assert (DESK.signed_in, DESK.token, DESK.private) == (True, True, True)


@pytest.mark.own_app
def test_a_route_without_a_policy_is_not_served(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/planted", "planted", lambda: "Who may see this?")
    app.config.update(TESTING=False)

    answer = client.get("/planted")

    assert answer.status_code == 500
    assert "Who may see this?" not in answer.text
    assert ("GET", "planted") in set(routes(app)) - set(TABLE)


@pytest.mark.own_app
def test_a_route_of_the_desk_is_not_served_to_who_is_not_signed_in(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/open", "open", PUBLIC(lambda: "Here."))
    app.add_url_rule("/shut", "shut", DESK(lambda: "Here."))

    assert client.get("/open").text == "Here."
    assert (client.get("/shut").status_code, client.get("/shut").location) == (303, "/sign-in?next=/shut")


@pytest.mark.parametrize("label", RULES)
@pytest.mark.parametrize("role", Cell._fields)
def test_every_route_answers_each_role_as_the_table_says(
    app: Flask, links: Links, at_desk: Callable[[Person], FlaskClient], label: Label, role: str
) -> None:
    other = next(each for each in RULES if each is not label)
    person = {"own": ORGANISERS[label], "other": ORGANISERS[other], "owner": ADA}.get(role)
    browser = at_desk(person) if person else app.test_client()
    token = {"csrf_token": csrf_of(browser)} if person else {}
    standing, differing = make_place(app, links, label), {}

    for (method, endpoint), cell in sorted(TABLE.items(), key=lambda row: row[0][1] == "organisers.sign_out"):
        if (method, endpoint) == ("POST", "desk.programme") and not RULES[label].needs_postal_address:
            continue  # its page has no form
        place = make_place(app, links, label) if endpoint in ENDING else standing
        path = path_to(app, endpoint, place, links)
        before = dump(app)
        form = FORMS.get(endpoint, {}) | token if method == "POST" else None
        answer = browser.open(path, method=method, data=form, buffered=True)
        if answer.status_code != getattr(cell, role):
            differing[method, endpoint] = answer.status_code
        if answer.status_code >= 400 or method == "GET":
            assert dump(app) == before, f"{method} {path} changed something"

    assert differing == {}


def make_place(app: Flask, links: Links, label: Label) -> dict[str, Any]:
    """An event of the label, somebody who is registered and a letter that failed: what paths name."""
    with app.app_context():
        happening = make_event(links, label)
        outcome = sign_up(happening, BEA)
        with writing() as session:
            job = session.scalars(select(Job).where(Job.event_id == happening.id)).one()
            job.progress = Progress.FAILED
        manage = links.manage(happening.rules.audience, outcome.ref, outcome.generation)
        return {
            "slug": happening.slug,
            "label": label,
            "code": happening.code,
            "token": manage.rpartition("/")[2],
            "job": job.id,
            "filename": "eventdesk.css",
        }


def path_to(app: Flask, endpoint: str, place: dict[str, Any], links: Links) -> str:
    """A path of the route."""
    if endpoint == "desk.programme":
        place = place | {"slug": RULES[place["label"]].first_programme.slug}
    if endpoint == "organisers.set_up":
        place = place | {"token": links.set_up_token()}
    rule = next(rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint)
    with app.test_request_context(base_url=links.base_url):
        return app.url_for(endpoint, **{name: place[name] for name in rule.arguments})

"""Who gets which answer from which route: every cell of `matrix.py` is asked for; what it is to find is planted too."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventdesk.access import DESK, HELPERS, PUBLIC, policy_of
from eventdesk.db import db, writing
from eventdesk.events.models import Event
from eventdesk.events.queries import by_slug
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.lists.queries import listed
from tests.cast import ADA, BERT, CORA, HAL, HEDDA, Person
from tests.crawl import csrf_of
from tests.factories import make_helper
from tests.matrix import ROLES, Undeclared, cells, faults
from tests.places import Places, make_places

Walk = Callable[..., list[str]]


@pytest.fixture
def places(app: Flask, links: Links) -> Places:
    """Two events of each label."""
    return make_places(app, links)


@pytest.fixture
def walk(app: Flask, places: Places, at_desk: Callable[[Person], FlaskClient]) -> Walk:
    """`walk(role, only="desk.")`: what is wrong in the cells of a role, of endpoints that begin so."""
    organisers = {Label.COMMUNITY: CORA, Label.COMMERCIAL: BERT}

    def browser_of(role: str, label: Label) -> FlaskClient:
        other = next(organisers[each] for each in RULES if each is not label)
        people = {"helper": HAL, "helper elsewhere": HEDDA, "own": organisers[label], "other": other, "owner": ADA}
        with app.app_context():
            make_helper(HAL, places[label, True].event_id)
            make_helper(HEDDA, places[label, False].event_id)
        return at_desk(people[role]) if role in people else app.test_client()

    def ask(role: str, only: str = "") -> list[str]:
        wrong = []
        for label in RULES:
            browser = browser_of(role, label)
            token = csrf_of(browser)
            wrong += faults(app, browser, cells(app, places, label, role, only), places, token)
        return wrong

    return ask


@pytest.mark.parametrize("role", ROLES)
def test_every_route_answers_each_role_as_it_must(walk: Walk, role: str) -> None:
    assert walk(role) == []


def test_every_form_of_the_desk_asks_for_its_token(app: Flask) -> None:
    policies = {policy_of(app, rule.endpoint) for rule in app.url_map.iter_rules() if rule.rule.startswith("/desk")}

    assert DESK in policies
    assert {(each.signed_in, each.token, each.private) for each in policies if each} == {(True, True, True)}
    assert None not in policies


@pytest.mark.own_app
def test_a_route_without_a_policy_is_not_served_and_fails_the_matrix(
    app: Flask, client: FlaskClient, walk: Walk
) -> None:
    app.add_url_rule("/planted", "planted", lambda: "Who may see this?")
    app.config.update(TESTING=False)

    answer = client.get("/planted")

    assert answer.status_code == 500
    assert "Who may see this?" not in answer.text
    with pytest.raises(Undeclared, match="undeclared cell: /planted"):
        walk("owner", "planted")


@pytest.mark.own_app
def test_a_route_whose_path_names_something_unknown_fails_the_matrix(app: Flask, walk: Walk) -> None:
    app.add_url_rule("/desk/safes/<int:safe>", "planted", DESK(lambda safe: "Gold."))

    with pytest.raises(Undeclared, match="safes/<safe>"):
        walk("owner", "planted")


@pytest.mark.own_app
def test_a_route_of_the_desk_is_not_served_to_who_is_not_signed_in(app: Flask, client: FlaskClient) -> None:
    app.add_url_rule("/open", "open", PUBLIC(lambda: "Here."))
    app.add_url_rule("/shut", "shut", DESK(lambda: "Here."))

    assert client.get("/open").text == "Here."
    assert (client.get("/shut").status_code, client.get("/shut").location) == (303, "/sign-in?next=/shut")


def of_any_label(slug: str) -> str:
    """A page of the desk that forgets whose event it is."""
    return db.session.scalars(select(Event.status).where(Event.slug == slug)).one()


def everybody() -> str:
    """A page of the desk that shows the people of one label, whoever asks."""
    event = db.session.scalars(select(Event).where(Event.label == Label.COMMUNITY)).first()
    assert event
    return " ".join(person.name for person in listed(db.session(), event))


def addresses(slug: str) -> str:
    """A page for the door that shows addresses."""
    event = by_slug(db.session(), slug, RULES)
    return " ".join(person.email for person in listed(db.session(), event))


def counting() -> str:
    """A page that counts who looks."""
    with writing() as session:
        for event in session.scalars(select(Event)):
            event.revision += 1
    return "Counted."


@pytest.mark.own_app
def test_planted_leaks_are_caught(app: Flask, walk: Walk) -> None:
    app.add_url_rule("/desk/events/<slug:slug>/planted", "planted.status", DESK(of_any_label))
    app.add_url_rule("/desk/planted", "planted.people", DESK(everybody))
    app.add_url_rule("/desk/events/<slug:slug>/door/planted", "planted.door", HELPERS(addresses))
    app.add_url_rule("/planted", "planted.counting", PUBLIC(counting))

    found = {role: "\n".join(walk(role, "planted.")) for role in ROLES}

    assert "planted.status {'slug': 'title-here-commercial'} answered 200, not “not there”" in found["other"]
    assert "planted.people {} answered 200 and showed ['Name-Here-community']" in found["own"]
    assert "planted.door {'slug': 'title-here-community'} answered 200 and showed ['email-here" in found["helper"]
    assert "planted.door {'slug': 'title-here-community'} answered 200, not “not there”" in found["helper elsewhere"]
    assert "planted.counting {} answered 200 and changed something" in found["nobody"]
    assert [line for line in found["own"].splitlines() if "planted.status" in line] == []

"""The link that stops mail: a scanner's look changes nothing, one click from anywhere is enough (RFC 8058), and of one list."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventdesk import access, clock
from eventdesk.access import ONE_CLICK, policy_of
from eventdesk.consent.queries import refusing, stop_url
from eventdesk.consent.service import open_choices
from eventdesk.db import db, writing
from eventdesk.events.models import Event
from eventdesk.events.service import cancel_event
from eventdesk.labels import RULES_BY_AUDIENCE, Audience
from eventdesk.links import Links, Purpose
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.standing.queries import listed
from tests.cast import Person
from tests.conftest import BASE_URL, Clock
from tests.dumps import dump
from tests.factories import make_event, make_standing, sign_up

BOTH = Person("Both Lists", "both@people.example", "Both Ltd", "Owner")
CLICK = {"List-Unsubscribe": "One-Click"}
ELSEWHERE = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def stops(app: Flask, links: Links) -> dict[Audience, str]:
    """By list, where somebody who is on both stops its mail; they have a seat and asked to be told of the next, on both."""
    paths = {}
    for audience, rules in RULES_BY_AUDIENCE.items():
        with app.app_context():
            sign_up(make_event(links, rules.label), BOTH)
            make_standing(links, rules.label, BOTH)
            with writing() as session:
                open_choices(session, audience, [BOTH.email], clock.now())
            paths[audience] = stop_url(db.session(), audience, BOTH.email, links).removeprefix(BASE_URL)
    return paths


def state(app: Flask) -> dict[Audience, tuple[bool, int]]:
    """By list: whether the address refuses its mail, and how many stand on the standing list."""
    found = {}
    for audience in Audience:
        with app.app_context():
            session = db.session()
            found[audience] = (
                bool(refusing(session, audience, [BOTH.email], access.links().keys)),
                len(listed(session, audience)),
            )
    return found


def test_looking_changes_nothing_and_says_what_would_stop(
    app: Flask, client: FlaskClient, stops: dict[Audience, str]
) -> None:
    before = dump(app)

    for audience, path in stops.items():
        page = client.get(path)
        assert (page.status_code, client.head(path).status_code) == (200, 200)
        assert RULES_BY_AUDIENCE[audience].plural in page.text
        assert "registration of your own" in page.text
        assert BOTH.email not in page.text
        assert page.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in page.headers

    assert dump(app) == before


@pytest.mark.parametrize("multipart", [False, True])
def test_one_click_from_a_mail_program_stops_one_list_and_again_is_once(
    app: Flask, client: FlaskClient, stops: dict[Audience, str], now: Clock, multipart: bool
) -> None:
    kind = "multipart/form-data" if multipart else "application/x-www-form-urlencoded"
    first = client.post(stops[Audience.USERS], data=CLICK, headers=ELSEWHERE, content_type=kind)
    after = dump(app)
    now.pass_by(days=40)
    again = client.post(stops[Audience.USERS], data=CLICK, headers=ELSEWHERE, content_type=kind)

    assert (first.status_code, again.status_code) == (200, 200)
    assert "This mail has stopped" in again.text
    assert state(app) == {Audience.USERS: (True, 0), Audience.BUYERS: (False, 1)}
    assert dump(app) == after


def test_the_pages_own_button_stops_it_from_our_page_alone(
    app: Flask, client: FlaskClient, stops: dict[Audience, str]
) -> None:
    path = stops[Audience.BUYERS]

    refused = client.post(path, data={"act": "stop"}, headers=ELSEWHERE)
    untouched = state(app)
    done = client.post(path, data={"act": "stop"}, headers={"Origin": "null"})

    assert (refused.status_code, done.status_code) == (403, 200)
    assert untouched == {Audience.USERS: (False, 1), Audience.BUYERS: (False, 1)}
    assert state(app) == {Audience.USERS: (False, 1), Audience.BUYERS: (True, 0)}


@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": "one-click"}, {"List-Unsubscribe": ""}, {"act": "confirm"}])
def test_any_other_body_is_refused_and_changes_nothing(
    app: Flask, client: FlaskClient, stops: dict[Audience, str], body: dict[str, str]
) -> None:
    before = dump(app)

    assert client.post(stops[Audience.USERS], data=body).status_code == 400
    assert client.post(stops[Audience.USERS], data=body, headers=ELSEWHERE).status_code == 403
    assert dump(app) == before


def test_it_works_when_the_event_is_over_or_called_off(
    app: Flask, client: FlaskClient, links: Links, stops: dict[Audience, str], now: Clock
) -> None:
    with app.app_context():
        for slug in db.session.scalars(db.select(Event.slug)).all():
            cancel_event(slug, actor=COMMAND_LINE, links=links, now=now.time)
    now.pass_by(days=400)

    assert [client.post(path, data=CLICK).status_code for path in stops.values()] == [200, 200]
    assert [refused for refused, _ in state(app).values()] == [True, True]


def test_a_link_that_was_not_written_for_it_stops_nothing(
    app: Flask, client: FlaskClient, links: Links, stops: dict[Audience, str]
) -> None:
    token = stops[Audience.USERS].removeprefix("/u/")
    ref = links.keys.row(Purpose.STOP, token)[1]
    forged = [
        links.stop(Audience.BUYERS, ref, 0),
        links.stop(Audience.USERS, ref, 1),
        links.stop(Audience.USERS, 5, 0),
        links.standing(Audience.USERS, ref, 0).replace("/standing/", "/u/"),
        f"/u/{token[:-4]}",
    ]
    before = dump(app)

    answers = [answer for url in forged for answer in (client.get(url), client.post(url, data=CLICK))]

    assert {answer.status_code for answer in answers} == {404}
    assert dump(app) == before


def test_only_this_route_may_be_posted_to_from_elsewhere(app: Flask, client: FlaskClient) -> None:
    exempt = {rule.endpoint for rule in app.url_map.iter_rules() if policy_of(app, rule.endpoint) is ONE_CLICK}

    assert exempt == {"consent.stop", "consent.stop_now"}
    everywhere = [getattr(policy_of(app, rule.endpoint), "one_click", False) for rule in app.url_map.iter_rules()]
    assert everywhere.count(True) == len(exempt)
    answer = client.post("/community/standing", data={**CLICK, **BOTH.form}, headers=ELSEWHERE)
    assert answer.status_code == 403

"""The first start, signing in and signing out."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from eventdesk.labels import RULES
from eventdesk.links import Links
from tests.cast import ADA, PASSPHRASE, ZED, Person
from tests.conftest import BASE_URL, Clock
from tests.crawl import TOKEN, csrf_of
from tests.dumps import dump

SAID = {
    "organisation": "Lathe Lane Software",
    "timezone": "Europe/Oslo",
    "name": ADA.name,
    "email": ADA.email,
    "passphrase": PASSPHRASE,
}


def submit(browser: FlaskClient, path: str, **said: str) -> TestResponse:
    """Fill in the form of a page and send it."""
    return browser.post(path, data={"csrf_token": csrf_of(browser, path)} | said)


def sign_in(browser: FlaskClient, path: str = "/sign-in", **said: str) -> TestResponse:
    return submit(browser, path, **({"email": ADA.email, "passphrase": PASSPHRASE} | said))


@pytest.mark.usefixtures("_hash_once")
def test_the_set_up_link_works_once(empty_app: Flask, links: Links) -> None:
    browser, path = empty_app.test_client(), links.set_up().removeprefix(BASE_URL)

    done = submit(browser, path, **SAID)

    assert (done.status_code, done.location) == (303, "/desk/")
    assert ADA.name in browser.get("/desk/").text
    assert {row[1] for row in dump(empty_app)["programme"]} == set(RULES)
    assert browser.get(path).status_code == 404
    assert empty_app.test_client().get(path).status_code == 404


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"passphrase": "fourteen chars"}, "Use 15 characters or more"),
        ({"passphrase": "a" * 20}, "repeats itself"),
        ({"passphrase": "ab c" * 70}, "256 characters at most"),
        ({"timezone": "Oslo"}, "such as Europe/Oslo"),
        ({"organisation": " "}, "organisation’s name"),
        ({"name": "x" * 5_000}, "100 characters"),
        ({"email": "ada"}, "not an email address"),
    ],
    ids=lambda given: str(given)[:30],
)
def test_a_set_up_that_cannot_be_taken_is_told_and_changes_nothing(
    empty_app: Flask, links: Links, said: dict[str, str], sentence: str
) -> None:
    path = links.set_up().removeprefix(BASE_URL)
    before = dump(empty_app)

    answer = submit(empty_app.test_client(), path, **SAID | said)

    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert dump(empty_app) == before


def test_a_set_up_link_of_somebody_else_is_nothing(empty_app: Flask, links: Links) -> None:
    forged = links.set_up_token()[:-1] + "_"

    assert empty_app.test_client().get(f"/setup/{forged}").status_code == 404


def test_signing_in_leads_to_where_one_wanted_to_go(app: Flask, client: FlaskClient) -> None:
    asked = client.get("/desk/messages?tab=failed")

    done = sign_in(client, asked.location)

    assert asked.location == "/sign-in?next=/desk/messages?tab%3Dfailed"
    assert (done.status_code, done.location) == (303, "/desk/messages?tab=failed")
    assert client.get("/desk/").status_code == 200


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "/%09/evil.example",
        "/\t/evil.example",
        "/desk//evil.example",
        "/desk\\evil.example",
        "/desk\r\nLocation: https://evil.example",
        "@evil.example",
        "/desk/..//evil.example",
        "/",
        "",
    ],
)
def test_signing_in_leads_to_no_other_site(app: Flask, client: FlaskClient, wanted: str) -> None:
    token = csrf_of(client, "/sign-in")
    form = {"csrf_token": token, "email": ADA.email, "passphrase": PASSPHRASE}

    done = client.post("/sign-in", query_string={"next": wanted}, data=form)

    assert (done.status_code, done.location) == (303, "/desk/")


def test_an_unknown_address_is_answered_as_a_wrong_passphrase(app: Flask, client: FlaskClient) -> None:
    known = sign_in(client, passphrase="another lamp under bridges")
    unknown = sign_in(client, email=ZED.email)

    said = [TOKEN.sub("", answer.text).replace(ADA.email, "x").replace(ZED.email, "x") for answer in (known, unknown)]
    assert known.status_code == unknown.status_code == 422
    assert said[0] == said[1]
    assert "The address or the passphrase is not right." in said[0]


def test_guessing_is_slowed_down_for_a_while(app: Flask, client: FlaskClient, now: Clock) -> None:
    wrong = [sign_in(client, passphrase="x").status_code for _ in range(10)]
    right_but_late = sign_in(client)
    now.pass_by(minutes=15)

    again = sign_in(client)

    assert wrong == [422] * 10
    assert (right_but_late.status_code, "Too many attempts" in right_but_late.text) == (429, True)
    assert again.status_code == 303


def test_signing_out_ends_it_wherever_the_cookie_is(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    stolen = app.test_client()
    with client.session_transaction(base_url=BASE_URL) as held:
        kept = dict(held)
    with stolen.session_transaction(base_url=BASE_URL) as cookie:
        cookie.update(kept)
    assert stolen.get("/desk/").status_code == 200

    done = client.post("/sign-out", data={"csrf_token": csrf_of(client)})

    assert (done.status_code, done.location) == (303, "/")
    assert stolen.get("/desk/").status_code == 303
    assert dump(app)["sign_in"] == []


def test_a_sign_in_ends_by_itself(app: Flask, at_desk: Callable[[Person], FlaskClient], now: Clock) -> None:
    browser = at_desk(ADA)
    now.pass_by(days=14)

    assert browser.get("/desk/").status_code == 303


def test_what_a_browser_held_before_is_not_carried_into_the_desk(app: Flask, client: FlaskClient) -> None:
    with client.session_transaction(base_url=BASE_URL) as cookie:
        cookie["planted"] = "x"

    sign_in(client)

    with client.session_transaction(base_url=BASE_URL) as held:
        assert set(held) == {"sign_in", "_permanent"}


@pytest.mark.parametrize("token", ["", "x", None])
def test_a_form_without_its_token_is_refused(
    app: Flask, at_desk: Callable[[Person], FlaskClient], token: str | None
) -> None:
    browser = at_desk(ADA)
    form = {} if token is None else {"csrf_token": token}
    before = dump(app)

    paths = ("/sign-in", "/sign-out", "/desk/events/new", "/desk/programmes/commercial-briefings")
    answers = [browser.post(path, data=form) for path in paths]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert all("nothing was changed" in answer.text for answer in answers)
    assert dump(app) == before


def test_a_token_of_another_browser_is_refused(app: Flask, at_desk: Callable[[Person], FlaskClient]) -> None:
    mine, other = at_desk(ADA), app.test_client()

    answer = mine.post("/sign-out", data={"csrf_token": csrf_of(other, "/sign-in")})

    assert answer.status_code == 403


def test_an_address_with_control_characters_is_told(client: FlaskClient) -> None:
    answer = sign_in(client, email="ada\0@desk.example")

    assert (answer.status_code, "control characters" in answer.text) == (422, True)

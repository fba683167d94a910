"""The desk's pages about programmes and the installation, and what the public sees of them."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.programmes.logos import BYTES_MOST
from tests.cast import ADA, CORA, UGO, Person
from tests.conftest import BASE_URL
from tests.crawl import csrf_of
from tests.dumps import dump
from tests.factories import LOGO, make_event

COMMUNITY, COMMERCIAL = (RULES[label].first_programme.slug for label in Label)
PAGE = f"/desk/programmes/{COMMUNITY}"
PUBLIC_PAGE = f"/programmes/{COMMUNITY}"
SAID = {
    "name": "Harbour nights",
    "purpose": "We meet by the water.",
    "charter": "Everyone may speak.\n\n Slides are optional. ",
    "conduct": "Be *kind*.",
    "commitment": "Every second Tuesday.",
    "commitment_until": "2027-12-31",
    "cadence": "monthly",
    "open_to_all": "y",
    "reason": "More of us come by boat.",
    "sender": "Harbour User Group",
    "reply_to": "answers@desk.example",
}


def upload(raw: bytes) -> dict[str, Any]:
    """A file as a browser sends it."""
    return {"logo": (io.BytesIO(raw), "logo.svg")}


def test_what_is_said_of_a_programme_stands_on_its_page_and_on_those_of_its_events(
    app: Flask, ada: Any, client: FlaskClient, links: Links
) -> None:
    with app.app_context():
        event = f"/events/{make_event(links, hosts=()).slug}"

    saved = ada(PAGE, version="1", **SAID)

    assert (saved.status_code, saved.location) == (303, PAGE)
    page, of_event, of_label = (client.get(path).text for path in (PUBLIC_PAGE, event, "/community"))
    for said in (
        "Harbour nights",
        "Everyone may speak.",
        "Slides are optional.",
        "<em>kind</em>",
        RULES[Label.COMMUNITY].charter[0],
    ):
        assert said in page, said
        assert said in of_event, said
    for said in (
        "We meet by the water.",
        "Every second Tuesday.",
        "31 December 2027",
        "Get the most out of",
        "webcal://",
    ):
        assert said in page, said
    assert [f'href="{PUBLIC_PAGE}"' in each for each in (of_event, of_label)] == [True, True]
    assert client.get("/programmes/nothing").status_code == 404


def test_the_versions_are_told_in_words_and_by_whom(ada: Any) -> None:
    ada(PAGE, version="1", **SAID)
    ada(PAGE, version="2", **SAID)

    page = ada(f"{PAGE}/versions").text

    assert re.findall(r'id="version-(\d+)"', page) == ["2", "1"]
    assert "Name: now “Harbour nights”; it was “Community sessions”" in page
    assert "Charter: added “Everyone may speak.”" in page
    assert ADA.name in page


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": " "}, "Give the programme a name."),
        ({"name": "see https://x.example"}, "Leave web and mail addresses out"),
        ({"reply_to": "nobody"}, "not an email address"),
        ({"commitment_until": "soon"}, "Write a date, such as"),
        ({"commitment_until": "9999-12-31"}, "a year from 2000 to 2199"),
        ({"cadence": "hourly"}, "Choose one of these."),
        ({"reason": " "}, "Say why. People rely on"),
        ({"reason": "x" * 301}, "300 characters at most"),
        ({"charter": "x\n" * 30}, "20 lines at most"),
        ({"charter": "x" * 201}, "200 characters at most"),
        ({"sender": "a\r\nb"}, "on one line"),
    ],
    ids=lambda given: str(given)[:24],
)
def test_what_cannot_be_taken_is_told_and_changes_nothing(
    app: Flask, ada: Any, said: dict[str, str], sentence: str
) -> None:
    before = dump(app)

    answer = ada(PAGE, version="1", **SAID | said)

    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert dump(app) == before


def test_who_looked_at_an_older_version_is_told(app: Flask, ada: Any) -> None:
    ada(PAGE, version="1", **SAID)
    before = dump(app)

    answer = ada(PAGE, version="1", **SAID | {"name": "Mine"})

    assert (answer.status_code, "Somebody else changed this programme" in answer.text, "Mine" in answer.text) == (
        409,
        True,
        True,
    )
    assert dump(app) == before


def test_a_new_programme_is_made_with_its_label(app: Flask, ada: Any, at_desk: Callable[[Person], FlaskClient]) -> None:
    made = ada("/desk/programmes/new", label="community", name="Harbour nights")
    nameless = ada("/desk/programmes/new", label="", name="")
    cora = at_desk(CORA)
    foreign = cora.post(
        "/desk/programmes/new", data={"csrf_token": csrf_of(cora), "label": "commercial", "name": "Not mine"}
    )

    assert (made.status_code, made.location) == (303, "/desk/programmes/harbour-nights")
    assert (nameless.status_code, foreign.status_code) == (422, 422)
    assert [row[2] for row in dump(app)["programme"]] == [COMMUNITY, COMMERCIAL, "harbour-nights"]


def test_the_four_answers_begin_a_new_event_of_the_programme(ada: Any) -> None:
    answers = {f"brief_{name}": f"The {name}." for name in ("audience", "reason", "offer", "payment")}
    ada(f"/desk/programmes/{COMMERCIAL}", postal_address="Mill Road 9", **answers)

    form = ada(f"/desk/events/new?programme={COMMERCIAL}").text

    assert [answer in form for answer in answers.values()] == [True] * 4
    assert re.search(r'name="label"[^>]*value="commercial"[^>]*checked|checked[^>]*value="commercial"', form)
    assert ada("/desk/events/new?programme=nothing").status_code == 404
    assert "The offer." not in ada("/desk/events/new").text


def test_a_logo_is_shown_small_and_can_do_nothing(app: Flask, ada: Any, client: FlaskClient, links: Links) -> None:
    with app.app_context():
        event = f"/events/{make_event(links).slug}"
    assert client.get(f"{PUBLIC_PAGE}/logo").status_code == 404

    taken = ada(f"{PAGE}/logo", **upload(LOGO))

    assert taken.status_code == 303
    for page in (PUBLIC_PAGE, event):
        assert f'src="{PUBLIC_PAGE}/logo?v=' in client.get(page).text
    [address] = set(re.findall(rf'src="({PUBLIC_PAGE}/logo\?v=\w+)"', client.get(event).text))
    answer = client.get(address)
    assert (answer.data, answer.content_type) == (LOGO, "image/svg+xml")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'none';")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "immutable" not in client.get(f"{PUBLIC_PAGE}/logo?v=other").headers["Cache-Control"]
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert ada(f"{PAGE}/logo", act="remove").status_code == 303
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (LOGO.replace(b"<circle", b"<script/><circle"), "may not hold “script”"),
        (b"x" * (BYTES_MOST + 1), "at most 20 kB"),
        (b"", "Choose a file first."),
        (b"GIF89a", "neither an SVG nor a PNG"),
    ],
    ids=["script", "large", "empty", "gif"],
)
def test_a_logo_that_cannot_be_taken_is_told_at_its_field(app: Flask, ada: Any, raw: bytes, sentence: str) -> None:
    before = dump(app)

    answer = ada(f"{PAGE}/logo", **upload(raw))

    assert (answer.status_code, sentence in answer.text, 'href="#logo"' in answer.text) == (422, True, True)
    assert dump(app) == before


def test_who_registered_is_shown_what_was_promised_then(
    app: Flask, ada: Any, client: FlaskClient, links: Links
) -> None:
    with app.app_context():
        event = make_event(links)
        invite, page = f"/i/{event.code}", f"/events/{event.slug}"
    [seen] = re.findall(r'name="version" value="(\d+)"', client.get(page).text)
    ada(PAGE, version="1", **SAID)

    registered = client.post(invite, data=UGO.form | {"version": seen})

    manage = re.findall(rf"{BASE_URL}(/r/[\w-]+)", registered.text)[0]
    shown = client.get(manage).text
    assert [line in shown for line in RULES[Label.COMMUNITY].charter] == [True] * 5
    assert ("Everyone may speak." in shown, "has said other things since" in shown) == (False, True)


def test_the_owner_names_the_installation_and_nobody_else(
    ada: Any, client: FlaskClient, at_desk: Callable[[Person], FlaskClient]
) -> None:
    refused = ada("/desk/installation", organisation="Harbour", timezone="Harbour")
    saved = ada("/desk/installation", organisation="Harbour", timezone="Europe/Lisbon")

    assert (refused.status_code, saved.status_code) == (422, 303)
    assert "Harbour</a>" in client.get("/").text
    assert 'value="Europe/Lisbon"' in ada("/desk/events/new").text
    assert at_desk(CORA).get("/desk/installation").status_code == 404

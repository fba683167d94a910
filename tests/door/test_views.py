"""The code at the door: a name for who keeps it, nothing for all others; one tap lets them in, and a look does not."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventdesk import qr
from eventdesk.db import db, writing
from eventdesk.events.models import Event
from eventdesk.events.service import cancel_event
from eventdesk.labels import Audience
from eventdesk.links import Links, Purpose
from eventdesk.lists.queries import by_ref
from eventdesk.lists.service import leave
from eventdesk.organisers.rules import COMMAND_LINE
from tests.cast import ADA, BERT, CORA, HAL, HEDDA, PASSPHRASE, UGO, UMA, Person
from tests.conftest import BASE_URL, NOW, Clock
from tests.crawl import csrf_of
from tests.dumps import dump
from tests.factories import make_event, make_helper, sign_up

AtDesk = Callable[[Person], FlaskClient]
SOON = (NOW + timedelta(hours=5)).replace(tzinfo=None)


@pytest.fixture
def codes(app: Flask, links: Links) -> dict[str, str]:
    """The paths of the codes of Ugo, who has the only seat tonight, and of Uma, who waits; Hal keeps that door."""
    with app.app_context():
        event = make_event(links, starts_at=SOON, capacity=1)
        found = {person.name: sign_up(event, person).ref for person in (UGO, UMA)}
        make_helper(HAL, event.id)
        make_helper(HEDDA, make_event(links, starts_at=SOON, title="Another evening").id)
        return {name: links.door(Audience.USERS, ref, 0).removeprefix(BASE_URL) for name, ref in found.items()} | {
            "manage": links.manage(Audience.USERS, found[UGO.name], 0).removeprefix(BASE_URL)
        }


def test_everybody_else_learns_nothing_from_a_code(
    app: Flask, client: FlaskClient, at_desk: AtDesk, codes: dict[str, str]
) -> None:
    pages = {
        "nobody": client.get(codes[UGO.name]),
        **{person.name: at_desk(person).get(codes[UGO.name]) for person in (HEDDA, BERT)},
    }

    for who, page in pages.items():
        assert page.status_code == 200, who
        assert "Show this code at the door" in page.text
        assert not any(said in page.text for said in (UGO.name, "Ugo", UGO.email, "Tire Server", "have a seat")), who
        assert page.headers["X-Robots-Tag"] == "noindex"
    assert f"/sign-in?next={codes[UGO.name].replace('/', '%2F')}" in pages["nobody"].text.replace(
        "next=/door/", "next=%2Fdoor%2F"
    )
    assert "Set-Cookie" not in pages["nobody"].headers
    assert "not for a door that you keep" in pages[HEDDA.name].text


def test_a_helper_who_was_signed_out_signs_in_and_sees_who_it_is(client: FlaskClient, codes: dict[str, str]) -> None:
    form = {"csrf_token": csrf_of(client, "/sign-in"), "email": ADA.email, "passphrase": PASSPHRASE}

    way = unescape(re.findall(r'href="(/sign-in\?next[^"]+)"', client.get(codes[UGO.name]).text)[0])
    page = client.post(way, data=form, follow_redirects=True)

    assert (page.request.path, UGO.name in page.text) == (codes[UGO.name], True)


def test_who_keeps_the_door_lets_them_in_by_one_tap_and_by_looking_nobody(
    app: Flask, at_desk: AtDesk, codes: dict[str, str]
) -> None:
    hal, cora = at_desk(HAL), at_desk(CORA)
    before = dump(app)

    looked = hal.get(codes[UGO.name]).text
    same = dump(app) == before
    first = hal.post(codes[UGO.name], data={"csrf_token": csrf_of(hal)}, follow_redirects=True).text
    second = cora.post(codes[UGO.name], data={"csrf_token": csrf_of(cora)}, follow_redirects=True).text

    assert (same, UGO.name in looked, ">Let them in<" in looked, UGO.email in looked) == (True, True, True, False)
    assert f"Welcome, {UGO.name} is in." in first
    assert f"{UGO.name} is in already." in second
    assert (">Let them in<" in second, "Welcome" in second) == (False, False)


def test_only_who_keeps_the_door_may_let_in(
    app: Flask, client: FlaskClient, at_desk: AtDesk, codes: dict[str, str]
) -> None:
    hedda, bert, hal = at_desk(HEDDA), at_desk(BERT), at_desk(HAL)
    before = dump(app)["user_registration"]

    statuses = [
        client.post(codes[UGO.name]).location,
        *(each.post(codes[UGO.name], data={"csrf_token": csrf_of(each)}).status_code for each in (hedda, bert)),
        hal.post(codes[UGO.name]).status_code,
    ]

    assert statuses == ["/sign-in", 404, 404, 403]
    assert dump(app)["user_registration"] == before


def test_a_code_opens_nothing_of_the_persons_own_and_no_other_link_is_a_code(
    app: Flask, at_desk: AtDesk, links: Links, codes: dict[str, str]
) -> None:
    token, own = codes[UGO.name].removeprefix("/door/"), codes["manage"].removeprefix("/r/")
    hal = at_desk(HAL)

    answers = [hal.get(path).status_code for path in (f"/r/{token}", f"/door/{own}", "/door/x", f"/door/{'A' * 35}")]
    picture = hal.get(f"{codes['manage']}/door.svg")

    assert answers == [404] * 4
    assert picture.data == qr.svg(BASE_URL + codes[UGO.name])
    assert (picture.mimetype, picture.headers["Cache-Control"]) == ("image/svg+xml", "no-store")
    assert own not in codes[UGO.name]
    with app.app_context(), writing() as session:
        person = by_ref(session, *links.keys.row(Purpose.MANAGE, own))
        assert person
        person.generation += 1
    assert hal.get(codes[UGO.name]).status_code == 404


@pytest.mark.parametrize(
    ("name", "happened", "said"),
    [
        (UMA.name, "", "they wait in line"),
        (UGO.name, "left", "was cancelled"),
        (UMA.name, "left", "A seat is kept, but not taken yet"),
        (UGO.name, "called off", "was called off"),
        (UGO.name, "too early", "from 6 hours before the start"),
    ],
)
def test_who_cannot_be_let_in_is_said_in_plain_words(
    app: Flask, at_desk: AtDesk, links: Links, now: Clock, codes: dict[str, str], name: str, happened: str, said: str
) -> None:
    hal, token = at_desk(HAL), codes["manage"].removeprefix("/r/")
    with app.app_context():
        ugo = by_ref(db.session(), *links.keys.row(Purpose.MANAGE, token))
        assert ugo
        event = db.session.get_one(Event, ugo.event_id)
        with writing() as session:
            session.get_one(Event, event.id).offer_hours = 1
        if happened == "left":
            leave(ugo.audience, ugo.ref, now=now.time)
        if happened == "called off":
            cancel_event(event.slug, actor=COMMAND_LINE, links=links, now=now.time)
    if happened == "too early":
        now.pass_by(hours=-3)

    page = hal.get(codes[name]).text

    assert (name in page, said in page, ">Let them in<" in page) == (True, True, False)


def test_the_own_page_shows_a_code_for_a_seat_alone(
    app: Flask, client: FlaskClient, codes: dict[str, str], links: Links
) -> None:
    page = client.get(codes["manage"])
    with app.app_context():
        audience, ref = links.keys.row(Purpose.MANAGE, codes["manage"].removeprefix("/r/"))
        leave(audience, ref, now=NOW)
    left = client.get(codes["manage"])

    assert (f'src="{codes["manage"]}/door.svg"' in page.text, "door.svg" in left.text) == (True, False)
    assert client.get(f"{codes['manage']}/door.svg").status_code == 404

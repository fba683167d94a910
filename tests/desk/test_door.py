"""The door: names of those who have a seat, for who stands there; nothing else of the desk is there for them."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient

from eventdesk.labels import Label
from eventdesk.links import Links
from tests.cast import ADA, BEA, BOB, CORA, HAL, UGO, Person
from tests.conftest import NOW, Clock
from tests.crawl import csrf_of
from tests.dumps import dump
from tests.factories import make_event, make_helper, sign_up

AtDesk = Callable[[Person], FlaskClient]


def test_a_helper_sees_their_doors_and_at_each_the_names_alone(app: Flask, at_desk: AtDesk, links: Links) -> None:
    with app.app_context():
        event, other = make_event(links, Label.COMMERCIAL, capacity=1), make_event(links, title="Another evening")
        sign_up(event, BEA)
        sign_up(event, BOB)  # he waits
        make_helper(HAL, event.id)
        path, title = f"/desk/events/{event.slug}/door", event.title
        assert other.title != title
    hal = at_desk(HAL)

    start, door = hal.get("/desk/").text, hal.get(path).text

    assert (title in start, path in start, "Another evening" in start) == (True, True, False)
    assert (BEA.name in door, BOB.name in door, BEA.email in door, BEA.company[:6] in door) == (
        True,
        False,
        False,
        False,
    )
    assert "<b>0</b> of 1 are here" in door
    assert (">Doors</a>" in door, ">Events</a>" in door) == (True, False)
    assert [
        each for each in ("/desk/programmes", "/desk/messages", "/people", 'aria-label="This event"') if each in door
    ] == []


def test_the_door_is_searched_by_name_and_not_by_address(app: Flask, at_desk: AtDesk, links: Links) -> None:
    with app.app_context():
        event = make_event(links)
        sign_up(event, Person("Ugo User", "secret@users.example"))
        path = f"/desk/events/{event.slug}/door"
    cora = at_desk(CORA)

    found, none = cora.get(f"{path}?q=UGO").text, cora.get(f"{path}?q=secret").text

    assert "Ugo User" in found
    assert ("Ugo User" in none, "Nobody with a seat matches" in none) == (False, True)


def test_who_organises_the_other_label_may_help_at_a_door(app: Flask, at_desk: AtDesk, links: Links) -> None:
    cora = at_desk(CORA)
    with app.app_context():
        event = make_event(links, Label.COMMERCIAL)
        sign_up(event, BEA)
        make_helper(CORA, event.id)
        path = f"/desk/events/{event.slug}"

    door = cora.get(f"{path}/door").text

    assert (BEA.name in door, 'aria-label="This event"' in door) == (True, False)
    assert [cora.get(path + rest).status_code for rest in ("", "/people", "/edit")] == [404, 404, 404]


def test_a_door_is_there_for_who_helps_until_a_day_after_the_end(
    app: Flask, at_desk: AtDesk, links: Links, now: Clock
) -> None:
    with app.app_context():
        event = make_event(links, starts_at=datetime.fromisoformat("2027-02-10T18:00"))
        make_helper(HAL, event.id)
        title, ends, path = event.title, event.ends_at, f"/desk/events/{event.slug}/door"
        ref = sign_up(event, UGO).ref
    now.time = ends
    hal, ada = at_desk(HAL), at_desk(ADA)
    before = (title in hal.get("/desk/").text, hal.get(path).status_code)
    token = {"csrf_token": csrf_of(hal)}

    now.pass_by(days=1)

    assert before == (True, 200)
    assert title not in hal.get("/desk/").text
    assert (hal.get(path).status_code, hal.post(f"{path}/{ref}", data=token).status_code) == (404, 404)
    assert ada.get(path).status_code == 200


def test_who_holds_nothing_any_more_is_signed_out(app: Flask, at_desk: AtDesk, links: Links) -> None:
    with app.app_context():
        make_helper(HAL, make_event(links).id)
    hal = at_desk(HAL)
    there = hal.get("/desk/").status_code

    with app.app_context():
        make_helper(HAL)

    assert (there, hal.get("/desk/").status_code) == (200, 303)
    assert at_desk(ADA).get("/desk/").status_code == 200


def test_a_helper_says_who_is_here_and_only_an_organiser_takes_it_back(
    app: Flask, at_desk: AtDesk, links: Links, now: Clock
) -> None:
    with app.app_context():
        event = make_event(links, starts_at=(NOW + timedelta(hours=5)).replace(tzinfo=None))
        sign_up(event, BEA)
        make_helper(HAL, event.id)
        path = f"/desk/events/{event.slug}/door"
    hal, cora = at_desk(HAL), at_desk(CORA)
    here = re.findall(rf'action="({path}/\d+)"', hal.get(path).text)[0]

    first = hal.post(here, data={"csrf_token": csrf_of(hal)}, follow_redirects=True).text
    second = hal.post(here, data={"csrf_token": csrf_of(hal)}, follow_redirects=True).text
    by_helper = hal.post(here, data={"csrf_token": csrf_of(hal), "act": "undo"}).status_code
    still = cora.get(path).text
    by_organiser = cora.post(here, data={"csrf_token": csrf_of(cora), "act": "undo"}, follow_redirects=True).text

    assert f"{BEA.name} is in." in first
    assert "<b>1</b> of 1 is here" in first
    assert ("here" in second, f"{BEA.name} is in already." in second) == (True, True)
    assert (by_helper, "Undo" in first, "Undo" in still) == (404, False, True)
    assert f"{BEA.name} is not here after all." in by_organiser
    acts = [row[4] for row in dump(app)["history"] if "attended" in row]
    assert len(acts) == 2


def test_nobody_is_let_in_days_before(app: Flask, at_desk: AtDesk, links: Links) -> None:
    with app.app_context():
        event = make_event(links)
        sign_up(event, BEA)
        path = f"/desk/events/{event.slug}/door"

    page = at_desk(CORA).get(path).text

    assert ("hours before the start" in page, ">Here<span" in page) == (True, False)

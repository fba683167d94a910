"""The door: names of those who have a seat, for who stands there; nothing else of the desk is there for them."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient

from eventdesk.labels import Label
from eventdesk.links import Links
from tests.cast import ADA, BEA, BOB, CORA, HAL, Person
from tests.conftest import Clock
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


def test_a_door_leaves_the_start_page_a_day_after_the_end(
    app: Flask, at_desk: AtDesk, links: Links, now: Clock
) -> None:
    with app.app_context():
        event = make_event(links, starts_at=datetime.fromisoformat("2027-02-10T18:00"))
        make_helper(HAL, event.id)
        title, ends = event.title, event.ends_at
    now.time = ends
    hal = at_desk(HAL)
    before = hal.get("/desk/").text

    now.pass_by(days=1)

    assert (title in before, title in hal.get("/desk/").text) == (True, False)


def test_who_holds_nothing_any_more_is_signed_out(app: Flask, at_desk: AtDesk, links: Links) -> None:
    with app.app_context():
        make_helper(HAL, make_event(links).id)
    hal = at_desk(HAL)
    there = hal.get("/desk/").status_code

    with app.app_context():
        make_helper(HAL)

    assert (there, hal.get("/desk/").status_code) == (200, 303)
    assert at_desk(ADA).get("/desk/").status_code == 200

"""The door: names of those who have a seat, for who stands there; nothing else of the desk is there for them."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient

from eventdesk.labels import Label
from eventdesk.links import Links
from tests.cast import ADA, BEA, BERT, BOB, CORA, HAL, UGO, UMA, Person
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


TONIGHT = (NOW + timedelta(hours=5)).replace(tzinfo=None)
ONCE = {"once": "1" * 32}
JSON = {"Accept": "application/json"}


def test_a_page_that_was_offline_is_told_what_became_of_each_tap(app: Flask, at_desk: AtDesk, links: Links) -> None:
    with app.app_context():
        event, other = make_event(links, starts_at=TONIGHT, capacity=1), make_event(links, starts_at=TONIGHT)
        ugo, uma, elsewhere = sign_up(event, UGO), sign_up(event, UMA), sign_up(other, UGO)
        make_helper(HAL, event.id)
        path = f"/desk/events/{event.slug}/door"
    hal = at_desk(HAL)
    token = {"csrf_token": csrf_of(hal)}
    before = hal.get(f"{path}/here").get_json()

    answers = [
        hal.post(f"{path}/{ref}", data=token, headers=JSON) for ref in (ugo.ref, ugo.ref, uma.ref, elsewhere.ref)
    ]
    after = hal.get(f"{path}/here").get_json()

    assert [answer.status_code for answer in answers] == [200, 200, 409, 404]
    assert [answer.get_json()["said"] for answer in answers] == [
        f"Welcome, {UGO.name} is in.",
        f"{UGO.name} is in already.",
        "Only somebody who has a seat can be marked.",
        "There is no such registration.",
    ]
    assert before == {"seats": 1, "here": 0, "list": before["list"], "present": []}
    assert after == before | {"here": 1, "present": [str(ugo.ref)]}


def test_the_list_comes_by_itself_and_is_another_when_somebody_is_new(
    app: Flask, at_desk: AtDesk, links: Links
) -> None:
    with app.app_context():
        event = make_event(links, starts_at=TONIGHT)
        sign_up(event, UGO)
        path = f"/desk/events/{event.slug}/door"
    cora = at_desk(CORA)
    first, alone = cora.get(f"{path}/here").get_json()["list"], cora.get(f"{path}?part=list").text

    with app.app_context():
        sign_up(event, UMA)

    assert (f'data-list="{first}"' in alone, UGO.name in alone, "<html" in alone) == (True, True, False)
    assert f'data-list="{first}"' in cora.get(f"{path}?q=ugo").text  # of those it shows
    assert cora.get(f"{path}/here").get_json()["list"] != first


def test_a_helper_adds_who_walks_in_while_a_seat_is_free(app: Flask, at_desk: AtDesk, links: Links) -> None:
    with app.app_context():
        event = make_event(links, Label.COMMERCIAL, starts_at=TONIGHT, capacity=1)
        make_helper(HAL, event.id)
        path = f"/desk/events/{event.slug}/door"
    hal, bert = at_desk(HAL), at_desk(BERT)
    token = {"csrf_token": csrf_of(hal), "add_seat": "y"}
    bea = {"name": BEA.name, "company": BEA.company, "role": BEA.role} | ONCE

    faulty = hal.post(f"{path}/walk-in", data=token | {"name": "", "email": "x", "once": "<b>"})
    added = hal.post(f"{path}/walk-in", data=token | bea, follow_redirects=True).text
    again = hal.post(f"{path}/walk-in", data=token | bea, follow_redirects=True).text
    full = hal.post(f"{path}/walk-in", data=token | bea | {"once": "2" * 32, "email": BOB.email})
    offered = bert.get(path).text
    more = bert.post(
        f"{path}/walk-in",
        data=BOB.form | {"once": "2" * 32, "add_seat": "y", "csrf_token": csrf_of(bert)},
        follow_redirects=True,
    ).text

    assert faulty.status_code == 422
    assert [said in faulty.text for said in ("Say their name", "Say their company", "not an email address")] == [
        True
    ] * 3
    assert (f"Welcome, {BEA.name} is in." in added, "<b>1</b> of 1 is here" in added) == (True, True)
    assert f"On the list already. {BEA.name} is in already." in again
    assert (full.status_code, "No seat is free" in full.text, f'value="{BEA.name}"' in full.text) == (409, True, True)
    assert ("add_seat" in full.text, "add_seat" in offered) == (False, True)
    assert (f"Welcome, {BOB.name} is in." in more, "<b>2</b> of 2 are here" in more) == (True, True)


def test_name_tags_are_for_who_has_a_seat_by_name_with_blank_ones_to_fill_the_sheet(
    app: Flask, at_desk: AtDesk, links: Links
) -> None:
    with app.app_context():
        briefing, evening = make_event(links, Label.COMMERCIAL, capacity=2), make_event(links)
        for person in (BOB, BEA, Person("Waiting Person", "wait@buyers.example", "Waiting Ltd", "Owner")):
            sign_up(briefing, person)
        sign_up(evening, UGO)
        make_helper(HAL, briefing.id)
        paths = [f"/desk/events/{event.slug}/name-tags" for event in (briefing, evening)]
    ada = at_desk(ADA)

    buyers, users = (ada.get(path).text for path in paths)

    assert buyers.index(BEA.name) < buyers.index(BOB.name)
    assert ("Waiting" in buyers, BEA.company in buyers, BEA.role in buyers, BEA.email in buyers) == (
        False,
        True,
        False,
        False,
    )
    assert [page.count('class="badge"') for page in (buyers, users)] == [8, 8]
    assert (UGO.name in users, "COMMUNITY" in users, 'class="below"' in users) == (True, True, False)
    assert at_desk(HAL).get(paths[0]).status_code == 404

"""The pages about the team and about oneself."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from eventdesk.labels import Label
from eventdesk.links import Links
from eventdesk.outbox.models import Kind
from eventdesk.outbox.service import claim, fail
from tests.cast import ADA, BERT, CORA, HAL, PASSPHRASE, UGO, Person
from tests.conftest import BASE_URL, Clock
from tests.crawl import TOKEN, csrf_of
from tests.dumps import dump
from tests.factories import make_event, make_helper
from tests.organisers.test_views import sign_in, submit

AtDesk = Callable[[Person], FlaskClient]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


def post(browser: FlaskClient, path: str, **said: str) -> Any:
    return browser.post(path, data={"csrf_token": csrf_of(browser)} | said)


def join_link(page: str) -> str:
    """The path of the invitation link that a page shows."""
    found = re.search(rf'value="{BASE_URL}(/join/[\w-]+)"', page)
    assert found, page
    return found[1]


def test_somebody_is_asked_joins_and_sees_their_own_side(app: Flask, client: FlaskClient, at_desk: AtDesk) -> None:
    ada = at_desk(ADA)
    asked = post(ada, "/desk/team", name=CORA.name, email=CORA.email, role="community")
    page = ada.get("/desk/team").text
    path = join_link(page)

    offer = client.get(path).text
    short = submit(client, path, name="Cora", passphrase="short")
    joined = submit(client, path, name="Cora Convener", passphrase=PASSPHRASE)

    assert (asked.status_code, "EVENTDESK_SMTP_URL" in page) == (303, True)
    assert "Ada Owner asks you to be organiser of community sessions" in offer
    assert (short.status_code, joined.status_code, joined.location) == (422, 303, "/desk/")
    own = client.get("/desk/programmes").text
    assert ("community-sessions" in own, "commercial-briefings" in own) == (True, False)
    assert app.test_client().get(path).status_code == 404


def test_an_account_there_is_signs_in_instead(app: Flask, client: FlaskClient, at_desk: AtDesk) -> None:
    at_desk(CORA)
    ada = at_desk(ADA)
    post(ada, "/desk/team", name=CORA.name, email=CORA.email, role="commercial")
    path = join_link(ada.get("/desk/team").text)

    wrong = submit(client, path, name="Another", passphrase="not the right passphrase")
    right = submit(client, path, name="Another", passphrase=PASSPHRASE)

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert f"Signed in as {CORA.name}" in client.get("/desk/").text
    assert "Organiser of commercial briefings" in client.get("/desk/account").text


def test_the_page_of_an_invitation_does_not_say_whether_there_is_an_account(
    client: FlaskClient, at_desk: AtDesk
) -> None:
    at_desk(CORA)
    ada, pages = at_desk(ADA), []
    for email in (CORA.email, UGO.email):
        post(ada, "/desk/team", name="Same name", email=email, role="commercial")
        page = ada.get("/desk/team").text
        path = re.findall(rf'value="{BASE_URL}(/join/[\w-]+)"', page)[-1]
        pages.append(TOKEN.sub("", client.get(path).text).replace(email, "").replace(path, ""))

    assert pages[0] == pages[1]


def test_once_mail_goes_out_only_owners_are_shown_the_link_of_an_invitation(
    app: Flask, at_desk: AtDesk, links: Links
) -> None:
    with app.app_context():
        slug = make_event(links).slug
    ada, cora = at_desk(ADA), at_desk(CORA)
    rooms = ("/desk/team", f"/desk/events/{slug}/team")
    post(cora, rooms[0], name=HAL.name, email=HAL.email, role="community")
    post(cora, rooms[1], name=UGO.name, email=UGO.email)
    without = ["/join/" in cora.get(room).text for room in rooms]

    app.extensions["eventdesk"] = replace(app.extensions["eventdesk"], smtp_url="smtp://localhost:9")

    assert without == [True, True]
    assert ["/join/" in cora.get(room).text for room in rooms] == [False, False]
    assert [HAL.name in cora.get(rooms[0]).text, UGO.name in cora.get(rooms[1]).text] == [True, True]
    assert ["/join/" in ada.get(room).text for room in rooms] == [True, True]


def test_an_organiser_sees_and_asks_their_own_side_alone(at_desk: AtDesk, app: Flask, links: Links) -> None:
    bert, cora = at_desk(BERT), at_desk(CORA)
    with app.app_context():
        make_helper(HAL, make_event(links, Label.COMMERCIAL).id)
    post(bert, "/desk/team", name=UGO.name, email=UGO.email, role="commercial")

    page = cora.get("/desk/team").text
    refused = post(cora, "/desk/team", name=HAL.name, email="new@desk.example", role="owner")

    assert (ADA.name in page, CORA.name in page) == (True, True)
    assert [each.name for each in (BERT, HAL, UGO) if each.name in page] == []
    assert re.findall(r'name="role"[^>]*value="(\w+)"', page) == ["community"]
    assert (refused.status_code, "that you hold yourself" in refused.text) == (422, True)
    assert BERT.name in bert.get("/desk/team").text
    assert HAL.name in bert.get("/desk/team").text


def test_what_is_typed_wrongly_is_told_at_its_field(app: Flask, at_desk: AtDesk) -> None:
    ada = at_desk(ADA)
    token, before = csrf_of(ada), dump(app)

    answers = {
        field: ada.post("/desk/team", data={"csrf_token": token, "name": "Cora", "email": "c@desk.example"} | said)
        for field, said in {
            "name": {"name": "", "role": "owner"},
            "email": {"email": "nonsense", "role": "owner"},
            "role": {"role": ""},
        }.items()
    }

    assert {
        field: (each.status_code, f'<a href="#{field}' in each.text) for field, each in answers.items()
    } == dict.fromkeys(answers, (422, True))
    assert dump(app) == before


def test_a_helper_is_asked_for_one_door(app: Flask, client: FlaskClient, at_desk: AtDesk, links: Links) -> None:
    with app.app_context():
        slug = make_event(links).slug
    cora, team = at_desk(CORA), f"/desk/events/{slug}/team"
    post(cora, team, name=HAL.name, email=HAL.email)
    path = join_link(cora.get(team).text)

    joined = submit(client, path, name=HAL.name, passphrase=PASSPHRASE)
    listed = cora.get(team).text
    start = client.get("/desk/").text
    number = next(row[0] for row in dump(app)["organiser"] if row[1] == HAL.name)
    post(cora, f"{team}/helpers/{number}/dismiss")

    assert (joined.status_code, HAL.email in listed) == (303, True)
    assert f"/desk/events/{slug}/door" in start
    assert client.get("/desk/").status_code == 303


def test_ones_own_sign_ins_are_listed_and_ended(app: Flask, client: FlaskClient, at_desk: AtDesk) -> None:
    others = [app.test_client() for _ in range(2)]
    for each in others:
        sign_in(each)
    client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    sign_in(client)
    cora = at_desk(CORA)
    page = client.get("/desk/account").text
    ends = re.findall(r"/desk/account/sign-ins/(\d+)/end", page)

    post(client, f"/desk/account/sign-ins/{ends[-1]}/end")
    one_less = [each.get("/desk/").status_code for each in others]
    post(client, "/desk/account/sign-ins/end")

    assert "<b>Firefox on Linux</b>, this one" in page
    assert (len(ends), page.count("End it")) == (3, 2)
    assert sorted(one_less) == [200, 303]
    assert [each.get("/desk/").status_code for each in (*others, client, cora)] == [303, 303, 200, 200]


def test_a_name_is_changed(app: Flask, at_desk: AtDesk) -> None:
    ada = at_desk(ADA)

    done, refused = post(ada, "/desk/account", name="Ada Lane"), post(ada, "/desk/account", name=" ")

    assert (done.status_code, refused.status_code) == (303, 422)
    assert "Signed in as Ada Lane" in ada.get("/desk/").text


def test_mail_to_the_desk_is_shown_to_owners_alone(app: Flask, at_desk: AtDesk, now: Clock) -> None:
    ada, cora = at_desk(ADA), at_desk(CORA)
    post(cora, "/desk/team", name=HAL.name, email=HAL.email, role="community")
    with app.app_context():
        job = claim(now.time, "one", (Kind.JOIN,))
        assert job
        fail(job, "one", "550 nobody here", now.time, final=True)
        number = job.id

    pages = [each.get("/desk/messages?tab=failed").text for each in (ada, cora)]
    again = [post(each, f"/desk/messages/{number}/retry").status_code for each in (cora, ada)]

    assert ["An invitation to the desk" in page for page in pages] == [True, False]
    assert again == [404, 303]

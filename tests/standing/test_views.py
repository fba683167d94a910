"""Asking to be told of the next one: one form for one label, the same answer for all, and a link whose look does nothing."""

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventdesk.consent.models import ConsentEntry
from eventdesk.db import db, writing
from eventdesk.events.service import cancel_event
from eventdesk.labels import RULES, Audience, Label
from eventdesk.links import Links, Purpose
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.models import Job, Kind
from eventdesk.programmes.models import Programme
from eventdesk.standing.queries import by_email, listed
from tests.cast import ADA, BERT, CORA, UGO, UMA, Person
from tests.conftest import BASE_URL, Clock
from tests.crawl import csrf_of
from tests.dumps import dump
from tests.factories import make_event, make_standing, sign_up

FORMS = {label: f'action="/{label}/standing"' for label in RULES}


def link_of(app: Flask, links: Links, person: Person = UGO, label: Label = Label.COMMUNITY) -> str:
    """The path in the newest mail to an address."""
    with app.app_context():
        entry = by_email(db.session(), RULES[label].audience, person.email)
        assert entry
        return links.standing(entry.audience, entry.ref, entry.generation).removeprefix(BASE_URL)


def on_list(app: Flask, label: Label = Label.COMMUNITY) -> list[str]:
    """Who has confirmed."""
    with app.app_context():
        return [entry.email for entry in listed(db.session(), RULES[label].audience)]


@pytest.mark.parametrize("label", RULES)
def test_the_form_is_where_one_looks_for_the_next_one_and_for_one_label_alone(
    app: Flask, client: FlaskClient, links: Links, now: Clock, label: Label
) -> None:
    with app.app_context():
        coming, off = make_event(links, label), make_event(links, label)
        cancel_event(off.slug, actor=COMMAND_LINE, links=links, now=now.time)
        programme = db.session.scalars(select(Programme).where(Programme.label == label)).one()
        said = RULES[label].agreed(programme.sender)
        paths = [
            f"/{label}",
            f"/{label}/standing",
            f"/programmes/{programme.slug}",
            f"/events/{off.slug}",
            f"/i/{off.code}",
        ]
        open_now = f"/i/{coming.code}"
    pages = [client.get(path) for path in paths]
    pages.append(client.post(open_now, data=UGO.form | {"company": "Us", "role": "Owner"}))

    for page in pages:
        assert [each for each, form in FORMS.items() if form in page.text] == [label]
        assert page.text.count(said) == 2  # to read, and to be sent back
        assert (RULES[label].tell_me in page.text, "checkbox" in page.text) == (True, False)
        assert "Set-Cookie" not in page.headers
    assert f'value="{UGO.email}"' in pages[-1].text
    assert FORMS[label] not in client.get(open_now).text  # while one can register, that is the act
    assert not any(form in client.get("/").text for form in FORMS.values())
    now.pass_by(days=60)
    assert FORMS[label] in client.get(open_now).text


def test_asked_told_confirmed_once_and_ended(app: Flask, client: FlaskClient, links: Links) -> None:
    asked = client.post("/community/standing", data=UGO.form)
    path = link_of(app, links)
    before = dump(app)
    looks = [client.get(path), client.head(path)]
    assert (asked.status_code, asked.headers["Cache-Control"]) == (200, "no-store")
    assert ([look.status_code for look in looks], dump(app) == before, on_list(app)) == ([200, 200], True, [])

    said = [client.post(path, data={"act": "confirm"}) for _ in range(2)]
    page = client.get(path).text
    assert {(answer.status_code, answer.location) for answer in said} == {(303, path)}
    assert (on_list(app), "Take me off this list" in page) == ([UGO.email], True)

    ended = client.post(path, data={"act": "end"})
    assert (ended.status_code, "You are off the list" in ended.text, on_list(app)) == (200, True, [])
    assert [client.get(path).status_code, client.post(path, data={"act": "confirm"}).status_code] == [404, 404]
    assert on_list(app) == []


def test_the_ledger_holds_to_the_letter_what_the_page_showed(app: Flask, client: FlaskClient, links: Links) -> None:
    with app.app_context(), writing() as session:
        for programme in session.scalars(select(Programme)):
            programme.sender = "Müller & Søn’s “Lathe” <Lane>"
    page = client.get("/community/standing").text
    [shown] = re.findall(r'<input type="hidden" name="said" value="([^"]+)">\s*<p>\1</p>', page)
    client.post("/community/standing", data={**UGO.form, "said": html.unescape(shown)})
    question = client.get(link_of(app, links)).text

    client.post(link_of(app, links), data={"act": "confirm"})

    assert f'<p class="lead">{shown}</p>' in question
    with app.app_context():
        [kept] = db.session.scalars(select(ConsentEntry))
        assert kept.said.encode() == html.unescape(shown).encode()
        assert ("’s “Lathe” <Lane>" in kept.said, f'<html lang="{kept.locale}">' in page) == (True, True)


def test_the_answer_is_the_same_whether_or_not_the_address_was_known(
    app: Flask, client: FlaskClient, links: Links, now: Clock
) -> None:
    with app.app_context():
        make_standing(links, Label.COMMUNITY, UGO)
        sign_up(make_event(links), UGO)
    now.pass_by(hours=1)

    answers = [client.post("/community/standing", data=person.form) for person in (UGO, UMA, UGO, UMA)]

    texts = {answer.text.replace(UGO.email, "them").replace(UMA.email, "them") for answer in answers}
    assert ({answer.status_code for answer in answers}, len(texts)) == ({200}, 1)


def test_an_old_link_is_nothing_and_neither_is_a_forged_one(
    app: Flask, client: FlaskClient, links: Links, now: Clock
) -> None:
    client.post("/community/standing", data=UGO.form)
    old = link_of(app, links)
    now.pass_by(hours=1)
    client.post("/community/standing", data=UGO.form)
    new = link_of(app, links)
    ref = links.keys.row(Purpose.STANDING, new.removeprefix("/standing/"))[1]
    forged = [
        old,
        links.standing(Audience.BUYERS, ref, 1),
        links.stop(Audience.USERS, ref, 1).replace("/u/", "/standing/"),
        new[:-4],
    ]
    before = dump(app)

    answers = [each for path in forged for each in (client.get(path), client.post(path, data={"act": "confirm"}))]

    assert {answer.status_code for answer in answers} == {404}
    assert dump(app) == before
    assert client.get(new).status_code == 200


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "", "email": "ugo@users.example"}, "Tell us your name."),
        ({"name": "Ugo", "email": "ugo"}, "This is not an email address"),
        ({"name": "Win at http://evil.example", "email": "ugo@users.example"}, "Leave web and mail addresses out"),
        ({**UGO.form, "said": "Anybody may write to me."}, "Please read it again"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field_and_changes_nothing(
    app: Flask, client: FlaskClient, typed: dict[str, str], said: str
) -> None:
    before = dump(app)["user_standing"]

    answer = client.post("/community/standing", data=typed)

    assert (answer.status_code, said in answer.text, typed["email"] in answer.text) == (422, True, True)
    assert dump(app)["user_standing"] == before


def test_only_our_own_pages_may_ask(app: Flask, client: FlaskClient) -> None:
    before = dump(app)

    answer = client.post("/community/standing", data=UGO.form, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert dump(app) == before


def test_the_desk_shows_one_list_to_a_page_and_takes_somebody_off(
    app: Flask, links: Links, at_desk: Callable[[Person], FlaskClient]
) -> None:
    with app.app_context():
        make_standing(links, Label.COMMUNITY, UGO)
        make_standing(links, Label.COMMUNITY, UMA, confirmed=False)
    cora, bert, ada = (at_desk(person) for person in (CORA, BERT, ADA))

    assert [UGO.email in browser.get("/desk/standing").text for browser in (cora, bert, ada)] == [True, False, True]
    assert bert.get("/desk/standing/community").status_code == 404
    assert "Nobody here yet." in bert.get("/desk/standing/commercial").text
    page, asked = (cora.get(f"/desk/standing/community{query}").text for query in ("", "?tab=asked"))
    assert ((UGO.email in page, UMA.email in page), (UGO.email in asked, UMA.email in asked)) == (
        (True, False),
        (False, True),
    )
    assert "/desk/standing/commercial" not in page
    assert "/desk/standing/commercial" in ada.get("/desk/standing/community").text
    assert "Nobody here matches" in cora.get("/desk/standing/community?q=nobody").text

    [removal] = re.findall(r'action="([^"]+/remove)"', page)
    token = {"csrf_token": csrf_of(cora)}
    assert bert.post(removal, data={"csrf_token": csrf_of(bert)}).status_code == 404
    assert cora.post(removal, data=token).location == "/desk/standing/community"
    assert (on_list(app), cora.post(removal, data=token).status_code) == ([], 404)


def test_mail_about_the_list_is_on_messages_for_its_own_label(
    app: Flask, client: FlaskClient, at_desk: Callable[[Person], FlaskClient]
) -> None:
    client.post("/community/standing", data=UGO.form)
    with app.app_context():
        assert db.session.scalars(select(Job.label).where(Job.kind == Kind.OPT_IN)).all() == [Label.COMMUNITY]

    assert ["Whether it was they" in at_desk(person).get("/desk/messages").text for person in (CORA, BERT)] == [
        True,
        False,
    ]

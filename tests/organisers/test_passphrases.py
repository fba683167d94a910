"""A passphrase that was forgotten, or is changed: links good once, the same answer for everyone, sign-ins that end."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from eventdesk.db import db
from eventdesk.links import Links, Purpose
from eventdesk.organisers.letters import desk_letter_of
from eventdesk.outbox.models import Job, Kind
from eventdesk.outbox.service import claim, finish
from tests.cast import ADA, CORA, HAL, PASSPHRASE, ZED, Person
from tests.conftest import BASE_URL, Clock
from tests.crawl import TOKEN
from tests.dumps import dump
from tests.factories import make_helper
from tests.organisers.test_views import sign_in, submit

NEW = "another lamp, other bridges"


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The kinds of SQL statement that are carried out meanwhile: what they do to which table."""
    said: list[str] = []

    def keep(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(" ".join(statement.split()))

    with app.app_context():
        engines = list(db.engines.values())
    for engine in engines:
        event.listen(engine, "before_cursor_execute", keep)
    yield said
    for engine in engines:
        event.remove(engine, "before_cursor_execute", keep)


def sent_link(app: Flask, links: Links, now: Clock) -> str | None:
    """The path in the newest letter for a new passphrase, if it is still true."""
    with app.app_context():
        job = db.session.scalars(select(Job).where(Job.kind == Kind.RESET).order_by(Job.id.desc())).first()
        letter = desk_letter_of(db.session(), job, links, now.time) if job else None
    return (
        next((word.removeprefix(BASE_URL) for word in letter.text.body.split() if "/reset/" in word), None)
        if letter
        else None
    )


def test_a_forgotten_passphrase_is_chosen_anew_by_mail(
    app: Flask, client: FlaskClient, links: Links, now: Clock, at_desk: Callable[[Person], FlaskClient]
) -> None:
    elsewhere = at_desk(ADA)
    submit(client, "/forgot", email=ADA.email.upper())
    path = sent_link(app, links, now)
    assert path

    short = submit(client, path, passphrase="short")
    done = submit(client, path, passphrase=NEW)

    assert (short.status_code, done.status_code, done.location) == (422, 303, "/sign-in")
    assert "Sign in with it" in client.get("/sign-in").text
    assert elsewhere.get("/desk/").status_code == 303
    assert sign_in(client).status_code == 422
    assert sign_in(client, passphrase=NEW).status_code == 303
    assert (client.get(path).status_code, sent_link(app, links, now)) == (404, None)


def test_a_known_and_an_unknown_address_are_answered_alike_by_the_same_path(
    app: Flask, client: FlaskClient, links: Links, now: Clock
) -> None:
    submit(client, "/forgot", email="first@elsewhere.example")  # what is made once is made
    with statements(app) as known:
        there = submit(client, "/forgot", email=ADA.email)
    with statements(app) as unknown:
        nowhere = submit(client, "/forgot", email=ZED.email)

    assert there.status_code == nowhere.status_code == 200
    assert TOKEN.sub("", there.text) == TOKEN.sub("", nowhere.text)
    assert ADA.email not in there.text
    assert known == unknown
    assert any("INSERT INTO passphrase_reset" in each for each in known)
    assert sent_link(app, links, now) is None
    assert ZED.email not in str(dump(app))


def test_asking_is_slowed_down_for_known_and_unknown_alike(app: Flask, client: FlaskClient, now: Clock) -> None:
    asked = {person.email: [submit(client, "/forgot", email=person.email) for _ in range(6)] for person in (ADA, ZED)}
    now.pass_by(hours=1)

    for answers in asked.values():
        assert [each.status_code for each in answers] == [200] * 5 + [429]
        assert ("for this address" in answers[-1].text, "your network" in answers[-1].text) == (True, False)
    assert submit(client, "/forgot", email=ADA.email).status_code == 200


def test_the_desk_lists_only_links_that_were_sent_to_somebody(
    app: Flask, client: FlaskClient, at_desk: Callable[[Person], FlaskClient], now: Clock
) -> None:
    ada, shown = at_desk(ADA), []
    for person, told in ((ZED, None), (ADA, 0)):
        submit(client, "/forgot", email=person.email)
        with app.app_context():
            job = claim(now.time, "one", (Kind.RESET,))
            assert job
            finish(job.id, "one", told)
        page = ada.get("/desk/messages?tab=done").text
        shown.append((page.count("A link for a new passphrase"), re.findall(r"Sent\D+(\d+)", page)[:1]))

    assert shown == [(0, ["0"]), (1, ["1"])]


def test_a_link_ends_after_an_hour_and_with_the_other_links(
    app: Flask, client: FlaskClient, links: Links, now: Clock
) -> None:
    submit(client, "/forgot", email=ADA.email)
    first = sent_link(app, links, now)
    submit(client, "/forgot", email=ADA.email)
    second = sent_link(app, links, now)
    assert first
    assert second
    submit(client, second, passphrase=NEW)
    after = client.get(first).status_code
    submit(client, "/forgot", email=ADA.email)
    late = sent_link(app, links, now)
    assert late
    now.pass_by(hours=1)

    assert (after, client.get(late).status_code, sent_link(app, links, now)) == (404, 404, None)


def test_a_link_of_another_purpose_or_without_our_signature_opens_nothing(
    app: Flask, client: FlaskClient, links: Links, now: Clock
) -> None:
    submit(client, "/forgot", email=ADA.email)
    path = sent_link(app, links, now)
    assert path
    ref = links.desk_ref(Purpose.RESET, path.rpartition("/")[2])

    wrong = [f"/reset/{links.desk_token(Purpose.JOIN, ref)}", path[:-1] + ("A" if path[-1] != "A" else "B"), "/reset/x"]

    assert [client.get(each).status_code for each in wrong] == [404, 404, 404]
    assert client.get(path).headers["Referrer-Policy"] == "no-referrer"


def test_an_owner_makes_a_link_for_somebody_and_sees_it_once(
    app: Flask, client: FlaskClient, at_desk: Callable[[Person], FlaskClient]
) -> None:
    ada, cora = at_desk(ADA), at_desk(CORA)
    number = next(row[0] for row in dump(app)["organiser"] if row[1] == CORA.name)

    page = ada.post(f"/desk/team/{number}/reset", data={"csrf_token": TOKEN.findall(ada.get("/desk/").text)[0]})

    path = page.text.partition(f'value="{BASE_URL}/reset/')[2].partition('"')[0]
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert submit(client, f"/reset/{path}", passphrase=NEW).status_code == 303
    assert cora.get("/desk/").status_code == 303


def test_who_an_owner_makes_a_link_for_hears_of_it_though_it_was_used(
    app: Flask, client: FlaskClient, at_desk: Callable[[Person], FlaskClient], links: Links, now: Clock
) -> None:
    ada, _ = at_desk(ADA), at_desk(CORA)
    number = next(row[0] for row in dump(app)["organiser"] if row[1] == CORA.name)
    page = ada.post(f"/desk/team/{number}/reset", data={"csrf_token": TOKEN.findall(ada.get("/desk/").text)[0]}).text
    path = page.partition(f'value="{BASE_URL}/reset/')[2].partition('"')[0]
    submit(client, f"/reset/{path}", passphrase=NEW)

    with app.app_context():
        job = db.session.scalars(select(Job).where(Job.kind == Kind.RESET)).one()
        letter = desk_letter_of(db.session(), job, links, now.time)

    assert "EVENTDESK_SMTP_URL" in page
    assert letter
    assert (letter.email, "an owner of the desk" in letter.text.body) == (CORA.email, True)
    assert (path in letter.text.body, f"{BASE_URL}/forgot" in letter.text.body) == (False, True)


def test_a_passphrase_is_changed_by_who_knows_it_and_other_sign_ins_end(app: Flask, client: FlaskClient) -> None:
    other = app.test_client()
    sign_in(other)
    sign_in(client)

    def change(**said: str) -> int:
        token = TOKEN.findall(client.get("/desk/account").text)[0]
        return client.post("/desk/account/passphrase", data={"csrf_token": token} | said).status_code

    wrong = change(old="something else entirely", passphrase=NEW)
    short = change(old=PASSPHRASE, passphrase="short")
    still = other.get("/desk/").status_code
    done = change(old=PASSPHRASE, passphrase=NEW)

    assert (wrong, short, still, done) == (422, 422, 200, 303)
    assert (client.get("/desk/").status_code, other.get("/desk/").status_code) == (200, 303)
    assert sign_in(other, passphrase=NEW).status_code == 303


def test_guessing_the_old_passphrase_is_slowed_down(app: Flask, client: FlaskClient) -> None:
    sign_in(client)
    token = TOKEN.findall(client.get("/desk/account").text)[0]

    said = {"csrf_token": token, "old": "x", "passphrase": NEW}
    answers = [client.post("/desk/account/passphrase", data=said).status_code for _ in range(11)]

    assert answers == [422] * 10 + [429]


@pytest.mark.usefixtures("app")
def test_who_is_off_the_team_is_sent_no_link(app: Flask, client: FlaskClient, links: Links, now: Clock) -> None:
    with app.app_context():
        make_helper(HAL)

    submit(client, "/forgot", email=HAL.email)

    assert sent_link(app, links, now) is None

"""What people see of themselves, take with them, correct and have erased: of one list, and never of the other."""

import csv
import io
import logging
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventdesk.consent.queries import choice_of
from eventdesk.db import db
from eventdesk.events.models import Event
from eventdesk.labels import RULES, Audience, Label
from eventdesk.links import Links
from eventdesk.lists.models import LISTS
from eventdesk.lists.notes import keep_note
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.models import Job, Kind
from eventdesk.questions.models import Kind as Answered
from eventdesk.questions.queries import questions_of
from eventdesk.questions.rules import QuestionDraft
from eventdesk.questions.service import ask
from eventdesk.rights.service import mail_link
from eventdesk.worker import WRITERS
from tests.cast import ADA, UGO, UMA, Person
from tests.conftest import BASE_URL, Clock
from tests.dumps import dump
from tests.factories import make_event, make_invitation, make_round, make_standing, sign_up

#: On both lists, with a mark that stands in nothing else.
ANA = Person("Ana Canary", "ana@canary.example", "Canary Works", "Canary keeper")
TOPICS = QuestionDraft(prompt="Which bird?", kind=Answered.TEXT, reason="To plan.")


def path_of(url: str) -> str:
    """An address of ours without the host."""
    return url.removeprefix(BASE_URL)


def whole_link(audience: Audience, person: Person, links: Links, now: Clock) -> str:
    """The path in the mail with the link to all that one list holds, as the outbox writes it."""
    mail_link(audience, person.email, links=links, now=now.time)
    choice = choice_of(db.session(), audience, person.email)
    assert choice
    job = db.session.scalars(select(Job).where(Job.kind == Kind.RIGHTS, Job.ref == choice.ref)).one()
    letter = WRITERS[job.kind](db.session(), job, links, now.time)
    db.session.rollback()
    assert letter
    assert letter.email == person.email
    return next(path_of(line) for line in letter.text.body.splitlines() if "/held/" in line)


@pytest.fixture
def ana(app: Flask, links: Links, now: Clock) -> dict[Audience, dict[str, str]]:
    """She is on both lists in all ways there are; by list, the paths of her own page and of the link to everything."""
    paths = {}
    with app.app_context():
        for label, rules in RULES.items():
            event = make_event(links, label, capacity=1)
            ask(event.id, label, TOPICS, actor=COMMAND_LINE, now=now.time)
            made = sign_up(event, ANA, answers={questions_of(db.session(), event.id)[0].ref: "A canary"})
            sign_up(event, UGO)
            keep_note(rules.audience, made.ref, "Canary: sits by the window.", actor=COMMAND_LINE, now=now.time)
            make_invitation(make_event(links, label, title="Another"), ANA)
            make_round(make_event(links, label, title="A third"), ANA, UMA)
            make_standing(links, label, ANA)
            own = path_of(links.manage(rules.audience, made.ref, made.generation))
            paths[rules.audience] = {"own": f"{own}/held", "manage": own}
            paths[rules.audience]["whole"] = whole_link(rules.audience, ANA, links, now)
    return paths


Paths = dict[Audience, dict[str, str]]


@pytest.mark.parametrize("audience", Audience)
def test_one_sees_all_that_one_list_holds_and_takes_it_along(
    app: Flask, client: FlaskClient, ana: Paths, audience: Audience
) -> None:
    before = dump(app)

    page, own = client.get(ana[audience]["whole"]).text, client.get(ana[audience]["own"]).text
    said = client.get(f"{ana[audience]['whole']}.json").json
    table = list(csv.reader(io.StringIO(client.get(f"{ana[audience]['whole']}.csv").text)))
    mine = client.get(f"{ana[audience]['own']}.json").json

    assert said
    assert mine
    held = said["held"]
    assert {name: len(rows) for name, rows in held.items() if name != "consents"} == {
        "registrations": 1,
        "invitations": 2,
        "standing_list": 1,
        "calendar": 1,
        "mail_choice": 1,
    }
    assert held["registrations"] == mine["held"]["registrations"]
    assert (
        held["registrations"][0] | {"name": ANA.name, "note": "Canary: sits by the window."} == held["registrations"][0]
    )
    assert held["registrations"][0]["answers"] == {"Which bird?": "A canary"}
    assert [each["what"] for each in held["registrations"][0]["history"]] == [
        "You registered, and got a seat.",
        "Changed the note.",
    ]
    assert "They signed our book." in [each["round_id"] for each in held["invitations"]]
    assert ["Registration", "1", "Name", ANA.name] in table
    for each in ("Ana Canary", "ana@canary.example", "Canary: sits by the window.", "Which bird?: A canary"):
        assert each in page
    assert "Canary: sits by the window." in own
    assert ("Canary Works" in page) is bool(LISTS[audience].__table__.columns.get("company") is not None)
    assert dump(app) == before


def test_the_own_page_leads_there_and_a_wrong_link_nowhere(client: FlaskClient, ana: Paths, links: Links) -> None:
    paths = ana[Audience.USERS]
    stranger = path_of(links.held(Audience.USERS, 5, 0))
    whole = paths["whole"].rpartition("/")[2]

    assert f'href="{paths["own"]}"' in client.get(paths["manage"]).text
    assert [client.get(each).status_code for each in (stranger, f"/held/{whole[:-2]}AA", f"/r/{whole}/held")] == [
        404
    ] * 3
    assert client.get(paths["whole"]).headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in client.get(paths["whole"]).headers


def test_the_mailed_link_ends_by_itself(client: FlaskClient, ana: Paths, now: Clock) -> None:
    there = []
    for _ in range(9):
        there.append(client.get(ana[Audience.USERS]["whole"]).status_code)
        now.pass_by(hours=24)

    assert there == [200] * 8 + [404]


def test_what_one_said_is_put_right(app: Flask, client: FlaskClient, ana: Paths) -> None:
    paths = ana[Audience.BUYERS]
    question = next(part for part in client.get(paths["own"]).text.split('"') if part.startswith("question_"))
    said = {"act": "correct", "name": "Ana Canario", "company": "Canary & Co", "role": "Boss", question: "Two canaries"}

    wrong = client.post(paths["own"], data=said | {"name": "https://x.example"})
    right = client.post(paths["own"], data=said)

    assert (wrong.status_code, right.status_code) == (422, 303)
    [mine] = (client.get(f"{paths['own']}.json").json or {})["held"]["registrations"]
    assert (mine["name"], mine["company"], mine["answers"]) == (
        "Ana Canario",
        "Canary & Co",
        {"Which bird?": "Two canaries"},
    )
    assert mine["history"][-1]["what"] == "What is held about you was corrected."
    assert client.post(paths["whole"], data={"act": "correct", "name": "Anna"}).status_code == 303
    held = (client.get(f"{paths['whole']}.json").json or {})["held"]
    names = {row["name"] for rows in held.values() for row in rows if "name" in row}
    assert names == {"Anna"}


def test_nothing_is_erased_without_saying_so_twice(app: Flask, client: FlaskClient, ana: Paths) -> None:
    before, paths = dump(app), ana[Audience.USERS]

    answers = [client.post(paths[each], data={"act": "erase"}) for each in ("own", "whole")]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("Tick the box" in answer.text for answer in answers)
    assert dump(app) == before


def test_one_registration_is_erased_and_its_seat_goes_on(
    app: Flask, client: FlaskClient, links: Links, ana: Paths
) -> None:
    paths = ana[Audience.USERS]

    answer = client.post(paths["own"], data={"act": "erase", "sure": "yes"})

    assert "It is erased" in answer.text
    assert client.get(paths["own"]).status_code == 404
    held = (client.get(f"{paths['whole']}.json").json or {})["held"]
    assert {name for name in held if name != "consents"} == {"invitations", "standing_list", "mail_choice"}
    with app.app_context():
        [ugo] = db.session.scalars(select(LISTS[Audience.USERS]))
        assert (ugo.name, ugo.state) == (UGO.name, "confirmed")
        kinds = db.session.scalars(select(Job.kind).where(Job.ref == ugo.ref)).all()
        assert Kind.PROMOTED in kinds


def test_all_that_one_list_holds_is_erased_and_the_other_list_is_as_it_was(
    app: Flask, client: FlaskClient, ana: Paths, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before = dump(app)

    answer = client.post(ana[Audience.USERS]["whole"], data={"act": "erase", "sure": "yes"})

    after = dump(app)
    assert "canary" not in answer.text.casefold()
    with_mark = {table for table, rows in after.items() if "canary" in str(rows).casefold()}
    assert with_mark == {
        "buyer_registration", "buyer_calendar", "buyer_invitation", "buyer_standing", "buyer_mail_choice"
    }  # fmt: skip
    assert {table: after[table] for table in with_mark} == {table: before[table] for table in with_mark}
    assert client.get(ana[Audience.USERS]["whole"]).status_code == 404
    assert "canary" not in caplog.text.casefold()


def test_once_both_are_erased_nothing_anywhere_holds_a_mark(
    app: Flask, client: FlaskClient, at_desk: Callable[[Person], FlaskClient], ana: Paths, links: Links, now: Clock
) -> None:
    for paths in ana.values():
        client.post(paths["whole"], data={"act": "erase", "sure": "yes"})

    assert [table for table, rows in dump(app).items() if "canary" in str(rows).casefold()] == []
    ada = at_desk(ADA)
    rooms = ("", "/people", "/door", "/links", "/rounds", "/rounds/1", "/history", "/messages")
    with app.app_context():
        slugs = db.session.scalars(select(Event.slug)).all()
    looked = ["/desk/messages", *(f"/desk/events/{slug}{room}" for slug in slugs for room in rooms)]
    pages = {path: ada.get(path).text.casefold() for path in looked}
    assert any("ugo" in page for path, page in pages.items() if path.endswith("/people"))
    assert [path for path, page in pages.items() if "canary" in page] == []
    with app.app_context():
        for job in db.session.scalars(select(Job)).all():
            letter = WRITERS[job.kind](db.session(), job, links, now.time) if job.kind in WRITERS else None
            db.session.rollback()
            assert letter is None or "canary" not in f"{letter.email}{letter.text.body}"


def test_the_link_goes_by_mail_alone_and_not_too_often(app: Flask, client: FlaskClient, ana: Paths, now: Clock) -> None:
    paths = ana[Audience.USERS]
    answers = []
    for _ in range(3):
        now.pass_by(minutes=16)
        answers.append(client.post(paths["own"], data={"act": "mail"}))

    assert [answer.status_code for answer in answers] == [200, 429, 429]  # one was asked for at each list before
    assert all("/held/" not in answer.text and ANA.email not in answer.text for answer in answers)
    with app.app_context():
        assert len(db.session.scalars(select(Job).where(Job.kind == Kind.RIGHTS)).all()) == 3


def test_who_is_on_the_standing_list_alone_has_the_link_mailed_too(
    app: Flask, client: FlaskClient, links: Links
) -> None:
    with app.app_context():
        entry = make_standing(links, Label.COMMERCIAL, UMA)
        page = path_of(links.standing(entry.audience, entry.ref, entry.generation))

    answer = client.post(f"{page}/held", data={"act": "mail"})

    assert f'action="{page}/held"' in client.get(page).text
    assert "Look at your mail" in answer.text
    with app.app_context():
        assert db.session.scalars(select(Job.label).where(Job.kind == Kind.RIGHTS)).all() == [Label.COMMERCIAL]

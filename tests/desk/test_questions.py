"""The desk's page about an event's own questions, and where their answers are seen."""

import csv
import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventdesk.db import db
from eventdesk.events.queries import by_slug
from eventdesk.events.service import cancel_event
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.lists.queries import listed
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.questions.queries import questions_of
from tests.cast import ADA, BEA, CORA, PASSPHRASE, UGO, UMA, Person
from tests.conftest import Clock
from tests.crawl import csrf_of
from tests.dumps import dump
from tests.factories import make_event

VEGAN = {"question": "Are you vegan?", "reason": "For the food.", "kind": "yes_no"}
TOPICS = {
    "question": "Which topics?",
    "reason": "To choose.",
    "kind": "several",
    "options": "Tires\nSensors",
    "required": "y",
}


class Room:
    """The questions page of one event, in Ada's browser."""

    def __init__(self, app: Flask, browser: FlaskClient, slug: str) -> None:
        self.app, self.browser, self.slug = app, browser, slug
        self.path = f"/desk/events/{slug}/questions"
        self.token = csrf_of(browser)

    def send(self, form: dict[str, str], rest: str = "") -> Any:
        return self.browser.post(self.path + rest, data={"csrf_token": self.token} | form)

    @property
    def refs(self) -> dict[str, int]:
        with self.app.app_context():
            event = by_slug(db.session(), self.slug, RULES)
            return {each.prompt: each.ref for each in questions_of(db.session(), event.id)}

    @property
    def shown(self) -> str:
        return unescape(self.browser.get(self.path).text)


@pytest.fixture
def room(app: Flask, links: Links, at_desk: Callable[[Person], FlaskClient]) -> Callable[..., Room]:
    def make(label: Label = Label.COMMUNITY) -> Room:
        with app.app_context():
            slug = make_event(links, label).slug
        return Room(app, at_desk(ADA), slug)

    return make


def test_questions_are_added_put_otherwise_moved_and_removed(room: Callable[..., Room]) -> None:
    questions = room()

    added = [questions.send(VEGAN), questions.send(TOPICS)]
    first = questions.refs
    changed = questions.send(VEGAN | {"question": "Are you hungry?"}, f"/{first['Are you vegan?']}")
    questions.send({"act": "up"}, f"/{first['Which topics?']}/act")
    order = list(questions.refs)
    questions.send({"act": "remove"}, f"/{first['Which topics?']}/act")

    assert [answer.status_code for answer in (*added, changed)] == [303] * 3
    assert order == ["Which topics?", "Are you hungry?"]
    assert list(questions.refs) == ["Are you hungry?"]
    assert questions.refs["Are you hungry?"] != first["Are you vegan?"]
    assert questions.send(VEGAN, f"/{first['Are you vegan?']}").status_code == 404


def test_the_form_explains_what_is_never_asked_and_refuses_it_at_its_field(
    app: Flask, room: Callable[..., Room]
) -> None:
    questions = room()
    before = dump(app)

    answer = questions.send(VEGAN | {"question": "Which company do you work for?"})

    rules = RULES[Label.COMMUNITY]
    assert questions.shown.index(rules.never_asks_because) < questions.shown.index('name="question"')
    assert answer.status_code == 422
    told = unescape(answer.text).partition('id="question-error"')[2].partition("</p>")[0]
    assert "“company do you work” asks for a company" in told
    assert dump(app) == before


def test_a_briefing_asks_for_budgets_and_explains_nothing_away(room: Callable[..., Room]) -> None:
    questions = room(Label.COMMERCIAL)

    assert questions.send(VEGAN | {"question": "What is your budget?"}).status_code == 303
    assert "Never asked" not in questions.shown


def test_an_answered_question_is_frozen_and_says_so(client: FlaskClient, room: Callable[..., Room]) -> None:
    questions = room()
    questions.send(VEGAN)
    ref = questions.refs["Are you vegan?"]
    path = action_of(client, questions.slug)
    client.post(path, data=UGO.form | {f"question_{ref}": "yes"})

    refused = [questions.send(VEGAN, f"/{ref}"), questions.send({"act": "remove"}, f"/{ref}/act")]

    assert [answer.status_code for answer in refused] == [409, 409]
    assert "Somebody has answered" in refused[0].text
    assert ("Frozen." in questions.shown, f"/{ref}#ask" in questions.shown) == (True, False)
    assert questions.browser.get(f"{questions.path}/{ref}").status_code == 409


def action_of(client: FlaskClient, slug: str) -> str:
    found = re.search(r'action="(/i/[^"]+)"', client.get(f"/events/{slug}").text)
    assert found
    return found[1]


def test_the_page_asks_with_its_reasons_and_takes_only_what_answers_them(
    app: Flask, client: FlaskClient, room: Callable[..., Room]
) -> None:
    questions = room()
    questions.send(VEGAN)
    questions.send(TOPICS)
    name = f"question_{questions.refs['Which topics?']}"
    path = action_of(client, questions.slug)
    before = dump(app)

    page = client.get(f"/events/{questions.slug}").text
    missing, odd = client.post(path, data=UGO.form), client.post(path, data=UGO.form | {name: "Brakes"})

    assert page.count("<fieldset") == 2
    assert f'aria-describedby="{name}-help"' in page
    assert "To choose." in page
    assert (missing.status_code, odd.status_code) == (422, 422)
    assert "Choose at least one." in missing.text.partition(f'id="{name}-error"')[2].partition("</p>")[0]
    assert dump(app) == before


def test_answers_are_seen_by_the_desk_and_by_who_gave_them_and_by_nobody_else(
    app: Flask, client: FlaskClient, room: Callable[..., Room], at_desk: Callable[[Person], FlaskClient]
) -> None:
    questions = room(Label.COMMERCIAL)
    questions.send(VEGAN | {"question": "=Anything else?", "kind": "text"})
    questions.send(TOPICS)
    text, topics = (f"question_{ref}" for ref in questions.refs.values())
    path = action_of(client, questions.slug)
    own = client.post(path, data=BEA.form | {text: "=1+1", topics: ["Tires", "Sensors"]})
    other = client.post(path, data=UMA.form | {"company": "x", "role": "y", topics: "Tires"})
    manage = [re.search(r'value="http://desk.example(/r/[^"]+)"', answer.text) for answer in (own, other)]
    assert all(manage)

    people = questions.browser.get(f"/desk/events/{questions.slug}/people").text
    why = {"file": "csv", "reason": "To see it.", "passphrase": PASSPHRASE, "csrf_token": csrf_of(questions.browser)}
    chosen = why | {"columns": [f"question_{ref}" for ref in questions.refs.values()]}
    file = questions.browser.post(f"/desk/events/{questions.slug}/people/export", data=chosen).text
    rows = list(csv.reader(io.StringIO(file.removeprefix("\ufeff"))))
    shown = [client.get(found[1]).text for found in manage if found]

    assert (len(re.findall(r"<summary>\s*\d answer", people)), "2 answers" in people, "=1+1" in people) == (
        2,
        True,
        True,
    )
    assert rows[0][-2:] == ["'=Anything else?", "Which topics?"]
    assert [row[-2:] for row in rows[1:]] == [["'=1+1", "Tires, Sensors"], ["", "Tires"]]
    assert ["=1+1" in page for page in shown] == [True, False]
    assert at_desk(CORA).get(questions.path).status_code == 404
    public = [client.get(each).text for each in (f"/events/{questions.slug}", f"/events/{questions.slug}.ics")]
    assert [page for page in public if "=1+1" in page] == []


def test_a_duplicate_asks_what_its_label_may_ask(app: Flask, room: Callable[..., Room]) -> None:
    questions = room(Label.COMMERCIAL)
    questions.send(VEGAN)
    questions.send(VEGAN | {"question": "What is your budget?"})
    form = {"title": "Again", "starts_at": "2027-04-11T18:00", "ends_at": "2027-04-11T20:00"}
    form |= {"timezone": "Europe/Oslo", "visibility": "public", "like": questions.slug}
    assert f'value="{questions.slug}"' in questions.browser.get(f"/desk/events/new?like={questions.slug}").text

    for label in RULES:
        made = questions.browser.post("/desk/events/new", data=form | {"csrf_token": questions.token, "label": label})
        assert made.status_code == 303, made.text
        questions.slug = made.location.rpartition("/")[2]
        left = "“What is your budget?”" in questions.browser.get(made.location).text
        assert (list(questions.refs), left) == {
            Label.COMMUNITY: (["Are you vegan?"], True),
            Label.COMMERCIAL: (["Are you vegan?", "What is your budget?"], False),
        }[label]


def test_a_cancelled_event_asks_nothing_more(app: Flask, room: Callable[..., Room], links: Links, now: Clock) -> None:
    questions = room()
    questions.send(VEGAN)
    with app.app_context():
        cancel_event(questions.slug, actor=COMMAND_LINE, links=links, now=now.time)

    assert questions.send(TOPICS).status_code == 409
    assert "Add a question" not in questions.shown


def test_nobody_who_registered_before_is_asked_again(
    app: Flask, client: FlaskClient, room: Callable[..., Room]
) -> None:
    questions = room()
    client.post(action_of(client, questions.slug), data=UGO.form)
    questions.send(TOPICS)

    with app.app_context():
        event = by_slug(db.session(), questions.slug, RULES)
        assert [person.answers for person in listed(db.session(), event)] == [{}]

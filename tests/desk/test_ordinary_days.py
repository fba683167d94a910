"""Ordinary days at the desk: who came, what was noted, what was written to all, and what happened."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from eventdesk.db import db, writing
from eventdesk.events.models import Event
from eventdesk.events.service import cancel_event, change
from eventdesk.history.models import Act
from eventdesk.history.service import record
from eventdesk.labels import Label
from eventdesk.links import Links
from eventdesk.messages.models import Message
from eventdesk.organisers.models import Organiser
from eventdesk.organisers.rules import COMMAND_LINE
from tests.cast import ADA, BERT, CORA, PASSPHRASE, UGO, UMA, Person
from tests.conftest import Clock
from tests.crawl import csrf_of
from tests.dumps import dump
from tests.factories import make_draft, make_event, sign_up

#: While Ada is still signed in.
SOON = datetime.fromisoformat("2027-02-12T18:00")
Desk = Callable[[Person], FlaskClient]


class Evening:
    """A community session with two people, and Ada's browser beside it."""

    def __init__(self, app: Flask, at_desk: Desk, links: Links) -> None:
        with app.app_context():
            event = make_event(links, starts_at=SOON)
            self.slug, self.starts_at, self.id = event.slug, event.starts_at, event.id
            self.ugo, self.uma = (sign_up(event, person).ref for person in (UGO, UMA))
            self.other = sign_up(make_event(links), UGO).ref
        self.path = f"/desk/events/{self.slug}"
        self.browser = at_desk(ADA)
        self.token = csrf_of(self.browser)

    def get(self, path: str) -> str:
        """The words of a page of this event."""
        return unescape(self.browser.get(self.path + path).text)

    def post(self, path: str, **form: str) -> Any:
        """The answer to a form of this event."""
        return self.browser.post(self.path + path, data={"csrf_token": self.token} | form)


@pytest.fixture
def evening(app: Flask, at_desk: Desk, links: Links) -> Evening:
    """The evening."""
    return Evening(app, at_desk, links)


def test_who_came_is_marked_in_the_list(app: Flask, evening: Evening, now: Clock) -> None:
    before = evening.get("/people")
    now.time = evening.starts_at

    came = evening.post(f"/people/{evening.ugo}/attendance", attended="yes", tab="confirmed", q="ugo")
    during = evening.get("/people")
    early = evening.post("/people/no-shows", x="")
    now.pass_by(hours=3)
    rest = evening.post("/people/no-shows", x="")
    after = evening.get("/people?tab=no-show")

    assert ("Attended<" in before, "Attended<" in during, "Mark everyone else" in during) == (False, True, False)
    assert came.location == f"{evening.path}/people?tab=confirmed&q=ugo#p{evening.ugo}"
    assert (early.status_code, rest.status_code) == (409, 303)
    assert "1 person is marked as no-show." in after
    assert (UMA.email in after, UGO.email in after) == (True, False)
    file = evening.post("/people/export", columns="state", file="csv", reason="To see it.", passphrase=PASSPHRASE)
    assert [row[0] for row in csv.reader(io.StringIO(file.text))][1:] == ["attended", "no-show"]


def test_a_mark_is_taken_back_on_the_persons_own_page(evening: Evening, now: Clock) -> None:
    now.time = evening.starts_at
    marked = evening.post(f"/people/{evening.ugo}/attendance", attended="no", on="person")

    page = evening.get(f"/people/{evening.ugo}")
    evening.post(f"/people/{evening.ugo}/attendance", attended="", on="person")
    again = evening.get(f"/people/{evening.ugo}")

    assert marked.location == f"{evening.path}/people/{evening.ugo}"
    assert ("No-show" in page, "Undo" in page) == (True, True)
    assert ("Confirmed" in again, "Undo" in again) == (True, False)
    assert [line in again for line in ("Marked as a no-show.", "Took the mark back.", ADA.name)] == [True] * 3


def test_it_is_too_early_to_say_who_came(app: Flask, evening: Evening) -> None:
    before = dump(app)

    answer = evening.post(f"/people/{evening.ugo}/attendance", attended="yes")

    assert (answer.status_code, "from 6 hours before" in answer.text) == (409, True)
    assert dump(app) == before


def test_a_page_for_one_registration_shows_what_is_known_of_it(app: Flask, evening: Evening) -> None:
    evening.post(f"/people/{evening.ugo}/note", note="Needs a ramp.\r\nKnows Jonas.")
    page = evening.get(f"/people/{evening.ugo}")

    assert all(each in page for each in (UGO.name, UGO.email, "Needs a ramp.\nKnows Jonas.", "Confirmation. "))
    assert "Changed the note." in page
    assert "(note)" in evening.get("/people")
    kept = str(dump(app)["history"])
    assert not any(each in kept for each in ("ramp", UGO.email, UGO.name))


@pytest.mark.parametrize("note", ["x" * 2_001, "a\0b"])
def test_a_note_that_cannot_be_kept_is_told_at_its_field(app: Flask, evening: Evening, note: str) -> None:
    before = dump(app)

    answer = evening.post(f"/people/{evening.ugo}/note", note=note)

    assert (answer.status_code, '<a href="#note"' in answer.text) == (422, True)
    assert dump(app) == before


def test_a_registration_is_not_found_elsewhere(evening: Evening, at_desk: Desk) -> None:
    bert, cora = at_desk(BERT), at_desk(CORA)
    path = f"{evening.path}/people/{evening.ugo}"

    assert (bert.get(path).status_code, cora.get(path).status_code) == (404, 200)
    assert evening.browser.get(f"{evening.path}/people/{evening.other}").status_code == 404
    assert [evening.browser.get(f"{evening.path}/people/{ref}").status_code for ref in (0, 2**63 - 1, 2**63)] == [
        404
    ] * 3


def test_a_message_is_previewed_and_sent_to_a_number_of_people(app: Flask, evening: Evening) -> None:
    said = {"subject": "The side door", "body": "Ring <b>twice</b>.", "after": ""}

    before = dump(app)
    preview = evening.post("/messages/preview", **said)
    assert dump(app) == before
    sent = [evening.post("/messages", **said) for _ in range(2)]
    page = evening.get("/messages")

    shown = unescape(preview.text)
    assert preview.status_code == 200
    assert "Send to 2 people" in shown
    assert shown.index("Nobody may sell to you here.\n\nHello Sam Sample,\n\nRing <b>twice</b>.") > 0
    assert "<b>twice" not in preview.text
    assert [answer.status_code for answer in sent] == [303, 303]
    assert (page.count("<h3>The side door</h3>"), "On its way." in page) == (1, True)
    assert "Wrote to 2 people." in evening.get("/history")
    with app.app_context():
        assert len(db.session.scalars(select(Message)).all()) == 1


@pytest.mark.parametrize(
    ("said", "field"), [({"subject": " "}, "subject"), ({"body": ""}, "body"), ({"subject": "a\nb"}, "subject")]
)
@pytest.mark.parametrize("path", ["/messages", "/messages/preview"])
def test_a_message_that_cannot_be_sent_is_told_at_its_field(
    app: Flask, evening: Evening, path: str, said: dict[str, str], field: str
) -> None:
    before = dump(app)

    answer = evening.post(path, **{"subject": "News", "body": "Some.", "after": ""} | said)

    assert (answer.status_code, f'<a href="#{field}"' in answer.text) == (422, True)
    assert dump(app) == before


def test_who_wrote_meanwhile_is_not_overlooked(evening: Evening) -> None:
    evening.post("/messages", subject="First", body="One.", after="")

    late = evening.post("/messages", subject="Second", body="Two.", after="")

    assert (late.status_code, "Another message was sent" in late.text, "Two." in late.text) == (409, True, True)
    assert late.text.index("Another message") < late.text.index("First")


def test_a_seller_without_an_address_is_led_to_give_it(app: Flask, at_desk: Desk, links: Links) -> None:
    with app.app_context():
        event = make_event(links, Label.COMMERCIAL)
        sign_up(event, UGO)
        path = f"/desk/events/{event.slug}/messages"

    page = at_desk(ADA).get(path).text

    assert "Give the postal address of the seller first" in page
    assert 'href="/desk/programmes/commercial-briefings"' in page
    assert 'name="body"' not in page


def test_what_happened_to_an_event_is_told_in_words(app: Flask, evening: Evening, links: Links, now: Clock) -> None:
    now.pass_by(minutes=5)
    with app.app_context():
        moved = make_draft(venue="Another house", starts_at=SOON + timedelta(days=1))
        change(evening.slug, moved, revision=None, actor=COMMAND_LINE, links=links, now=now.time)
        with writing() as session:
            event = session.get_one(Event, evening.id)
            record(session, Act.WORDED, label=event.label, event_id=event.id, actor_id=1, now=now.time, odd={"a": [1]})
        with writing() as session:
            session.execute(update(Organiser).values(name="Ada Renamed"))
        cancel_event(evening.slug, actor=COMMAND_LINE, links=links, now=now.time)

    page = evening.get("/history")

    told = ["Cancelled.", "Changed the words.", "Changed the time and the place.", "Published.", "Made, as a draft."]
    assert [page.index(each) for each in told] == sorted(page.index(each) for each in told)
    assert ("Ada Renamed" in page, "The command line" in page, "Tue 9 Feb 2027, 13:05" in page) == (True, True, True)
    assert UGO.name not in page

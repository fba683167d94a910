"""The desk's pages of a programme's bank, the pick on an event's questions page, and the sheet of answers."""

import csv
import io
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from eventdesk.events.service import cancel_event
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.retention.service import keep_no_longer
from tests.cast import BERT, CORA, UDO, UGO, UMA, Person
from tests.conftest import Clock
from tests.dumps import dump
from tests.factories import make_event

BANK = "/desk/programmes/community-sessions/bank"
[FIRST, *_, LAST] = [each.prompt for each in RULES[Label.COMMUNITY].bank]


@pytest.fixture
def slug(app: Flask, links: Links) -> str:
    """A community session."""
    with app.app_context():
        return make_event(links).slug


def refs(page: str) -> list[str]:
    """The references of the bank's questions, in the order in which they stand."""
    return list(dict.fromkeys(re.findall(r"/bank/(\d+)/act", page)))


def picked(ada: Any, slug: str, number: int = 0) -> Any:
    """Begin the bank and pick one for an event."""
    ada(f"{BANK}/begin", act="begin")
    return ada(f"/desk/events/{slug}/questions/pick", bank=refs(ada(BANK).text)[number])


def test_a_bank_is_begun_with_one_press_and_then_ones_own(ada: Any) -> None:
    offered = ada(BANK).text
    begun = ada(f"{BANK}/begin", act="begin")
    added = ada(BANK, question="What broke?", reason="To speak about it.")
    [first, *_, last] = refs(ada(BANK).text)
    acts = [ada(f"{BANK}/{last}/act", act=act) for act in ("up", "retire", "offer")]
    acts.append(ada(f"{BANK}/{first}/act", act="retire"))
    changed = ada(f"{BANK}/{last}", question="What broke last?", reason="To speak about it.")

    assert ("Begin with these 4" in offered, FIRST in offered) == (True, True)
    assert {answer.status_code for answer in (begun, added, *acts, changed)} == {303}
    page = unescape(ada(BANK).text)
    assert page.index("What broke last?") < page.index('id="retired"') < page.index(FIRST)
    assert ada(f"{BANK}/begin", act="begin").status_code == 409


def test_what_is_never_asked_is_refused_at_its_field_and_nothing_is_kept(app: Flask, ada: Any) -> None:
    before = dump(app)

    answers = [
        ada(BANK, question="Which company do you work for?", reason="To know."),
        ada(BANK, question="", reason="To know."),
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    told = unescape(answers[0].text).partition('id="question-error"')[2].partition("</p>")[0]
    assert "asks for a company" in told
    assert "Write the question." in answers[1].text
    assert dump(app) == before


def test_only_who_organises_the_label_sees_its_bank_and_its_sheets(
    at_desk: Callable[[Person], FlaskClient], slug: str
) -> None:
    paths = (BANK, f"/desk/events/{slug}/answers")

    assert [at_desk(CORA).get(path).status_code for path in paths] == [200, 200]
    assert [at_desk(BERT).get(path).status_code for path in paths] == [404, 404]


def test_one_is_picked_on_the_events_page_and_cannot_be_put_otherwise(ada: Any, slug: str) -> None:
    page = f"/desk/events/{slug}/questions"

    nothing = ada(f"{page}/pick", bank="1")
    done = picked(ada, slug)
    shown = unescape(ada(page).text)
    [ref] = re.findall(r"/questions/(\d+)/act", shown)

    assert (nothing.status_code, done.status_code) == (422, 303)
    assert "not on offer any more" in nothing.text
    assert ("Of the programme’s bank." in shown, f"/questions/{ref}#ask" in shown) == (True, False)
    assert ada(f"{page}/{ref}").status_code == 409
    assert f"/bank/{refs(ada(BANK).text)[0]}#add" not in ada(BANK).text
    assert ada(f"{BANK}/{refs(ada(BANK).text)[0]}").status_code == 409
    assert ada(f"{page}/{ref}/act", act="remove").status_code == 303
    assert "as a sheet" not in ada(page).text


def test_a_cancelled_event_asks_nothing_more_of_the_bank(
    app: Flask, ada: Any, slug: str, links: Links, now: Clock
) -> None:
    with app.app_context():
        cancel_event(slug, actor=COMMAND_LINE, links=links, now=now.time)

    assert picked(ada, slug).status_code == 409
    assert "From the bank" not in ada(f"/desk/events/{slug}/questions").text


def test_the_sheet_has_answers_without_names_and_says_when_they_are_gone(
    app: Flask, ada: Any, client: FlaskClient, slug: str, now: Clock
) -> None:
    sheet = f"/desk/events/{slug}/answers"
    assert "No question of the bank is asked here." in ada(sheet).text
    assert ada(f"{sheet}.csv").status_code == 404
    picked(ada, slug, -1)
    page = client.get(f"/events/{slug}").text
    [action], [name] = re.findall(r'action="(/i/[^"]+)"', page), re.findall(r'name="(question_\d+)"', page)
    for person, words in {UMA: "=HYPERLINK(1)", UGO: "Alarms <b>at night</b>", UDO: ""}.items():
        assert client.post(action, data=person.form | {name: words}).status_code == 200

    shown = ada(sheet).text
    rows = list(csv.reader(io.StringIO(ada(f"{sheet}.csv").data.decode("utf-8-sig"))))
    book = load_workbook(io.BytesIO(ada(f"{sheet}.xlsx").data)).active
    assert book

    assert LAST in unescape(shown)
    assert "2 of 3 with a seat answered." in shown
    assert "Alarms &lt;b&gt;at night&lt;/b&gt;" in shown
    for person in (UMA, UGO, UDO):
        for told in (shown, str(rows)):
            assert (person.name in told, person.email in told) == (False, False)
    assert rows == [[LAST], ["'=HYPERLINK(1)"], ["Alarms <b>at night</b>"]]
    assert [cell.value for [cell] in book.iter_rows()] == [LAST, "=HYPERLINK(1)", "Alarms <b>at night</b>"]

    for days in (130, 20):
        now.pass_by(days=days)
        with app.app_context():
            keep_no_longer(now.time)
    now.pass_by(days=-150)  # she is signed in for less than that
    left = ada(sheet)
    assert "3 registrations of this event was over: they were removed" in left.text
    assert "Alarms" not in left.text

"""Each scorecard is there for who organises its label, alone; nobody of a list is on a page or in a file of it."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from eventdesk.audit.models import Refusal, RefusedAttempt
from eventdesk.db import db, writing
from eventdesk.labels import Label
from eventdesk.links import Links
from eventdesk.organisers.models import SignIn
from tests.cast import ADA, BEA, BERT, BOB, CORA, UDO, UGO, UMA, ZED, Person
from tests.conftest import Clock
from tests.scorecards.conftest import hold_briefings, hold_sessions

Desk = Callable[[Person], FlaskClient]


@pytest.fixture
def sessions(app: Flask, links: Links, now: Clock) -> list[str]:
    """Their titles."""
    with app.app_context():
        return [event.title for event in hold_sessions(links, now)]


@pytest.fixture
def briefings(app: Flask, links: Links, now: Clock) -> list[str]:
    """Their titles."""
    with app.app_context():
        return [event.title for event in hold_briefings(links, now)]


@pytest.fixture
def later(at_desk: Desk, app: Flask, now: Clock) -> Desk:
    """At the desk, when the events are over."""

    def sign(person: Person) -> FlaskClient:
        browser = at_desk(person)
        with app.app_context(), writing() as session:
            session.execute(update(SignIn).values(ends_at=now.time + timedelta(days=30)))
        return browser

    return sign


def rows(browser: FlaskClient, address: str) -> dict[tuple[str, str, str], tuple[str, str]]:
    """The file, by what it counts."""
    text = browser.get(address).data.decode("utf-8-sig")
    return {
        (each["figure"], each["month"], each["of"]): (each["value"], each["n"])
        for each in csv.DictReader(io.StringIO(text))
    }


def test_one_s_own_card_is_there_and_the_other_is_not(
    sessions: list[str], briefings: list[str], later: Desk, app: Flask
) -> None:
    told: dict[Label, list[str]] = {}
    for person, mine, other in ((CORA, Label.COMMUNITY, Label.COMMERCIAL), (BERT, Label.COMMERCIAL, Label.COMMUNITY)):
        browser = later(person)
        way = browser.get("/desk/scorecards")
        assert (way.status_code, way.location) == (303, f"/desk/scorecards/{mine}")
        told[mine] = [browser.get(f"/desk/scorecards/{mine}{form}").text for form in ("", ".csv")]
        assert [
            browser.get(f"/desk/scorecards/{other}{form}").status_code for form in ("", ".csv", "?until=2027-04")
        ] == [404] * 3
    owner = later(ADA)
    choice = owner.get("/desk/scorecards").text

    assert all(f'href="/desk/scorecards/{label}"' in choice for label in told)
    assert "in counts" not in choice  # no number of either list
    for label, pages in told.items():
        assert owner.get(f"/desk/scorecards/{label}").status_code == 200
        for page in pages:
            assert not any(each.name in page or each.email in page for each in (UGO, UMA, UDO, BEA, BOB, ZED))
    [session, briefing] = told[Label.COMMUNITY][0], told[Label.COMMERCIAL][0]
    assert briefings[0] not in session
    assert sessions[0] not in briefing
    with app.app_context():
        refused = db.session.scalars(select(RefusedAttempt)).all()
        assert {(each.refusal, each.label, each.at_route) for each in refused} == {
            (Refusal.OTHER_LIST, label, route) for label in told for route in ("desk.scorecard", "desk.scorecard_file")
        }


def test_the_page_says_each_share_with_what_it_is_of(sessions: list[str], later: Desk) -> None:
    cora = later(CORA)

    page = cora.get("/desk/scorecards/community").text
    before = cora.get("/desk/scorecards/community?until=2027-04").text

    assert "Sep 2026 to Aug 2027" in page
    assert "Had come before: <b>1</b> of 6 (17%)" in page
    assert "came back within 90 days: <b>1</b> of 4 (25%)" in page
    assert "Aug 2027, 0 of 1 so far" in page
    assert "<b>2</b> of 5 (40%) months kept, of those that are over. Not kept: May 2027, June 2027, July 2027." in page
    assert "Answered: <b>2</b> of 3 (67%), half of them within <b>6.5</b> days" in page
    assert "Without what is hidden or was taken back before a reply." in page
    assert "For the first time: <b>2</b> of 2 (100%) who spoke" in page
    assert "4 yes, 0 partly, 1 no, of 5 asked" in page
    assert "May 2026 to Apr 2027" in before
    assert "<b>5</b> came" in before
    assert "desk/scorecards/community.csv?until=2027-04" in before
    assert _body(cora.get("/desk/scorecards/community?until=2031-01").text) == _body(
        page
    )  # what is to come is the present


def _body(page: str) -> str:
    """Without the desk's head, whose token is another each second."""
    return page.partition("<main")[2]


def test_the_file_holds_every_number_with_what_it_is_of(sessions: list[str], later: Desk) -> None:
    heard = rows(later(ADA), "/desk/scorecards/community.csv?until=2027-08")

    assert heard["had come before", "2027-04", ""] == ("1", "2")
    assert heard["came again", "2027-08", "still open"] == ("0", "1")
    assert heard["periods kept", "", "Community sessions"] == ("2", "5")
    assert heard["median days to answer", "", ""] == ("6.50", "2")
    assert heard["promise kept: yes", "", ""] == ("4", "5")


def test_what_was_won_is_in_the_file_by_briefing_and_by_link(briefings: list[str], later: Desk) -> None:
    ada = later(ADA)
    worked, page = rows(ada, "/desk/scorecards/commercial.csv"), ada.get("/desk/scorecards/commercial").text

    assert worked["invited by commercial briefing", "2027-03", briefings[0]] == ("2", "")
    assert worked["won by month, EUR", "2027-03", ""] == ("1200", "1")
    assert worked["won by link", "2027-03", f"{briefings[0]}: Newsletter"] == ("1", "")
    assert worked["median days in stage", "", "followed up"] == ("4.00", "1")
    assert "won: 1,200&nbsp;EUR" in page
    assert "Each stands in the month of the commercial briefing, whenever it was won or lost." in page
    assert [page.count(f'aria-labelledby="{table}"') for table in ("briefings", "links")] == [
        1,
        1,
    ]  # each region is one
    assert "within <b>4.0</b> days, of 1 stay<" in page


def test_before_anything_was_a_card_says_so(later: Desk) -> None:
    ada = later(ADA)

    heard, worked = (ada.get(f"/desk/scorecards/{label}").text for label in ("community", "commercial"))

    assert "Had come before: <b>0</b> of 0." in heard
    assert "no answers, of 0 asked" in heard
    assert "Twelve months earlier" not in heard
    assert "None took place in these months." in worked
    assert "Nobody registered by a campaign link." in worked

"""The report about the wall between the lists: numbers from the database, nobody of either list, and every attempt."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventdesk import clock
from eventdesk.access import DESK
from eventdesk.audit.models import Refusal, RefusedAttempt
from eventdesk.consent.models import CHOICES
from eventdesk.db import db, writing
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.lists.guard import ListsMixed
from eventdesk.lists.models import LISTS
from eventdesk.outbox.models import Job, Kind
from eventdesk.outbox.service import enqueue
from eventdesk.retention.models import Removal
from eventdesk.worker import CARRIERS, Worker
from tests.cast import ADA, BEA, BERT, BOB, CORA, UGO, UMA, Person
from tests.conftest import NOW
from tests.factories import make_event, make_standing, sign_up

AtDesk = Callable[[Person], FlaskClient]


@pytest.fixture
def filled(app: Flask, links: Links) -> dict[Label, str]:
    """Both lists have people; the slugs of their events."""
    slugs = {}
    with app.app_context():
        for label, people in ((Label.COMMUNITY, (UGO, UMA)), (Label.COMMERCIAL, (BEA, BOB))):
            event = make_event(links, label)
            slugs[label] = event.slug
            for person in people:
                sign_up(event, person)
            make_standing(links, label, people[0])
    return slugs


@pytest.mark.parametrize("path", ["/desk/firewall", "/desk/firewall.txt"])
def test_it_tells_numbers_of_both_lists_and_nobody_of_either(
    at_desk: AtDesk, filled: dict[Label, str], path: str
) -> None:
    said = at_desk(ADA).get(path).text

    assert "What it does not prove" in said or "WHAT IT DOES NOT PROVE" in said
    assert "registrations held" in said
    assert [each.email for each in (UGO, UMA, BEA, BOB) if each.email in said or each.name in said] == []


def test_only_owners_have_it(at_desk: AtDesk, filled: dict[Label, str]) -> None:
    assert [at_desk(who).get("/desk/firewall").status_code for who in (ADA, CORA, BERT)] == [200, 404, 404]


def test_who_asks_for_the_other_list_is_told_nothing_and_kept(
    app: Flask, at_desk: AtDesk, filled: dict[Label, str]
) -> None:
    browser, theirs = at_desk(CORA), filled[Label.COMMERCIAL]
    paths = [f"/desk/events/{theirs}/people", f"/desk/standing/{Label.COMMERCIAL}", f"/desk/events/{theirs}/door"]
    unknown = browser.get("/desk/events/nowhere/people")

    answers = [browser.get(path) for path in paths]

    assert {answer.status_code for answer in answers} == {404}
    assert answers[0].text == unknown.text
    report = at_desk(ADA).get("/desk/firewall.txt").text
    assert report.count(f"{CORA.name}: Somebody asked for a page of a list that they do not work with") == 3
    assert "desk.people" in report
    assert theirs not in report.partition("ATTEMPTS REFUSED")[2]


@pytest.mark.own_app
def test_a_stopped_mixture_is_kept(app: Flask, at_desk: AtDesk, filled: dict[Label, str]) -> None:
    def planted() -> str:
        return str([db.session.scalars(select(people.email)).all() for people in LISTS.values()])

    app.add_url_rule("/desk/everybody", "planted", DESK(planted))

    with pytest.raises(ListsMixed):
        at_desk(ADA).get("/desk/everybody")

    with app.app_context():
        [kept] = db.session.scalars(select(RefusedAttempt))
        assert (kept.refusal, kept.label, kept.at_route) == (Refusal.BOTH_LISTS, None, "planted")
    assert "A fault of the program named both lists at once, and was stopped" in at_desk(ADA).get("/desk/firewall").text


def test_a_mixture_that_the_worker_was_kept_from_is_kept_as_well(
    app: Flask, at_desk: AtDesk, filled: dict[Label, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def planted(_job: Job, _now: datetime) -> None:
        [db.session.scalars(select(people.email)).all() for people in LISTS.values()]

    monkeypatch.setitem(cast("dict[Kind, Any]", CARRIERS), Kind.FILL, planted)
    with app.app_context():
        with writing() as session:
            enqueue(session, Kind.FILL, label=Label.COMMUNITY, event_id=1, version=7, now=clock.now())
        assert Worker(app).carry_out() == 1
        [kept] = db.session.scalars(select(RefusedAttempt))
        assert (kept.refusal, kept.label, kept.at_route) == (Refusal.BOTH_LISTS, None, "worker.fill")


def test_each_list_is_counted_by_itself(at_desk: AtDesk, filled: dict[Label, str]) -> None:
    said = at_desk(ADA).get("/desk/firewall.txt").text

    for rules in RULES.values():
        part = said.partition(rules.list_name.upper())[2]
        assert f"{1:7d}  {rules.plural} published" in part
        assert f"{2:7d}  registrations held" in part
        assert f"{1:7d}  people who asked to be told of the next one" in part


@pytest.mark.parametrize("path", ["/desk/firewall", "/desk/firewall.txt"])
def test_consents_and_removals_are_told_in_words(
    app: Flask, at_desk: AtDesk, filled: dict[Label, str], path: str
) -> None:
    with app.app_context(), writing() as session:
        removed = {table.__tablename__: number for number, table in enumerate((*LISTS.values(), *CHOICES.values()), 41)}
        session.add(Removal(label=Label.COMMUNITY, at=NOW, removed=removed))

    said = at_desk(ADA).get(path).text

    assert said.count("2027-02: 1 given by a form") == 2
    assert "41 registrations" in said
    assert "43 links to stop mail" in said
    assert [name for name in removed if name in said] == []

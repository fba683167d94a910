"""The desk's rooms of suggestions: what waits, one thread with all its forms, and none of it for the other label."""

from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventdesk.db import db
from eventdesk.labels import Audience
from eventdesk.links import Links
from eventdesk.suggestions import hosting
from eventdesk.suggestions.models import Contribution, Kind, Route, State
from eventdesk.suggestions.service import take_back, vote
from tests.cast import ADA, BERT, CORA, UDO, UGO, UMA, ZED, Person
from tests.conftest import Clock
from tests.crawl import typed_in
from tests.factories import make_contribution, make_event, sign_up
from tests.test_separation import statements

USERS = Audience.USERS
Desk = Callable[[Person], FlaskClient]


@pytest.fixture
def said(app: Flask, links: Links, now: Clock) -> int:
    """The reference of what Ugo suggests, which Uma finds good and answers."""
    with app.app_context():
        event = make_event(links)
        ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
        made = make_contribution(event, ugo, words="<b>Sensors</b> in the cold, please", name="Ugo of the hill")
        vote(USERS, uma.ref, made.ref, now=now.time)
        make_contribution(event, uma, Kind.ANSWER, "I could show mine.", parent_ref=made.ref)
        return made.ref


def kept(app: Flask, ref: int) -> Contribution:
    with app.app_context():
        return db.session.scalars(select(Contribution).where(Contribution.ref == ref)).one()


def test_what_waits_is_told_listed_answered_and_moves_on(
    app: Flask, ada: Any, at_desk: Desk, said: int, now: Clock
) -> None:
    page = f"/desk/suggestions/{said}"
    first, thread = ada("/desk/suggestions").text, unescape(ada(page).text)
    assert "One suggestion waits for an answer." in ada("/desk/").text
    assert "&lt;b&gt;Sensors" in first
    assert "Ugo of the hill" in thread
    assert "1 vote" in thread
    assert "I could show mine." in thread
    assert not any(person.email in first + thread for person in (UGO, UMA))
    assert UGO.name not in first + thread
    assert "There they read the answers below it too" in thread

    form = typed_in(ada(page).text) | {"state": "planned", "words": "In May."}
    refused = ada(f"{page}/reply", **form | {"words": ""})
    done = ada(f"{page}/reply", **form)
    late = ada(f"{page}/reply", **form | {"state": "done"})
    assert (refused.status_code, done.status_code, late.status_code) == (422, 303, 409)
    assert "Say it in words" in refused.text
    assert "Somebody else answered this a moment ago." in late.text
    assert "Nobody is told yet" in late.text  # no mail goes out here
    assert all(shown in ada(page).text for shown in (ADA.name, "Planned.", "In May."))
    assert "Nothing waits for an answer." in ada("/desk/suggestions").text
    assert "&lt;b&gt;Sensors" in ada("/desk/suggestions?tab=planned").text
    assert "waits for an answer." not in ada("/desk/").text
    assert kept(app, said).state is State.PLANNED


def test_somebody_is_asked_to_act_by_a_link_that_can_be_withdrawn(app: Flask, ada: Any, said: int, now: Clock) -> None:
    page = f"/desk/suggestions/{said}"
    refused = ada(f"{page}/route", name="", email="nowhere", note="x" * 1001)
    asked = ada(f"{page}/route", name="Zed Stranger", email=ZED.email, note="Before May?")
    twice = ada(f"{page}/route", name="Zed Stranger", email=ZED.email)
    shown = unescape(ada(page).text)

    assert (refused.status_code, asked.status_code, twice.status_code) == (422, 303, 422)
    for problem in ("Say whom you ask.", "This is not an email address", "Use 1,000 characters at most"):
        assert problem in refused.text
    assert "They have been asked already." in twice.text
    assert "Now give Zed Stranger the link below." in twice.text
    assert "Asked, no answer yet" in shown
    assert "http://desk.example/route/" in shown
    assert "Asked to act: Zed Stranger" in ada("/desk/suggestions").text
    with app.app_context():
        route = db.session.scalars(select(Route.ref)).one()
        hosting.reply_by_route(route, State.ANSWERED, "Yes, I can.", now=now.time)
    assert "Zed Stranger</p>" in ada(page).text
    close = f"{page}/routes/{route}/close"
    assert (ada(close, sure="yes").status_code, ada(close, sure="yes").status_code) == (303, 303)
    assert "Link withdrawn" in ada(page).text
    assert "http://desk.example/route/" not in ada(page).text


def test_with_a_mail_server_no_link_of_anybody_is_on_the_screen(app: Flask, ada: Any, said: int) -> None:
    app.extensions["eventdesk"] = replace(app.extensions["eventdesk"], smtp_url="smtp://127.0.0.1:9")
    page = f"/desk/suggestions/{said}"

    ada(f"{page}/route", name="Zed Stranger", email=ZED.email)

    shown = ada(page).text
    assert "Zed Stranger is asked by mail." in shown
    assert "/route/" not in shown.replace(f"{page}/route", "")


def test_it_is_hidden_by_one_of_two_rules_and_shown_again(app: Flask, ada: Any, said: int) -> None:
    page = f"/desk/suggestions/{said}"
    unnamed, odd = ada(f"{page}/hide", sure="yes"), ada(f"{page}/hide", breach="dull")
    hidden = ada(f"{page}/hide", breach="attack")
    other = ada(f"{page}/hide", breach="advertising")
    shown = ada(page).text

    assert [each.status_code for each in (unnamed, odd, hidden, other)] == [422, 422, 303, 409]
    assert "Name the rule: nothing else is hidden." in unnamed.text
    assert "Hidden by Ada Owner" in shown
    assert "No attacks on a person." in shown
    assert f"{page}/reply" not in shown
    assert (f"{page}/route" in shown, ada(f"{page}/reply", state="done", words="Yes.", seen="0").status_code) == (
        False,
        409,
    )
    assert ada(f"{page}/route", name="Zed", email=ZED.email).status_code == 409
    assert "Sensors" in ada("/desk/suggestions?tab=hidden").text
    assert ada(f"{page}/show", sure="yes").status_code == 303
    assert f"{page}/reply" in ada(page).text
    assert kept(app, said).breach is None


def test_answers_and_comments_are_only_read_and_hidden_and_what_is_gone_says_so(
    app: Flask, ada: Any, links: Links, said: int, now: Clock
) -> None:
    with app.app_context():
        event = make_event(links, title="Another")
        udo = sign_up(event, UDO)
        comment = make_contribution(event, udo, Kind.COMMENT, "That was a good one.", event_id=event.id).ref
        gone = make_contribution(event, udo, words="Never mind that one.").ref
        take_back(USERS, udo.ref, gone, now=now.time)
    page = f"/desk/suggestions/{comment}"

    shown = unescape(ada(page).text)

    assert "On the notes of" in shown
    assert "Another" in shown
    assert f"{page}/reply" not in shown
    assert f"{page}/hide" in shown
    assert ada(f"{page}/reply", state="done", words="Yes.", seen="0").status_code == 409
    assert "That was a good one." in ada("/desk/suggestions?tab=comments").text
    assert "Its author took it back." in ada(f"/desk/suggestions/{gone}").text
    assert ada(f"/desk/suggestions/{gone}/hide", breach="attack").status_code == 409
    nothing = ada("/desk/suggestions?q=nowhere").text
    assert "Nothing here matches." in nothing


def test_a_long_list_comes_in_pages_in_as_many_statements_as_a_short_one(
    app: Flask, ada: Any, links: Links, said: int, now: Clock
) -> None:
    with statements(app) as few:
        ada("/desk/suggestions")
    with app.app_context():
        event = make_event(links, title="Another")
        for number in range(40):
            with_room = sign_up(event, Person(f"Person {number}", f"p{number}@users.example"))
            make_contribution(event, with_room, words=f"Suggestion number {number}.")

    with statements(app) as many:
        page = ada("/desk/suggestions").text

    assert len(many) == len(few)
    assert "1 to 30 of 41" in page
    assert "Suggestion number 39." not in page
    assert "Suggestion number 39." in ada("/desk/suggestions?page=2").text


def test_nothing_of_it_is_there_for_the_other_label(app: Flask, at_desk: Desk, said: int) -> None:
    bert, cora = at_desk(BERT), at_desk(CORA)

    assert bert.get("/desk/suggestions").status_code == bert.get(f"/desk/suggestions/{said}").status_code == 404
    assert "uggestion" not in bert.get("/desk/").text
    assert cora.get(f"/desk/suggestions/{said}").status_code == 200
    assert 'href="/desk/suggestions"' in cora.get("/desk/").text

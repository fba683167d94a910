"""The desk: from the form to the list of people, and what organisers and guests type comes out as they typed it."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventdesk.cells import cell
from eventdesk.labels import RULES, Brief, Label
from eventdesk.links import Links
from eventdesk.outbox.models import Kind, Progress
from eventdesk.outbox.service import claim, fail
from tests.cast import ADA, BERT, CORA, UDO, UGO, UMA, ZED, Person
from tests.conftest import Clock
from tests.crawl import crawl, csrf_of
from tests.dumps import dump
from tests.factories import make_event, sign_up
from tests.payloads import SCRIPTS

EVENT = {
    "title": "An evening",
    "starts_at": "2027-03-11T18:00",
    "ends_at": "2027-03-11T20:00",
    "timezone": "Europe/Oslo",
    "visibility": "public",
}
BRIEF = {f"brief_{name}": f"The {name}." for name in ("audience", "reason", "offer", "payment")}


def test_an_event_is_made_published_and_called_off(app: Flask, ada: Any) -> None:
    made = ada("/desk/events/new", label="community", **EVENT)
    refused = ada("/desk/events/an-evening/publish", charter="")
    published = ada("/desk/events/an-evening/publish", charter="yes")
    unsure = ada("/desk/events/an-evening/cancel", sure="")
    cancelled = ada("/desk/events/an-evening/cancel", sure="yes")

    assert (made.status_code, made.location) == (303, "/desk/events/an-evening")
    assert (refused.status_code, "Accept the charter" in refused.text) == (422, True)
    assert (published.status_code, unsure.status_code, cancelled.status_code) == (303, 422, 303)
    assert "EVENTDESK_SMTP_URL" in ada("/desk/events/an-evening").text
    assert "has been cancelled" in app.test_client().get("/events/an-evening").text


def test_a_briefing_is_published_with_its_four_answers(ada: Any) -> None:
    ada("/desk/events/new", label="commercial", **EVENT)
    missing = ada("/desk/events/an-evening/publish", charter="yes")

    ada("/desk/events/an-evening/edit", label="commercial", revision="1", **EVENT, **BRIEF)
    published = ada("/desk/events/an-evening/publish", x="")

    assert (missing.status_code, missing.text.count("before publishing") >= 4) == (422, True)
    assert published.status_code == 303


def test_a_new_event_has_no_label_until_somebody_says_which(app: Flask, ada: Any) -> None:
    page = ada("/desk/events/new").text
    before = dump(app)

    answer = ada("/desk/events/new", **EVENT)

    assert page.count('name="label"') == 2
    assert not re.search(r'name="label"[^>]*checked|checked[^>]*name="label"', page)
    assert (answer.status_code, "Say first what it is" in answer.text) == (422, True)
    assert dump(app) == before


def test_a_preview_shows_the_words_and_keeps_nothing(app: Flask, ada: Any) -> None:
    before = dump(app)

    shown = ada("/desk/events/preview", label="commercial", **EVENT, **BRIEF).text

    assert "This is a commercial briefing. Lathe Lane Software would like your business." in shown
    assert "Subject:" in shown
    assert shown.count("data-copy=") >= 4
    assert dump(app) == before


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": "x" * 5_000}, "title"),
        ({"title": "a\r\nb\0"}, "title"),
        ({"capacity": "-1"}, "capacity"),
        ({"ends_at": "2027-03-11T17:00"}, "ends_at"),
        ({"starts_at": "2027-03-28T02:30"}, "starts_at"),
        ({"label": "sales"}, "label"),
        ({"brief_offer": "Tires"}, "brief_offer"),
        ({"visibility": "secret"}, "visibility"),
        ({"programme": "nothing"}, "programme"),
    ],
    ids=lambda given: str(given)[:20],
)
def test_what_cannot_be_taken_is_told_at_its_field(app: Flask, ada: Any, said: dict[str, str], field: str) -> None:
    before = dump(app)

    answer = ada("/desk/events/new", **{"label": "community"} | EVENT | said)

    assert answer.status_code == 422
    assert f'<a href="#{field}' in answer.text
    assert dump(app) == before


def test_a_time_that_comes_twice_is_asked_about(ada: Any) -> None:
    twice = EVENT | {"starts_at": "2027-10-31T02:30", "ends_at": "2027-10-31T05:00", "label": "community"}

    asked, chosen = ada("/desk/events/new", **twice), ada("/desk/events/new", **twice, fold="1")

    assert (asked.status_code, 'name="fold"' in asked.text, 'name="fold"' in ada("/desk/events/new").text) == (
        422,
        True,
        False,
    )
    assert chosen.status_code == 303


@pytest.mark.parametrize("revision", ["1", "", "x", "9" * 5_000, "-1"])
def test_who_saw_an_older_state_changes_nothing(app: Flask, ada: Any, revision: str) -> None:
    ada("/desk/events/new", label="community", **EVENT)
    ada("/desk/events/an-evening/edit", label="community", revision="1", **EVENT | {"title": "First"})
    before = dump(app)

    late = ada("/desk/events/an-evening/edit", label="community", revision=revision, **EVENT | {"title": "Second"})

    assert (late.status_code, "This event was changed while you did" in late.text) == (409, True)
    assert dump(app) == before


def test_the_label_of_a_published_event_is_not_listened_to(app: Flask, ada: Any, links: Links) -> None:
    with app.app_context():
        slug = make_event(links, title="An evening").slug

    saved = ada(f"/desk/events/{slug}/edit", label="commercial", revision="2", **EVENT)

    assert saved.status_code == 303
    assert {row[4] for row in dump(app)["event"]} == {"community"}


def test_an_organiser_makes_events_of_their_own_label_alone(
    app: Flask, at_desk: Callable[[Person], FlaskClient]
) -> None:
    for person, label in ((CORA, Label.COMMERCIAL), (BERT, Label.COMMUNITY)):
        browser = at_desk(person)
        form = EVENT | {"label": label, "csrf_token": csrf_of(browser)}

        answer = browser.post("/desk/events/new", data=form)

        assert (answer.status_code, f"You do not organise {RULES[label].plural}" in answer.text) == (422, True)
    assert dump(app)["event"] == []


def test_people_are_shown_by_state_and_found_by_name(app: Flask, ada: Any, links: Links) -> None:
    with app.app_context():
        event = make_event(links, capacity=1)
        for person in (UGO, UMA):
            sign_up(event, person)
        path = f"/desk/events/{event.slug}/people"

    everyone, waiting, found, none = (ada(path + query).text for query in ("", "?tab=waitlisted", "?q=UGO", "?q=%25"))

    assert (UGO.email in everyone, UMA.email in everyone) == (True, True)
    assert (UGO.email in waiting, UMA.email in waiting) == (False, True)
    assert (UGO.email in found, UMA.email in found) == (True, False)
    assert "Nobody here matches" in none


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "  =", "\t=", "\0=", "x;=", "x|@"])
def test_a_cell_that_a_spreadsheet_would_carry_out_is_text(sign: str) -> None:
    assert cell(f"{sign}1+1") == f"'{sign}1+1"
    assert cell("a-b+c=d@e.example") == "a-b+c=d@e.example"


def test_messages_that_failed_are_shown_and_tried_again(app: Flask, ada: Any, links: Links, now: Clock) -> None:
    with app.app_context():
        sign_up(make_event(links), UGO)
        job = claim(now.time, "one", tuple(Kind))
        assert job
        fail(job, "one", "550 no such <b>user</b>", now.time, final=True)
        number = job.id

    page = ada("/desk/messages?tab=failed").text
    again = ada(f"/desk/messages/{number}/retry", x="")

    assert "550 no such &lt;b&gt;user&lt;/b&gt;" in page
    assert UGO.email not in page
    assert again.status_code == 303
    assert Progress.WAITING in dump(app)["outbox"][0]
    assert "could not be delivered" in ada("/desk/").text or "Mail waits" in ada("/desk/").text


def test_all_that_failed_for_one_reason_are_tried_again_together(
    app: Flask, ada: Any, links: Links, now: Clock
) -> None:
    with app.app_context():
        event = make_event(links)
        for person, error in ((UGO, "550 5.1.1 nobody a1"), (UMA, "550 5.1.1 nobody b2"), (UDO, "<b>no</b>")):
            sign_up(event, person)
            job = claim(now.time, "one", tuple(Kind))
            assert job
            fail(job, "one", error, now.time, final=True)
        sign_up(event, ZED)
    now.pass_by(hours=3)

    page, waiting = ada("/desk/messages?tab=failed").text, ada("/desk/messages").text
    again, nothing = (ada("/desk/messages/retry", reason=said) for said in ("550 5.1.1", "no such reason"))

    assert "There is no such address." in page
    assert ("Try all 2 again" in page, "&lt;b&gt;no&lt;/b&gt;" in page) == (True, True)
    assert "The oldest has waited for 3 hours." in waiting
    assert "Times are those of Europe/Oslo." in waiting
    assert (again.status_code, nothing.status_code) == (303, 303)
    assert 'Failed <span class="count">1</span>' in ada("/desk/messages").text


def test_a_search_looks_in_all_states_and_says_where_it_was_found(app: Flask, ada: Any, links: Links) -> None:
    with app.app_context():
        make_event(links, title="A draft", speakers=("Elif Yılmaz",), published=False)
        make_event(links, title="Yılmaz and others")

    found = ada("/desk/?q=yılmaz").text
    drafts = ada("/desk/?q=yılmaz&tab=drafts").text

    assert re.search(r'aria-current="page">All <span class="count">2</span>', found)
    assert [where for where in ("Found in its title", "Found in its speakers") if where in found] == [
        "Found in its title",
        "Found in its speakers",
    ]
    assert ("Found in its speakers" in drafts, "Found in its title" in drafts) == (True, False)
    assert "Found in" not in ada("/desk/?tab=all").text


@pytest.mark.parametrize("number", [0, 99, 2**31 - 1, 2**31, 2**63, 10**30])
def test_a_message_there_is_not_is_not_found(ada: Any, number: int) -> None:
    assert ada(f"/desk/messages/{number}/retry", x="").status_code == 404


def test_the_sellers_address_is_asked_for_until_it_is_given(app: Flask, ada: Any) -> None:
    asked = "has no postal address" in ada("/desk/").text
    empty = ada("/desk/programmes/commercial-briefings", postal_address=" ")

    given = ada("/desk/programmes/commercial-briefings", postal_address="Mill Road 9\r\nOslo")

    assert (asked, empty.status_code, given.status_code) == (True, 422, 303)
    assert "has no postal address" not in ada("/desk/").text


def test_whatever_is_typed_is_shown_and_never_carried_out(
    app: Flask, client: FlaskClient, ada: Any, at_desk: Callable[[Person], FlaskClient], links: Links
) -> None:
    whole, names = " ".join(SCRIPTS), SCRIPTS
    words = dict.fromkeys(("description", "venue", *BRIEF), whole) | dict.fromkeys(
        ("speakers", "hosts"), "\n".join(names)
    )
    kept = ada("/desk/events/new", label="commercial", **EVENT | words | {"title": f"Draft {whole}"})
    assert kept.status_code == 303
    with app.app_context():
        brief = Brief(**{name.removeprefix("brief_"): whole for name in BRIEF})
        said: dict[str, Any] = {
            "title": f"Evening {whole}",
            "description": whole,
            "venue": whole,
            "hosts": names,
            "speakers": names,
        }
        event = make_event(links, Label.COMMERCIAL, **said, brief=brief)
        paths = ["/", f"/events/{event.slug}"]
        for number, nasty in enumerate(names):
            person = Person(f"Name {nasty}", f"n{number}@buyers.example", f"Company {nasty}", f"Role {nasty}")
            outcome = sign_up(event, person)
            manage = links.manage(event.rules.audience, outcome.ref, outcome.generation).removeprefix(links.base_url)
            paths += [manage, f"/desk/events/{event.slug}/people?q={nasty}"]

    answers = crawl(client, paths) | crawl(at_desk(ADA), ["/desk/?tab=drafts", *paths])

    ours = '<img src="/'
    pages = [answer.text.replace(ours, "") for answer in answers.values() if answer.mimetype == "text/html"]
    shown = unescape("\n".join(pages))
    assert len(pages) > 40
    live = [nasty for nasty in SCRIPTS if "<" in nasty] + ["<img", "<svg/onload", "<script>", "onerror=alert(1)>"]
    assert [sign for sign in live for page in pages if sign in page] == []
    assert all(nasty in shown for nasty in SCRIPTS)

"""Series at the desk: said on the form, seen in the preview, changed and called off from one of their events."""

import re
from typing import Any

import pytest
from flask import Flask

from eventdesk.db import db
from eventdesk.events.queries import public_event
from tests.cast import UGO
from tests.desk.test_views import BRIEF, EVENT
from tests.dumps import dump
from tests.factories import sign_up

MONTHLY = {"repeat": "nth", "until": "2027-06-30"}


@pytest.fixture
def published(ada: Any) -> list[str]:
    """Four events on second Thursdays, published: their slugs."""
    ada("/desk/events/new", label="community", **EVENT, **MONTHLY)
    slugs = [f"an-evening-2027-{day}" for day in ("03-11", "04-08", "05-13", "06-10")]
    ada(f"/desk/events/{slugs[0]}/series/publish", charter="yes")
    return slugs


def words_of(page: str) -> str:
    """What a page says, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


def test_the_preview_says_what_will_come_of_it_and_keeps_nothing(app: Flask, ada: Any) -> None:
    before = dump(app)

    page = words_of(ada("/desk/events/preview", label="commercial", **EVENT, **BRIEF, **MONTHLY).text)

    assert "Second Thursday each month until 10 June 2027: 4 events" in page
    assert "Thursday 13 May 2027, 18:00 to 20:00 (Europe/Oslo)" in page
    assert dump(app) == before


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"repeat": "often", "until": "2027-06-30"}, "repeat"),
        ({"repeat": "last", "until": "2027-06-30"}, "repeat"),
        ({"repeat": "weekly"}, "until"),
        ({"repeat": "weekly", "until": "soon"}, "until"),
        ({"repeat": "weekly", "until": "9999-12-31"}, "until"),
        ({"repeat": "weekly", "until": "2027-03-12"}, "until"),
        ({"until": "2027-06-30"}, "until"),
    ],
)
def test_what_cannot_recur_is_refused_at_its_field(app: Flask, ada: Any, said: dict[str, str], field: str) -> None:
    before = dump(app)

    answers = [ada(path, label="community", **EVENT | said) for path in ("/desk/events/new", "/desk/events/preview")]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert all(f'id="{field}-error"' in answer.text for answer in answers)
    assert dump(app) == before


def test_a_series_is_made_published_and_found_its_way_through(app: Flask, ada: Any) -> None:
    made = ada("/desk/events/new", label="community", **EVENT, **MONTHLY)
    refused = ada(f"{made.location}/series/publish", charter="")
    done = ada(f"{made.location}/series/publish", charter="yes")
    second = words_of(ada("/desk/events/an-evening-2027-04-08").text)
    public = app.test_client().get("/events/an-evening-2027-04-08").text

    assert (made.status_code, made.location) == (303, "/desk/events/an-evening-2027-03-11")
    assert (refused.status_code, "Accept the charter" in refused.text) == (422, True)
    assert (done.status_code, done.location) == (303, f"{made.location}/series")
    assert "2 of 4 in: Second Thursday each month until 10 June 2027" in second
    assert "Before: Thu 11 Mar 2027 Next: Thu 13 May 2027" in second
    assert ada("/desk/").text.count("Second Thursday each month until 10 June 2027") == 4
    assert ada(done.location).text.count('<li class="event') == 4
    assert "Other dates" in public
    assert public.count('href="/events/an-evening-2027-') == 3


def test_what_a_change_would_do_is_shown_and_then_done(app: Flask, ada: Any, published: list[str]) -> None:
    with app.app_context():
        sign_up(public_event(db.session(), published[2]), UGO)
    said = {**EVENT, "starts_at": "2027-04-15T18:00", "ends_at": "2027-04-15T20:00", "scope": "following"}
    revision = re.findall(r'name="revision"[^>]*value="(\d+)"', ada(f"/desk/events/{published[1]}/edit").text)[0]

    preview = words_of(ada(f"/desk/events/{published[1]}/preview", revision=revision, **said).text)
    asked = words_of(ada(f"/desk/events/{published[1]}/edit", revision=revision, **said).text)
    saved = ada(f"/desk/events/{published[1]}/edit", revision=revision, **said, tell="yes")

    assert "Save and tell one person" in asked
    for page in (preview, asked):
        assert "3 events are changed, 1 person is told" in page
        assert "Thursday 20 May 2027, 18:00 to 20:00 (Europe/Oslo) (1 told)" in page
    assert saved.status_code == 303
    days = re.findall(r'datetime="2027-(\d\d-\d\d)T', ada(f"/desk/events/{published[0]}/series").text)
    assert days == ["03-11", "04-15", "05-20", "06-17"]


def test_a_change_that_one_of_them_cannot_take_is_refused_with_its_date(ada: Any, published: list[str]) -> None:
    said = {**EVENT, "capacity": "1", "scope": "sideways"}

    answer = ada(f"/desk/events/{published[0]}/edit", revision="2", **said)

    assert (answer.status_code, "Choose which events this is for." in answer.text) == (422, True)


def test_what_may_not_be_saved_is_previewed_all_the_same(ada: Any, published: list[str]) -> None:
    said = {**EVENT, "visibility": "invitation", "scope": "following", "revision": "2"}

    preview = ada(f"/desk/events/{published[0]}/preview", **said)
    refused = ada(f"/desk/events/{published[0]}/edit", **said)

    assert (preview.status_code, "Subject:" in preview.text) == (200, True)
    assert (refused.status_code, "known already" in refused.text) == (422, True)


def test_the_rest_of_a_series_is_called_off(ada: Any, published: list[str]) -> None:
    path = f"/desk/events/{published[2]}"
    offered = words_of(ada(path).text)

    odd = ada(f"{path}/cancel", sure="yes", scope="sideways")
    done = ada(f"{path}/cancel", sure="yes", scope="following")

    assert "This and the following ones (2 events, 0 people)" in offered
    assert (odd.status_code, done.status_code) == (409, 303)
    assert ada(f"{path}/series").text.count('class="event gone"') == 2


def test_an_event_that_stands_alone_says_so(ada: Any) -> None:
    ada("/desk/events/new", label="community", **EVENT)

    assert "stands alone" in ada("/desk/events/an-evening/series").text
    assert "Which events" not in ada("/desk/events/an-evening").text
    assert 'name="scope"' not in ada("/desk/events/an-evening/edit").text


def test_the_others_of_a_series_ask_the_same(ada: Any, published: list[str]) -> None:
    asked = {"question": "What do you eat?", "kind": "text", "reason": "For the cook."}
    before = ada(f"/desk/events/{published[1]}/series").text
    ada(f"/desk/events/{published[1]}/questions", **asked)

    done = ada(f"/desk/events/{published[1]}/series/questions", x="")

    assert ("Ask the same" in before, done.status_code) == (False, 303)
    assert "Asked at 3 more events." in ada(done.location).text
    assert asked["question"] in ada(f"/desk/events/{published[3]}/questions").text

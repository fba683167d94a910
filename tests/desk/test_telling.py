"""Before a change is saved: who is told, of what, and in which words; and that it is the organiser who decides."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventdesk.db import db
from eventdesk.desk.telling import TOLD_AS
from eventdesk.events.filled import typed
from eventdesk.events.models import Event
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.lists.service import REGISTERED
from eventdesk.outbox.models import Job, Kind
from tests.cast import BEA, BOB, UGO
from tests.dumps import dump
from tests.factories import make_event, sign_up

Save = Callable[..., Any]


@pytest.fixture
def event(app: Flask, links: Links, request: pytest.FixtureRequest) -> Event:
    """A published event with one seat, taken, and somebody who waits for it."""
    with app.app_context():
        made = make_event(links, getattr(request, "param", Label.COMMUNITY), capacity=1)
        for person in (BEA, BOB):
            sign_up(made, person)
        sign_up(make_event(links, title="Another evening"), UGO)
        db.session.refresh(made)
    return made


@pytest.fixture
def save(app: Flask, ada: Any, event: Event) -> Save:
    """`save(venue="…")`: the form as it first was, but for this."""
    with app.app_context():
        began = typed(db.session.get_one(Event, event.id))
    return lambda **said: ada(f"/desk/events/{event.slug}/edit", **began | said)


def test_everyone_is_counted_who_is_told() -> None:
    assert {standing.state for standing in TOLD_AS} == set(REGISTERED)


def carried(page: str) -> dict[str, str]:
    """What the page carries on."""
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in fields if name != "csrf_token"}


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def fan_outs(app: Flask) -> int:
    with app.app_context():
        return len(db.session.scalars(select(Job).where(Job.kind == Kind.TELL)).all())


@pytest.mark.parametrize("event", RULES, indirect=True)
def test_a_change_is_shown_with_its_mail_before_it_is_saved(app: Flask, event: Event, save: Save) -> None:
    before = dump(app)

    shown = save(venue="Quay Street 6", description="A new\n<description>")

    said = words(shown.text)
    assert (shown.status_code, dump(app) == before) == (200, True)
    assert "2 people of the" in said
    assert "1 with a seat and 1 on the waiting list" in said
    assert "The new place is Quay Street 6. It was Quay Street 4, Oslo." in said
    assert f"Subject: Changed: {event.title}" in said
    assert f"Hello Uma Example, “{event.title}” has changed" in said
    assert ("Save and tell 2 people" in said, "without telling" in said) == (True, False)

    saved = save(**carried(shown.text), tell="yes")

    assert (saved.status_code, fan_outs(app)) == (303, 1)
    with app.app_context():
        now = db.session.get_one(Event, event.id)
        assert (now.venue, now.description) == ("Quay Street 6", "A new\n<description>")


def test_another_title_may_be_left_untold_and_is_part_of_the_next_mail(app: Flask, save: Save) -> None:
    shown = save(title="Another name")
    untold = save(**carried(shown.text), tell="no")
    revision = {"revision": "3", "title": "Another name"}

    later = save(venue="Quay Street 6", **revision)

    assert "Save without telling" in shown.text
    assert (untold.status_code, fan_outs(app)) == (303, 0)
    assert "It is now called “Another name”" in words(later.text)
    assert "The new place is Quay Street 6." in words(later.text)


def test_what_must_be_told_cannot_be_saved_in_silence(app: Flask, save: Save) -> None:
    before = dump(app)

    refused = save(venue="Quay Street 6", tell="no")

    assert (refused.status_code, dump(app) == before) == (422, True)
    assert "Another time, place or link is always told" in refused.text


def test_one_can_go_on_writing_instead(app: Flask, save: Save) -> None:
    shown, before = save(venue="Quay Street 6"), dump(app)

    form = save(**carried(shown.text), tell="back")

    assert (form.status_code, 'value="Quay Street 6"' in form.text, dump(app) == before) == (200, True, True)


def test_what_is_older_than_the_event_is_neither_shown_nor_saved(app: Flask, event: Event, save: Save) -> None:
    shown = carried(save(venue="Quay Street 6").text)
    save(title="Another name", tell="yes")

    late, saved = save(venue="Quay Street 6"), save(**shown, tell="yes")

    for answer in (late, saved):
        assert (answer.status_code, "was changed while you did" in answer.text) == (409, True)
    with app.app_context():
        assert db.session.get_one(Event, event.id).venue == "Quay Street 4, Oslo"


def test_what_tells_nobody_is_saved_at_once(app: Flask, links: Links, ada: Any, save: Save) -> None:
    words_alone = save(description="Other words.")
    with app.app_context():
        lonely = make_event(links, title="Nobody yet")
        said = typed(lonely)
    moved = ada(f"/desk/events/{lonely.slug}/edit", **said | {"venue": "Quay Street 6"})

    assert (words_alone.status_code, moved.status_code) == (303, 303)
    assert "told" not in ada(moved.location).text.partition("<main")[2].partition("Cancelling")[0]


def test_what_cannot_be_is_refused_before_anybody_is_counted(save: Save) -> None:
    answer = save(venue="Quay Street 6", visibility="invitation")

    assert (answer.status_code, "known already" in answer.text) == (422, True)


@pytest.mark.parametrize("event", RULES, indirect=True)
def test_before_an_event_is_called_off_its_mail_is_shown(ada: Any, event: Event) -> None:
    said = words(ada(f"/desk/events/{event.slug}").text)

    assert "tells 2 people of the" in said
    assert f"Subject: Cancelled: {event.title}" in said
    assert said.index("This mail takes it out of your calendar.") < said.index("Yes, it does not take place.")

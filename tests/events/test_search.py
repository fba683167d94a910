"""Search across one's own events: wherever they say it, in whatever state, in letters beyond ASCII, on both databases."""

import json
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from eventdesk.db import writing
from eventdesk.events.queries import at_desk, desk_counts
from eventdesk.events.search import found_in
from eventdesk.events.service import cancel_event
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.organisers.rules import COMMAND_LINE
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event

SAID: dict[str, Any] = {
    "title": "Tires in Łódź",
    "description": "With 100% of the_road.",
    "venue": "Quay Street 4, Århus",
    "hosts": ("Köln User Group",),
    "speakers": ("Elif Yılmaz", 'Bo "Bolt" Å'),
}


@ON_BOTH
def test_a_word_is_found_wherever_an_event_says_it(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, **SAID)
    make_event(links, title="Another", description="", venue="", hosts=("Somebody",))
    session.rollback()

    def places(search: str) -> list[list[str]]:
        return [found_in(each, search) for each in at_desk(session, RULES, "all", now.time, search) if each == event]

    found = {search: places(search) for search in ("łódź", "ŁÓDŹ", "100% of", "the_road", "ÅRHUS", "köln", "KÖLN")}
    named = {search: places(search) for search in ("Yılmaz", "elif", '"bolt" å', "Å", "user g")}

    assert found == {
        "łódź": [["title"]],
        "ŁÓDŹ": [["title"]],
        "100% of": [["description"]],
        "the_road": [["description"]],
        "ÅRHUS": [["venue"]],
        "köln": [["hosts"]],
        "KÖLN": [["hosts"]],
    }
    assert named == {
        "Yılmaz": [["speakers"]],
        "elif": [["speakers"]],
        '"bolt" å': [["speakers"]],
        "Å": [["venue", "speakers"]],
        "user g": [["hosts"]],
    }
    assert {search: places(search) for search in ("[", '", "', "100_", "u00f6", "\\u", "lodz")} == {
        search: [] for search in ("[", '", "', "100_", "u00f6", "\\u", "lodz")
    }


@ON_BOTH
def test_names_that_were_written_in_ascii_before_are_found_too(session: Session, links: Links, now: Clock) -> None:
    event_id = make_event(links, **SAID).id
    with writing() as writer:
        old = json.dumps(SAID["speakers"])
        writer.execute(text("UPDATE event SET speakers = :old WHERE id = :id"), {"old": old, "id": event_id})

    assert [each.id for each in at_desk(session, RULES, "all", now.time, "Yılmaz")] == [event_id]


def test_all_states_are_searched_and_one_label_alone(session: Session, links: Links, now: Clock) -> None:
    for label in RULES:
        make_event(links, label, title="Tires", published=False)
        make_event(links, label, title="Tires")
        cancel_event(make_event(links, label, title="Tires").slug, actor=COMMAND_LINE, links=links, now=now.time)
    session.rollback()

    found = at_desk(session, {Label.COMMUNITY}, "all", now.time, "tires")

    assert {event.label for event in found} == {Label.COMMUNITY}
    numbers = {"all": 3, "coming": 1, "drafts": 1, "past": 0, "cancelled": 1}
    assert desk_counts(session, {Label.COMMUNITY}, now.time, "tires") == numbers


@pytest.mark.parametrize("search", ["%", "_", "/", "\\", "'", "\x7f", "é" * 100])
def test_odd_searches_are_only_searches(session: Session, links: Links, now: Clock, search: str) -> None:
    make_event(links)

    assert at_desk(session, RULES, "all", now.time, search) == []

"""The desk says beforehand who is removed and when, and afterwards what is left; and so does the command line."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from eventdesk.cli import commands
from eventdesk.db import writing
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.lists.attendance import mark
from eventdesk.organisers.models import SignIn
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.retention.service import close_events, remove_due
from tests.cast import ADA, BEA, UGO, UMA, Person
from tests.conftest import Clock
from tests.factories import make_event, sign_up


@dataclass(frozen=True)
class Over:
    """An event that is over."""

    slug: str
    title: str
    ends_at: datetime


Desk = Callable[[Person], FlaskClient]


@pytest.fixture
def over(app: Flask, links: Links, now: Clock) -> dict[Label, Over]:
    """By label, an event that was over 80 days ago; of two people, one came."""
    with app.app_context():
        events = {label: make_event(links, label) for label in RULES}
        refs = {label: [sign_up(event, person).ref for person in (UGO, UMA)] for label, event in events.items()}
        now.time = max(event.ends_at for event in events.values())
        for label, (first, second) in refs.items():
            for ref, came in ((first, True), (second, False)):
                mark(RULES[label].audience, ref, came, actor=COMMAND_LINE, now=now.time)
        close_events(now.time)
        told = {label: Over(event.slug, event.title, event.ends_at) for label, event in events.items()}
    now.pass_by(days=80)
    return told


def test_it_is_told_two_weeks_ahead_and_the_counts_stay(
    app: Flask, at_desk: Desk, over: dict[Label, Over], now: Clock
) -> None:
    ada, first = at_desk(ADA), over[Label.COMMUNITY]
    with app.app_context(), writing() as session:
        session.execute(update(SignIn).values(ends_at=now.time + timedelta(days=30)))
    day = first.ends_at + timedelta(days=90)
    pages = [f"/desk/events/{event.slug}" for event in over.values()]

    start = unescape(ada.get("/desk/").text)
    before = [unescape(ada.get(page).text) for page in pages]
    now.pass_by(days=10)
    with app.app_context():
        remove_due(now.time)
    after = [unescape(ada.get(page).text) for page in pages]

    said = f"From {day.day} {day:%B} on, people of “{first.title}” are removed; the counts stay."
    assert said in start
    assert "whom nobody follows up any more are removed; the counts stay." in start
    assert f"Its people are removed on {day.day} {day:%B %Y}" in before[0]
    assert "everybody 2 years after it" in before[1]
    assert "<b>1</b> attended: 1 for the first time, 0 had come before, <b>1</b> no-show" in after[0]
    assert "Nobody has registered" not in after[0]
    assert "were removed on" not in after[1]
    assert UGO.name not in ada.get(f"{pages[0]}/people").text


def test_the_command_line_tells_first_and_removes_then(
    app: Flask, over: dict[Label, Over], now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eventdesk.cli.opened", lambda _settings: app)
    monkeypatch.setattr("eventdesk.cli.load", lambda: None)
    now.pass_by(days=10)

    told = CliRunner().invoke(commands, ["retention", "--dry-run"])
    again = CliRunner().invoke(commands, ["retention", "--dry-run"])
    removed = CliRunner().invoke(commands, ["retention"])

    [row] = json.loads(told.stdout)
    assert (row["slug"], row["now"], row["soon"]) == (over[Label.COMMUNITY].slug, 2, 2)
    assert again.stdout == told.stdout
    assert json.loads(removed.stdout)["user_registration"] == 2
    assert json.loads(CliRunner().invoke(commands, ["retention", "--dry-run"]).stdout) == []
    assert BEA.email not in told.stdout

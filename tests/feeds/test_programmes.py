"""A programme's feed, one address's own feed, and a label's Atom feed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select
from werkzeug.http import http_date

from eventdesk.db import db
from eventdesk.events.queries import by_slug
from eventdesk.events.service import cancel_event, change
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.lists.calendars import address_of
from eventdesk.lists.letters import letter_of
from eventdesk.lists.queries import calendar_of
from eventdesk.lists.service import leave, move_calendar
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.models import Job, Kind
from eventdesk.programmes.rules import Strategy
from eventdesk.programmes.service import make
from tests.cast import BEA, UGO, UMA, Person
from tests.conftest import BASE_URL, NOW, ON_BOTH, Clock
from tests.factories import make_draft, make_event, sign_up
from tests.ics_lint import lint

pytestmark = ON_BOTH
FIRST = f"/calendars/programmes/{RULES[Label.COMMUNITY].first_programme.slug}.ics"
SECOND = "/calendars/programmes/harbour-nights.ics"
ATOM = "{http://www.w3.org/2005/Atom}"


def entries(raw: bytes) -> dict[str, tuple[str, int]]:
    """Status and sequence of each event of a calendar without fault, by its title."""
    assert lint(raw) == []
    calendar: Any = Calendar.from_ical(raw)
    return {str(each["SUMMARY"]): (str(each["STATUS"]), int(each["SEQUENCE"])) for each in calendar.events}


@dataclass
class Meeting:
    """An event, as others know it."""

    id: int
    slug: str


@pytest.fixture
def second(app: Flask) -> str:
    """The slug of another programme of the users' label."""
    with app.app_context():
        strategy = Strategy(name="Harbour nights", purpose="By the water.", sender="Harbour User Group")
        return make(Label.COMMUNITY, strategy, actor=COMMAND_LINE, now=NOW).slug


@pytest.fixture
def hold(app: Flask, links: Links) -> Callable[..., Meeting]:
    """`hold(title="…")`: a published event."""

    def make_one(label: Label = Label.COMMUNITY, **said: Any) -> Meeting:
        with app.app_context():
            event = make_event(links, label, **said)
            return Meeting(event.id, event.slug)

    return make_one


def feed_path(app: Flask, links: Links, label: Label, person: Person) -> str:
    """Where a person's own feed is."""
    with app.app_context():
        calendar = calendar_of(db.session(), RULES[label].audience, person.email)
        assert calendar
        return address_of(calendar, links).removeprefix(BASE_URL)


def test_an_event_moved_to_another_programme_changes_both_feeds(
    app: Flask, client: FlaskClient, links: Links, now: Clock, second: str, hold: Callable[..., Meeting]
) -> None:
    moved, stays = hold(title="Moves"), hold(title="Stays")
    before = {path: client.get(path) for path in (FIRST, SECOND)}
    assert [entries(answer.data).keys() for answer in before.values()] == [
        {"Community session: Moves", "Community session: Stays"},
        set(),
    ]

    with app.app_context():
        draft = make_draft(title="Moves", programme=second)
        change(moved.slug, draft, revision=None, actor=COMMAND_LINE, links=links, now=now.pass_by(minutes=1))

    after = {
        path: client.get(path, headers={"If-None-Match": answer.headers["ETag"]}) for path, answer in before.items()
    }
    assert [(answer.status_code, set(entries(answer.data))) for answer in after.values()] == [
        (200, {"Community session: Stays"}),
        (200, {"Community session: Moves"}),
    ]
    again = {
        path: client.get(path, headers={"If-None-Match": answer.headers["ETag"]}) for path, answer in after.items()
    }
    assert [(answer.status_code, answer.data) for answer in again.values()] == [(304, b""), (304, b"")]
    assert b"NAME:Community sessions: Harbour nights" in after[SECOND].data
    assert stays.slug in after[FIRST].text


def test_a_change_in_one_programme_leaves_the_feed_of_another_alone(
    client: FlaskClient, second: str, hold: Callable[..., Meeting]
) -> None:
    hold(programme=second)
    etag = client.get(SECOND).headers["ETag"]

    hold(title="In the first")

    assert client.get(SECOND, headers={"If-None-Match": etag}).status_code == 304
    assert not etag.startswith("W/")


def test_ones_own_feed_holds_what_one_is_registered_for_and_how_it_stands(
    app: Flask, client: FlaskClient, links: Links, now: Clock, hold: Callable[..., Meeting]
) -> None:
    seat, line, left = hold(title="Seat"), hold(title="Line", capacity=1), hold(title="Left", visibility="invitation")
    hold(title="Not mine")
    with app.app_context():
        for meeting, person in ((seat, UGO), (line, UMA), (line, UGO)):
            sign_up(by_slug(db.session(), meeting.slug, RULES), person)
        outcome = sign_up(by_slug(db.session(), left.slug, RULES), UGO)
        leave(RULES[Label.COMMUNITY].audience, outcome.ref, now=now.pass_by(minutes=1))
    path = feed_path(app, links, Label.COMMUNITY, UGO)

    answer = client.get(path)

    assert entries(answer.data) == {
        "Community session: Seat": ("CONFIRMED", 0),
        "Community session: Line": ("TENTATIVE", 0),
        "Community session: Left": ("CANCELLED", 1),
    }
    assert [person.email in answer.text or person.name in answer.text for person in (UGO, UMA)] == [False, False]
    assert "Set-Cookie" not in answer.headers
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"], answer.headers["X-Robots-Tag"]) == (
        "private, no-cache",
        "no-referrer",
        "noindex",
    )
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    with app.app_context():
        cancel_event(seat.slug, actor=COMMAND_LINE, links=links, now=now.pass_by(minutes=1))
    called_off = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert entries(called_off.data)["CANCELLED: Community session: Seat"] == ("CANCELLED", 1)
    now.pass_by(days=400)
    assert entries(client.get(path).data) == {}


def test_ones_own_feed_has_changed_when_only_the_registration_did(
    app: Flask, client: FlaskClient, links: Links, now: Clock, hold: Callable[..., Meeting]
) -> None:
    meeting = hold()
    with app.app_context():
        outcome = sign_up(by_slug(db.session(), meeting.slug, RULES), UGO)
    path = feed_path(app, links, Label.COMMUNITY, UGO)
    before = client.get(path)
    with app.app_context():
        leave(RULES[Label.COMMUNITY].audience, outcome.ref, now=now.pass_by(minutes=1))

    after = client.get(path, headers={"If-Modified-Since": http_date(NOW)})

    assert "Last-Modified" not in before.headers
    assert (after.status_code, b"STATUS:CANCELLED" in after.data) == (200, True)


def test_a_new_address_ends_the_old_one_and_touches_no_other(
    app: Flask, client: FlaskClient, links: Links, hold: Callable[..., Meeting]
) -> None:
    both = replace(BEA, email=UGO.email)
    meetings = {label: hold(label) for label in RULES}
    with app.app_context():
        for meeting, person in zip(meetings.values(), (UGO, both), strict=True):
            sign_up(by_slug(db.session(), meeting.slug, RULES), person)
            db.session.rollback()
    before = {label: feed_path(app, links, label, UGO) for label in RULES}

    with app.app_context():
        move_calendar(RULES[Label.COMMUNITY].audience, UGO.email, now=NOW)

    after = {label: feed_path(app, links, label, UGO) for label in RULES}
    assert [client.get(path).status_code for path in before.values()] == [404, 200]
    assert [client.get(path).status_code for path in after.values()] == [200, 200]
    assert before[Label.COMMERCIAL] == after[Label.COMMERCIAL]


def test_ones_own_feed_goes_out_by_mail_alone_and_is_ended_by_who_has_its_address(
    app: Flask, client: FlaskClient, links: Links, now: Clock, hold: Callable[..., Meeting]
) -> None:
    meeting = hold()
    with app.app_context():
        event = by_slug(db.session(), meeting.slug, RULES)
        outcome = sign_up(event, UGO)
        sign_up(event, UGO, now.pass_by(hours=1))
    manage = links.manage(RULES[Label.COMMUNITY].audience, outcome.ref, outcome.generation).removeprefix(BASE_URL)
    address = feed_path(app, links, Label.COMMUNITY, UGO)
    page = address.removesuffix(".ics")
    app.extensions["eventdesk"] = replace(app.extensions["eventdesk"], smtp_url="smtp://localhost:9")

    client.post(manage, data={"act": "calendar"})
    shown = (page in client.get(manage).text, "webcal://desk.example" + address in client.get(page).text)
    ended = client.post(page)

    with app.app_context():
        jobs = db.session.scalars(select(Job).where(Job.ref == outcome.ref)).all()
        letters = {job.kind: letter_of(db.session(), job, links, now.time) for job in jobs}
    new = feed_path(app, links, Label.COMMUNITY, UGO)
    assert shown == (False, True)
    assert (ended.status_code, new in ended.text, new.removesuffix(".ics") in ended.text) == (200, False, False)
    assert [client.get(each).status_code for each in (address, page, new)] == [404, 404, 200]
    assert {kind: bool(letter and new in letter.text.body) for kind, letter in letters.items()} == {
        Kind.REGISTERED: True,
        Kind.AGAIN: True,
    }


@pytest.mark.parametrize("path", ["/calendars/programmes/nothing.ics", "/calendars/mine/nothing.ics", "/feeds/x.atom"])
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def instant(text: str | None) -> str:
    """A moment as RFC 3339 writes it."""
    assert text
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text)
    return text


def test_the_news_of_a_label_are_atom(
    app: Flask, client: FlaskClient, links: Links, now: Clock, hold: Callable[..., Meeting]
) -> None:
    nasty = hold(title="A < B & “C” \ufffe]]>", description="*Look* <b>here</b> & there", venue="Room <1>")
    hold(title="Secret", visibility="invitation")
    hold(Label.COMMERCIAL, title="For buyers")
    page, first = client.get("/community").text, client.get("/feeds/community.atom")
    with app.app_context():
        cancel_event(nasty.slug, actor=COMMAND_LINE, links=links, now=now.pass_by(minutes=1))
    then = client.get("/feeds/community.atom", headers={"If-None-Match": first.headers["ETag"]})

    root, after = (ET.fromstring(answer.data) for answer in (first, then))  # noqa: S314 - our own answer
    [entry], [later] = root.findall(f"{ATOM}entry"), after.findall(f"{ATOM}entry")
    assert '<link rel="alternate" type="application/atom+xml"' in page
    assert (first.content_type, first.status_code, then.status_code) == (
        "application/atom+xml; charset=utf-8",
        200,
        200,
    )
    assert client.get("/feeds/community.atom", headers={"If-None-Match": then.headers["ETag"]}).status_code == 304
    for each in (root, entry):
        for name in ("id", "title", "updated"):
            assert len(each.findall(ATOM + name)) == 1
        UUID(each.findtext(f"{ATOM}id", "").removeprefix("urn:uuid:"))
    assert entry.findtext(f"{ATOM}author/{ATOM}name")
    assert {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")} == {
        "self": "http://desk.example/feeds/community.atom",
        "alternate": "http://desk.example/community",
    }
    assert entry.findtext(f"{ATOM}title") == "Community session: A < B & “C” ]]>"
    said = entry.findtext(f"{ATOM}content", "")
    assert "<em>Look</em>" in said
    assert all("Nobody may sell to you here." in text for text in (said, entry.findtext(f"{ATOM}summary", "")))
    assert entry.findtext(f"{ATOM}id") == later.findtext(f"{ATOM}id")
    assert instant(entry.findtext(f"{ATOM}updated")) < instant(later.findtext(f"{ATOM}updated"))
    assert later.findtext(f"{ATOM}title", "").startswith("CANCELLED: ")
    assert [word in first.text for word in ("Secret", "buyers")] == [False, False]


def test_a_label_without_events_has_news_all_the_same(client: FlaskClient) -> None:
    root = ET.fromstring(client.get("/feeds/commercial.atom").data)  # noqa: S314 - our own answer

    assert root.findtext(f"{ATOM}title") == "Lathe Lane Software: commercial briefings"

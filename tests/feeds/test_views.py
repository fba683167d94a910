"""Feeds and files over HTTP: what is in them, and what a client that has them already is spared."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from eventdesk.events.entries import leave_feeds
from eventdesk.events.service import cancel_event, change
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.organisers.rules import COMMAND_LINE
from tests.conftest import Clock
from tests.factories import make_draft, make_event
from tests.ics_lint import lint

FEEDS = {label: f"/calendars/{label}.ics" for label in RULES}


@pytest.fixture
def slugs(app: Flask, links: Links) -> dict[Label, str]:
    """One public event of each label; beside it one by invitation, and a draft."""
    found = {}
    with app.app_context():
        for label in RULES:
            found[label] = make_event(links, label).slug
            make_event(links, label, title="Secret gathering", visibility="invitation")
            make_event(links, label, title="Secret draft", published=False)
    return found


def events(raw: bytes) -> list[Any]:
    """The events of a calendar without fault."""
    assert lint(raw) == []
    return list(Calendar.from_ical(raw).events)


@pytest.mark.parametrize("label", RULES)
def test_a_feed_holds_the_public_events_of_its_label_alone(
    client: FlaskClient, slugs: dict[Label, str], label: Label
) -> None:
    answer = client.get(FEEDS[label])

    [entry] = events(answer.data)
    assert entry["URL"] == f"http://desk.example/events/{slugs[label]}"
    assert b"Secret" not in answer.data
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize("label", RULES)
def test_an_empty_feed_is_a_legal_calendar(client: FlaskClient, label: Label) -> None:
    answer = client.get(FEEDS[label])

    assert answer.status_code == 200
    assert events(answer.data) == []


def test_what_a_client_has_already_is_not_sent_again(client: FlaskClient, slugs: dict[Label, str]) -> None:
    for path in (FEEDS[Label.COMMUNITY], f"/events/{slugs[Label.COMMUNITY]}.ics"):
        first, again = client.get(path), client.get(path)
        etag = first.headers["ETag"]

        same = client.get(path, headers={"If-None-Match": etag})
        other = client.get(path, headers={"If-None-Match": '"other"'})
        head = client.head(path)

        assert (first.data, etag, first.headers["Last-Modified"]) == (
            again.data,
            again.headers["ETag"],
            first.headers["Last-Modified"],
        )
        assert not etag.startswith("W/")
        assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", etag)
        assert (other.status_code, other.data) == (200, first.data)
        assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", etag)
        assert int(head.headers["Content-Length"]) == len(first.data)


def test_a_change_is_a_new_feed_and_leaves_the_other_label_alone(
    app: Flask, client: FlaskClient, links: Links, slugs: dict[Label, str], now: Clock
) -> None:
    before = {label: client.get(path) for label, path in FEEDS.items()}

    with app.app_context():
        draft = make_draft(venue="Another house")
        change(
            slugs[Label.COMMUNITY], draft, revision=None, actor=COMMAND_LINE, links=links, now=now.pass_by(minutes=1)
        )

    asked = {
        label: client.get(FEEDS[label], headers={"If-None-Match": before[label].headers["ETag"]}) for label in RULES
    }
    assert {label: answer.status_code for label, answer in asked.items()} == {
        Label.COMMUNITY: 200,
        Label.COMMERCIAL: 304,
    }
    [entry] = events(asked[Label.COMMUNITY].data)
    assert (entry["LOCATION"], entry["SEQUENCE"]) == ("Another house", 1)


def test_a_cancelled_event_is_a_tombstone_in_feed_and_file_until_its_day(
    app: Flask, client: FlaskClient, links: Links, slugs: dict[Label, str], now: Clock
) -> None:
    slug, uid = slugs[Label.COMMUNITY], events(client.get(FEEDS[Label.COMMUNITY]).data)[0]["UID"]

    with app.app_context():
        cancel_event(slug, actor=COMMAND_LINE, links=links, now=now.pass_by(minutes=1))

    for path in (FEEDS[Label.COMMUNITY], f"/events/{slug}.ics"):
        [entry] = events(client.get(path).data)
        assert (entry["UID"], entry["STATUS"], entry["SEQUENCE"]) == (uid, "CANCELLED", 1)
        assert entry["SUMMARY"].startswith("CANCELLED: ")
    with app.app_context():
        leave_feeds(now.pass_by(days=90))
    assert events(client.get(FEEDS[Label.COMMUNITY]).data) == []
    assert len(events(client.get(f"/events/{slug}.ics").data)) == 1


def test_a_file_is_offered_as_a_download_by_its_name(client: FlaskClient, slugs: dict[Label, str]) -> None:
    slug = slugs[Label.COMMERCIAL]

    answer = client.get(f"/events/{slug}.ics")

    assert answer.headers["Content-Disposition"] == f'attachment; filename="{slug}.ics"'


@pytest.mark.parametrize(
    "path", ["/calendars/other.ics", "/events/nothing.ics", "/events/secret-gathering.ics", "/events/secret-draft.ics"]
)
def test_what_may_not_be_known_is_not_there(client: FlaskClient, slugs: dict[Label, str], path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.get(path.removesuffix(".ics")).status_code == 404


def test_an_event_by_invitation_stands_on_no_public_page(client: FlaskClient, slugs: dict[Label, str]) -> None:
    pages = ["/", "/community", "/commercial", *FEEDS.values(), *(f"/events/{slug}" for slug in slugs.values())]

    assert [path for path in pages if "Secret" in client.get(path).text] == []

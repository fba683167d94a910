"""Hosts and speakers: what the desk says of them, their own page by link, and what everybody sees."""

from collections.abc import Callable
from html import unescape
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from eventdesk.db import db, writing
from eventdesk.events.models import Event
from eventdesk.events.service import cancel_event, change, complete_speakers
from eventdesk.history.models import Act, Entry
from eventdesk.labels import RULES, Audience, Label
from eventdesk.links import Links, Purpose
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.programmes.models import ProgrammeVersion
from eventdesk.speakers.models import Speaker
from eventdesk.speakers.queries import speakers_of
from eventdesk.speakers.service import describe, keep_speakers, new_link
from tests.cast import ADA, BERT, CORA, Person
from tests.conftest import BASE_URL, Clock
from tests.crawl import csrf_of
from tests.dumps import dump
from tests.factories import make_draft, make_event

GIVEN, NOT_YET = "has pledged not to sell", "has not pledged yet"


class Guest(NamedTuple):
    """A speaker of a published event, and where they and everybody else look."""

    page: str
    own: str
    slug: str
    event_id: int


@pytest.fixture
def guests(app: Flask, links: Links) -> dict[Label, Guest]:
    """Dilek, at one event of each label."""
    with app.app_context():
        return {label: invited(links, make_event(links, label, hosts=(), speakers=("Dilek",))) for label in RULES}


def invited(links: Links, event: Event, name: str = "Dilek") -> Guest:
    known = speakers_of(db.session(), event.id)[name]
    url = links.pledge(event.rules.audience, known.ref, known.generation)
    return Guest(f"/events/{event.slug}", url.removeprefix(BASE_URL), event.slug, event.id)


def test_a_pledge_is_given_by_link_seen_by_everybody_and_taken_back(
    app: Flask, client: FlaskClient, guests: dict[Label, Guest]
) -> None:
    guest = guests[Label.COMMUNITY]
    before = dump(app)
    asked = client.get(guest.own)
    assert dump(app) == before
    assert (asked.headers["Cache-Control"], asked.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    shown = [client.get(guest.page).text]

    given = client.post(guest.own, data={"act": "pledge", "biography": "Runs *sensors*."})
    shown.append(client.get(guest.page).text)
    back = client.post(guest.own, data={"act": "take back"})
    shown.append(client.get(guest.page).text)

    assert [line in unescape(asked.text) for line in RULES[Label.COMMUNITY].charter] == [True] * 5
    assert (given.status_code, back.status_code) == (303, 303)
    assert [(GIVEN in page, NOT_YET in page) for page in shown] == [(False, True), (True, False), (False, True)]
    assert ["<em>sensors</em>" in page for page in shown] == [False, True, True]
    with app.app_context():
        acts = db.session.scalars(select(Entry.details).where(Entry.act == Act.PLEDGED).order_by(Entry.id)).all()
        assert [details["did"] for details in acts] == ["given", "taken back"]


def test_a_briefing_knows_no_pledge_and_shows_who_speaks_once_it_is_said(
    client: FlaskClient, guests: dict[Label, Guest]
) -> None:
    guest = guests[Label.COMMERCIAL]
    before = client.get(guest.page).text

    refused = client.post(guest.own, data={"act": "pledge", "biography": "Sells sensors."})
    saved = client.post(guest.own, data={"act": "save", "biography": "Sells sensors."})

    assert (refused.status_code, saved.status_code) == (409, 303)
    assert ("Sells sensors." in before, "Sells sensors." in client.get(guest.page).text) == (False, True)
    assert "pledge" not in client.get(guest.own).text.replace("/pledge/", "").lower()


def test_a_pledge_remembers_the_charter_it_was_given_to(
    app: Flask, client: FlaskClient, guests: dict[Label, Guest], now: Clock
) -> None:
    guest = guests[Label.COMMUNITY]
    with app.app_context(), writing() as session:
        programme = session.get_one(Event, guest.event_id).programme
        programme.version = 3
        for number in (3, 2):
            session.add(ProgrammeVersion(programme_id=programme.id, number=number, said={}, made_at=now.time))

    unread = client.post(guest.own, data={"act": "pledge", "version": "1"})
    for _ in range(2):
        client.post(guest.own, data={"act": "pledge"})

    assert (unread.status_code, "changed a moment ago" in unread.text) == (409, True)
    with app.app_context():
        known = speakers_of(db.session(), guest.event_id)["Dilek"]
        version = db.session.get_one(ProgrammeVersion, known.pledged_version_id)
        assert (version.number, known.pledged_at) == (3, now.time)


def test_once_it_has_begun_a_pledge_stays_and_once_it_is_over_nothing_changes(
    client: FlaskClient, guests: dict[Label, Guest], now: Clock
) -> None:
    guest = guests[Label.COMMUNITY]
    client.post(guest.own, data={"act": "pledge"})

    now.pass_by(days=30, hours=6)
    begun = [client.post(guest.own, data={"act": act}).status_code for act in ("take back", "save")]
    now.pass_by(days=1)
    over = client.post(guest.own, data={"act": "save", "biography": "Late."}).status_code

    assert (begun, over) == ([409, 303], 409)
    assert "is over" in client.get(guest.own).text
    assert GIVEN in client.get(guest.page).text


def test_the_page_of_a_cancelled_event_takes_nothing(
    app: Flask, client: FlaskClient, guests: dict[Label, Guest], links: Links, now: Clock
) -> None:
    guest = guests[Label.COMMUNITY]
    with app.app_context():
        cancel_event(guest.slug, actor=COMMAND_LINE, links=links, now=now.time)

    assert client.post(guest.own, data={"act": "pledge"}).status_code == 409
    assert "has been cancelled" in client.get(guest.own).text


@pytest.mark.parametrize(
    ("biography", "sentence"),
    [
        ("x" * 10_000, "Use 5,000 characters at most"),
        ("a\0b", "control characters"),
        ("a\u202eb", "control characters"),
    ],
    ids=["long", "control", "bidi"],
)
def test_a_biography_that_cannot_be_taken_is_told_at_its_field(
    app: Flask, client: FlaskClient, guests: dict[Label, Guest], biography: str, sentence: str
) -> None:
    before = dump(app)

    answer = client.post(guests[Label.COMMUNITY].own, data={"act": "pledge", "biography": biography})

    assert answer.status_code == 422
    assert sentence in answer.text.partition('id="biography-error"')[2].partition("</p>")[0]
    assert dump(app) == before


def test_no_other_link_opens_the_page(
    app: Flask, client: FlaskClient, guests: dict[Label, Guest], links: Links
) -> None:
    own = guests[Label.COMMUNITY].own
    with app.app_context():
        known = speakers_of(db.session(), guests[Label.COMMUNITY].event_id)["Dilek"]
        ref, keys = known.ref, links.keys
    wrong = [
        keys.token(Purpose.MANAGE, Audience.USERS, ref, 0),
        keys.token(Purpose.PLEDGE, Audience.BUYERS, ref, 0),
        keys.token(Purpose.PLEDGE, Audience.USERS, ref, 1),
        keys.token(Purpose.PLEDGE, Audience.USERS, ref + 1, 0),
        own.rpartition("/")[2][:-1] + ("A" if own[-1] != "A" else "B"),
    ]

    assert [client.get(f"/pledge/{token}").status_code for token in wrong] == [404] * 5
    assert client.get(own).status_code == 200
    with app.app_context():
        new_link(guests[Label.COMMUNITY].event_id, ref)
    assert client.get(own).status_code == 404


def test_the_desk_writes_biographies_and_makes_new_links(
    client: FlaskClient, guests: dict[Label, Guest], at_desk: Callable[[Person], FlaskClient]
) -> None:
    ada, guest = at_desk(ADA), guests[Label.COMMUNITY]
    token, room = {"csrf_token": csrf_of(ada)}, f"/desk/events/{guest.slug}/speakers"
    page = ada.get(room).text
    actions = [f"{room}/{part}" for part in sorted({each.split('"')[0] for each in page.split(f'action="{room}/')[1:]})]

    saved, long_ = (ada.post(actions[0], data=token | {"biography": text}) for text in ("Tall.", "x" * 5_001))
    renewed = ada.post(actions[1], data=token)

    assert BASE_URL + guest.own in page
    assert (saved.status_code, long_.status_code, renewed.status_code) == (303, 422, 303)
    assert "Tall." in client.get(guest.page).text
    assert client.get(guest.own).status_code == 404
    assert at_desk(BERT).get(room).status_code == 404
    assert at_desk(CORA).get(room).status_code == 200


def test_what_is_known_follows_the_names(app: Flask, links: Links, now: Clock) -> None:
    with app.app_context():
        event = make_event(links, hosts=("Ada", "Bo"), speakers=("Cy", "Bo"))
        first = dict(speakers_of(db.session(), event.id))
        refs = {name: known.ref for name, known in first.items()}
        describe(event.id, refs["Bo"], "Tall.")

        draft: Any = make_draft(hosts=("Bo",), speakers=("Di",))
        change(event.slug, draft, revision=None, actor=COMMAND_LINE, links=links, now=now.time)
        then = speakers_of(db.session(), event.id)

        assert list(refs) == ["Cy", "Bo", "Ada"]
        assert set(then) == {"Bo", "Di"}
        assert (then["Bo"].ref, then["Bo"].biography, then["Di"].biography) == (refs["Bo"], "Tall.", "")


def test_events_older_than_their_speakers_pages_get_them(app: Flask, links: Links) -> None:
    with app.app_context():
        event_id = make_event(links, speakers=("Cy",)).id
        with writing() as session:
            session.execute(delete(Speaker))

        complete_speakers()
        begun = {known.ref for known in speakers_of(db.session(), event_id).values()}
        complete_speakers()

        assert len(begun) == 2
        assert {known.ref for known in speakers_of(db.session(), event_id).values()} == begun


def test_nobody_takes_over_the_pledge_of_another(app: Flask, client: FlaskClient, guests: dict[Label, Guest]) -> None:
    guest = guests[Label.COMMUNITY]
    client.post(guest.own, data={"act": "pledge", "biography": "Runs sensors."})

    with app.app_context(), writing() as session:
        keep_speakers(session, guest.event_id, ["Jonas"])

    with app.app_context():
        known = speakers_of(db.session(), guest.event_id)["Jonas"]
        assert (known.pledged_at, known.biography) == (None, "")
    assert client.get(guest.own).status_code == 404


@pytest.mark.parametrize("label", RULES)
def test_a_biography_makes_no_other_labels_promise(
    client: FlaskClient, guests: dict[Label, Guest], label: Label
) -> None:
    other = next(rules for rules in RULES.values() if rules.label is not label)

    answer = client.post(guests[label].own, data={"act": "save", "biography": other.promise.format(host="Zed").upper()})

    assert (answer.status_code, "Take it out." in answer.text) == (422, True)

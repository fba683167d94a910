"""A person's own page: the address is the key, and any other address is nothing."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from eventdesk.db import db, writing
from eventdesk.events.models import Event
from eventdesk.events.service import cancel_event
from eventdesk.labels import Audience, Label
from eventdesk.links import Links, Purpose
from eventdesk.lists.queries import by_ref
from eventdesk.lists.service import leave
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.service import claim, finish
from eventdesk.worker import WRITERS
from tests.cast import UDO, UGO, UMA
from tests.conftest import BASE_URL, Clock
from tests.dumps import dump
from tests.factories import make_event, sign_up
from tests.ics_lint import lint


@pytest.fixture
def pages(app: Flask, links: Links) -> list[str]:
    """The pages of Ugo, who has the only seat, and of Uma, who waits."""
    with app.app_context():
        event = make_event(links, capacity=1)
        outcomes = [sign_up(event, person) for person in (UGO, UMA)]
        urls = [links.manage(Audience.USERS, outcome.ref, outcome.generation) for outcome in outcomes]
        return [url.removeprefix(BASE_URL) for url in urls]


def test_each_sees_where_they_stand_and_nobody_else(client: FlaskClient, pages: list[str]) -> None:
    ugo, uma = (client.get(page).text for page in pages)

    assert ("You have a seat." in ugo, "You are next." in uma) == (True, True)
    assert (UGO.email in ugo, UGO.email in uma, UMA.email in ugo) == (True, False, False)


def test_what_was_promised_is_said_where_something_was(app: Flask, client: FlaskClient, links: Links) -> None:
    owns = []
    with app.app_context():
        for label in (Label.COMMUNITY, Label.COMMERCIAL):
            event = make_event(links, label)
            outcome = sign_up(event, UGO)
            owns.append(links.manage(event.rules.audience, outcome.ref, outcome.generation).removeprefix(BASE_URL))

    session, briefing = (client.get(own).text for own in owns)

    assert "What you were promised" in session
    assert "What you were promised" not in briefing
    assert '<h2 id="promised">Programme</h2>' in briefing


def test_who_cancels_gives_the_seat_to_who_waits(client: FlaskClient, pages: list[str]) -> None:
    answer = client.post(pages[0], data={"act": "cancel"})

    assert (answer.status_code, answer.location) == (303, pages[0])
    assert "You have cancelled." in client.get(pages[0]).text
    assert "You have a seat." in client.get(pages[1]).text
    assert client.post(pages[0], data={"act": "cancel"}).status_code == 303


def test_the_calendar_file_shows_how_they_stand(client: FlaskClient, pages: list[str]) -> None:
    first = [client.get(page + ".ics") for page in pages]
    client.post(pages[0], data={"act": "cancel"})
    then = [client.get(page + ".ics") for page in pages]

    said = []
    for answer in [*first, *then]:
        assert lint(answer.data) == []
        calendar: Any = Calendar.from_ical(answer.data)
        [entry] = calendar.events
        said.append((str(entry["STATUS"]), int(entry["SEQUENCE"])))
    assert said == [("CONFIRMED", 0), ("TENTATIVE", 0), ("CANCELLED", 1), ("CONFIRMED", 1)]
    assert b"ATTENDEE" not in first[0].data


def test_a_page_of_an_event_that_was_called_off_says_so_and_asks_nothing(
    app: Flask, client: FlaskClient, links: Links, pages: list[str], now: Clock
) -> None:
    with app.app_context():
        slug = db.session.query(Event).one().slug
        cancel_event(slug, actor=COMMAND_LINE, links=links, now=now.time)

    page = client.get(pages[0]).text

    assert ("has been cancelled" in page, "<form" in page) == (True, False)


def test_any_other_post_changes_nothing(app: Flask, client: FlaskClient, pages: list[str]) -> None:
    before = dump(app)

    answers = [client.post(pages[0]), client.post(pages[0], data={"act": "delete"}), client.post(pages[0] + ".ics")]

    assert [answer.status_code for answer in answers] == [303, 303, 405]
    assert dump(app) == before


def test_a_link_that_was_not_written_for_it_opens_nothing(
    app: Flask, client: FlaskClient, links: Links, pages: list[str]
) -> None:
    token = pages[0].removeprefix("/r/")
    with app.app_context():
        ref = links.keys.row(Purpose.MANAGE, token)[1]
        other = make_event(links, Label.COMMERCIAL)
        assert other.id
    forged = {
        "tampered": token[:-2] + ("AA" if token[-2:] != "AA" else "BB"),
        "cut": token[:-4],
        "longer": token + "AAAA",
        "another purpose": links.set_up_token(),
        "the other list": links.manage(Audience.BUYERS, ref, 0).rpartition("/")[2],
        "another generation": links.manage(Audience.USERS, ref, 1).rpartition("/")[2],
        "nobody": links.manage(Audience.USERS, 5, 0).rpartition("/")[2],
        "nonsense": "x" * 35,
    }
    before = dump(app)

    found = {
        name: {client.get(f"/r/{each}").status_code, client.get(f"/r/{each}.ics").status_code}
        | {client.post(f"/r/{each}", data={"act": "cancel"}).status_code}
        for name, each in forged.items()
    }

    assert found == {name: {404} for name in forged}
    assert dump(app) == before


def test_a_link_dies_with_its_generation(app: Flask, client: FlaskClient, links: Links, pages: list[str]) -> None:
    with app.app_context(), writing() as session:
        ref = links.keys.row(Purpose.MANAGE, pages[0].removeprefix("/r/"))[1]
        person = by_ref(session, Audience.USERS, ref)
        assert person
        person.generation += 1

    assert (client.get(pages[0]).status_code, client.get(pages[1]).status_code) == (404, 200)


@pytest.fixture
def asked(app: Flask, links: Links, now: Clock) -> list[str]:
    """The pages of Uma, to whom a seat is offered for a day, and of Udo, who waits behind her; their mail has left."""
    with app.app_context():
        event = make_event(links, capacity=1, offer_hours=24)
        ugo, *others = (sign_up(event, person) for person in (UGO, UMA, UDO))
        leave(Audience.USERS, ugo.ref, now=now.time)
        while job := claim(now.time, "one", tuple(WRITERS)):
            finish(job.id, "one")
        return [links.manage(Audience.USERS, each.ref, 0).removeprefix(BASE_URL) for each in others]


def test_a_seat_on_offer_is_taken_by_its_button_and_not_by_looking(
    app: Flask, client: FlaskClient, asked: list[str]
) -> None:
    before = dump(app)
    page = client.get(asked[0]).text
    assert dump(app) == before

    files = [client.get(asked[0] + ".ics").data]
    answer = client.post(asked[0], data={"act": "claim"})
    files.append(client.get(asked[0] + ".ics").data)
    again = client.post(asked[0], data={"act": "claim"})

    assert "A seat is kept for you until Wednesday 10 February 2027, 13:00 (Europe/Oslo)." in page
    assert ("Take the seat" in page, "Pass it on" in page, "Cancel my registration" in page) == (True, True, False)
    assert (answer.status_code, again.status_code) == (303, 303)
    assert [(b"STATUS:TENTATIVE" in each, b"SEQUENCE:1" in each) for each in files] == [(True, False), (False, True)]
    assert "You have a seat." in client.get(asked[0]).text
    assert "You are next." in client.get(asked[1]).text


def test_a_seat_on_offer_is_passed_on(client: FlaskClient, asked: list[str]) -> None:
    client.post(asked[0], data={"act": "cancel"})

    assert "You have cancelled." in client.get(asked[0]).text
    assert "A seat is kept for you until" in client.get(asked[1]).text


def test_who_comes_too_late_reads_it_and_may_register_again(client: FlaskClient, asked: list[str], now: Clock) -> None:
    now.pass_by(hours=24)
    before = client.get(asked[0]).text

    answer = client.post(asked[0], data={"act": "claim"})

    assert ("That time is over" in before, "Take the seat" in before) == (True, False)
    assert (answer.status_code, "That came too late" in answer.text) == (409, True)
    assert ("You are not registered any more." in answer.text, "Register again" in answer.text) == (True, True)
    assert "A seat is kept for you until Thursday" in client.get(asked[1]).text


def test_a_reminder_is_chosen_and_what_is_no_choice_is_refused(
    app: Flask, client: FlaskClient, pages: list[str], now: Clock
) -> None:
    first = client.get(pages[0]).text
    chosen = client.post(pages[0], data={"act": "remind", "remind": "3"})
    then = client.get(pages[0]).text
    before = dump(app)
    refused = [client.post(pages[0], data={"act": "remind", "remind": said}) for said in ("5", "x", "-1")]
    without = client.post(pages[1], data={"act": "remind", "remind": "3"})
    now.time = datetime.fromisoformat("2027-03-11T10:00:00+00:00")
    late = client.post(pages[0], data={"act": "remind", "remind": "24"})

    assert "When everybody is (a day before)</option>" in first
    assert "You are reminded on Wednesday 10 March 2027, 18:00 (Europe/Oslo)." in first
    assert "You are reminded on Thursday 11 March 2027, 15:00 (Europe/Oslo)." in then
    assert (chosen.status_code, '<option selected value="3">' in then) == (303, True)
    assert [answer.status_code for answer in (*refused, without, late)] == [422, 422, 422, 409, 422]
    assert "Choose one of these." in refused[0].text
    assert "That moment has passed." in late.text
    assert "A week before" not in late.text
    assert "Remind me" not in client.get(pages[1]).text
    assert dump(app) == before

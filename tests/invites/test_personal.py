"""A personal link's page: private, with a hint of whom it is for; and what becomes of a campaign link that has ended."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy.orm import Session

from eventdesk.consent.queries import refusing
from eventdesk.db import db
from eventdesk.events.models import Event
from eventdesk.invites.arrivals import Arrivals
from eventdesk.invites.models import InviteLink
from eventdesk.invites.rules import Ending
from eventdesk.invites.service import revoke_invitation, revoke_link
from eventdesk.labels import RULES, Audience, Label
from eventdesk.links import Links, Purpose
from eventdesk.lists.approval import decline
from eventdesk.lists.queries import by_email
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.worker import Worker
from tests.cast import BEA, UDO, UGO, UMA, ZED
from tests.conftest import BASE_URL, Clock
from tests.dumps import dump
from tests.factories import make_event, make_invitation, make_link, sign_up
from tests.ics_lint import lint
from tests.test_separation import statements

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


@pytest.fixture
def hidden(app: Flask, session: Session, links: Links) -> Event:
    """An event by invitation."""
    return make_event(links, visibility="invitation")


def path_of(links: Links, event: Event) -> str:
    """Ugo's personal link."""
    invitation = make_invitation(event, UGO)
    return links.personal_invite(invitation.audience, invitation.ref, 0).removeprefix(BASE_URL)


@pytest.mark.parametrize("smtp_url", ["", "smtp://localhost:1"])
def test_a_personal_link_s_answers_are_private_and_tell_no_address_and_no_other_link(
    app: Flask, client: FlaskClient, links: Links, hidden: Event, smtp_url: str
) -> None:
    app.extensions["eventdesk"] = replace(app.extensions["eventdesk"], smtp_url=smtp_url)
    path, code = path_of(links, hidden), hidden.code

    answers = [
        client.get(path),
        client.head(path),
        client.post(path, data={}),
        client.post(path, data=ZED.form, headers={"Origin": "null"}),
        client.post(path, data=ZED.form),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 422, 200, 200]
    for answer in answers:
        assert {name: answer.headers[name] for name in PRIVATE} == PRIVATE
        assert (UGO.email in answer.text, UGO.name in answer.text, code in answer.text) == (False, False, False)
    assert "u…@users.example" in answers[0].text
    assert "The organisers look at your registration first." in answers[3].text


def test_the_bound_address_is_in_without_a_word_of_holding(
    client: FlaskClient, session: Session, links: Links, hidden: Event
) -> None:
    answer = client.post(path_of(links, hidden), data=UGO.form | {"email": UGO.email.upper()})

    assert (answer.status_code, "look at your registration first" in answer.text) == (200, False)
    session.rollback()
    person = by_email(session, hidden, UGO.email)
    assert person
    assert person.state.value == "confirmed"


def test_a_withdrawn_or_forged_personal_link_opens_nothing(
    app: Flask, client: FlaskClient, session: Session, links: Links, hidden: Event, now: Clock
) -> None:
    path = path_of(links, hidden)
    draft = path_of(links, make_event(links, title="Not yet", published=False))
    token = path.rpartition("/")[2]
    buyer = links.personal_invite(Audience.BUYERS, links.keys.row(Purpose.INVITE, token)[1], 0).removeprefix(BASE_URL)
    revoke_invitation(hidden.slug, 1, actor=COMMAND_LINE, now=now.time)
    before, found = dump(app), []

    for each in (path, draft, buyer, path[:-2] + "AA", f"/i/{'x' * 35}"):
        session.rollback()  # the other list is another transaction
        found += [client.get(each).status_code, client.post(each, data=ZED.form).status_code]

    assert found == [404] * 10
    assert dump(app) == before


def test_a_held_person_s_own_page_says_so_and_gives_no_seat_and_no_way_round(
    app: Flask, client: FlaskClient, session: Session, links: Links, hidden: Event, now: Clock
) -> None:
    invitation = make_invitation(hidden, UGO)
    slug, code = hidden.slug, hidden.code
    pages = []
    for guest in (ZED, UMA, UDO):
        outcome = sign_up(hidden, guest, invitation_ref=invitation.ref)
        pages.append(links.manage(Audience.USERS, outcome.ref, outcome.generation).removeprefix(BASE_URL))
        if guest is UMA:
            decline(slug, outcome.ref, actor=COMMAND_LINE, now=now.time)
    client.post(pages[2], data={"act": "cancel"})

    for page, sentence in zip(
        pages, ("look at your registration first", "could not give you a seat", "You have cancelled"), strict=True
    ):
        text, calendar = client.get(page).text, client.get(f"{page}.ics")
        assert sentence in text
        assert "You have a seat" not in text
        assert code not in text + calendar.text
        assert lint(calendar.data) == []
        entry = Calendar.from_ical(calendar.data).events[0]
        assert entry["STATUS"] == "CANCELLED"
    assert "Withdraw my registration" in client.get(pages[0]).text


@pytest.mark.parametrize("visibility", ["public", "invitation"])
def test_a_link_that_has_ended_shows_the_event_and_says_why(
    app: Flask, client: FlaskClient, session: Session, links: Links, now: Clock, visibility: str
) -> None:
    event = make_event(links, visibility=visibility)
    used, timed, withdrawn = (
        make_link(event, name="Used", most_uses=1),
        make_link(event, name="Timed", ends_at=now.time + timedelta(minutes=1)),
        make_link(event, name="Withdrawn"),
    )
    paths = {
        f"/i/{link.code}": ending
        for link, ending in ((used, Ending.USED_UP), (timed, Ending.EXPIRED), (withdrawn, Ending.REVOKED))
    }
    revoke_link(event.slug, withdrawn.code, actor=COMMAND_LINE, now=now.time)
    title, code, promise = event.title, event.code, event.promise
    assert client.post(f"/i/{used.code}", data=UGO.form).status_code == 200
    now.pass_by(minutes=2)
    before = dump(app)

    for path, ending in paths.items():
        for status, answer in (
            (200, client.get(path)),
            (409, client.post(path, data=UGO.form)),
            (409, client.post(path, data=UMA.form)),
        ):
            assert (answer.status_code, answer.text.count(ending.value)) == (status, 1)
            assert (title in answer.text, promise in answer.text, "<form" in answer.text) == (True, True, False)
            assert code not in answer.text
    assert dump(app) == before


def test_a_campaign_link_registers_and_is_remembered(
    client: FlaskClient, session: Session, links: Links, hidden: Event
) -> None:
    link = make_link(hidden)
    id_, path = link.id, f"/i/{link.code}"

    page, answer = client.get(path), client.post(path, data=UGO.form)

    assert (page.status_code, answer.status_code) == (200, 200)
    assert (f'action="{path}"' in page.text, hidden.code in page.text) == (True, False)
    session.rollback()
    person = by_email(session, hidden, UGO.email)
    assert person
    assert (person.link_id, session.get_one(InviteLink, id_).registrations) == (id_, 1)


def test_who_opens_a_link_waits_for_no_write_and_is_counted_a_moment_later(
    app: Flask, client: FlaskClient, session: Session, links: Links, hidden: Event
) -> None:
    link = make_link(hidden)
    id_, path = link.id, f"/i/{link.code}"
    worker, before = Worker(app), dump(app)

    with statements(app) as said:
        for _ in range(3):
            client.get(path)
        client.head(path)
    opened = dump(app)
    with statements(app) as written:
        worker.stopping.set()
        worker.run()

    assert [each for each in said if not each.lstrip().startswith("SELECT")] == []
    assert opened == before
    assert [each.partition(" SET ")[0] for each in written if "invite_link" in each] == ["UPDATE invite_link"]
    session.rollback()
    assert session.get_one(InviteLink, id_).arrivals == 3


def test_an_arrival_by_the_open_link_or_a_personal_one_is_not_counted(
    app: Flask, client: FlaskClient, links: Links, hidden: Event
) -> None:
    for path in (f"/i/{hidden.code}", path_of(links, hidden)):
        client.get(path)
    counted: Arrivals = app.extensions["arrivals"]

    with statements(app) as said:
        counted.flush()

    assert said == []


@pytest.mark.parametrize("label", RULES)
def test_a_personal_link_asks_what_its_label_asks(
    client: FlaskClient, session: Session, links: Links, label: Label
) -> None:
    event = make_event(links, label)
    invitation = make_invitation(event, BEA)
    path = links.personal_invite(invitation.audience, invitation.ref, 0).removeprefix(BASE_URL)

    page = client.get(path).text.partition("<body")[2]

    assert {ask.name for ask in RULES[label].asks} <= {name for name in ("company", "role") if f'name="{name}"' in page}
    assert page.index(event.promise) < page.index("<form")
    assert db.session.get(Event, event.id)


def test_who_was_invited_may_decline_or_end_invitations_by_a_button_alone(
    app: Flask, client: FlaskClient, session: Session, links: Links, hidden: Event
) -> None:
    path = path_of(links, hidden)
    before = dump(app)
    looked = [client.get(path), client.head(path), client.get(f"{path}?act=decline"), client.get(f"{path}?act=no-more")]
    unchanged = dump(app) == before

    elsewhere = client.post(path, data={"act": "decline"}, headers={"Origin": "https://evil.example"})
    declined = client.post(path, data={"act": "decline"})
    page = client.get(path).text
    stopped = [client.post(path, data={"act": "no-more"}) for _ in range(2)]
    after = client.get(path).text
    came = client.post(path, data=UGO.form)

    assert [each.status_code for each in looked] == [200] * 4
    assert unchanged
    assert "I cannot come" in looked[0].text
    assert "Do not invite me to community sessions" in looked[0].text
    assert elsewhere.status_code == 403
    assert [each.status_code for each in (declined, *stopped, came)] == [303, 303, 303, 200]
    assert all(declined.headers[name] == value for name, value in PRIVATE.items())
    assert "We know that you cannot come." in page
    assert "I cannot come" not in page
    assert "You are not invited to community sessions any more." in after
    assert "still reaches you" in after
    session.rollback()
    assert refusing(session, Audience.USERS, [UGO.email], links.keys) == {UGO.email}
    assert by_email(session, hidden, UGO.email) is not None  # after all
    session.rollback()
    assert refusing(session, Audience.BUYERS, [UGO.email], links.keys) == set()


def test_of_an_event_that_is_over_one_cannot_decline_any_more_but_end_invitations(
    client: FlaskClient, session: Session, links: Links, hidden: Event, now: Clock
) -> None:
    path = path_of(links, hidden)
    now.time = hidden.ends_at

    assert "I cannot come" not in client.get(path).text
    assert client.post(path, data={"act": "decline"}).status_code == 409
    assert client.post(path, data={"act": "no-more"}).status_code == 303

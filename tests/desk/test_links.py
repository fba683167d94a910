"""The desk's table of links, and its word on who is held."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import segno
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventdesk.events.models import Event
from eventdesk.events.service import cancel_event
from eventdesk.invites.queries import invitations_of, links_of
from eventdesk.links import Links
from eventdesk.lists.models import Standing
from eventdesk.lists.queries import by_email, counts
from eventdesk.organisers.rules import COMMAND_LINE
from tests.cast import CORA, UGO, UMA, ZED, Person
from tests.conftest import Clock
from tests.crawl import csrf_of
from tests.dumps import dump
from tests.factories import make_event, make_invitation, make_link, sign_up


@pytest.fixture
def cora(at_desk: Callable[[Person], FlaskClient]) -> Any:
    """Cora's browser: `cora(path, **form)` sends a form with her token."""
    browser = at_desk(CORA)
    token = csrf_of(browser)
    return lambda path, **form: browser.post(path, data={"csrf_token": token} | form) if form else browser.get(path)


@pytest.fixture
def event(app: Flask, session: Session, links: Links) -> Event:
    return make_event(links)


def test_a_campaign_needs_nothing_but_its_name(cora: Any, session: Session, event: Event) -> None:
    made = cora(f"/desk/events/{event.slug}/links", name="Poster", ends_at="", most_uses="")

    [campaign] = links_of(session, event)
    assert (made.status_code, campaign.ends_at, campaign.most_uses) == (303, None, None)


def test_links_are_made_shown_and_withdrawn(cora: Any, session: Session, links: Links, event: Event) -> None:
    room, code = f"/desk/events/{event.slug}/links", event.code

    made = cora(room, name="Newsletter", ends_at="2027-03-01T09:00", most_uses="10")
    bound = cora(f"/desk/events/{event.slug}/invitations", name=UGO.name, email=UGO.email)
    page = cora(room).text

    assert (made.status_code, bound.status_code) == (303, 303)
    session.rollback()
    [campaign], [personal] = links_of(session, event), invitations_of(session, event)
    address = links.personal_invite(personal.audience, personal.ref, 0)
    assert f"{campaign.ends_at:%Y-%m-%d %H:%M}" == "2027-03-01 08:00"  # nine by the clocks of Oslo
    places = [page.index(each) for each in (links.invite(code), links.invite(campaign.code), address)]
    assert places == sorted(places)
    assert "Open until Mon 1 Mar 2027, 09:00; 0 of 10 used" in page
    assert UGO.email in page

    cora(f"{room}/{campaign.code}/revoke", sure="yes")
    cora(f"/desk/events/{event.slug}/invitations/{personal.id}/revoke", sure="yes")
    page = cora(room).text

    assert (page.count("Withdrawn"), address in page) == (2, False)
    assert "Withdraw<" not in page


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": " "}, "Give the link a name"),
        ({"name": "N", "ends_at": "2027-02-01T09:00"}, "has passed already"),
        ({"name": "N", "ends_at": "2027-03-28T02:30"}, "There is no 02:30 in Europe/Oslo"),
        ({"name": "N", "ends_at": "tomorrow"}, "Write a date and a time"),
        ({"name": "N", "most_uses": "0"}, "Use a number from 1"),
        ({"name": "N", "most_uses": "many"}, "Write a whole number"),
    ],
    ids=["no name", "past", "gap", "no time", "none", "no number"],
)
def test_what_cannot_be_taken_for_a_campaign_is_told_at_its_field(
    app: Flask, cora: Any, event: Event, form: dict[str, str], sentence: str
) -> None:
    slug, before = event.slug, dump(app)

    answer = cora(f"/desk/events/{slug}/links", **form)

    field = list(form)[-1]
    assert answer.status_code == 422
    assert sentence in answer.text.partition(f'id="{field}-error"')[2].partition("</p>")[0]
    assert dump(app) == before


def test_a_second_link_for_one_address_and_no_address_are_told_at_the_field(cora: Any, event: Event) -> None:
    make_invitation(event, UGO)
    room = f"/desk/events/{event.slug}/invitations"

    answers = [cora(room, name="U", email=UGO.email), cora(room, name="U", email="nobody")]

    said = [answer.text.partition('id="their-email-error"')[2].partition("</p>")[0] for answer in answers]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert ("personal link already" in said[0], "not an email address" in said[1]) == (True, True)


def test_each_link_is_there_as_a_code_for_a_camera(cora: Any, session: Session, links: Links, event: Event) -> None:
    link, invitation = make_link(event), make_invitation(event, UGO)
    room, slug = f"/desk/events/{event.slug}/links", event.slug
    urls = {
        f"{room}/{event.code}.svg": links.invite(event.code),
        f"{room}/{link.code}.svg": links.invite(link.code),
        f"/desk/events/{slug}/invitations/{invitation.id}.svg": links.personal_invite(
            invitation.audience, invitation.ref, 0
        ),
    }

    for path, url in urls.items():
        answer = cora(path)
        svg = ET.fromstring(answer.text)  # noqa: S314 - our own
        size = segno.make_qr(url, error="m").symbol_size(scale=8, border=4)[0]
        assert (answer.mimetype, svg.get("width")) == ("image/svg+xml", str(size))
        assert 'fill="#fff"' in answer.text
        assert path in cora(room).text
    other = make_link(make_event(links, title="Another"))
    assert cora(f"{room}/{other.code}.svg").status_code == 404


def test_links_of_what_is_over_are_shown_and_no_more_are_made(
    cora: Any, links: Links, event: Event, now: Clock
) -> None:
    slug = event.slug
    make_link(event)
    cancel_event(slug, actor=COMMAND_LINE, links=links, now=now.time)

    page = cora(f"/desk/events/{slug}/links").text

    assert ("called off" in page, "Make the link" in page) == (True, False)
    assert cora(f"/desk/events/{slug}/links", name="More").status_code == 409
    assert cora(f"/desk/events/{slug}/invitations", name="U", email=UGO.email).status_code == 409


def test_who_is_held_stands_at_the_desk_until_it_decides(
    cora: Any, session: Session, links: Links, event: Event
) -> None:
    invitation, slug = make_invitation(event, UGO), event.slug
    zed, uma = (sign_up(event, person, invitation_ref=invitation.ref).ref for person in (ZED, UMA))
    people = f"/desk/events/{slug}/people"
    start, page = cora("/desk/").text, cora(f"{people}?tab=pending").text

    approved = cora(f"{people}/{zed}/approve", sure="yes")
    declined = cora(f"{people}/{uma}/decline", sure="yes")
    again = cora(f"{people}/{zed}/decline", sure="yes")

    assert f"2 registrations wait for your word: {event.title}." in start
    assert f"made for {UGO.name}, {UGO.email}" in page
    assert page.count("Approve<span") == 2
    assert (approved.status_code, declined.status_code, again.status_code) == (303, 303, 409)
    assert "has a seat" in cora(f"{people}?tab=pending").text
    session.rollback()
    assert counts(session, event) == dict.fromkeys(Standing, 0) | {Standing.CONFIRMED: 1, Standing.CANCELLED: 1}
    assert by_email(session, event, ZED.email)
    assert "wait for your word" not in cora("/desk/").text
    assert cora(f"{people}/{2**63}/approve", sure="yes").status_code == 404

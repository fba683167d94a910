"""The desk's rooms of follow-up: the form on a person's page, the list by day, and none of it for the other label."""

from collections.abc import Callable
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventdesk.labels import Label, Stage
from eventdesk.links import Links
from eventdesk.lists.stages import FollowUp, followed
from eventdesk.organisers.queries import by_email
from tests.cast import ADA, BEA, BOB, CORA, UGO, Person
from tests.conftest import Clock
from tests.crawl import typed_in
from tests.factories import make_event, registered, sign_up

SAID = {"stage": "proposal", "value": "12000", "currency": "eur", "next_step": "Send the offer."}


def test_somebody_is_followed_up_on_their_page_and_stands_in_the_list_by_day(
    ada: Any, session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links, Label.COMMERCIAL)
    slug = event.slug
    bea, bob = (registered(event, sign_up(event, person)) for person in (BEA, BOB))
    page, other = (f"/desk/events/{slug}/people/{each.ref}" for each in (bea, bob))
    owner = by_email(session, ADA.email)
    assert owner
    mine = str(owner.id)
    session.rollback()

    nothing = ada("/desk/follow-up")
    form = typed_in(ada(page).text) | SAID | {"owner": mine, "next_step_on": "2027-02-08"}
    saved = ada(f"{page}/follow-up", **form)
    late = ada(f"{page}/follow-up", **form | {"stage": "lost"})
    ada(f"{other}/follow-up", **typed_in(ada(other).text) | {"next_step": "Call.", "next_step_on": "2027-02-09"})
    everybody = unescape(ada("/desk/follow-up").text)
    filtered = ada(f"/desk/follow-up?owner={mine}").text
    staged = ada("/desk/follow-up?tab=proposal&owner=nobody").text
    people, start = ada(f"/desk/events/{slug}/people").text, unescape(ada("/desk/").text)

    assert "No next step here." in nothing.text
    assert (saved.status_code, late.status_code) == (303, 409)
    assert "Somebody else has changed this since you opened it." in late.text
    session.rollback()
    kept = followed(bea)
    assert kept
    assert FollowUp.of(kept).stage is Stage.PROPOSAL
    assert (kept.value, kept.currency, kept.owner_id) == (12_000, "EUR", owner.id)
    assert everybody.index("Send the offer.") < everybody.index("Call.")
    assert all(said in everybody for said in ("overdue", "today", "12,000 EUR", "8 February 2027", ADA.name))
    assert (BEA.name in filtered, BOB.name in filtered) == (True, False)
    assert "No next step here." in staged
    assert f"Proposal, {ADA.name}" in people
    assert "1 next step is overdue and 1 next step is due today." in start
    assert 'value="EUR"' in ada(other).text  # the currency last used is there already
    assert "Set the stage to “proposal”." in unescape(ada(page).text)


def test_what_cannot_be_kept_is_refused_at_its_field(ada: Any, session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, Label.COMMERCIAL)
    bea = registered(event, sign_up(event, BEA))
    page = f"/desk/events/{event.slug}/people/{bea.ref}"
    shown = typed_in(ada(page).text)
    refused = {
        "Choose one of these.": {"stage": "rich"},
        "Write the three letters of a currency": {"value": "5", "currency": "€"},
        "Use a number from 0 to": {"value": "9999999999", "currency": "EUR"},
        "Say what is to be done on that day": {"next_step": " ", "next_step_on": "2027-03-01"},
        "Write a date": {"next_step": "Call.", "next_step_on": "tomorrow"},
        "Use 200 characters at most": {"next_step": "x" * 201},
    }

    answers = {said: ada(f"{page}/follow-up", **shown | wrong) for said, wrong in refused.items()}

    assert {said for said, answer in answers.items() if said not in unescape(answer.text)} == set()
    assert {answer.status_code for answer in answers.values()} == {422}
    session.rollback()
    kept = followed(bea)
    assert kept
    assert FollowUp.of(kept) == FollowUp(Stage.NEW)


def test_nothing_of_it_is_there_for_the_other_label(
    ada: Any, session: Session, links: Links, at_desk: Callable[[Person], FlaskClient]
) -> None:
    event = make_event(links)
    page = f"/desk/events/{event.slug}/people/{registered(event, sign_up(event, UGO)).ref}"
    session.rollback()
    cora = at_desk(CORA)

    assert ada(f"{page}/follow-up", **SAID).status_code == 404
    assert "Follow-up" not in ada(page).text.partition("<main")[2]
    assert cora.get("/desk/follow-up").status_code == 404
    assert "Follow-up" not in cora.get("/desk/").text

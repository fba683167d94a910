"""The public page of a programme: what it promises, how it keeps that, what changed and why, and how it grows."""

import re
from dataclasses import replace
from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.lists.attendance import mark
from eventdesk.organisers.queries import by_email
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.programmes.models import Cadence
from eventdesk.programmes.rules import Strategy
from eventdesk.programmes.service import say
from tests.cast import ADA, UGO, UMA
from tests.conftest import Clock
from tests.factories import make_event, sign_up

PLAIN = Strategy(name="Harbour nights", purpose="By the water.", sender="Harbour User Group", conduct="Be kind.")
UNTIL = date(2027, 11, 30)


def programme_of(label: Label) -> str:
    return RULES[label].first_programme.slug


def words(client: FlaskClient, path: str) -> str:
    """The words of a page, blanks folded."""
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(path).text).split())


def test_the_history_says_what_changed_when_and_why_and_not_by_whom(
    session: Session, client: FlaskClient, now: Clock
) -> None:
    slug = programme_of(Label.COMMUNITY)
    ada = by_email(session, ADA.email)
    assert ada
    page, history = f"/programmes/{slug}", f"/programmes/{slug}/changes"
    assert history not in client.get(page).text
    assert "Nothing has changed since it began." in words(client, history)

    said = replace(PLAIN, charter=("Nobody films.",))
    say(slug, said, seen=None, reason="Two of us asked for <b>it</b>.", actor=ada.actor, now=now.time)
    later = replace(said, charter=("Nobody films.", "Bring a chair."), purpose="Elsewhere.")
    say(slug, later, seen=None, reason="The hall has none.", actor=ada.actor, now=now.pass_by(days=3))

    assert f'href="{history}"' in client.get(page).text
    assert "The last change was on 12 February 2027: “The hall has none.”" in words(client, page)
    told, source = words(client, history), client.get(history).text
    assert "12 February 2027 Why: The hall has none. Charter: added “Bring a chair.”" in told
    assert "9 February 2027 Why: Two of us asked for &lt;b&gt;it&lt;/b&gt;." in told
    assert "Conduct rules: added “Be kind.”" in told
    assert source.index("The hall") < source.index("Two of us")
    for hidden in (ADA.name, ADA.email, "Elsewhere", "Purpose"):
        assert hidden not in told
    assert client.get("/programmes/nothing/changes").status_code == 404


def test_where_there_is_no_charter_none_is_said_to_have_changed(
    session: Session, client: FlaskClient, now: Clock
) -> None:
    slug = programme_of(Label.COMMERCIAL)
    said = replace(PLAIN, name="Elsewhere", conduct="")
    say(slug, said, seen=None, actor=COMMAND_LINE, now=now.time)
    assert "What changed" not in words(client, f"/programmes/{slug}")

    say(slug, replace(said, conduct="Be kind."), seen=None, reason="It helps.", actor=COMMAND_LINE, now=now.time)
    page = words(client, f"/programmes/{slug}")
    assert "“It helps.” What changed in the conduct rules and the commitment, and why" in page
    assert "charter" not in words(client, f"/programmes/{slug}/changes")


@pytest.mark.parametrize("label", Label)
def test_how_the_commitment_is_kept_is_shown_month_by_month(
    app: Flask, session: Session, client: FlaskClient, links: Links, now: Clock, label: Label
) -> None:
    slug = programme_of(label)
    promised = replace(PLAIN, cadence=Cadence.MONTHLY, commitment_until=UNTIL)
    say(slug, promised, seen=None, actor=COMMAND_LINE, now=now.time)
    assert "We meet monthly until 30 November 2027. How it is kept is shown here by months, from 1 March 2027 on" in (
        words(client, f"/programmes/{slug}")
    )

    march, april, may = (datetime.fromisoformat(f"2027-{day}T18:00") for day in ("03-11", "04-02", "05-04"))
    make_event(links, label, starts_at=march)
    make_event(links, label, starts_at=april, published=False)
    event = make_event(links, label, starts_at=may, visibility="invitation", title="Behind a door")
    outcomes = [sign_up(event, person) for person in (UGO, UMA)]
    now.time = event.ends_at
    for outcome in outcomes:
        mark(event.rules.audience, outcome.ref, True, actor=COMMAND_LINE, now=now.time)
    now.pass_by(days=30)
    session.rollback()

    page = words(client, f"/programmes/{slug}")
    assert "2 of 3 months kept since 1 March 2027" in page
    assert "March 2027 Kept April 2027 Missed May 2027 Kept" in page
    assert "Behind a door" not in page
    assert "In the last twelve months" not in page  # who came to an event by invitation is told to nobody


def test_another_rhythm_leaves_the_record_of_the_one_before(session: Session, client: FlaskClient, now: Clock) -> None:
    slug = programme_of(Label.COMMUNITY)
    promised = replace(PLAIN, commitment="We meet.", cadence=Cadence.MONTHLY, commitment_until=UNTIL)
    say(slug, promised, seen=None, actor=COMMAND_LINE, now=now.time)
    weekly = replace(promised, cadence=Cadence.WEEKLY)
    later = now.pass_by(days=90)  # 10 May: March and April are over
    say(slug, weekly, seen=None, reason="More often.", actor=COMMAND_LINE, now=later)

    path = f"/programmes/{slug}"
    source, page = client.get(path).text, words(client, path)
    assert (
        "Promised: weekly, until 30 November 2027. How it is kept is shown here by weeks, from 10 May 2027 on" in page
    )
    assert "Until 10 May 2027, monthly: 0 of 2 kept" in page
    assert "<p>We meet.</p>" in source

    say(slug, replace(weekly, cadence=None), seen=None, reason="Less.", actor=COMMAND_LINE, now=now.pass_by(days=7))
    page = words(client, path)
    assert "Until 17 May 2027, weekly: 0 of 1 kept Until 10 May 2027, monthly: 0 of 2 kept" in page
    assert "Promised until 30 November 2027." in page

    now.pass_by(days=400)
    assert "kept" not in words(client, path).partition("Commitment")[2].partition("Coming")[0]


def test_growth_is_told_where_attendance_was_taken(
    session: Session, client: FlaskClient, links: Links, now: Clock
) -> None:
    event = make_event(links)
    outcomes = [sign_up(event, person) for person in (UGO, UMA)]
    path = f"/programmes/{event.programme.slug}"
    now.time = event.ends_at
    assert "Growth" not in words(client, path)

    for outcome in outcomes:
        mark(event.rules.audience, outcome.ref, outcome is outcomes[0], actor=COMMAND_LINE, now=now.time)
    session.rollback()

    assert "In the last twelve months 1 came, 1 of them for the first time." in words(client, path)
    assert "Feb 2027 – – Mar 2027 1 1" in words(client, path)

"""What needs doing now: told on the start page while it does, to those who may do it, in as many statements as ever."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from eventdesk.config import Settings
from eventdesk.db import writing
from eventdesk.labels import Audience, Brief, Label
from eventdesk.links import Links
from eventdesk.lists.attendance import mark
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.models import Job, Progress
from eventdesk.outbox.service import beat
from eventdesk.programmes.models import Programme
from eventdesk.speakers.models import Speaker
from tests.cast import ADA, BERT, CORA, UGO, UMA, ZED, Person
from tests.conftest import Clock
from tests.factories import make_event, make_invitation, sign_up
from tests.test_separation import statements

Desk = Callable[[Person], FlaskClient]
SOON = datetime.fromisoformat("2027-02-12T18:00")


@pytest.fixture
def calm(app: Flask) -> Flask:
    """An installation in which nothing waits: mail can leave, and the seller has an address."""
    settings: Settings = app.extensions["eventdesk"]
    app.extensions["eventdesk"] = replace(settings, smtp_url="smtp://127.0.0.1:9")
    with app.app_context(), writing() as session:
        for programme in session.scalars(select(Programme)):
            programme.postal_address = "Mill Road 9"
    return app


@pytest.fixture
def start(calm: Flask, at_desk: Desk) -> Callable[[Person], str]:
    """`start(ADA)` is the start page as she reads it."""
    return lambda person: unescape(at_desk(person).get("/desk/").text)


Start = Callable[[Person], str]


def let_mail_leave(progress: Progress = Progress.DONE) -> None:
    with writing() as session:
        for job in session.scalars(select(Job)):
            job.progress = progress


def test_where_nothing_waits_the_page_says_so(start: Start, calm: Flask, links: Links) -> None:
    with calm.app_context():
        sign_up(make_event(links), UGO)
        make_event(links, published=False)  # a month away

    page = start(ADA)

    assert ("Nothing waits for you." in page, "Waiting for you" in page) == (True, False)


def test_a_draft_that_is_near_or_past_is_told_with_what_it_lacks(
    start: Start, calm: Flask, links: Links, now: Clock
) -> None:
    with calm.app_context():
        make_event(links, title="Ready", published=False, starts_at=SOON)
        make_event(links, Label.COMMERCIAL, title="Bare", published=False, starts_at=SOON, brief=Brief())
    near = start(ADA)
    now.pass_by(days=4)

    past, of_cora = start(ADA), start(CORA)

    assert "“Ready” begins on 12 February and is a draft." in near
    assert "“Bare” begins on 12 February and is a draft; 4 answers are missing." in near
    assert "“Ready” was to begin on 12 February and is a draft." in past
    assert "Bare" not in of_cora


def test_many_drafts_are_counted_and_not_all_named(start: Start, calm: Flask, links: Links) -> None:
    with calm.app_context():
        for number in range(6):
            make_event(links, title=f"Draft {number}", published=False, starts_at=SOON)

    page = start(ADA)

    assert "3 more drafts are near, or past." in page
    assert page.count("is a draft.") == 3


def test_who_waits_for_a_word_is_told(start: Start, calm: Flask, links: Links) -> None:
    with calm.app_context():
        event = make_event(links, title="Looked at")
        sign_up(event, ZED, invitation_ref=make_invitation(event, UGO).ref)
        let_mail_leave()

    assert "One registration waits for your word: Looked at." in start(CORA)
    assert "Nothing waits for you." in start(BERT)


def test_a_speaker_who_has_not_pledged_is_told_a_week_before(
    start: Start, calm: Flask, links: Links, now: Clock
) -> None:
    with calm.app_context():
        event = make_event(links, title="Spoken", speakers=("Ines", "Jonas"), starts_at=SOON)
        make_event(links, Label.COMMERCIAL, title="No charter", speakers=("Kim",), starts_at=SOON)
        make_event(links, title="Far away", speakers=("Lena",))
        with writing() as session:
            ines = session.scalars(select(Speaker).where(Speaker.event_id == event.id, Speaker.name == "Ines")).one()
            ines.pledged_at = now.time

    page = start(ADA)

    assert "Jonas has not pledged yet: “Spoken”, 12 February." in page
    assert not any(name in page for name in ("Ines", "Kim has", "Lena has"))


def test_an_evening_of_which_it_is_not_noted_who_came_is_told(
    start: Start, calm: Flask, links: Links, now: Clock
) -> None:
    with calm.app_context():
        event = make_event(links, title="Over", starts_at=SOON)
        refs, ends_at = [sign_up(event, person).ref for person in (UGO, UMA)], event.ends_at
        let_mail_leave()
    before = start(ADA)
    now.time = ends_at
    pages = [start(ADA)]
    for ref in refs:
        with calm.app_context():
            mark(Audience.USERS, ref, True, actor=COMMAND_LINE, now=now.time)
        pages.append(start(ADA))

    assert "not noted" not in before
    assert "Of 2 people at “Over” it is not noted whether they came." in pages[0]
    assert "Of 1 person at “Over” it is not noted whether they came." in pages[1]
    assert "not noted" not in pages[2]


def test_a_programme_whose_word_has_run_out_is_told(start: Start, calm: Flask) -> None:
    with calm.app_context(), writing() as session:
        for programme in session.scalars(select(Programme)):
            programme.commitment_until = date(2027, 2, 8)
            programme.postal_address = ""

    page, of_cora = start(ADA), start(CORA)

    assert "Community sessions gave its word until 8 February 2027, and that has passed." in page
    assert "Commercial briefings has no postal address yet" in page
    assert "Commercial briefings" not in of_cora.partition('<nav class="tabs"')[0]


def test_thanks_that_cannot_leave_for_want_of_an_address_are_told(
    start: Start, calm: Flask, links: Links, now: Clock
) -> None:
    with calm.app_context():
        make_event(links, Label.COMMERCIAL, title="Over", starts_at=SOON)
        with writing() as session:
            session.scalars(select(Programme).where(Programme.label == Label.COMMERCIAL)).one().postal_address = ""
    said = "Nobody is thanked for coming to “Over”: Commercial briefings has no postal address."
    now.time = datetime.fromisoformat("2027-02-13T08:59:00+00:00")
    before = start(BERT)

    now.pass_by(minutes=1)

    assert (said in before, said in start(BERT), said in start(CORA)) == (False, True, False)


def test_mail_that_failed_or_cannot_leave_is_told(start: Start, calm: Flask, links: Links) -> None:
    with calm.app_context():
        sign_up(make_event(links), UGO)
        let_mail_leave(progress=Progress.FAILED)
    failed = start(ADA)
    calm.extensions["eventdesk"] = replace(calm.extensions["eventdesk"], smtp_url=None)
    with calm.app_context():
        let_mail_leave(progress=Progress.WAITING)
    waiting = start(ADA)
    with calm.app_context(), writing() as session:
        session.execute(delete(Job))

    assert "Mail could not be delivered (1)." in failed
    assert "Mail waits (1), because EVENTDESK_SMTP_URL is not set." in waiting
    assert "No mail goes out: EVENTDESK_SMTP_URL is not set." in start(ADA)


def test_mail_that_is_late_and_a_worker_that_is_gone_are_told(
    start: Start, calm: Flask, links: Links, now: Clock
) -> None:
    with calm.app_context():
        sign_up(make_event(links), UGO)
        beat("one", now.time, now.time)
    soon = start(ADA)
    now.pass_by(minutes=20)
    gone = start(ADA)
    with calm.app_context():
        beat("two", now.time, now.time)
    late = start(ADA)

    assert "worker" not in soon
    assert "Nothing has gone out for 20 minutes: Eventdesk’s worker is not running." in gone
    assert "Mail is late: the oldest has waited for 20 minutes." in late
    assert "worker" not in late


def test_the_number_of_statements_does_not_grow(calm: Flask, at_desk: Desk, links: Links, now: Clock) -> None:
    def fill(rounds: int) -> None:
        with calm.app_context():
            for number in range(rounds):
                for label in Label:
                    event = make_event(links, label, title=f"{label} {number}", starts_at=SOON, speakers=("Kim",))
                    sign_up(event, ZED, invitation_ref=make_invitation(event, UGO).ref)
                    make_event(links, label, title=f"Draft {label} {number}", published=False, starts_at=SOON)
                    over = make_event(links, label, title=f"Over {label} {number}", starts_at=SOON.replace(day=10))
                    sign_up(over, UMA)

    browser, counted, page = at_desk(ADA), [], ""
    for rounds in (1, 5):
        now.time = now.time.replace(day=9)
        fill(rounds)
        now.time = now.time.replace(day=11)
        with statements(calm) as said:
            page = browser.get("/desk/").text
        counted.append(len([each for each in said if each.startswith("SELECT")]))

    assert "more drafts" in page
    assert counted[0] == counted[1] < 25

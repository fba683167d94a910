"""Letters, written from the state at the time they leave; one attendee, one UID, a SEQUENCE that never falls."""

from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from eventdesk import clock
from eventdesk.db import writing
from eventdesk.events.models import Event
from eventdesk.events.service import cancel_event, change
from eventdesk.labels import RULES, Audience, Label
from eventdesk.links import Links
from eventdesk.lists.letters import letter_of
from eventdesk.lists.service import leave, tell
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.mail import Letter, compose
from eventdesk.outbox.models import Job, Kind, Progress
from eventdesk.programmes.rules import Strategy
from eventdesk.programmes.service import say
from tests.cast import BEA, BOB, UGO, UMA
from tests.conftest import NOW, Clock
from tests.factories import make_draft, make_event, sign_up
from tests.ics_lint import lint


def letters(session: Session, links: Links, email: str = UGO.email) -> list[tuple[str, Letter]]:
    """The letters that are still true, in order, to one person."""
    session.rollback()
    jobs = session.scalars(select(Job).where(Job.ref != 0).order_by(Job.id)).all()
    written = [(job.kind.value, letter_of(session, job, links, clock.now())) for job in jobs]
    return [(kind, letter) for kind, letter in written if letter and letter.email == email]


def sent(session: Session, links: Links) -> tuple[str, Letter]:
    """The newest letter; all that waited has left with it."""
    kind, letter = letters(session, links)[-1]
    for job in session.scalars(select(Job.id).where(Job.ref != 0)).all():
        with writing() as writer:
            writer.execute(update(Job).where(Job.id == job).values(progress=Progress.DONE))
    return kind, letter


def entry(letter: Letter) -> Any:
    assert letter.calendar
    assert lint(letter.calendar) == []
    calendar: Any = Calendar.from_ical(letter.calendar)
    assert calendar["METHOD"] == letter.method
    [found] = calendar.events
    return found


def tell_all(session: Session, now: Clock) -> None:
    session.rollback()
    for job in session.scalars(select(Job).where(Job.kind == Kind.TELL)).all():
        tell(job, now.time)


@pytest.mark.parametrize("label", RULES)
def test_a_confirmation_invites_its_reader_alone(session: Session, links: Links, label: Label) -> None:
    event = make_event(links, label)
    sign_up(event, BEA)

    [(kind, letter)] = letters(session, links, BEA.email)

    invited = entry(letter)
    assert (kind, invited["UID"], str(invited["ATTENDEE"])) == ("registered", event.uid, f"mailto:{BEA.email}")
    assert letter.text.body.startswith(event.promise)
    assert "http://desk.example/r/" in letter.text.body
    assert str(invited["ORGANIZER"]) == f"mailto:{links.mailbox}"


def test_who_waits_gets_no_entry_until_there_is_a_seat(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=1)
    ugo = sign_up(event, UGO)
    sign_up(event, UMA)
    [(_, waiting)] = letters(session, links, UMA.email)

    leave(Audience.USERS, ugo.ref, now=now.time)

    promoted = letters(session, links, UMA.email)[-1][1]
    assert waiting.calendar is None
    assert "waiting list" in waiting.text.subject
    assert "A seat for you" in promoted.text.subject
    assert entry(promoted)["STATUS"] == "CONFIRMED"


def test_leaving_and_coming_back_counts_on_in_the_persons_own_messages(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links)
    ugo = sign_up(event, UGO)
    said = [sent(session, links)]
    leave(Audience.USERS, ugo.ref, now=now.time)
    said.append(sent(session, links))
    sign_up(event, UGO)
    said.append(sent(session, links))
    draft = make_draft(venue="Another house")
    change(event.slug, draft, revision=None, actor=COMMAND_LINE, links=links, now=now.pass_by(minutes=1))
    tell_all(session, now)
    said.append(sent(session, links))
    cancel_event(event.slug, actor=COMMAND_LINE, links=links, now=now.pass_by(minutes=1))
    tell_all(session, now)
    said.append(sent(session, links))

    told = [(kind, letter.method.value, int(entry(letter)["SEQUENCE"])) for kind, letter in said]
    assert told == [
        ("registered", "REQUEST", 0),
        ("left", "CANCEL", 1),
        ("registered", "REQUEST", 2),
        ("changed", "REQUEST", 3),
        ("cancelled", "CANCEL", 4),
    ]
    assert "The new place is Another house." in said[3][1].text.body
    assert ["STATUS" in entry(letter) for _, letter in said] == [True, False, True, True, True]


def test_what_is_no_longer_true_is_not_sent(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    ugo = sign_up(event, UGO)
    leave(Audience.USERS, ugo.ref, now=now.time)
    left = [kind for kind, _ in letters(session, links)]
    sign_up(event, UMA)
    cancel_event(event.slug, actor=COMMAND_LINE, links=links, now=now.time)
    tell_all(session, now)

    assert left == ["left"]
    assert [kind for kind, _ in letters(session, links, UMA.email)] == ["cancelled"]


def test_a_message_is_built_as_calendars_in_mail_take_it(session: Session, links: Links) -> None:
    sign_up(make_event(links), UGO)
    [(_, letter)] = letters(session, links)

    message = compose(letter, mailbox=links.mailbox, host=links.host, key="users:1:0:registered", now=NOW)
    again = compose(letter, mailbox=links.mailbox, host=links.host, key="users:1:0:registered", now=NOW + timedelta(1))

    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "text/calendar",
        "application/ics",
    ]
    calendar = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert (calendar.get_param("method"), calendar.get_param("charset")) == ("REQUEST", "utf-8")
    assert calendar.get_payload(decode=True) == letter.calendar
    assert calendar["Content-Disposition"] is None
    assert message["Message-ID"] == again["Message-ID"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["From"] == f"Lathe Lane Software <{links.mailbox}>"
    assert session.get(Event, 1)


def test_answers_go_where_the_programme_says(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    sign_up(event, UGO)
    before = letters(session, links)[0][1]
    strategy = Strategy(name="x", purpose="y", sender="Harbour User Group", reply_to="answers@desk.example")
    say(event.programme.slug, strategy, seen=None, actor=COMMAND_LINE, now=NOW)

    after = letters(session, links)[0][1]

    said = [
        compose(letter, mailbox=links.mailbox, host=links.host, key="x", now=NOW)["Reply-To"]
        for letter in (before, after)
    ]
    assert said == [None, "answers@desk.example"]


@pytest.mark.parametrize("label", RULES)
def test_with_a_seat_and_with_a_place_in_line_one_is_told_where_to_subscribe(
    session: Session, links: Links, now: Clock, label: Label
) -> None:
    event = make_event(links, label, capacity=1)
    first = sign_up(event, BEA)
    sign_up(event, BOB)
    welcome, waiting = (letters(session, links, person.email)[-1][1].text.body for person in (BEA, BOB))
    leave(RULES[label].audience, first.ref, now=now.time)

    promoted = letters(session, links, BOB.email)[-1][1].text.body

    assert ["/calendars/mine/" in body for body in (welcome, waiting, promoted)] == [True, True, True]

"""The code for the door in mail: beside the page that shows it, for who has a seat, and for nobody else."""

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk import clock, qr
from eventdesk.events.service import cancel_event
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.lists.attendance import mark
from eventdesk.lists.letters import letter_of
from eventdesk.lists.models import Registration
from eventdesk.lists.reminders import remind
from eventdesk.lists.service import leave, tell
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.mail import Letter, compose
from eventdesk.outbox.models import Job, Kind
from tests.cast import UDO, UGO, UMA, ZED
from tests.conftest import Clock
from tests.factories import make_event, make_invitation, registered, sign_up

SAID = "At the door, show your code: it is on your own page, and in this mail where pictures are shown."


def letters(session: Session, links: Links) -> Iterator[tuple[Kind, Letter]]:
    """Those that are still true, in order."""
    session.rollback()
    for job in session.scalars(select(Job).where(Job.ref != 0).order_by(Job.id)).all():
        if letter := letter_of(session, job, links, clock.now()):
            yield job.kind, letter


def newest(session: Session, links: Links) -> tuple[Kind, Letter]:
    *_, last = letters(session, links)
    return last


def composed(letter: Letter, links: Links) -> EmailMessage:
    return compose(letter, mailbox=links.mailbox, host=links.host, key="x", now=clock.now())


def door_of(person: Registration, links: Links) -> bytes:
    return qr.png(links.door(person.audience, person.ref, person.generation))


@pytest.mark.parametrize("label", RULES)
def test_it_comes_beside_the_page_and_the_words_say_where_it_is(session: Session, links: Links, label: Label) -> None:
    event = make_event(links, label)
    outcome = sign_up(event, UGO)
    [(_, letter)] = letters(session, links)

    message = composed(letter, links)

    [related] = [part for part in message.walk() if part.get_content_type() == "multipart/related"]
    page, picture = related.iter_parts()
    cid = picture["Content-ID"].strip("<>")
    assert (page.get_content_type(), picture.get_content_type()) == ("text/html", "image/png")
    assert (picture.get_content_disposition(), picture.get_filename()) == ("inline", "door.png")
    assert page.get_content().count(f'src="cid:{cid}"') == 1
    assert 'alt="Your code for the door"' in page.get_content()
    assert picture.get_content() == door_of(registered(event, outcome), links)
    plain = message.get_body(("plain",))
    assert plain
    assert SAID in plain.get_content()
    assert SAID in page.get_content()
    [calendar, file] = [part for part in message.walk() if part.get_content_type().endswith(("calendar", "ics"))]
    assert (calendar.get_content_type(), file.get_content_type()) == ("text/calendar", "application/ics")


def test_who_has_no_seat_gets_none_and_who_moves_up_does(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=1)
    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
    now.pass_by(hours=1)
    sign_up(event, UGO)
    sign_up(event, UMA)
    sign_up(event, ZED, invitation_ref=make_invitation(event, UDO).ref)

    said = [(kind, letter.email, letter.picture is not None) for kind, letter in letters(session, links)]
    leave(event.rules.audience, ugo.ref, now=now.time)
    then = {letter.email: (kind, letter.picture) for kind, letter in letters(session, links)}

    assert said == [
        (Kind.REGISTERED, UGO.email, True),
        (Kind.REGISTERED, UMA.email, False),
        (Kind.AGAIN, UGO.email, True),
        (Kind.AGAIN, UMA.email, False),
        (Kind.HELD, ZED.email, False),
    ]
    assert then[UGO.email] == (Kind.LEFT, None)
    kind, picture = then[UMA.email]
    assert picture
    assert (kind, picture.png) == (Kind.PROMOTED, door_of(registered(event, uma), links))


def test_a_reminder_has_it_until_they_are_in_and_no_mail_of_a_cancelled_event(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links, remind_days=1)
    ugo = sign_up(event, UGO)
    now.time = event.starts_at - timedelta(hours=3)
    remind(now.time)
    _tell(session, now)

    reminded = newest(session, links)
    mark(event.rules.audience, ugo.ref, True, actor=COMMAND_LINE, now=now.time)
    here = [letter.picture for _, letter in letters(session, links)]
    cancel_event(event.slug, actor=COMMAND_LINE, links=links, now=now.time)
    _tell(session, now)

    assert (reminded[0], reminded[1].picture is None, SAID in reminded[1].text.body) == (Kind.REMINDER, False, True)
    assert set(here) == {None}
    assert [(kind, letter.picture, SAID in letter.text.body) for kind, letter in letters(session, links)] == [
        (Kind.CANCELLED, None, False)
    ]


def _tell(session: Session, now: Clock) -> None:
    session.rollback()
    for job in session.scalars(select(Job).where(Job.kind == Kind.TELL)).all():
        tell(job, now.time)

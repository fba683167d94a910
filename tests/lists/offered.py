"""An event where who waits is asked, and what became of those who were: shared by the tests of offers."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk import clock
from eventdesk.db import db
from eventdesk.events.models import Event, Seats
from eventdesk.events.rules import said_by
from eventdesk.events.service import change
from eventdesk.history.models import Entry
from eventdesk.labels import Label
from eventdesk.links import Links
from eventdesk.lists.letters import letter_of
from eventdesk.lists.queries import listed
from eventdesk.lists.service import Outcome, fill, tell
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.mail import Letter
from eventdesk.outbox.models import Kind
from eventdesk.outbox.service import claim as take
from eventdesk.outbox.service import finish
from eventdesk.worker import WRITERS
from tests.cast import BEA, BOB, UDO, UGO, UMA, ZED, Person
from tests.conftest import Clock
from tests.factories import make_event, sign_up

CROWDS = {Label.COMMUNITY: (UGO, UMA, UDO), Label.COMMERCIAL: (BEA, BOB, Person("Zed", ZED.email, "Zed Ltd", "Owner"))}
Crowd = list[Outcome]


def crowd(links: Links, label: Label = Label.COMMUNITY, hours: int = 24, **said: Any) -> tuple[Event, Crowd]:
    """An event with one seat where who waits is asked: one has it, two wait."""
    event = make_event(links, label, capacity=1, offer_hours=hours, **said)
    return event, [sign_up(event, person) for person in CROWDS[label]]


def states(session: Session, event: Event) -> list[str]:
    """How all stand, in order of arrival."""
    session.rollback()
    return [person.state.value for person in listed(session, event)]


def seats_of(session: Session, event: Event) -> tuple[int, int]:
    session.rollback()
    seats = session.get_one(Seats, event.id)
    return seats.taken, seats.waiting


def acts(session: Session, outcome: Outcome) -> list[str]:
    session.rollback()
    return [entry.act.value for entry in session.scalars(select(Entry).where(Entry.ref == outcome.ref))]


def leaving(session: Session, links: Links, now: Clock) -> list[tuple[str, str, Letter]]:
    """The letters that leave now, in order; they are gone then."""
    found = []
    while job := take(now.time, "one", tuple(WRITERS)):
        letter = letter_of(db.session(), job, links, clock.now())
        finish(job.id, "one", letter.sequence if letter else None)
        if letter:
            found.append((job.kind.value, letter.name, letter))
    session.rollback()
    return found


def told(letters: list[tuple[str, str, Letter]]) -> list[tuple[str, str]]:
    return [(kind, name) for kind, name, _ in letters]


def say_of(event: Event, links: Links, now: Clock, **said: Any) -> Event:
    draft = said_by(event)
    changed = type(draft)(**vars(draft) | said)
    return change(event.slug, changed, revision=None, actor=COMMAND_LINE, links=links, now=now.time)


def tell_all(session: Session, now: Clock) -> None:
    session.rollback()
    while job := take(now.time, "one", (Kind.TELL, Kind.FILL)):
        (fill if job.kind is Kind.FILL else tell)(job, now.time)
        finish(job.id, "one")

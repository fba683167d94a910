"""The letter a job asks for, written from the state at the time of sending. Reads only."""

from sqlalchemy.orm import Session

from .. import ics
from ..events.models import Event
from ..ics import Attendee, Method, Status
from ..links import Links
from ..outbox.mail import Letter
from ..outbox.models import Job, Kind
from ..wording import Channel, Reader, write
from .models import Registration
from .queries import by_ref

#: What each kind of news is called in `templates/copy/`, for someone with a seat and for someone who waits.
CHANNELS = {
    Kind.REGISTERED: (Channel.REGISTERED, Channel.WAITLISTED),
    Kind.PROMOTED: (Channel.PROMOTED, Channel.WAITLISTED),
    Kind.CHANGED: (Channel.CHANGED, Channel.CHANGED),
    Kind.CANCELLED: (Channel.CANCELLED, Channel.CANCELLED),
    Kind.LEFT: (Channel.LEFT, Channel.LEFT),
    Kind.AGAIN: (Channel.AGAIN, Channel.AGAIN),
}


def letter_of(session: Session, job: Job, links: Links) -> Letter | None:
    """The job's letter; None when a later one makes it untrue (the person has left, the event was called off)."""
    event = session.get_one(Event, job.event_id)
    person = by_ref(session, event.rules.audience, job.ref or 0)
    if person is None or not _still_true(job, person, event):
        return None
    waited = job.details.get("waited", person.is_waiting)
    reader = Reader(
        name=person.name,
        manage_url=links.manage(person.audience, person.ref, person.generation),
        changes=job.details.get("changes", ()),
        waitlisted=waited,
    )
    facts = event.facts(links)
    method = Method.CANCEL if job.kind in (Kind.LEFT, Kind.CANCELLED) else Method.REQUEST
    calendar = None
    if not waited:
        entry = ics.vevent(
            facts,
            links.mailbox,
            status=None if job.kind is Kind.LEFT else Status.CONFIRMED,
            sequence=event.sequence + person.turns,
            attendee=Attendee(person.name, person.email),
        )
        calendar = ics.calendar([entry], method)
    text = write(CHANNELS[job.kind][waited], facts, reader)
    return Letter(
        name=person.name, email=person.email, sender=facts.sender, text=text, calendar=calendar, method=method
    )


def _still_true(job: Job, person: Registration, event: Event) -> bool:
    if job.details["turns"] != person.turns:
        return False  # left, or came back, since: a later letter says so
    if job.kind is Kind.LEFT:
        return True
    if job.kind is Kind.REGISTERED and job.details["waited"] and not person.is_waiting:
        return False  # moved up since
    return event.is_cancelled == (job.kind is Kind.CANCELLED)

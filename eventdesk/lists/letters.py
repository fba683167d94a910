"""The letter a job asks for, written from the state at the time of sending. Reads only."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from .. import ics, qr
from ..consent.queries import stop_url
from ..events.models import Event
from ..events.queries import said_at
from ..ics import Attendee, Method, Status
from ..links import Links
from ..mailpage import page_of
from ..messages.models import Message
from ..outbox.mail import Letter, Picture
from ..outbox.models import Job, Kind
from ..outbox.queries import is_told, last_told, later_of
from ..outbox.rules import is_stoppable
from ..wording import Channel, EventFacts, Reader, differences, moment, write
from .calendars import address_of
from .held import was_let_in
from .models import Registration, State
from .queries import by_ref, calendar_of, was_there
from .rules import deadline, has_code, hears, own_moment

#: About a seat and nothing in the calendar: only for who has one, and no news of the event.
TO_SEATS = (Kind.REMINDER, Kind.MESSAGE, Kind.THANKS)
#: Only by mail does the address of a person's own feed go out: a link on a screen proves nobody's address.
OWN_FEED = (Kind.REGISTERED, Kind.PROMOTED, Kind.AGAIN)
#: With the code for the door: what says that one has a seat, or is soon to take it.
WITH_CODE = (Kind.REGISTERED, Kind.PROMOTED, Kind.AGAIN, Kind.REMINDER)
#: What puts a seat into the reader's calendar, keeps it right there, or takes it out again.
IN_CALENDAR = (Kind.REGISTERED, Kind.PROMOTED, Kind.CHANGED, Kind.AGAIN, Kind.CANCELLED, Kind.LEFT)


def letter_of(session: Session, job: Job, links: Links, now: datetime) -> Letter | None:
    """The job's letter; None when it has become untrue or says nothing new, as another letter does or will."""
    event = session.get_one(Event, job.event_id)
    person = by_ref(session, event.rules.audience, job.ref)
    if person is None or not person.email or not _still_true(session, job, person, event, now):
        return None
    facts = event.facts(links)
    changes = _news(session, job, facts) if job.kind is Kind.CHANGED else []
    if job.kind is Kind.CHANGED and not changes:
        return None
    waits = job.details.get("waited", person.is_waiting)
    held = job.details.get("held", person.is_held)
    offered = job.details.get("offered", person.is_offered)
    manage_url = links.manage(person.audience, person.ref, person.generation)
    calendar = calendar_of(session, person.audience, person.email_key) if job.kind in OWN_FEED else None
    subject, words = _written(session, job)
    code = _code(person, links) if job.kind in WITH_CODE and has_code(person, event, now) else None
    stop = stop_url(session, person.audience, person.email_key, links) if is_stoppable(job.kind) else ""
    reader = Reader(
        name=person.name,
        manage_url=manage_url,
        calendar_url=address_of(calendar, links) if calendar else "",
        changes=changes,
        waitlisted=waits,
        held=held,
        offered=offered,
        taken_off=job.details.get("taken_off", False),
        merged=job.details.get("merged", False),
        subject=subject,
        message=words,
        has_code=code is not None,
        stop_url=stop,
        asked_kept=job.kind is Kind.THANKS and was_there(session, person),
        deadline=moment(deadline(person, event).astimezone(event.starts.tzinfo)) if person.is_offered else "",
    )
    method = Method.CANCEL if job.kind in (Kind.LEFT, Kind.CANCELLED) else Method.REQUEST
    if not event.is_public and not was_let_in(session, person):
        facts = replace(facts, url=manage_url)  # the open link is for those who were let in
    text = write(_channel(job, waits=waits, held=held), facts, reader)
    return Letter(
        name=person.name,
        email=person.email,
        sender=facts.sender,
        reply_to=facts.reply_to,
        stop_url=stop,
        text=text,
        html=page_of(text, event.rules, code.cid if code else ""),
        picture=code,
        calendar=_calendar(job, person, facts, method, links) if _is_in_calendar(job, person) else None,
        method=method,
        sequence=0 if job.kind in TO_SEATS else facts.sequence,
    )


def _code(person: Registration, links: Links) -> Picture:
    """Its Content-ID follows from what it holds: sent twice, it is the same mail."""
    url = links.door(person.audience, person.ref, person.generation)
    return Picture(f"{sha256(url.encode()).hexdigest()[:32]}@{links.host}", qr.png(url), "door.png")


def _channel(job: Job, *, waits: bool, held: bool) -> Channel:
    """Whose words say it: who waits or is held reads so, where others read that they have a seat."""
    if waits and job.kind is Kind.REGISTERED:
        return Channel.WAITLISTED
    return Channel.HELD if held and job.kind is Kind.AGAIN else Channel(job.kind)


def _written(session: Session, job: Job) -> tuple[str, str]:
    """What an organiser wrote, if the job carries it."""
    if job.kind is not Kind.MESSAGE:
        return "", ""
    message = session.get_one(Message, job.details["message"])
    return message.subject, message.body


def _news(session: Session, job: Job, facts: EventFacts) -> list[str]:
    """All that is different since a letter last told the person: also what nobody, or they alone, did not hear of."""
    if is_told(session, job):
        return []
    told = last_told(session, job)
    before = said_at(session, job.event_id, told) if told is not None else None
    return differences(before or job.details["before"], facts)


def _is_in_calendar(job: Job, person: Registration) -> bool:
    """Whether the letter is about a seat in the reader's calendar: nothing is there for who waits or is looked at first."""
    seat = _gave_seat_back(job) if job.kind is Kind.LEFT else person.state is State.CONFIRMED
    return job.kind in IN_CALENDAR and seat


def _gave_seat_back(job: Job) -> bool:
    """Whether who left had a seat."""
    return not any(job.details.get(without) for without in ("waited", "held", "offered"))


def _calendar(job: Job, person: Registration, facts: EventFacts, method: Method, links: Links) -> bytes:
    """The scheduling object for this one person; when they alone have left, without STATUS (RFC 5546 section 3.2.5)."""
    left = job.kind is Kind.LEFT
    entry = ics.vevent(
        facts,
        links.mailbox,
        status=None if left else Status.CONFIRMED,
        sequence=facts.sequence + (job.details["turns"] if left else person.turns),
        attendee=Attendee(person.name, person.email),
    )
    return ics.calendar([entry], method)


def _still_true(session: Session, job: Job, person: Registration, event: Event, now: datetime) -> bool:
    turn = job.details["turns"]
    if job.kind is Kind.LEFT and _gave_seat_back(job):
        # whatever came since: until they have a seat again, their calendar shows the one they gave back last
        return person.state is not State.CONFIRMED and not any(map(_gave_seat_back, later_of(session, job)))
    if turn != person.turns or (job.kind is Kind.REGISTERED and job.details["waited"] and not person.is_waiting):
        return False  # left, came back, moved up or was let in since: a later letter says so
    if job.kind is Kind.LEFT:
        return True
    if job.kind in TO_SEATS and person.state is not State.CONFIRMED:
        return False
    if job.kind in _TIMED and not _TIMED[job.kind](job, person, event, now):
        return False
    return event.is_cancelled == (job.kind is Kind.CANCELLED)


def _reminds(job: Job, person: Registration, event: Event, now: datetime) -> bool:
    """Not too late, not moved so that it is too early again, and still as its reader wishes."""
    hours = job.details.get("hours")
    due = own_moment(event.starts_at, hours) if hours else event.remind_at
    return due is not None and due <= now < event.starts_at and person.remind_hours == hours


def _is_asked(_job: Job, person: Registration, event: Event, now: datetime) -> bool:
    return person.is_offered and now < deadline(person, event)


def _may_come_back(_job: Job, _person: Registration, event: Event, now: datetime) -> bool:
    return event.takes_registrations(now)


def _was_there(_job: Job, person: Registration, event: Event, now: datetime) -> bool:
    return event.is_past(now) and hears(person, Kind.THANKS)


#: What is true for some time only, and when.
_TIMED = {Kind.REMINDER: _reminds, Kind.OFFERED: _is_asked, Kind.LAPSED: _may_come_back, Kind.THANKS: _was_there}

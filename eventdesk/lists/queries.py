"""Reads of one list at a time. The audience says which; there is no query over both."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from ..errors import NotFound
from ..events.models import CalendarEntry, Event
from ..events.rules import Status
from ..labels import RULES_BY_AUDIENCE, Audience
from ..links import Keys, Purpose
from ..outbox.models import Job, Kind
from ..outbox.queries import UNFINISHED
from .models import CALENDARS, LISTS, PersonalCalendar, Registration, Standing, State, standing_of
from .rules import REMINDS


def people_of(event: Event) -> type[Registration]:
    """The list an event's people are on."""
    return LISTS[event.rules.audience]


def by_ref(session: Session, audience: Audience, ref: int) -> Registration | None:
    """One registration by its reference."""
    people = LISTS[audience]
    return session.scalar(select(people).where(people.ref == ref))


def by_link(session: Session, keys: Keys, purpose: Purpose, token: str) -> Registration:
    """The registration that a personal link of this purpose is about. Raises NotFound."""
    audience, ref = keys.row(purpose, token)
    person = by_ref(session, audience, ref)
    if person is None or not keys.holds(token, person.generation):
        raise NotFound("This link is not valid.")
    return person


def person_at(session: Session, event: Event, ref: int) -> Registration:
    """One registration of this event. Raises NotFound: of another event, or on the other list, it is not there."""
    person = by_ref(session, event.rules.audience, ref)
    if person is None or person.event_id != event.id:
        raise NotFound("There is no such registration.")
    return person


def by_email(session: Session, event: Event, email_key: str) -> Registration | None:
    """The registration of an address at an event."""
    people = people_of(event)
    return session.scalar(select(people).where(people.event_id == event.id, people.email_key == email_key))


def calendar_of(session: Session, audience: Audience, email_key: str) -> PersonalCalendar | None:
    """An address's own feed on one list; None for who registered before there were any."""
    calendars = CALENDARS[audience]
    return session.scalar(select(calendars).where(calendars.email_key == email_key))


def calendar_by_ref(session: Session, audience: Audience, ref: int) -> PersonalCalendar | None:
    """One address's own feed by its reference."""
    calendars = CALENDARS[audience]
    return session.scalar(select(calendars).where(calendars.ref == ref))


def registered_by(session: Session, calendar: PersonalCalendar, now: datetime) -> Sequence[tuple[Registration, Event]]:
    """What an address is, or was, registered for on one list, in order of time, while a feed would still show it."""
    people = LISTS[calendar.audience]
    wanted = (
        select(people, Event)
        .join(Event, Event.id == people.event_id)
        .join(CalendarEntry, CalendarEntry.event_id == Event.id)
        .where(people.email_key == calendar.email_key, people.state != State.PENDING, CalendarEntry.leaves_at > now)
        .order_by(Event.starts_at, Event.id)
    )
    return [(person, event) for person, event in session.execute(wanted)]


def next_waiting(session: Session, event: Event) -> Registration | None:
    """Who waits longest."""
    people = people_of(event)
    waiting = select(people).where(people.event_id == event.id, people.state == State.WAITLISTED)
    return session.scalar(waiting.order_by(people.place).limit(1))


def ahead_of(session: Session, person: Registration) -> int:
    """How many wait before this person."""
    people = type(person)
    earlier = select(func.count()).where(
        people.event_id == person.event_id, people.state == State.WAITLISTED, people.place < person.place
    )
    return session.scalar(earlier) or 0


def counts(session: Session, event: Event) -> dict[Standing, int]:
    """How many registrations of an event stand how. Those marked are counted as attended or no-show alone."""
    return counts_of(session, [event])[event.id]


def counts_of(session: Session, events: Sequence[Event]) -> dict[int, dict[Standing, int]]:
    """The same of several events of one list, by their ids."""
    numbers = {event.id: dict.fromkeys(Standing, 0) for event in events}
    if events:
        people = people_of(events[0])
        alike = (people.event_id, people.state, people.attended)
        wanted = select(*alike, func.count()).where(people.event_id.in_(numbers)).group_by(*alike)
        for event_id, state, attended, count in session.execute(wanted):
            numbers[event_id][standing_of(state, attended)] = count
    return numbers


def listed(
    session: Session,
    event: Event,
    standing: Standing | None = None,
    search: str = "",
    *,
    skip: int = 0,
    limit: int | None = None,
) -> Sequence[Registration]:
    """An event's people in order of arrival: of one standing, or all; whose name or address contains `search`."""
    people = people_of(event)
    wanted = select(people).where(_sought(event, standing, search)).order_by(people.place)
    return session.scalars(wanted.offset(skip or None).limit(limit)).all()


def how_many(session: Session, event: Event, standing: Standing | None = None, search: str = "") -> int:
    """How many these are."""
    wanted = select(func.count()).select_from(people_of(event)).where(_sought(event, standing, search))
    return session.scalar(wanted) or 0


def _sought(event: Event, standing: Standing | None, search: str) -> ColumnElement[bool]:
    people = people_of(event)
    wanted = people.event_id == event.id
    if standing:
        wanted = and_(wanted, people.state == standing.state, people.attended.is_(standing.attended))
    if search:
        found = or_(people.name.icontains(search, autoescape=True), people.email.icontains(search, autoescape=True))
        wanted = and_(wanted, found)
    return wanted


class Arriving(NamedTuple):
    """What the door knows of a person, and nothing else of them."""

    ref: int
    name: str
    attended: bool | None


def arriving(session: Session, event: Event, search: str = "") -> Sequence[Arriving]:
    """Those who have a seat, by name: all, or whose name contains `search`."""
    people = people_of(event)
    wanted = select(people.ref, people.name, people.attended).where(
        people.event_id == event.id, people.state == State.CONFIRMED
    )
    if search:
        wanted = wanted.where(people.name.icontains(search, autoescape=True))
    rows = session.execute(wanted.order_by(func.lower(people.name), people.place)).all()
    return [Arriving(ref, name, attended) for ref, name, attended in rows]


def seated(session: Session, event: Event) -> Sequence[Registration]:
    """Those who have a seat, by name."""
    people = people_of(event)
    wanted = select(people).where(people.event_id == event.id, people.state == State.CONFIRMED)
    return session.scalars(wanted.order_by(func.lower(people.name), people.place)).all()


def was_there(session: Session, person: Registration) -> bool:
    """Whether somebody came, as far as is known: marked so, or with a seat where nobody was marked at all."""
    if person.state is not State.CONFIRMED or person.attended is not None:
        return bool(person.attended)
    people = type(person)
    marked = select(people.id).where(people.event_id == person.event_id, people.attended.is_not(None))
    return session.scalar(marked.limit(1)) is None


def next_registered(
    session: Session, event: Event, *, after: int, upto: int, limit: int, states: Collection[State]
) -> Sequence[Registration]:
    """The next `limit` people in these states in order of arrival, after one place and up to another."""
    people = people_of(event)
    wanted = select(people).where(
        people.event_id == event.id, people.place > after, people.place <= upto, people.state.in_(states)
    )
    return session.scalars(wanted.order_by(people.place).limit(limit)).all()


def to_change(session: Session, event: Event, refs: Collection[int]) -> Sequence[Registration]:
    """Those of an event's people, in order of arrival, locked as they are now; others are left out."""
    people = people_of(event)
    wanted = select(people).where(people.event_id == event.id, people.ref.in_(refs)).order_by(people.place)
    now = {"populate_existing": True}
    return session.scalars(wanted.with_for_update(of=people), execution_options=now).all()


def next_unmarked(session: Session, event: Event, *, limit: int) -> Sequence[Registration]:
    """The next `limit` people with a seat of whom nobody has said whether they came, locked."""
    people = people_of(event)
    wanted = select(people).where(
        people.event_id == event.id, people.state == State.CONFIRMED, people.attended.is_(None)
    )
    return session.scalars(wanted.order_by(people.place).limit(limit).with_for_update(of=people)).all()


def last_seated(session: Session, event: Event, made_by: datetime) -> int:
    """The last place in line of who has a seat and registered at an instant or before it; 0 where nobody did."""
    people = people_of(event)
    places = select(func.max(people.place)).where(
        people.event_id == event.id, people.state == State.CONFIRMED, people.made_at <= made_by
    )
    return session.scalar(places) or 0


def _is_late(people: type[Registration], now: datetime) -> ColumnElement[bool]:
    """A seat on offer that is not kept any longer: `rules.deadline` as the database asks it."""
    return and_(people.state == State.OFFERED, or_(people.offer_until <= now, Event.starts_at <= now))


_UNSENT_OFFER = and_(Job.kind == Kind.OFFERED, Job.progress.in_(UNFINISHED))


def with_late_offers(session: Session, audience: Audience, now: datetime) -> Sequence[int]:
    """The ids of events of one list that have seats on offer for which the time is over."""
    people = LISTS[audience]
    late = exists().where(people.event_id == Event.id, _is_late(people, now))
    wanted = select(Event.id).where(
        Event.label == RULES_BY_AUDIENCE[audience].label, Event.status == Status.PUBLISHED, late
    )
    return session.scalars(wanted.order_by(Event.id)).all()


def late_offers(session: Session, event: Event, now: datetime, *, limit: int) -> Sequence[Registration]:
    """Those whose offer is over, in order of arrival, locked."""
    people = people_of(event)
    late = select(people).join(Event, Event.id == people.event_id).where(people.event_id == event.id)
    late = late.where(_is_late(people, now)).order_by(people.place).limit(limit)
    return session.scalars(late.with_for_update(of=people)).all()


def with_unsent_offers(session: Session, audience: Audience, made_by: datetime) -> Sequence[int]:
    """The ids of events of one list of which a letter with an offer, made by this instant, is still on its way."""
    label = RULES_BY_AUDIENCE[audience].label
    unsent = select(Job.event_id).where(_UNSENT_OFFER, Job.label == label, Job.made_at <= made_by)
    return session.scalars(unsent.distinct().order_by(Job.event_id)).all()


def not_asked_yet(session: Session, event: Event) -> set[int]:
    """The references of those to whom the letter with their offer is still on its way."""
    return set(session.scalars(select(Job.ref).where(Job.event_id == event.id, _UNSENT_OFFER)))


def any_due_by_choice(session: Session, audience: Audience, now: datetime) -> bool:
    """Whether there is anybody whom `due_by_choice` would find; asked before taking the writer."""
    return session.execute(_due_by_choice(audience, now).limit(1)).first() is not None


def due_by_choice(
    session: Session, audience: Audience, now: datetime, *, limit: int
) -> Sequence[tuple[Registration, Event]]:
    """Those who chose when to be reminded, where that is now, each with the event; locked, but for whom another has."""
    people = LISTS[audience]
    due = _due_by_choice(audience, now).order_by(people.id).limit(limit)
    return [(person, event) for person, event in session.execute(due.with_for_update(of=people, skip_locked=True))]


def _due_by_choice(audience: Audience, now: datetime) -> Select[Registration, Event]:
    """Who has a seat, chose their own moment, and was not reminded of this start."""
    people = LISTS[audience]
    come = [
        and_(people.remind_hours == hours, Event.starts_at <= now + timedelta(hours=hours))
        for hours in REMINDS
        if hours
    ]
    return (
        select(people, Event)
        .join(Event, Event.id == people.event_id)
        .where(
            Event.label == RULES_BY_AUDIENCE[audience].label,
            Event.status == Status.PUBLISHED,
            Event.starts_at > now,
            Event.starts_at <= now + timedelta(hours=max(REMINDS)),
            people.state == State.CONFIRMED,
            or_(*come),
            or_(people.reminded_for.is_(None), people.reminded_for != Event.starts_at),
        )
    )

"""Writes of retention: fix who had come before when an event is over, and remove people whose time is; counts stay.

One list in each transaction, some people in each: a worker that is killed between two has lost nothing, and done again it
goes on where it was.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from ..consent.models import CHOICES
from ..db import db, writing
from ..evenings.parting import quoted
from ..events.models import Event
from ..events.queries import seats_to_change
from ..history.models import Act
from ..history.service import record
from ..invites.models import INVITATIONS
from ..labels import RULES, RULES_BY_AUDIENCE, Audience, LabelRules
from ..lists.models import CALENDARS, LISTS, Registration, State
from ..lists.queries import people_of
from ..lists.returning import came_earlier, keep_returns
from ..lists.seating import give_back
from ..outbox.models import Job
from ..standing.models import STANDING
from ..suggestions.parting import unname
from .models import Counted, EventFigures, LinkFigures, Removal
from .queries import due, is_over, stored, to_empty, unmarked_events
from .rules import COUNTS, LINKS_HOLD, begins_at, figures_of

BATCH = 200


def close_events(now: datetime) -> None:
    """The hourly tick: of each event that is over, fix who had come to an earlier one of its label. Twice is once."""
    for label in RULES:
        for event_id in unmarked_events(db.session(), label, now):
            with writing() as session:
                seats_to_change(session, event_id)
                _closed(session, session.get_one(Event, event_id), now)


def remove_due(now: datetime) -> dict[str, int]:
    """The hourly tick: remove people whose time is over; how many rows of each table. Twice is once."""
    removed: dict[str, int] = {}
    for rules in RULES.values():
        for event_id in to_empty(db.session(), rules, now):
            while batch := _remove_some(event_id, now):
                _add(removed, batch)
        with writing() as session:
            _add(removed, sweep(session, rules.audience, now - LINKS_HOLD))
    return removed


def keep_no_longer(now: datetime) -> dict[str, int]:
    """Both ticks; how many rows of each table were removed."""
    close_events(now)
    return remove_due(now)


def report(now: datetime) -> list[dict[str, Any]]:
    """What would be removed now, and within the days of notice, by event; nothing is changed."""
    told = []
    for audience, rules in RULES_BY_AUDIENCE.items():
        for each in due(db.session(), audience, now):
            when = f"{each.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
            row = {
                "label": rules.label.value,
                "slug": each.event.slug,
                "from": when,
                "now": each.now,
                "soon": each.soon,
            }
            told.append(row)
        db.session.rollback()  # one list at a time
    return told


def count_gone(session: Session, event: Event, people: Sequence[Registration], now: datetime) -> EventFigures:
    """Count people of an event that is over among those who are gone, before they are: of the event, and of their links."""
    row = _closed(session, event, now)
    keep_returns(session, event, people, now)
    _count(row, people)
    by_link: dict[int, list[Registration]] = defaultdict(list)
    for person in people:
        if person.link_id:
            by_link[person.link_id].append(person)
    for link_id, those in by_link.items():
        of_link = session.get(LinkFigures, link_id, populate_existing=True)
        if of_link is None:
            of_link = LinkFigures(link_id=link_id, label=event.label, stages={}, **dict.fromkeys(COUNTS, 0))
            session.add(of_link)
        _count(of_link, those)
    return row


def count_invited(session: Session, event: Event, number: int, now: datetime) -> None:
    """Count invitations to an event that is over among those that are gone."""
    _closed(session, event, now).invited += number


def sweep(session: Session, audience: Audience, whose: Collection[str] | datetime) -> dict[str, int]:
    """Forget calendars and choices about mail where the list holds nothing else of the address: of these, or made before then.

    A refusal stays, and whoever is quoted finds the way back. What the others said stays without their names. Returns how many rows of each table.
    """
    people, invitations, standing = LISTS[audience], INVITATIONS[audience], STANDING[audience]
    calendars, choices = CALENDARS[audience], CHOICES[audience]
    removed = {}
    for table, others in ((calendars, (people,)), (choices, (people, invitations, standing))):
        lone = delete(table).where(*(table.email_key.not_in(select(other.email_key)) for other in others))
        lone = lone.where(table.made_at < whose if isinstance(whose, datetime) else table.email_key.in_(whose))
        if table is choices:
            quoted_now = quoted(RULES_BY_AUDIENCE[audience].label)
            lone = lone.where(choices.refused_at.is_(None), choices.ref.not_in(quoted_now))
        if number := len(session.scalars(lone.returning(table.id)).all()):
            removed[table.__tablename__] = number
    unname(session, audience)
    return removed


def _count(row: Counted, people: Sequence[Registration]) -> None:
    """Add these people to those who are gone."""
    total = stored(row) + figures_of(people)
    for name in COUNTS:
        setattr(row, name, getattr(total, name))
    row.stages = total.stages


def _closed(session: Session, event: Event, now: datetime) -> EventFigures:
    """What is kept of an event that is over; the seats are locked. Who had come before is fixed when it is made."""
    row = session.get(EventFigures, event.id, populate_existing=True)
    if row and row.marked_at >= event.ends_at:
        return row
    people = people_of(event)
    mine = update(people).where(people.event_id == event.id, people.came_before.is_(None))
    session.execute(
        mine.values(came_before=came_earlier(people, event)), execution_options={"synchronize_session": "fetch"}
    )
    if row is None:
        row = EventFigures(event_id=event.id, label=event.label, stages={}, invited=0, **dict.fromkeys(COUNTS, 0))
        session.add(row)
    row.marked_at, row.emptied_at = now, None
    session.flush()
    return row


def _remove_some(event_id: int, now: datetime) -> dict[str, int]:
    """Remove some of an event's people; how many rows of each table, none where nobody is left whose time is over."""
    with writing() as session:
        seats = seats_to_change(session, event_id)
        event, rules = seats.event, seats.event.rules
        row = _closed(session, event, now)
        if begins_at(rules.keeping, event.ends_at, row.marked_at) > now or row.emptied_at:
            return {}
        people, invitations = LISTS[rules.audience], INVITATIONS[rules.audience]
        over = select(people).where(people.event_id == event_id, is_over(people, event, now)).order_by(people.id)
        gone = session.scalars(over.limit(BATCH).with_for_update(of=people)).all()
        invited = select(invitations).where(invitations.event_id == event_id).order_by(invitations.id)
        withdrawn = session.scalars(invited.limit(BATCH)).all()
        count_gone(session, event, gone, now)
        count_invited(session, event, len(withdrawn), now)
        for person in gone:
            if person.state is not State.CANCELLED:
                give_back(seats, person)
        removed = _delete(session, rules, event_id, [*gone, *withdrawn])
        _note(session, event, row, removed, now)
        return removed


def _delete(session: Session, rules: LabelRules, event_id: int, rows: Sequence[Any]) -> dict[str, int]:
    """Delete these rows, all that was sent to them about the event, and what then has nothing else to it."""
    removed: dict[str, int] = {}
    for row in rows:
        _add(removed, {row.__tablename__: 1})
        session.delete(row)
    session.flush()
    if rows:
        refs = [row.ref for row in rows]
        session.execute(delete(Job).where(Job.event_id == event_id, Job.label == rules.label, Job.ref.in_(refs)))
        _add(removed, sweep(session, rules.audience, {row.email_key for row in rows}))
    return removed


def _note(session: Session, event: Event, row: EventFigures, removed: dict[str, int], now: datetime) -> None:
    """Keep how many were removed; and, once nobody is left, that the event is empty."""
    if removed:
        session.add(Removal(label=event.label, at=now, removed=removed))
    tables = (LISTS[event.rules.audience], INVITATIONS[event.rules.audience])
    if not any(session.scalar(select(exists().where(table.event_id == event.id))) for table in tables):
        row.emptied_at = now
        if removed:
            record(session, Act.EMPTIED, label=event.label, event_id=event.id, now=now)


def _add(numbers: dict[str, int], more: dict[str, int]) -> None:
    for name, number in more.items():
        numbers[name] = numbers.get(name, 0) + number

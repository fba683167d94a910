"""Who returns: who had come to an earlier event of the label, and who came again to a later one.

Two events count together that ended within the time for which a label keeps people after an event: so it does not matter
when the hourly tick ran, or when it removed them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session, aliased

from ..events.models import Event
from .models import LISTS, Registration


def came_earlier(people: type[Registration], event: Event) -> ColumnElement[bool]:
    """Whether somebody came to an earlier event of the label, of a row of `people` at this event."""
    return _came(people, Event.ends_at < event.ends_at, Event.ends_at >= event.ends_at - event.rules.keeping.after)


def came_later(people: type[Registration], event: Event) -> ColumnElement[bool]:
    """Whether somebody came to a later event of the label, of a row of `people` at this event."""
    return _came(people, Event.ends_at > event.ends_at, Event.ends_at <= event.ends_at + event.rules.keeping.after)


@dataclass(frozen=True)
class Visits:
    """When the events ended to which people came, by address in small letters: the same, asked of many at once."""

    ended: Mapping[str, Sequence[datetime]]

    def earlier(self, email_key: str, event: Event) -> bool:
        """Whether they came to an earlier event than this one."""
        since = event.ends_at - event.rules.keeping.after
        return any(since <= at < event.ends_at for at in self.ended.get(email_key, ()))

    def later(self, email_key: str, event: Event) -> bool:
        """Whether they came to a later one."""
        until = event.ends_at + event.rules.keeping.after
        return any(event.ends_at < at <= until for at in self.ended.get(email_key, ()))


def visits_around(session: Session, events: Sequence[Event]) -> Visits:
    """All visits that count together with one to these events of one list."""
    people, after = LISTS[events[0].rules.audience], events[0].rules.keeping.after
    ends = [event.ends_at for event in events]
    came = select(people.email_key, Event.ends_at).join(Event, Event.id == people.event_id)
    found: dict[str, list[datetime]] = defaultdict(list)
    near = Event.ends_at.between(min(ends) - after, max(ends) + after)
    for email_key, at in session.execute(came.where(people.attended.is_(True), near)):
        found[email_key].append(at)
    return Visits(found)


def keep_returns(session: Session, event: Event, people: Sequence[Registration], now: datetime) -> None:
    """Keep on the rows what is known of these people of an event by the addresses they have now, before one of these goes.

    Of themselves, whether they had come before, and came again; of their earlier visits, that they came again; and of later
    ones that are over, that they had come before.
    """
    table, after = LISTS[event.rules.audience], event.rules.keeping.after
    mine = table.id.in_([person.id for person in people])
    _set(session, table, (mine, table.came_before.is_(None), came_earlier(table, event)), came_before=True)
    _set(session, table, (mine, _first_visit(table), came_later(table, event)), came_again=True)
    if came := [person.email_key for person in people if person.attended]:
        theirs = table.email_key.in_(came)
        earlier = _events(event, Event.ends_at < event.ends_at, Event.ends_at >= event.ends_at - after)
        _set(session, table, (theirs, table.event_id.in_(earlier), _first_visit(table)), came_again=True)
        later = _events(event, Event.ends_at > event.ends_at, Event.ends_at <= min(event.ends_at + after, now))
        _set(session, table, (theirs, table.event_id.in_(later), table.came_before.is_(None)), came_before=True)


def _set(session: Session, table: type[Registration], those: Sequence[ColumnElement[bool]], **marks: bool) -> None:
    session.execute(update(table).where(*those).values(marks), execution_options={"synchronize_session": "fetch"})


def _events(event: Event, *when: ColumnElement[bool]) -> Select[int]:
    return select(Event.id).where(Event.label == event.label, *when)


def _first_visit(table: type[Registration]) -> ColumnElement[bool]:
    return table.attended.is_(True) & table.came_before.is_not(True)


def _came(people: type[Registration], *when: ColumnElement[bool]) -> ColumnElement[bool]:
    other = aliased(people)
    there = select(other.email_key).join(Event, Event.id == other.event_id)
    return people.email_key.in_(there.where(other.attended.is_(True), *when))

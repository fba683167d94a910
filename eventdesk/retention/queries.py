"""Reads of how long people are kept: whose time is over, whose is soon, what was removed, and what stays of an event."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, false, func, null, or_, select, true
from sqlalchemy.orm import Session

from ..events.models import Event
from ..events.rules import Status
from ..invites.models import INVITATIONS, InviteLink
from ..labels import ENDED, RULES, RULES_BY_AUDIENCE, Audience, Label, LabelRules, Stage
from ..lists.models import LISTS, Registration, State
from ..lists.queries import people_of
from ..lists.returning import visits_around
from .models import Counted, EventFigures, LinkFigures, Removal
from .rules import COUNTS, NOTICE, Counting, Figures, begins_at, figures_of


@dataclass(frozen=True)
class Due:
    """One event whose people are removed now, or within the days of notice."""

    event: Event
    #: When the first of them are.
    at: datetime
    #: How many now, and how many until the notice ends, those among them.
    now: int
    soon: int


def due(session: Session, audience: Audience, now: datetime) -> list[Due]:
    """What of one list is to be removed now, or within the notice; the next to go first. Nothing is changed."""
    rules, found = RULES_BY_AUDIENCE[audience], []
    for event, marked_at in _near(session, rules, now):
        numbers = [_number(session, event, marked_at, by) for by in (now, now + NOTICE)]
        if numbers[1]:
            found.append(Due(event, begins_at(rules.keeping, event.ends_at, marked_at), *numbers))
    return sorted(found, key=lambda each: (each.at, each.event.id))


@dataclass(frozen=True)
class Kept:
    """How long an event's people are kept, and what is left of them."""

    #: When the first of them are removed.
    at: datetime
    emptied_at: datetime | None
    #: Once all of them are gone.
    figures: Figures | None


def kept(session: Session, event: Event) -> Kept:
    """How long the people of an event are kept."""
    row = session.get(EventFigures, event.id)
    at = begins_at(event.rules.keeping, event.ends_at, row.marked_at if row else None)
    return Kept(at, row.emptied_at if row else None, stored(row) if row and row.emptied_at else None)


def done(session: Session, label: Label) -> Sequence[Removal]:
    """What was removed of a label's list, the newest first."""
    return session.scalars(select(Removal).where(Removal.label == label).order_by(Removal.id.desc())).all()


def coming_events(
    session: Session, labels: Collection[Label], rules: LabelRules, now: datetime
) -> list[tuple[Event, datetime]]:
    """Events of a label among these, of whose people the first are removed within the notice, and when. No list is read."""
    if rules.label not in labels:
        return []
    near = [
        (event, begins_at(rules.keeping, event.ends_at, marked_at)) for event, marked_at in _near(session, rules, now)
    ]
    return [(event, at) for event, at in near if now < at]


def unmarked_events(session: Session, label: Label, now: datetime) -> Sequence[int]:
    """The ids of events of a label that are over, and of which it is not fixed yet who had come before."""
    marked = exists().where(EventFigures.event_id == Event.id, ~_moved_since())
    over = select(Event.id).where(Event.label == label, Event.ends_at <= now, ~marked)
    return session.scalars(over.where(Event.status != Status.DRAFT).order_by(Event.ends_at, Event.id)).all()


def to_empty(session: Session, rules: LabelRules, now: datetime) -> Sequence[int]:
    """The ids of events of a label whose first people may be removed, and that still may hold some."""
    return [event.id for event, at in _near(session, rules, now) if begins_at(rules.keeping, event.ends_at, at) <= now]


def is_over(people: type[Registration], event: Event, by: datetime) -> ColumnElement[bool]:
    """Those of an event's people whose time is over by an instant.

    Where people are followed up: once that has ended, counted from that day; who never was, and had no seat, as anywhere;
    the others when the most is over.
    """
    keeping = event.rules.keeping
    if event.ends_at + keeping.after > by:
        return false()
    if keeping.followed_up is None or event.ends_at + keeping.followed_up <= by:
        return true()
    stage, staged_at = getattr(people, "stage"), getattr(people, "staged_at")  # noqa: B009 - on this list alone
    ended = and_(stage.in_(ENDED), func.coalesce(staged_at, people.made_at) <= by - keeping.after)
    return or_(ended, and_(stage == Stage.NEW, people.state != State.CONFIRMED))


def figures(session: Session, event: Event) -> Figures:
    """What an event came to: those who are gone, and those who are still there."""
    return figures_by_event(session, [event])[event.id]


def figures_by_event(session: Session, events: Sequence[Event]) -> dict[int, Figures]:
    """The same of several events of one list, by their ids."""
    there: dict[int, list[Counting]] = {event.id: [] for event in events}
    for person in _there(session, events):
        there[person.event_id].append(person)
    rows = session.scalars(select(EventFigures).where(EventFigures.event_id.in_(there)))
    gone = {row.event_id: stored(row) for row in rows}
    return {id_: figures_of(people) + gone.get(id_, Figures()) for id_, people in there.items()}


def figures_by_link(session: Session, events: Sequence[Event]) -> dict[int, Figures]:
    """The same of those who came by a campaign link of these events of one list, by the link's id."""
    there: dict[int, list[Counting]] = defaultdict(list)
    for person in _there(session, events):
        if person.link_id:
            there[person.link_id].append(person)
    of_these = InviteLink.event_id.in_([event.id for event in events])
    rows = session.scalars(select(LinkFigures).join(InviteLink, InviteLink.id == LinkFigures.link_id).where(of_these))
    gone = {row.link_id: stored(row) for row in rows}
    return {id_: figures_of(there[id_]) + gone.get(id_, Figures()) for id_ in (*there, *(gone.keys() - there))}


def invited(session: Session, label: Label, events: Collection[int]) -> dict[int, int]:
    """How many invitations were made to each of these events of a label, those that are gone too; by the event's id."""
    invitations = INVITATIONS[RULES[label].audience]
    there = select(invitations.event_id, func.count()).where(invitations.event_id.in_(events))
    gone = select(EventFigures.event_id, EventFigures.invited).where(EventFigures.event_id.in_(events))
    found = dict.fromkeys(events, 0)
    for wanted in (there.group_by(invitations.event_id), gone):
        for event_id, number in session.execute(wanted):
            found[event_id] += number
    return found


def stored(row: Counted) -> Figures:
    """What is kept of those who are gone."""
    return Figures(**{name: getattr(row, name) for name in COUNTS}, stages=row.stages)


def _there(session: Session, events: Sequence[Event]) -> Iterator[Counting]:
    """What is counted of those of some events who are still there; also before it is fixed who of them had come before."""
    if not events:
        return
    people, of = people_of(events[0]), {event.id: event for event in events}
    visits = visits_around(session, events)
    columns = [getattr(people, name, null()) for name in Counting._fields]
    found = select(people.email_key, *columns).where(people.event_id.in_(of))
    for key, *values in session.execute(found):
        person = Counting(*values)
        event = of[person.event_id]
        before = visits.earlier(key, event) if person.came_before is None else person.came_before
        yield person._replace(came_before=before, came_again=person.came_again or visits.later(key, event))


def _near(session: Session, rules: LabelRules, now: datetime) -> Sequence[tuple[Event, datetime | None]]:
    """Events of a label that are not empty yet, of whose people the first go within the notice, or have gone."""
    marked_at = case((~_moved_since(), EventFigures.marked_at), else_=None)
    wanted = select(Event, marked_at).outerjoin(EventFigures, EventFigures.event_id == Event.id)
    near = (Event.label == rules.label, Event.ends_at <= now + NOTICE - rules.keeping.after)
    wanted = wanted.where(*near, or_(EventFigures.emptied_at.is_(None), _moved_since()))
    return [(event, at) for event, at in session.execute(wanted.order_by(Event.ends_at, Event.id))]


def _moved_since() -> ColumnElement[bool]:
    """Whether an event was over once, and given another date since: it is over anew, with other people."""
    return EventFigures.marked_at < Event.ends_at


def _number(session: Session, event: Event, marked_at: datetime | None, by: datetime) -> int:
    """How many rows about people go by an instant: registrations and invitations."""
    rules = event.rules
    if begins_at(rules.keeping, event.ends_at, marked_at) > by:
        return 0
    people, invitations = LISTS[rules.audience], INVITATIONS[rules.audience]
    those = select(func.count()).where(people.event_id == event.id, is_over(people, event, by))
    invited = select(func.count()).where(invitations.event_id == event.id)
    return (session.scalar(those) or 0) + (session.scalar(invited) or 0)

"""Reads of events and of the feeds built from them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from ..errors import NotFound, OtherList
from ..history.models import Act, Entry
from ..labels import Label
from ..programmes.models import Programme
from ..wording import Told
from .models import CalendarEntry, Event, Feed, Seats
from .rules import DOOR_SHOWN_AFTER_END, THANKS_WITHIN, Status, Visibility, thanks_at
from .search import says

NO_EVENT = "There is no such event."


def by_slug(session: Session, slug: str, labels: Collection[Label]) -> Event:
    """One event of these labels, whatever its status. Raises NotFound."""
    event = session.scalar(select(Event).where(Event.slug == slug, Event.label.in_(labels)))
    if event is None:
        raise _not_theirs(session, slug)
    return event


def by_door(session: Session, slug: str, labels: Collection[Label], doors: Collection[int], now: datetime) -> Event:
    """One event of these labels, or one whose door is kept and still of interest. Raises NotFound."""
    mine = or_(Event.label.in_(labels), _is_open_door(doors, now))
    event = session.scalar(select(Event).where(Event.slug == slug, mine))
    if event is None:
        raise _not_theirs(session, slug)
    return event


def public_event(session: Session, slug: str) -> Event:
    """A published or cancelled event that everyone may find. Raises NotFound."""
    event = session.scalar(select(Event).where(Event.slug == slug, _is_shown()))
    if event is None:
        raise NotFound(NO_EVENT)
    return event


def _is_open_door(ids: Collection[int], now: datetime) -> ColumnElement[bool]:
    return and_(Event.id.in_(ids), Event.ends_at > now - DOOR_SHOWN_AFTER_END)


def _is_shown() -> ColumnElement[bool]:
    return and_(Event.status != Status.DRAFT, Event.visibility == Visibility.PUBLIC)


def _is_coming(now: datetime) -> ColumnElement[bool]:
    return and_(_is_shown(), Event.status == Status.PUBLISHED, Event.ends_at > now)


def coming(
    session: Session, label: Label, now: datetime, limit: int = 50, programme: Programme | None = None
) -> Sequence[Event]:
    """Public events of a label, or of one of its programmes, that are not over and not called off, the next first."""
    wanted = select(Event).where(_of(label, programme), _is_coming(now))
    return session.scalars(wanted.order_by(Event.starts_at, Event.id).limit(limit)).all()


def past(
    session: Session, label: Label, now: datetime, limit: int = 20, programme: Programme | None = None
) -> Sequence[Event]:
    """Public events of a label, or of one of its programmes, that took place, the latest first."""
    wanted = select(Event).where(
        _of(label, programme), _is_shown(), Event.status == Status.PUBLISHED, Event.ends_at <= now
    )
    return session.scalars(wanted.order_by(Event.starts_at.desc(), Event.id).limit(limit)).all()


def _of(label: Label, programme: Programme | None) -> ColumnElement[bool]:
    return Event.programme_id == programme.id if programme else Event.label == label


def coming_of(session: Session, programme: Programme, now: datetime) -> Sequence[Event]:
    """The published events of a programme that are not over, whoever may find them; locked until the transaction ends."""
    wanted = select(Event).where(
        Event.programme_id == programme.id, Event.status == Status.PUBLISHED, Event.ends_at > now
    )
    return session.scalars(wanted.order_by(Event.id).with_for_update(of=Event, key_share=True)).all()


def at_desk(session: Session, labels: Collection[Label], tab: str, now: datetime, search: str = "") -> Sequence[Event]:
    """Events of these labels under one of `TABS` that say `search` somewhere; 200 at most."""
    order = Event.starts_at if tab in ("coming", "drafts") else Event.starts_at.desc()
    wanted = select(Event).where(_sought(labels, search), TABS_WHERE[tab](now))
    return session.scalars(wanted.order_by(order, Event.id).limit(200)).all()


def desk_counts(session: Session, labels: Collection[Label], now: datetime, search: str = "") -> dict[str, int]:
    """How many such events there are under each of `TABS`."""
    columns = [func.count().filter(TABS_WHERE[tab](now)) for tab in TABS]
    return dict(zip(TABS, session.execute(select(*columns).where(_sought(labels, search))).one(), strict=True))


def _sought(labels: Collection[Label], search: str) -> ColumnElement[bool]:
    return and_(Event.label.in_(labels), says(search))


TABS = {"all": "All", "coming": "Coming", "drafts": "Drafts", "past": "Past", "cancelled": "Cancelled"}
TABS_WHERE: Mapping[str, Callable[[datetime], ColumnElement[bool]]] = {
    "all": lambda now: true(),
    "coming": lambda now: and_(Event.status == Status.PUBLISHED, Event.ends_at > now),
    "drafts": lambda now: Event.status == Status.DRAFT,
    "past": lambda now: and_(Event.status == Status.PUBLISHED, Event.ends_at <= now),
    "cancelled": lambda now: Event.status == Status.CANCELLED,
}


def siblings(session: Session, event: Event) -> Sequence[Event]:
    """The events of one's series under the same label in order of time, itself among them; alone, itself."""
    if event.series_id is None:
        return [event]
    those = select(Event).where(Event.series_id == event.series_id, Event.label == event.label)
    return session.scalars(those.order_by(Event.starts_at, Event.id)).all()


def other_dates(session: Session, event: Event, now: datetime, limit: int = 6) -> Sequence[Event]:
    """Those of one's series that everyone may find and that are still to come, the next first."""
    if event.series_id is None:
        return []
    others = select(Event).where(
        Event.series_id == event.series_id, Event.label == event.label, Event.id != event.id, _is_coming(now)
    )
    return session.scalars(others.order_by(Event.starts_at, Event.id).limit(limit)).all()


def feed_revision(session: Session, label: Label, programme: Programme | None = None) -> tuple[int, datetime] | None:
    """How often the feed of a label, or of one programme, changed, and when last; None while nothing was ever published."""
    mine = Feed.programme_id == programme.id if programme else Feed.label == label
    changes = select(func.sum(Feed.revision), func.max(Feed.changed_at)).where(mine)
    revision, changed_at = session.execute(changes).one()
    return (revision, changed_at) if revision else None


def feed_entries(session: Session, label: Label, programme: Programme | None = None) -> Sequence[bytes]:
    """The VEVENTs of a label's feed, or of one programme's, in order of time. Nothing here depends on the clock."""
    wanted = select(CalendarEntry.ics).where(CalendarEntry.label == label, CalendarEntry.listed)
    if programme:
        wanted = wanted.join(Event, Event.id == CalendarEntry.event_id).where(Event.programme_id == programme.id)
    return session.scalars(wanted.order_by(CalendarEntry.starts_at, CalendarEntry.event_id)).all()


def news(session: Session, label: Label, limit: int = 50) -> Sequence[Event]:
    """The events of a label's feed, what was published or changed last first."""
    wanted = select(Event).join(CalendarEntry).where(Event.label == label, CalendarEntry.listed)
    return session.scalars(wanted.order_by(Event.updated_at.desc(), Event.id.desc()).limit(limit)).all()


def entry_of(session: Session, event_id: int) -> bytes:
    """A published event's own VEVENT."""
    return session.scalars(select(CalendarEntry.ics).where(CalendarEntry.event_id == event_id)).one()


def due_to_leave(now: datetime) -> ColumnElement[bool]:
    """Entries that were shown long enough."""
    return and_(CalendarEntry.listed, CalendarEntry.leaves_at <= now)


def built_otherwise(session: Session, built_by: str) -> Sequence[Event]:
    """Events whose entry was not built by this format and address."""
    stale = select(Event).join(CalendarEntry).where(CalendarEntry.built_by != built_by)
    return session.scalars(stale.order_by(Event.id)).all()


def by_code(session: Session, code: str) -> Event:
    """The published or cancelled event of an open invite link. Raises NotFound."""
    event = session.scalar(select(Event).where(Event.code == code, Event.status != Status.DRAFT))
    if event is None:
        raise NotFound("This invite link is not valid.")
    return event


def with_doors(session: Session, ids: Collection[int], now: datetime) -> Sequence[Event]:
    """Those of these events whose door is still of interest: not over for more than a day, the next first."""
    wanted = select(Event).where(_is_open_door(ids, now))
    return session.scalars(wanted.order_by(Event.starts_at, Event.id)).all()


def with_ids(session: Session, ids: Collection[int], labels: Collection[Label]) -> Sequence[Event]:
    """Those of these events that are of these labels, by their start."""
    wanted = select(Event).where(Event.id.in_(ids), Event.label.in_(labels))
    return session.scalars(wanted.order_by(Event.starts_at, Event.id)).all()


def titles(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The titles of these events, by id."""
    return {id_: title for id_, title in session.execute(select(Event.id, Event.title).where(Event.id.in_(ids)))}


def seats_to_change(session: Session, event_id: int) -> Seats:
    """An event's seats, locked until the transaction ends: the one gate through which seats are given and taken.

    Locks are taken in one order everywhere: event, seats, invite link, feed.
    """
    return session.get_one(Seats, event_id, with_for_update={"of": Seats}, populate_existing=True)


def said_at(session: Session, event_id: int, sequence: int) -> Told | None:
    """What an event said at a SEQUENCE of its own, as the next change found it; None where that was not kept."""
    later = (change for change in _changes(session, event_id) if change.get("sequence", 0) > sequence)
    return next((change["before"] for change in later), None)


def said_when_told(session: Session, event_id: int) -> Told | None:
    """What an event said before the newest changes that nobody was told of; None where there are none."""
    before = None
    for change in reversed(_changes(session, event_id)):
        if change.get("told", True):
            break
        before = change["before"]
    return before


def _changes(session: Session, event_id: int) -> Sequence[dict[str, Any]]:
    """What the history keeps of an event's changes since it was published that raised its SEQUENCE, the first one first."""
    kept = select(Entry.details).where(Entry.event_id == event_id, Entry.ref == 0, Entry.act == Act.CHANGED)
    return [details for details in session.scalars(kept.order_by(Entry.id)) if "before" in details]


def due_to_remind(session: Session, now: datetime) -> Sequence[int]:
    """The ids of events of which those who come are to be reminded now."""
    due = select(Event.id).where(
        Event.status == Status.PUBLISHED, Event.reminded_at.is_(None), Event.remind_at <= now, Event.starts_at > now
    )
    return session.scalars(due.order_by(Event.id)).all()


def is_due_to_remind(event: Event, now: datetime) -> bool:
    """The same of one event, asked again once it is locked."""
    near = event.remind_at is not None and event.remind_at <= now < event.starts_at
    return event.status is Status.PUBLISHED and event.reminded_at is None and near


def due_to_thank(session: Session, labels: Collection[Label], now: datetime) -> Sequence[Event]:
    """The events of these labels for which those who came are to be thanked now, the earliest first."""
    over = select(Event).where(
        Event.label.in_(labels), Event.thanked_at.is_(None), Event.ends_at.between(now - THANKS_WITHIN, now)
    )
    return [event for event in session.scalars(over.order_by(Event.ends_at, Event.id)) if is_due_to_thank(event, now)]


def is_due_to_thank(event: Event, now: datetime) -> bool:
    """The same of one event, asked again once it is locked."""
    open_ = event.status is Status.PUBLISHED and event.thanks and event.thanked_at is None
    return open_ and thanks_at(event.wall_end, event.zone) <= now <= event.ends_at + THANKS_WITHIN


def _not_theirs(session: Session, slug: str) -> NotFound:
    """Why an event is not found: there is none, or it is another label's, which is told in the same words."""
    label = session.scalar(select(Event.label).where(Event.slug == slug))
    return OtherList(NO_EVENT, label) if label else NotFound(NO_EVENT)

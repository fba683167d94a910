"""Decisions of the lists, without a database: until when a seat is kept, who hears of what, how a line moved. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..history.models import Act, Entry
from ..outbox.models import Kind
from .models import State

if TYPE_CHECKING:
    from ..events.models import Event
    from .models import Registration

#: Nearer to the start than this nobody is asked: a freed seat is theirs at once.
ASKED_BEFORE_START = timedelta(hours=2)
#: How many hours before the start a person may wish to be reminded, and what that is called; 0 is never.
REMINDS: Mapping[int, str] = {
    0: "Never",
    1: "An hour before",
    3: "3 hours before",
    24: "A day before",
    72: "3 days before",
    168: "A week before",
}


def offer_ends(event: "Event", now: datetime) -> datetime | None:
    """Until when a seat that is free now is kept for who is asked, to the minute; None where it is theirs without asking."""
    if not event.offer_hours or event.capacity is None or event.starts_at - now < ASKED_BEFORE_START:
        return None
    return min(now + timedelta(hours=event.offer_hours), event.starts_at).replace(second=0, microsecond=0)


def deadline(person: "Registration", event: "Event") -> datetime:
    """Until when the seat on offer is kept: as it was said, but never after the start, which may have been moved."""
    assert person.offer_until
    return min(person.offer_until, event.starts_at)


def own_moment(starts_at: datetime, hours: int) -> datetime:
    """When somebody is reminded who wishes it so many hours before the start."""
    return starts_at - timedelta(hours=hours)


def reminder_of(person: "Registration", event: "Event") -> datetime | None:
    """When somebody with a seat is reminded, as they wish or with everybody; None for never."""
    if person.remind_hours is None:
        return event.remind_at
    return own_moment(event.starts_at, person.remind_hours) if person.remind_hours else None


def hears(person: "Registration", news: Kind) -> bool:
    """Whether a piece of news to many is for this one of them: not for who chose otherwise, or was not there."""
    if news is Kind.REMINDER:
        return person.remind_hours is None
    return news is not Kind.THANKS or person.attended is not False


def has_code(person: "Registration", event: "Event", now: datetime) -> bool:
    """Whether there is a code to show at the door: a seat, at an event that is still to come, of who is not in yet."""
    return person.state is State.CONFIRMED and person.attended is None and event.takes_registrations(now)


@dataclass
class Move:
    """Something that others did, or that became of them, and what it meant to somebody behind them in line."""

    #: Of its last entry in the history.
    id: int
    at: datetime
    act: Act
    #: How many it happened to at once.
    many: int
    #: Whether the line became shorter by it; and how many were before them then, where that is known.
    moved: bool
    ahead: int | None


def moves(others: Iterable[Entry], ahead: int | None) -> list[Move]:
    """What happened before somebody in line, in order, from the acts of others who stood there when they came.

    `ahead`: how many those were; None where nobody noted it.
    """
    found: list[Move] = []
    gone: set[int] = set()
    for entry in others:
        act = _as_seen(entry)
        if act is None:
            continue
        moved = act in _DEPARTURES and entry.ref not in gone
        if moved:
            gone.add(entry.ref)
            ahead = None if ahead is None else max(ahead - 1, 0)
        last = found[-1] if found else None
        if last and (last.act, last.at, last.moved) == (act, entry.at, moved):
            last.id, last.many, last.ahead = entry.id, last.many + 1, ahead
        else:
            found.append(Move(entry.id, entry.at, act, 1, moved, ahead))
    return found


_DEPARTURES = (Act.PROMOTED, Act.OFFERED, Act.LEFT)


def _as_seen(entry: Entry) -> Act | None:
    """What others learn of it: who passes an offer on is as one who let it lapse, and who gives a seat back is not seen."""
    if entry.act is not Act.LEFT:
        return entry.act
    if entry.details.get("offered"):
        return Act.LAPSED
    return Act.LEFT if entry.details.get("waited") else None

"""How a programme grows, as it stands on its public page: counts, and they stay when the people are gone."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..events.models import Event
from ..lists.queries import people_of
from ..programmes.cadence import months
from .models import EventFigures


@dataclass(frozen=True)
class Growth:
    """How many came in each month, and how many of them for the first time; None for a month in which nobody was marked."""

    months: Sequence[str]
    came: Sequence[int | None]
    first_time: Sequence[int | None]

    @property
    def said(self) -> str:
        """'84 came, 20 of them for the first time'."""
        return f"{sum(map(_number, self.came))} came, {sum(map(_number, self.first_time))} of them for the first time"


def growth(session: Session, events: Collection[Event], today: date) -> Growth | None:
    """Who came to these events, which took place and are of one list, in the twelve months that end with the present one.

    None where nobody's attendance was taken in any of them.
    """
    shown = [f"{first:%b %Y}" for first in months(today)]
    month_of = {event.id: f"{event.starts:%b %Y}" for event in events}
    found: dict[str, Counter[str]] = {month: Counter() for month in shown}
    for event_id, counts in _counts(session, [event for event in events if month_of[event.id] in found]):
        found[month_of[event_id]].update(counts)
    if not any(each["marked"] for each in found.values()):
        return None
    came, first_time = (
        [each[name] if each["marked"] else None for each in found.values()] for name in ("came", "first_time")
    )
    return Growth(shown, came, first_time)


def _counts(session: Session, events: Sequence[Event]) -> Iterable[tuple[int, dict[str, int]]]:
    """By event: how many were marked, came, and came for the first time; of those who are there, and of those who are gone."""
    if not events:
        return
    ids, people = [event.id for event in events], people_of(events[0])
    first = people.attended.is_(True) & people.came_before.is_not(True)
    those = (func.count(people.attended), *(func.count().filter(each) for each in (people.attended.is_(True), first)))
    there = select(people.event_id, *those).where(people.event_id.in_(ids)).group_by(people.event_id)
    kept = (EventFigures.attended + EventFigures.no_shows, EventFigures.attended, EventFigures.first_time)
    gone = select(EventFigures.event_id, *kept).where(EventFigures.event_id.in_(ids))
    for wanted in (there, gone):
        for event_id, *numbers in session.execute(wanted):
            yield event_id, dict(zip(("marked", "came", "first_time"), numbers, strict=True))


def _number(count: int | None) -> int:
    return count or 0

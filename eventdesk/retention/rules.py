"""When people's time on a list is over, and what they count for once they are gone. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from ..labels import Stage
from ..labels.rules import Keeping
from ..lists.models import Origin, Registration, State

#: Nobody is removed sooner after their event was found to be over: so an installation that is brought up to date tells
#: first, and removes then.
NOTICE = timedelta(days=14)
#: How long the links to stop mail hold of an address of which nothing else is there.
LINKS_HOLD = timedelta(days=90)


def begins_at(keeping: Keeping, ends_at: datetime, marked_at: datetime | None) -> datetime:
    """When the first of an event's people may be removed; `marked_at` is when it was found to be over."""
    return max(ends_at + keeping.after, (marked_at or ends_at) + NOTICE)


@dataclass
class Figures:
    """What an event came to, in counts."""

    registered: int = 0
    cancelled: int = 0
    waitlisted: int = 0
    attended: int = 0
    no_shows: int = 0
    first_time: int = 0
    came_before: int = 0
    #: Of those who came for the first time.
    came_again: int = 0
    walk_ins: int = 0
    #: By stage: {"people": how many, "value": {currency: what it came to}}.
    stages: dict[str, Any] = field(default_factory=dict)

    def __add__(self, other: "Figures") -> "Figures":
        """Those of both together."""
        numbers = {name: getattr(self, name) + getattr(other, name) for name in COUNTS}
        return Figures(**numbers, stages=_added(self.stages, other.stages))


COUNTS = tuple(each.name for each in fields(Figures) if each.name != "stages")


class Counting(NamedTuple):
    """What of one registration is counted; the last three where people are followed up."""

    event_id: int
    link_id: int | None
    state: State
    attended: bool | None
    came_before: bool | None
    came_again: bool
    origin: Origin
    stage: Stage | None = None
    value: int | None = None
    currency: str = ""


def figures_of(people: Iterable[Counting | Registration]) -> Figures:
    """What these people count for."""
    found = Figures()
    for person in people:
        came = person.attended is True
        first = came and not person.came_before
        found.registered += 1
        found.cancelled += person.state is State.CANCELLED
        found.waitlisted += person.state is State.WAITLISTED
        found.attended += came
        found.no_shows += person.attended is False
        found.first_time += first
        found.came_before += came and not first
        found.came_again += first and person.came_again
        found.walk_ins += person.origin is Origin.DOOR
        found.stages = _added(found.stages, _stage_of(person))
    return found


def summed(some: Mapping[str, int], others: Mapping[str, int]) -> dict[str, int]:
    """Both together, by currency; what comes to nothing stays."""
    return {name: some.get(name, 0) + others.get(name, 0) for name in (*some, *others)}


def _stage_of(person: Counting | Registration) -> dict[str, Any]:
    stage = getattr(person, "stage", None)  # on a list where nobody is followed up there is none
    if stage is None:
        return {}
    value = getattr(person, "value", None)
    return {stage.value: {"people": 1, "value": {} if value is None else {getattr(person, "currency", ""): value}}}


def _added(some: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(some)
    for stage, other in others.items():
        one = found.get(stage, {"people": 0, "value": {}})
        found[stage] = {"people": one["people"] + other["people"], "value": summed(one["value"], other["value"])}
    return found

"""When people's time on a list is over, and what they count for once they are gone. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from ..labels.rules import Keeping
from ..lists.models import Origin, State

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


#: What of a registration is counted; the last three where people are followed up.
COUNTED = (
    "state",
    "attended",
    "came_before",
    "came_again",
    "origin",
    "link_id",
    "stage",
    "value",
    "currency",
)
COUNTS = tuple(each.name for each in fields(Figures) if each.name != "stages")


def figures_of(people: Iterable[Any]) -> Figures:
    """What these people count for; each has what a registration has of `COUNTED`."""
    found = Figures()
    for person in people:
        came = person.attended is True
        found += Figures(
            registered=1,
            cancelled=int(person.state is State.CANCELLED),
            waitlisted=int(person.state is State.WAITLISTED),
            attended=int(came),
            no_shows=int(person.attended is False),
            first_time=int(came and not person.came_before),
            came_before=int(came and bool(person.came_before)),
            came_again=int(came and not person.came_before and bool(person.came_again)),
            walk_ins=int(person.origin is Origin.DOOR),
            stages=_stage_of(person),
        )
    return found


def _stage_of(person: Any) -> dict[str, Any]:
    stage = getattr(person, "stage", None)  # on a list where nobody is followed up there is none
    if stage is None:
        return {}
    value = getattr(person, "value", None)
    return {stage.value: {"people": 1, "value": {} if value is None else {getattr(person, "currency", ""): value}}}


def _added(some: Mapping[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    nothing: dict[str, Any] = {"people": 0, "value": {}}
    found = {}
    for stage in (*some, *(each for each in others if each not in some)):
        one, other = some.get(stage, nothing), others.get(stage, nothing)
        value = Counter(one["value"]) + Counter(other["value"])
        found[stage] = {"people": one["people"] + other["people"], "value": dict(value)}
    return found

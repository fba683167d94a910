"""What can happen in the simulated year: raw acts, before any application knows of them. Pure."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from tests.cast import Person

COMMUNITY, COMMERCIAL = "community", "commercial"
NOBODY = NOTHING = -1


class What(enum.StrEnum):
    """What somebody did, or an organiser did about them."""

    PROMISED = "promised"
    PUBLISHED = "published"
    CALLED_OFF = "called off"
    LINKED = "linked"
    INVITED = "invited"
    WRITTEN_UP = "written up"

    REGISTERED = "registered"
    LEFT = "left"
    CAME_IN = "came in"
    MARKED = "marked"
    STAGED = "staged"
    ANSWERED = "answered"

    ASKED = "asked"
    CONFIRMED = "confirmed"
    CROSSED = "crossed"
    ENDED = "ended"
    STOPPED = "stopped"

    SAID = "said"
    VOTED = "voted"
    REPLIED = "replied"
    HIDDEN = "hidden"
    SHOWN = "shown"
    TAKEN_BACK = "taken back"

    ERASED = "erased"
    ERASED_ONE = "erased one"


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act: `who` is a person's number, `event` an event's; `said` is what it needs besides."""

    at: datetime
    what: What
    label: str
    who: int = NOBODY
    event: int = NOTHING
    said: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Series:
    """A programme, and the rhythm it promises: blank for none."""

    key: str
    label: str
    name: str
    cadence: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """An event as it is planned; its times are in its own zone."""

    number: int
    key: str
    label: str
    series: str
    title: str
    starts: datetime
    ends: datetime
    zone: str
    published: datetime
    called_off: datetime | None = None
    speakers: tuple[str, ...] = ()
    seats: int | None = None

    @property
    def begins(self) -> datetime:
        """The instant of its start."""
        return self.starts.astimezone(UTC)

    @property
    def over(self) -> datetime:
        """The instant of its end."""
        return self.ends.astimezone(UTC)


@dataclass(frozen=True, kw_only=True)
class Year:
    """All of it, in order of time."""

    until: date
    people: Sequence[Person]
    series: Sequence[Series]
    meetings: Sequence[Meeting]
    acts: Sequence[Act]

    @property
    def ends_at(self) -> datetime:
        """When the last of it has happened."""
        return datetime.combine(self.until, time(20), UTC)


def between(random: Random, since: datetime, until: datetime) -> datetime:
    """Some minute of that time; its beginning where it is none."""
    minutes = int((until - since).total_seconds() // 60)
    return since + timedelta(minutes=random.randrange(minutes)) if minutes > 0 else since

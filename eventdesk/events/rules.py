"""Decisions about events, without a database: slugs, what is missing before publication, how long a feed shows one. Pure."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from ..clock import in_zone
from ..labels import Brief, Label, LabelRules, Naming
from ..links import slugged
from ..questions.rules import QuestionDraft
from ..wording import span

if TYPE_CHECKING:
    from .models import Event

#: How long a feed shows an event after its end, so that it does not carry all history.
SHOWN_AFTER_END = timedelta(days=90)
#: A cancelled one stays as a tombstone: longer than the slowest client polls, then no longer than needed.
TOMBSTONE_AFTER_END = timedelta(days=30)
TOMBSTONE_AT_LEAST = timedelta(days=14)
#: How long those who help at a door see it after the end.
DOOR_SHOWN_AFTER_END = timedelta(days=1)
#: Thanks go out at this hour of the day after; and no more once nobody has worked for so long.
THANKS_AT = time(10)
THANKS_WITHIN = timedelta(days=7)
#: What ends before this hour belongs to the evening before.
SMALL_HOURS = timedelta(hours=6)
#: At the desk these stand where an event's slug does.
RESERVED_SLUGS = ("new", "preview")


class Status(enum.StrEnum):
    """An event's life; it never goes back to draft."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class Visibility(enum.StrEnum):
    """Who may find the event: everyone, or those who hold an invite link."""

    PUBLIC = "public"
    INVITATION = "invitation"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What an organiser says of an event, checked field by field; times are wall times in `timezone`."""

    label: Label
    programme: str
    title: str
    description: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    fold: int | None
    venue: str
    online_url: str
    hosts: tuple[str, ...]
    speakers: tuple[str, ...]
    capacity: int | None
    brief: Brief
    visibility: str
    #: The event's own questions, in order; None where nothing is said of them.
    questions: tuple[QuestionDraft, ...] | None = None
    remind_days: int = 1
    offer_hours: int = 0
    thanks: bool = True
    #: When its page names its twin; None: as its label does, or it has none.
    names_twin: Naming | None = None
    offers_crossing: bool = True

    @property
    def when(self) -> str:
        """The time in words, with its zone."""
        fold = self.fold or 0
        return span(in_zone(self.starts_at, self.timezone, fold), in_zone(self.ends_at, self.timezone, fold))


def said_by(event: "Event") -> Draft:
    """What an event says now, as one who drafts it would."""
    return Draft(
        label=event.label,
        programme=event.programme.slug,
        title=event.title,
        description=event.description,
        starts_at=event.wall_start,
        ends_at=event.wall_end,
        timezone=event.zone,
        fold=event.fold,
        venue=event.venue,
        online_url=event.online_url,
        hosts=tuple(event.hosts),
        speakers=tuple(event.speakers),
        capacity=event.capacity,
        brief=event.brief,
        visibility=event.visibility.value,
        remind_days=event.remind_days,
        offer_hours=event.offer_hours,
        thanks=event.thanks,
        names_twin=event.names_twin,
        offers_crossing=event.offers_crossing,
    )


def changed_names(before: Draft, after: Draft) -> list[str]:
    """The names of what the two say differently."""
    return [name for name, value in vars(after).items() if value != getattr(before, name)]


#: What those registered may be left to find out for themselves: it moves nobody.
TRIVIAL = ("title",)


def must_be_told(before: Mapping[str, object], after: Mapping[str, object]) -> bool:
    """Whether what is told of an event (`Told`) changes in more than what is trivial: time, place or link."""
    return any(before[name] != value for name, value in after.items() if name not in TRIVIAL)


def slug_of(title: str, day: date | None = None) -> str:
    """A title, and a day if given, as part of an address: letters and digits of ASCII, joined by hyphens, 60 at most."""
    end = f"-{day.isoformat()}" if day else ""
    return slugged(title, "event", most=60 - len(end)) + end


def unanswered(rules: LabelRules, brief: Brief) -> Mapping[str, list[str]]:
    """By form field, the questions of the label that the brief leaves open; publication needs none."""
    return {
        f"brief_{question.name}": [f"Answer “{question.title}” before publishing."]
        for question in rules.brief
        if not brief[question.name].strip()
    }


def names_its_twin(naming: Naming, *, over: bool) -> bool:
    """Whether an event's page is to name its twin, before or after it is over."""
    return naming is Naming.ALWAYS or (naming is Naming.AFTERWARDS and over)


def reminds_at(start: datetime, zone: str, days: int) -> datetime | None:
    """The instant `days` before the wall time `start`, at the same hour by the clocks of its zone; None for 0 days."""
    return in_zone(start - timedelta(days=days), zone).astimezone(UTC) if days else None


def before(days: int | str) -> str:
    """'Never', 'A day before', '3 days before': when everybody is reminded."""
    return {"0": "Never", "1": "A day before"}.get(str(days), f"{days} days before")


def thanks_at(end: datetime, zone: str) -> datetime:
    """The instant of the thanks for what ended at the wall time `end`: the morning after, by the clocks of its zone."""
    day = (end - SMALL_HOURS).date() + timedelta(days=1)
    return in_zone(datetime.combine(day, THANKS_AT), zone).astimezone(UTC)


def leaves_feed_at(ends_at: datetime, cancelled_at: datetime | None) -> datetime:
    """When a feed stops showing an event; with `cancelled_at`, its tombstone."""
    if cancelled_at is None:
        return ends_at + SHOWN_AFTER_END
    return max(ends_at + TOMBSTONE_AFTER_END, cancelled_at + TOMBSTONE_AT_LEAST)

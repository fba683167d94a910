"""Tables of an event: what it says, its topic, its seats, its own wording, its calendar entry, and the revision of each feed.

The database itself refuses an event without a label, a published one that lacks what its label demands, and another
label once it is published.
"""

from datetime import UTC, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, attribute_keyed_dict, composite, mapped_column, relationship

from ..clock import in_zone
from ..labels import BRIEF_NAMES, RULES, Brief, Label, LabelRules, Naming
from ..links import Links
from ..orm import Model, Wall, refuse
from ..programmes.models import Programme
from ..wording import Channel, EventFacts, Words, span
from .rules import Status, Visibility, reminds_at


def _labels(those: list[Label]) -> str:
    return "label IN (" + ", ".join(f"'{label}'" for label in those) + ")" if those else "1 = 0"


_ASKED = _labels([label for label, rules in RULES.items() if rules.brief])
_CHARTERED = _labels([label for label, rules in RULES.items() if rules.charter])
_ALL_ANSWERED = " AND ".join(f"trim(brief_{name}) <> ''" for name in BRIEF_NAMES)
_NONE_ANSWERED = " || ".join(f"brief_{name}" for name in BRIEF_NAMES) + " = ''"


class Event(Model):
    """One event under one label. Wall times, zone and fold are what was meant; the instants follow from them."""

    __tablename__ = "event"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(unique=True)
    slug: Mapped[str] = mapped_column(unique=True)
    #: Of the open invite link, good once the event is published.
    code: Mapped[str] = mapped_column(unique=True)
    label: Mapped[Label]
    programme_id: Mapped[int]
    title: Mapped[str]
    description: Mapped[str]
    wall_start: Mapped[Wall]
    wall_end: Mapped[Wall]
    zone: Mapped[str]
    #: Which of two equal wall times is meant (PEP 495); None where there is only one.
    fold: Mapped[int | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    venue: Mapped[str]
    online_url: Mapped[str]
    hosts: Mapped[list[str]]
    speakers: Mapped[list[str]]
    visibility: Mapped[Visibility]
    brief_audience: Mapped[str]
    brief_reason: Mapped[str]
    brief_offer: Mapped[str]
    brief_payment: Mapped[str]
    brief: Mapped[Brief] = composite("brief_audience", "brief_reason", "brief_offer", "brief_payment")
    status: Mapped[Status] = mapped_column(default=Status.DRAFT)
    #: RFC 5545 SEQUENCE: raised by every published change of time, place, link, title or status.
    sequence: Mapped[int] = mapped_column(default=0)
    #: Raised by every change; what an organiser's form was made from.
    revision: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    charter_accepted_at: Mapped[datetime | None]
    #: Who accepted it; None for the command line.
    charter_accepted_by: Mapped[int | None] = mapped_column(ForeignKey("organiser.id"))
    #: What the programme said then.
    charter_version_id: Mapped[int | None] = mapped_column(ForeignKey("programme_version.id"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"))
    #: How many days before the start those who come are reminded, at the hour of the start; 0 for never.
    remind_days: Mapped[int] = mapped_column(server_default="1", default=1)
    #: The instant that follows from it; None for never.
    remind_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    #: How many hours who waits has to claim a freed seat; 0: it is theirs without asking.
    offer_hours: Mapped[int] = mapped_column(server_default="0", default=0)
    #: Whether those who came are thanked afterwards.
    thanks: Mapped[bool] = mapped_column(server_default="1", default=True)
    thanked_at: Mapped[datetime | None]
    #: What it has in common with its twin; None for an event alone.
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    #: When its page names the twin; None: as its label does.
    names_twin: Mapped[Naming | None]
    #: Whether the own page of a registration offers to hear of events of the other label.
    offers_crossing: Mapped[bool] = mapped_column(server_default="1", default=True)

    programme: Mapped[Programme] = relationship(lazy="joined")
    series: Mapped["Series | None"] = relationship()
    seats: Mapped["Seats"] = relationship(back_populates="event", lazy="joined", cascade="all, delete-orphan")
    #: Read when its facts are asked for, one event at a time; a list that tells facts loads them together (`selectinload`).
    words: Mapped[dict[Channel, "EventWords"]] = relationship(
        collection_class=attribute_keyed_dict("channel"), cascade="all, delete-orphan"
    )

    __table_args__ = (
        UniqueConstraint("id", "label"),
        ForeignKeyConstraint(["programme_id", "label"], ["programme.id", "programme.label"]),
        CheckConstraint(f"NOT ({_ASKED}) OR status = 'draft' OR ({_ALL_ANSWERED})", name="four_answers"),
        CheckConstraint(f"{_ASKED} OR {_NONE_ANSWERED}", name="no_answers"),
        CheckConstraint(
            f"NOT ({_CHARTERED}) OR status = 'draft' OR charter_accepted_at IS NOT NULL", name="charter_accepted"
        ),
        CheckConstraint("(status = 'draft') = (published_at IS NULL)", name="published_once"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("trim(title) <> ''", name="titled"),
        CheckConstraint("fold IN (0, 1)", name="fold"),
        CheckConstraint("remind_days BETWEEN 0 AND 30", name="remind_days"),
        CheckConstraint("offer_hours BETWEEN 0 AND 336", name="offer_hours"),
        Index(None, "label", "starts_at"),
        Index(None, "topic_id", "label", unique=True),
    )

    @property
    def rules(self) -> LabelRules:
        """The consequences of its label."""
        return RULES[self.label]

    @property
    def promise(self) -> str:
        """The one line that stands first everywhere."""
        return self.rules.promise_of(self.hosts, self.programme.sender)

    @property
    def starts(self) -> datetime:
        """The start in the event's own zone."""
        return in_zone(self.wall_start, self.zone, self.fold or 0)

    @property
    def ends(self) -> datetime:
        """The end in the event's own zone."""
        return in_zone(self.wall_end, self.zone, self.fold or 0)

    @property
    def when(self) -> str:
        """The time in words, with its zone."""
        return span(self.starts, self.ends)

    @property
    def appearing(self) -> list[str]:
        """Its hosts and speakers, each name once, speakers first."""
        return list(dict.fromkeys([*self.speakers, *self.hosts]))

    @property
    def capacity(self) -> int | None:
        """How many may come; None for everyone."""
        return self.seats.capacity

    @property
    def taken(self) -> int:
        """How many have a seat."""
        return self.seats.taken

    @property
    def waiting(self) -> int:
        """How many are on the waiting list."""
        return self.seats.waiting

    @property
    def is_public(self) -> bool:
        """Whether it stands on public pages and in public feeds once published."""
        return self.visibility is Visibility.PUBLIC

    @property
    def is_cancelled(self) -> bool:
        """Whether it was called off after publication."""
        return self.status is Status.CANCELLED

    def is_past(self, now: datetime) -> bool:
        """Whether it is over."""
        return self.ends_at <= now

    def takes_registrations(self, now: datetime) -> bool:
        """Whether one may register: published, not called off, not over."""
        return self.status is Status.PUBLISHED and not self.is_past(now)

    def set_times(self, *, start: datetime, end: datetime, zone: str, fold: int | None, remind_days: int) -> None:
        """Set the wall times and derive the instants, that of the reminder too."""
        self.wall_start, self.wall_end, self.zone, self.fold = start, end, zone, fold
        self.starts_at, self.ends_at = self.starts.astimezone(UTC), self.ends.astimezone(UTC)
        self.remind_days, self.remind_at = remind_days, reminds_at(start, zone, remind_days)

    def url(self, links: Links) -> str:
        """Where its readers find it: its page, or the open link of an event by invitation."""
        return links.page(self.slug) if self.is_public else links.invite(self.code)

    def facts(self, links: Links) -> EventFacts:
        """What texts and calendars may say of it."""
        return EventFacts(
            uid=self.uid,
            label=self.label,
            title=self.title,
            description=self.description,
            starts=self.starts,
            ends=self.ends,
            venue=self.venue,
            online_url=self.online_url,
            hosts=tuple(self.hosts),
            speakers=tuple(self.speakers),
            brief=self.brief,
            sender=self.programme.sender,
            postal_address=self.programme.postal_address,
            reply_to=self.programme.reply_to,
            url=self.url(links),
            sequence=self.sequence,
            cancelled=self.is_cancelled,
            full=self.seats.full,
            offer_hours=self.offer_hours,
            charter=self.programme.charter_lines,
            created=self.made_at,
            updated=self.updated_at,
            words=self.own_words,
        )

    @property
    def own_words(self) -> dict[Channel, Words]:
        """What organisers wrote themselves, by channel: the event's before its programme's."""
        mine = {channel: Words(each.subject, each.body) for channel, each in self.words.items()}
        return self.programme.own_words | mine


refuse(
    "UPDATE",
    Event.metadata.tables["event"],
    "event_label_locked",
    when="OLD.status <> 'draft' AND (NEW.label <> OLD.label OR NEW.status = 'draft')",
)


class Topic(Model):
    """What a pair of twins has in common: one event of each label, two at most."""

    __tablename__ = "topic"
    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]


class Series(Model):
    """Events made together by one rule; each has its own seats, links and UID."""

    __tablename__ = "series"
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[Label]
    #: In words: "Second Tuesday each month until 14 December 2027".
    rule: Mapped[str]
    made_at: Mapped[datetime]


class EventWords(Model):
    """An organiser's own words in place of a generated text, in one event."""

    __tablename__ = "event_words"
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    channel: Mapped[Channel] = mapped_column(primary_key=True)
    #: Blank: the generated subject.
    subject: Mapped[str]
    body: Mapped[str]


class Seats(Model):
    """How many may come, have a seat, and wait. A row of its own, so that a registration never touches the event's."""

    __tablename__ = "seats"
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    capacity: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    #: Counts arrivals: who registers gets the next place in line.
    last_place: Mapped[int] = mapped_column(default=0)
    event: Mapped[Event] = relationship(back_populates="seats")
    __table_args__ = (
        CheckConstraint("capacity >= 1", name="some_seat"),
        CheckConstraint("taken >= 0 AND (capacity IS NULL OR taken <= capacity)", name="not_oversold"),
        CheckConstraint("waiting >= 0", name="counts_waiting"),
    )

    @property
    def full(self) -> bool:
        """Whether the next to register has to wait: all seats are taken, or others wait for those that are not."""
        return self.waiting > 0 or (self.capacity is not None and self.taken >= self.capacity)

    @property
    def free(self) -> bool:
        """Whether a seat may be given away now."""
        return self.capacity is None or self.taken < self.capacity


class CalendarEntry(Model):
    """An event's VEVENT, built once by each change; `listed` ones are its programme's feed, and its label's."""

    __tablename__ = "calendar_entry"
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    label: Mapped[Label]
    starts_at: Mapped[datetime]
    ics: Mapped[bytes] = mapped_column(LargeBinary)
    #: The format and address it was built with; an entry built otherwise is built anew at the start.
    built_by: Mapped[str]
    listed: Mapped[bool]
    #: When it has been shown long enough; the hourly tick takes it out then.
    leaves_at: Mapped[datetime]
    __table_args__ = (Index(None, "label", "listed", "starts_at"),)


class Feed(Model):
    """How often a programme's feed has changed: its ETag. A label's feed has changed as often as its programmes' together."""

    __tablename__ = "feed"
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    label: Mapped[Label]
    revision: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]

"""What texts and calendars may say: an event's facts, the person who reads, times and changes in words. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from .channels import Channel
from .labels import RULES, Brief, Label, LabelRules, joined
from .posts import GAP

UNANSWERED = "(not answered yet)"


class Told(TypedDict):
    """What those who registered know of an event, and must hear of when it changes."""

    title: str
    when: str
    venue: str
    online_url: str


@dataclass(frozen=True)
class Words:
    """An organiser's own words for one channel; a blank subject is the generated one."""

    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class EventFacts:
    """All that any text or calendar may say of an event. `starts` and `ends` are aware, in the event's own zone."""

    uid: str
    label: Label
    title: str
    description: str
    starts: datetime
    ends: datetime
    venue: str
    online_url: str
    hosts: Sequence[str]
    speakers: Sequence[str]
    brief: Brief
    sender: str
    postal_address: str
    #: Where answers to its mail go; blank: to the installation's mailbox.
    reply_to: str = ""
    url: str
    sequence: int = 0
    cancelled: bool = False
    #: Whether who registers now has to wait.
    full: bool = False
    #: How many hours who waits has to take a freed seat; 0: it is theirs without asking.
    offer_hours: int = 0
    #: The charter's lines; none where the label has none.
    charter: Sequence[str] = ()
    created: datetime
    updated: datetime
    #: The organisers' own words, where they wrote some: the event's before its programme's.
    words: Mapping[Channel, Words] = field(default_factory=dict)

    @property
    def rules(self) -> LabelRules:
        """The consequences of its label."""
        return RULES[self.label]

    @property
    def promise(self) -> str:
        """The one line that stands first everywhere."""
        return self.rules.promise_of(self.hosts, self.sender)

    @property
    def inviting(self) -> str:
        """Who invites: the hosts, or the programme's sender."""
        return joined(self.hosts) or self.sender

    @property
    def invitation(self) -> str:
        """'A invites you', 'A and B invite you'."""
        return f"{self.inviting} invite{'' if len(self.hosts) > 1 else 's'} you"

    @property
    def when(self) -> str:
        """'Thursday 11 March 2027, 18:00 to 20:00 (Europe/Oslo)'."""
        return span(self.starts, self.ends)

    @property
    def told(self) -> Told:
        """What is told of it to those who registered."""
        return {"title": self.title, "when": self.when, "venue": self.venue, "online_url": self.online_url}

    @property
    def where(self) -> str:
        """Venue and online link, whichever there are, in one line."""
        online = f"online: {self.online_url}" if self.online_url else ""
        return ", and ".join(filter(None, (self.venue, online))) or "to be announced"

    @property
    def speaking(self) -> str:
        """Who speaks: 'A', 'A and B'; blank where nobody is named."""
        return joined(self.speakers)

    @property
    def answers(self) -> list[tuple[str, str]]:
        """The label's questions with this event's answers; none where the label asks none."""
        return [(question.title, self.brief[question.name]) for question in self.rules.brief]

    @property
    def answers_told(self) -> str:
        """The same as a text; blank where the label asks none."""
        return GAP.join(f"{question}\n{answer or UNANSWERED}" for question, answer in self.answers)


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The person a text is written to."""

    name: str = ""
    manage_url: str = ""
    #: Of the feed with all that this address is registered for under the label; blank where there is none.
    calendar_url: str = ""
    changes: Sequence[str] = field(default_factory=tuple)
    waitlisted: bool = False
    #: Whether an organiser looks at the registration first, or did until the person withdrew.
    held: bool = False
    #: Whether a seat is kept until they say that they take it, or was until they passed it on.
    offered: bool = False
    #: Whether an organiser took them off the list, or made one registration of two of theirs: no act of the reader's.
    taken_off: bool = False
    merged: bool = False
    #: What an organiser wrote to all who come.
    subject: str = ""
    message: str = ""
    #: Until when the offered seat is kept, in words with its zone.
    deadline: str = ""
    #: Whether there is a code for them to show at the door, which the mail has as well.
    has_code: bool = False
    #: Whether the reader is asked if the event did what its label said, on their own page.
    asked_kept: bool = False
    #: Where the reader says that they want no more such mail; blank where it is about their own registration.
    stop_url: str = ""

    @property
    def calendar_end_url(self) -> str:
        """Where that feed is looked at, and ended."""
        return self.calendar_url.removesuffix(".ics")

    @property
    def standing(self) -> str:
        """How the registration stands, in a sentence."""
        if self.held:
            return "The organisers look at your registration first."
        if self.offered:
            return f"A seat is kept for you until {self.deadline}."
        return "You are on the waiting list." if self.waitlisted else "You have a seat."


def summary(facts: EventFacts) -> str:
    """An event's title in calendars: the label's word first; the cancellation before all, since one client shows nothing else."""
    title = f"{facts.rules.summary_prefix}: {facts.title}"
    return f"CANCELLED: {title}" if facts.cancelled else title


def span(starts: datetime, ends: datetime) -> str:
    """The time from `starts` to `ends` (aware, one zone) in words, with the zone's name.

    A time that the clocks show twice says which of the two it is, by its distance from UTC.
    """
    zone = getattr(starts.tzinfo, "key", "UTC")
    last = _clock(ends) if ends.date() == starts.date() else f"{_day(ends)}, {_clock(ends)}"
    return f"{_day(starts)}, {_clock(starts)} to {last} ({zone})"


def moment(at: datetime) -> str:
    """'Thursday 11 March 2027, 18:00 (Europe/Oslo)', of an aware time in a named zone."""
    return f"{_day(at)}, {_clock(at)} ({getattr(at.tzinfo, 'key', 'UTC')})"


def differences(before: Told, after: EventFacts) -> list[str]:
    """In words, what those who registered must hear of since `before`; empty when nothing of it changed."""
    now = after.told
    said = []
    if before["title"] != now["title"]:
        said.append(f"It is now called “{now['title']}” (it was “{before['title']}”).")
    if before["when"] != now["when"]:
        said.append(f"The new time is {now['when']}. It was {before['when']}.")
    if before["venue"] != now["venue"]:
        was = f" It was {before['venue']}." if before["venue"] else ""
        said.append(f"The new place is {now['venue']}.{was}" if now["venue"] else f"There is no venue any more.{was}")
    if before["online_url"] != now["online_url"]:
        new = (
            f"The link to join online is now {now['online_url']}"
            if now["online_url"]
            else "It is no longer held online."
        )
        said.append(new)
    return said


def _clock(moment: datetime) -> str:
    twice = moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()
    return f"{moment:%H:%M}" + (f" UTC{moment.isoformat()[-6:]}" if twice else "")


def _day(moment: datetime) -> str:
    return f"{moment:%A} {moment.day} {moment:%B %Y}"

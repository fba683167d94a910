"""The words a label generates, for every channel: an event's facts in, text out. Pure: no request, no database.

The words themselves are text files, `templates/copy/<label>/<channel>.txt`: a first line `Subject: …` where the channel
has one, then the body. The promise is put before every body here, so no file can leave it out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import TypedDict

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .assets import asset_dir
from .labels import RULES, Brief, Label, LabelRules, joined

SUBJECT = "Subject: "


class Channel(StrEnum):
    """Where generated words appear. Each label has one file per channel."""

    PAGE = "page"
    INVITE = "invite"
    CALENDAR = "calendar"
    REGISTERED = "registered"
    WAITLISTED = "waitlisted"
    PROMOTED = "promoted"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    LEFT = "left"
    AGAIN = "again"
    HELD = "held"
    DECLINED = "declined"
    REMINDER = "reminder"
    MESSAGE = "message"
    POST = "post"
    SPEAKER = "speaker"


#: These are no mail; all others begin with their subject.
NO_SUBJECT = (Channel.PAGE, Channel.CALENDAR, Channel.POST)
#: What an organiser sees and copies beside the form: the texts that are about the event, not about one person.
SHOWN_AT_DESK: Mapping[Channel, str] = {
    Channel.PAGE: "On the page",
    Channel.INVITE: "Invitation by mail",
    Channel.CALENDAR: "In the calendar",
}


class DeskLetter(StrEnum):
    """Letters to people of the desk. They are about no event, carry no label, and so no promise."""

    JOIN = "join"
    RESET = "reset"


class Told(TypedDict):
    """What those who registered know of an event, and must hear of when it changes."""

    title: str
    when: str
    venue: str
    online_url: str


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
    url: str
    sequence: int = 0
    cancelled: bool = False
    created: datetime
    updated: datetime

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
        return "; ".join(filter(None, (self.venue, online))) or "to be announced"

    @property
    def answers(self) -> list[tuple[str, str]]:
        """The label's questions with this event's answers; none where the label asks none."""
        return [(question.title, self.brief[question.name]) for question in self.rules.brief]


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The person a text is written to."""

    name: str = ""
    manage_url: str = ""
    changes: Sequence[str] = field(default_factory=tuple)
    waitlisted: bool = False
    #: Whether an organiser looks at the registration first, or did until the person withdrew.
    held: bool = False
    #: What an organiser wrote to all who come.
    subject: str = ""
    message: str = ""


@dataclass(frozen=True)
class Text:
    """A generated text. `body` begins with the promise; `subject` is blank where the channel has none."""

    subject: str
    body: str

    @property
    def after_promise(self) -> str:
        """The body without its first line, for a page that shows the promise in its band."""
        return self.body.partition("\n")[2].lstrip("\n")


def write(channel: Channel, facts: EventFacts, reader: Reader | None = None) -> Text:
    """The words of one channel about one event, to one reader."""
    words = _environment().get_template(f"{facts.label}/{channel}.txt").render(event=facts, reader=reader or Reader())
    subject = ""
    if channel not in NO_SUBJECT:
        first, _, words = words.partition("\n")
        subject = " ".join(first.removeprefix(SUBJECT).split())
    return Text(subject, f"{facts.promise}\n\n{words.strip()}\n")


def write_to_desk(letter: DeskLetter, **said: str) -> Text:
    """The words of a letter to somebody of the desk: `templates/copy/desk/<letter>.txt`."""
    subject, _, words = _environment().get_template(f"desk/{letter}.txt").render(**said).partition("\n")
    return Text(" ".join(subject.removeprefix(SUBJECT).split()), f"{words.strip()}\n")


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


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(asset_dir("templates") / "copy"),
        autoescape=False,  # noqa: S701 - plain text; pages escape it when they show it
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

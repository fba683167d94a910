"""What notes of the evening hold and when they are written, and what one may be quoted with. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from ..events.rules import Status
from ..labels import LabelRules

if TYPE_CHECKING:
    from ..events.models import Event

WORDS_MOST = 10_000
#: Of slides, and of what speaks against buying.
SLIDES_MOST, OBJECTIONS_MOST = 10, 8
TITLE_MOST, ADDRESS_MOST, ANSWER_MOST = 150, 1_000, 1_000
#: Of words to be quoted, and of the name under them.
QUOTED_LEAST, QUOTED_MOST, NAME_MOST = 10, 500, 80
#: What no address holds.
_NEVER = set(' <>"{}|\\^`\n\t')


@dataclass(frozen=True)
class Slides:
    """A talk's slides: what they are called, and their address."""

    title: str
    url: str


@dataclass(frozen=True)
class Objection:
    """What speaks against buying, and what the hosts say to that."""

    asked: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class Notes:
    """What an organiser says of an evening; of the last three, nothing where the label does not sell."""

    words: str
    slides: Sequence[Slides] = ()
    way_to_buy: str = ""
    way_to: str = ""
    objections: Sequence[Objection] = ()

    @property
    def columns(self) -> dict[str, Any]:
        """As the table holds it."""
        said = asdict(self)
        return said | {"slides": list(said["slides"]), "objections": list(said["objections"])}


def not_yet(event: "Event", now: datetime) -> str:
    """Why no notes of an event are written at this moment; blank when they are."""
    if event.status is Status.DRAFT:
        return "This event is a draft: nobody knows of it yet."
    if event.is_cancelled:
        return "This event was cancelled: there is nothing to write of its evening."
    if now < event.starts_at:
        return f"Notes are written once the {event.rules.noun} has begun: {event.when}."
    return ""


def lacking(rules: LabelRules, notes: Notes) -> Mapping[str, list[str]]:
    """By field, without what notes cannot be published."""
    said = {}
    if not notes.words:
        said["words"] = ["Write what was said before you publish it."]
    if rules.sells and not notes.way_to_buy:
        said["way_to_buy"] = [f"Name a way to buy: whoever reads the notes of a {rules.noun} must find one."]
    return said


def is_https(address: str) -> bool:
    """Whether it is a whole web address that begins with https://."""
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and bool(parts.hostname) and not _NEVER & set(address)
    except ValueError:
        return False


def is_mailbox(said: str) -> bool:
    """Whether it looks like the address of a mailbox, and like nothing else."""
    return "@" in said and "://" not in said and not _NEVER & set(said)


def followed(way: str) -> str:
    """Where a link to a way to buy leads; blank where one writes a letter there."""
    if is_https(way):
        return way
    return f"mailto:{quote(way, safe='@+')}" if is_mailbox(way) else ""

"""Whom a round invites, when it may go out, and how those in it have answered. Pure."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ..events.models import Event
from ..events.rules import Status

#: How many a round invites at most.
MOST = 5_000
#: One invitation to each, and one reminder: no round, and no program that is ended half-way, writes twice.
ONLY = 1


@dataclass(frozen=True)
class Guest:
    """Somebody to invite; a blank name where only the address is known."""

    name: str
    email: str


class Why(enum.StrEnum):
    """Why somebody is left out of a round."""

    REGISTERED = "registered"
    INVITED = "invited"
    REFUSES = "refuses"
    TWICE = "twice"
    UNREADABLE = "unreadable"
    OVER = "over"


LEFT_OUT: Mapping[Why, str] = {
    Why.REGISTERED: "registered already, or left again",
    Why.INVITED: "invited to this event already",
    Why.REFUSES: "want no invitations",
    Why.TWICE: "named twice",
    Why.UNREADABLE: "in rows with a mistake",
    Why.OVER: "beyond the first {most:,}: make another round for them",
}


class Answer(enum.StrEnum):
    """What came of an invitation."""

    INVITED = "invited"
    REGISTERED = "registered"
    DECLINED = "declined"


class Stage(enum.StrEnum):
    """How far a round is."""

    DRAFT = "draft"
    PLANNED = "planned"
    BEGUN = "begun"


def stage_at(send_at: datetime | None, now: datetime) -> Stage:
    """How far a round is that goes out at `send_at`; None while that is not decided."""
    if send_at is None:
        return Stage.DRAFT
    return Stage.PLANNED if now < send_at else Stage.BEGUN


def no_inviting(event: Event, now: datetime) -> str:
    """Why nobody can be invited to an event by mail now; blank when they can."""
    if event.status is Status.DRAFT:
        return "This event is a draft: publish it first, so that the links in the mail open."
    if event.is_cancelled:
        return "This event was cancelled: there is nothing to invite to any more."
    if now >= event.starts_at:
        return "This event has begun: an invitation would come too late."
    return ""


def left_out_words(left_out: Mapping[str, int]) -> list[str]:
    """Who was left out, in words: “3 registered already”."""
    return [f"{left_out[why]:,} {said.format(most=MOST)}" for why, said in LEFT_OUT.items() if left_out.get(why)]

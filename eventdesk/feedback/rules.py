"""Decisions about the answers to whether an event did what its label said, without a database. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..clock import lasting
from ..events.rules import Status
from ..labels import LabelRules
from .models import Kept

if TYPE_CHECKING:
    from ..events.models import Event

#: How long after its end one may answer.
OPEN_FOR = timedelta(days=30)
#: Of fewer answers nothing is told but how many there are: one could guess whose they are.
SHOWN_FROM = 5
#: How far back the public page of a programme counts.
COUNTED_FOR = timedelta(days=365)
WORDS_MOST = 500
NOT_OPEN = f"This can be answered after the event, for {lasting(OPEN_FOR)}."
NOT_ASKED = "Only those who were there are asked."


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What one of those who came says; `because` are codes of the label's reasons."""

    kept: Kept
    because: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How the answers fell, of one event or of several."""

    #: How many were there, and so are asked.
    asked: int
    kept: Counter[Kept] = field(default_factory=Counter)
    #: By the code of the reason.
    because: Counter[str] = field(default_factory=Counter)
    events: int = 1

    @property
    def answers(self) -> int:
        """How many have answered."""
        return self.kept.total()

    @property
    def shown(self) -> bool:
        """Whether it may be told how they fell."""
        return self.answers >= SHOWN_FROM

    @property
    def said(self) -> str:
        """'14 yes, 2 partly, 1 no, of 31 asked'; of few, how many there are."""
        if not self.shown:
            return f"{self.answers or 'no'} {'answer' if self.answers == 1 else 'answers'}, of {self.asked} asked"
        return f"{', '.join(f'{self.kept[each]} {each}' for each in Kept)}, of {self.asked} asked"

    def reasons(self, rules: LabelRules) -> list[tuple[str, int]]:
        """The label's reasons with how often each was given, those that were."""
        if not self.shown:
            return []
        return [(each.said, self.because[each.code]) for each in rules.because if self.because[each.code]]


def is_open(event: "Event", now: datetime) -> bool:
    """Whether those who came may answer now."""
    return event.status is Status.PUBLISHED and event.ends_at <= now < event.ends_at + OPEN_FOR


def refusal(event: "Event", now: datetime) -> str:
    """Why somebody who is not asked now is not."""
    return NOT_ASKED if is_open(event, now) else NOT_OPEN


def closes_at(event: "Event") -> datetime:
    """The instant after which nobody is asked any more."""
    return event.ends_at + OPEN_FOR


def added(tallies: Iterable[Tally]) -> Tally:
    """All of them as one."""
    whole, events = Tally(asked=0), 0
    for each in tallies:
        events += each.events
        whole = Tally(
            asked=whole.asked + each.asked,
            kept=whole.kept + each.kept,
            because=whole.because + each.because,
            events=events,
        )
    return whole


def counted(tallies: Sequence[Tally]) -> Tally:
    """A sum that gives no single answer away to who knows the events of it that are shown by themselves.

    Those with few answers are in it only together, where together they are enough: nobody can take away what is known
    and be left with a few.
    """
    few = added(each for each in tallies if not each.shown)
    return added([*(each for each in tallies if each.shown), *([few] if few.shown else ())])

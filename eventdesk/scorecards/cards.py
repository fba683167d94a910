"""What the scorecards show: numbers by month, of events and of links. No name and no address of anybody on a list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ..feedback.models import Kept
from ..feedback.rules import Tally
from ..labels import LabelRules, Stage
from ..programmes.cadence import STEPS, Period, Stretch, named
from ..retention.rules import Figures, summed
from .rules import ByMonth


class Row(NamedTuple):
    """One number, as the file has it: what it counts, when, of what, and of how many."""

    figure: str
    month: str = ""
    of: str = ""
    value: str = ""
    n: str = ""


@dataclass(frozen=True, kw_only=True)
class Rhythm:
    """How one programme kept a promise to meet: the periods that were due, and which of them it kept."""

    programme: str
    slug: str
    promised: Stretch
    periods: tuple[Period, ...]
    #: One for each period.
    kept: tuple[bool, ...]

    @property
    def many(self) -> str:
        """What its periods are called."""
        return STEPS[self.promised.cadence].many

    @property
    def missed(self) -> list[str]:
        """What those are called in which it did not meet."""
        each = zip(self.periods, self.kept, strict=True)
        return [named(self.promised.cadence, period) for period, kept in each if not kept]

    @property
    def of(self) -> str:
        """The programme; and which promise, where that is no longer its own."""
        old = self.promised
        return f"{self.programme}, {old.cadence.value} until {old.until}" if old.gone else self.programme


@dataclass(frozen=True, kw_only=True)
class Card:
    """What every scorecard has."""

    rules: LabelRules
    #: Twelve: "2027-02".
    months: tuple[str, ...]
    #: How the answers to the one question fell, of all its events; nothing of few.
    kept: Tally

    @property
    def rows(self) -> list[Row]:
        """All of it, for a file."""
        shown = [(f"promise kept: {each}", self.kept.kept[each]) for each in Kept] if self.kept.shown else []
        return [
            Row(name, value=str(number), n=str(self.kept.asked))
            for name, number in (*shown, ("promise kept: answers", self.kept.answers))
        ]


@dataclass(frozen=True, kw_only=True)
class CommunityCard(Card):
    """What people do who are heard: whether they join, come, come back, suggest and are answered."""

    joined: ByMonth
    left: ByMonth
    #: At the month's end.
    members: ByMonth
    sessions: ByMonth
    attended: ByMonth
    first_time: ByMonth
    #: Of those who attended.
    came_before: ByMonth
    #: Of those who attended for the first time.
    came_again: ByMonth
    #: Months of which the first-timers may still come back in time.
    open_months: frozenset[str]
    rhythms: tuple[Rhythm, ...]
    made: ByMonth
    #: Of those made in that month.
    answered: ByMonth
    #: The median, of all that were made in these months and answered.
    days_to_answer: float | None
    new_speakers: ByMonth
    #: How many spoke in all these months.
    speakers: int

    @property
    def closed_first_time(self) -> int:
        """First-timers of the months that are not open."""
        return sum(number for month, number in self.first_time.items() if month not in self.open_months)

    @property
    def closed_came_again(self) -> int:
        """How many of those came back."""
        return sum(number for month, number in self.came_again.items() if month not in self.open_months)

    @property
    def rows(self) -> list[Row]:
        """All of it, for a file."""
        series: Mapping[str, tuple[ByMonth, ByMonth | None]] = {
            "joined": (self.joined, None),
            "left": (self.left, None),
            "members": (self.members, None),
            "sessions": (self.sessions, None),
            "attended": (self.attended, None),
            "first time": (self.first_time, self.attended),
            "had come before": (self.came_before, self.attended),
            "came again": (self.came_again, self.first_time),
            "suggestions and questions": (self.made, None),
            "answered": (self.answered, self.made),
            "new speakers": (self.new_speakers, None),
        }
        found = [
            Row(name, month, "still open" if month in self.open_months and name == "came again" else "", str(number), n)
            for name, (numbers, of) in series.items()
            for month, number in numbers.items()
            for n in [str(of[month]) if of else ""]
        ]
        found += [
            Row("periods kept", of=each.of, value=str(sum(each.kept)), n=str(len(each.periods)))
            for each in self.rhythms
        ]
        if self.days_to_answer is not None:
            found.append(
                Row("median days to answer", value=f"{self.days_to_answer:.2f}", n=str(sum(self.answered.values())))
            )
        return [*found, Row("speakers", value=str(self.speakers)), *super().rows]


@dataclass(frozen=True, kw_only=True)
class Worked:
    """What came of inviting people, as far as they were followed up; what was won or lost by currency, in whole units."""

    invited: int = 0
    registered: int = 0
    attended: int = 0
    #: How many were ever put in that stage.
    followed_up: int = 0
    proposal: int = 0
    #: How many stand there now.
    won: int = 0
    lost: int = 0
    won_value: Mapping[str, int] = field(default_factory=dict)
    lost_value: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, figures: Figures, *, invited: int = 0, followed_up: int = 0, proposal: int = 0) -> "Worked":
        """Of an event, or of a link: there, only what `figures` has is known."""
        nothing = {"people": 0, "value": {}}
        won, lost = (figures.stages.get(stage.value, nothing) for stage in (Stage.WON, Stage.LOST))
        return cls(
            invited=invited,
            registered=figures.registered,
            attended=figures.attended,
            followed_up=followed_up,
            proposal=proposal,
            won=won["people"],
            lost=lost["people"],
            won_value=won["value"],
            lost_value=lost["value"],
        )

    def __add__(self, other: "Worked") -> "Worked":
        """Both together."""
        numbers = {name: getattr(self, name) + getattr(other, name) for name in WORKED}
        return Worked(
            **numbers,
            won_value=summed(self.won_value, other.won_value),
            lost_value=summed(self.lost_value, other.lost_value),
        )

    def rows(self, of: str, month: str, names: Iterable[str], kind: str) -> list[Row]:
        """Some of its numbers, for a file."""
        found = [Row(f"{name.replace('_', ' ')} by {kind}", month, of, str(getattr(self, name))) for name in names]
        for name, values in (("won", self.won_value), ("lost", self.lost_value)):
            found += [
                Row(f"{name} by {kind}, {currency}", month, of, str(value), str(getattr(self, name)))
                for currency, value in sorted(values.items())
            ]
        return found


#: What of it is counted, in its order; and of a link.
WORKED = ("invited", "registered", "attended", "followed_up", "proposal", "won", "lost")
OF_LINK = ("registered", "attended", "won", "lost")


@dataclass(frozen=True, kw_only=True)
class Briefing:
    """One event, and what came of it."""

    id: int
    slug: str
    title: str
    month: str
    worked: Worked


@dataclass(frozen=True, kw_only=True)
class ByLink:
    """One campaign link, and what came of it."""

    id: int
    name: str
    briefing: Briefing
    worked: Worked


@dataclass(frozen=True, kw_only=True)
class Stay:
    """How long people were in one stage, of those who left it again: the median in days, and how many stays it is of."""

    days: float
    n: int


@dataclass(frozen=True, kw_only=True)
class CommercialCard(Card):
    """What people come to who are followed up: from the invitation to what was won and lost."""

    #: The latest first.
    briefings: tuple[Briefing, ...]
    by_month: Mapping[str, Worked]
    #: Those by which somebody registered, by their number.
    links: tuple[ByLink, ...]
    whole: Worked
    #: Of the stages that somebody left again.
    time_in: Mapping[Stage, Stay]

    @property
    def rows(self) -> list[Row]:
        """All of it, for a file."""
        found = [row for month, each in self.by_month.items() for row in each.rows("", month, WORKED, "month")]
        for briefing in self.briefings:
            found += briefing.worked.rows(briefing.title, briefing.month, WORKED, self.rules.noun)
        for link in self.links:
            of = f"{link.briefing.title}: {link.name}"
            found += link.worked.rows(of, link.briefing.month, OF_LINK, "link")
        found += [
            Row("median days in stage", of=stage.value, value=f"{stay.days:.2f}", n=str(stay.n))
            for stage, stay in self.time_in.items()
        ]
        return [*found, *super().rows]

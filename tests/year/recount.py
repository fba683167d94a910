"""What happened in the year, sorted by what it is about: from the raw acts alone, slow and plain.

Nothing of the application is imported here.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.year.acts import COMMERCIAL, COMMUNITY, Act, Meeting, What, Year

KEPT = timedelta(days=90)
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class Visit:
    """One person at one event, as it stood in the end."""

    who: int
    event: int
    link: int | None = None
    came: bool | None = None
    stage: str = "new"
    value: int | None = None
    currency: str = ""
    #: When it was erased, though the event was over: it counts, and nobody can be known by it again.
    forgotten_at: datetime = NEVER
    came_before: bool = False
    came_again: bool = False


@dataclass
class Recount:
    """All that happened until `now`, sorted by what it is about."""

    year: Year
    now: datetime
    visits: dict[tuple[int, int], Visit] = field(default_factory=dict)
    #: By event and person, each stage they were ever in and since when; what was erased as well.
    stages: dict[tuple[int, int], list[tuple[datetime, str]]] = field(default_factory=dict)
    invited: set[tuple[int, int]] = field(default_factory=set)
    kept: dict[int, Counter[str]] = field(default_factory=dict)
    #: By label, when somebody joined the standing list, or left it.
    joined: dict[str, list[datetime]] = field(default_factory=lambda: {COMMUNITY: [], COMMERCIAL: []})
    parted: dict[str, list[datetime]] = field(default_factory=lambda: {COMMUNITY: [], COMMERCIAL: []})
    members: set[tuple[str, int]] = field(default_factory=set)
    said: dict[int, Act] = field(default_factory=dict)
    taken_back: dict[int, datetime] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    replies: dict[int, list[tuple[datetime, str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for act in self.year.acts:
            if act.at <= self.now:
                self._take(act)
        came: dict[int, list[Visit]] = {}
        for visit in self.visits.values():
            if visit.came:
                came.setdefault(visit.who, []).append(visit)
        for theirs in came.values():
            for visit in theirs:
                visit.came_before = any(self._known(other, visit) for other in theirs)
            for visit in theirs:
                visit.came_again = not visit.came_before and any(self._known(visit, other) for other in theirs)

    def _take(self, act: Act) -> None:
        takers: Mapping[What, Callable[[Act], object]] = {
            What.REGISTERED: self._register,
            What.CAME_IN: self._register,
            What.LEFT: self._leave,
            What.MARKED: self._mark,
            What.STAGED: self._stage,
            What.INVITED: lambda act: self.invited.add((act.event, act.who)),
            What.ANSWERED: self._answer,
            What.CONFIRMED: self._join,
            What.CROSSED: self._join,
            What.ENDED: self._part,
            What.STOPPED: self._part,
            What.SAID: lambda act: self.said.setdefault(act.said["number"], act),
            What.TAKEN_BACK: lambda act: self.taken_back.setdefault(act.said["on"], act.at),
            What.HIDDEN: lambda act: self.hidden.add(act.said["on"]),
            What.SHOWN: lambda act: self.hidden.discard(act.said["on"]),
            What.REPLIED: self._reply,
            What.ERASED: self._erase,
            What.ERASED_ONE: lambda act: self._forget(self.visits[act.event, act.who], act),
        }
        if act.what in takers:
            takers[act.what](act)

    def _register(self, act: Act) -> None:
        key = act.event, act.who
        visit = self.visits.setdefault(key, Visit(act.who, act.event))
        visit.link, visit.came = act.said.get("link"), True if act.what is What.CAME_IN else None
        self.stages.setdefault(key, [(act.at, "new")])

    def _leave(self, act: Act) -> None:
        self.visits[act.event, act.who].came = None

    def _mark(self, act: Act) -> None:
        self.visits[act.event, act.who].came = act.said["came"]

    def _stage(self, act: Act) -> None:
        visit, said = self.visits[act.event, act.who], act.said
        if visit.stage != said["stage"]:
            self.stages[act.event, act.who].append((act.at, said["stage"]))
        visit.stage, visit.value, visit.currency = said["stage"], said["value"], said["currency"]

    def _answer(self, act: Act) -> None:
        self.kept.setdefault(act.event, Counter())[act.said["kept"]] += 1

    def _reply(self, act: Act) -> None:
        self.replies.setdefault(act.said["on"], []).append((act.at, act.said["state"]))

    def _join(self, act: Act) -> None:
        if (act.label, act.who) not in self.members:
            self.members.add((act.label, act.who))
            self.joined[act.label].append(act.at)

    def _part(self, act: Act) -> None:
        if (act.label, act.who) in self.members:
            self.members.discard((act.label, act.who))
            self.parted[act.label].append(act.at)

    def _erase(self, act: Act) -> None:
        """Whatever the label knew of them: their visits, that they were invited, their consent, and what they said."""
        for visit in [visit for visit in self.visits.values() if visit.who == act.who]:
            self._forget(visit, act)
        self.invited -= {key for key in self.invited if key[1] == act.who and self._is_to_come(key[0], act)}
        self._part(act)
        for number, words in self.said.items():
            if words.who == act.who and words.label == act.label:
                self.taken_back.setdefault(number, act.at)

    def _forget(self, visit: Visit, act: Act) -> None:
        """Who is erased before the event was never there; afterwards they count, and are not known again."""
        if self._is_to_come(visit.event, act):
            del self.visits[visit.event, visit.who]
        elif self.meeting(visit).label == act.label:
            visit.forgotten_at = min(visit.forgotten_at, act.at)

    def _is_to_come(self, event: int, act: Act) -> bool:
        each = self.year.meetings[event]
        return each.label == act.label and each.over > act.at

    def meeting(self, visit: Visit) -> Meeting:
        """The event of a visit."""
        return self.year.meetings[visit.event]

    def _known(self, earlier: Visit, later: Visit) -> bool:
        """Whether one who came to both is known at the later from the earlier: within the days that people are kept."""
        first, then = self.meeting(earlier), self.meeting(later)
        near = first.label == then.label and timedelta() < then.over - first.over <= KEPT
        return near and earlier.forgotten_at > then.over

    def held(self, label: str, series: str = "") -> list[Meeting]:
        """The events of a label that took place."""
        return [
            each
            for each in self.year.meetings
            if each.label == label and not each.called_off and each.over <= self.now and series in ("", each.series)
        ]

    def of(self, meetings: Sequence[Meeting], link: int | None = None) -> list[Visit]:
        """Who registered for these; of one campaign link alone if it is named."""
        numbers = {each.number for each in meetings}
        return [each for each in self.visits.values() if each.event in numbers and link in (None, each.link)]

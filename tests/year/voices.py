"""What members suggest, ask, answer and comment, and what becomes of it. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from tests.year.acts import COMMUNITY, Act, Meeting, What, between

SUGGESTIONS = (
    "An evening about winter tires, and which sensors survive the salt.",
    "Could we look at dashboards that drivers read, too, and not only the office?",
    "A session on importing old records, with somebody who has done it.",
    "Let us meet at a depot once, and see the sensors where they sit.",
    "More time for questions, please: the last talk ran over.",
    "Compare Tire Server with what others use, their faults and ours.",
    "A page with everybody’s alarm limits, so that newcomers need not guess.",
    "Five minutes for somebody who failed with alarms, each evening.",
    "Record the talks, for those on night shift.",
    "An evening on exports: how do you get your data out again?",
)
QUESTIONS = (
    "How do you keep alarms quiet when half the fleet stands in the cold?",
    "Does anybody export to a spreadsheet every night, and how?",
    "What do you do about sensors whose battery dies in winter?",
    "Which alarms did you switch off, and do you miss them?",
    "How long did importing your old records take?",
    "Can two depots share one dashboard without seeing each other’s vehicles?",
    "What breaks when the new release is installed on a Friday?",
    "How do you count spare tires that are lent out?",
)
ANSWERS = (
    "We set the limit by temperature, and it is quiet since then.",
    "A small script each night; I can show it next time.",
    "It took us three weeks, most of it for wrong dates.",
    "We switched off all but four alarms.",
)
COMMENTS = (
    "Thank you, the part about alarms helped.",
    "The slides miss the page with the limits.",
    "More of this, please.",
)
REPLIES = {
    "open": "We have asked somebody who knows; more soon.",
    "answered": "Yes: it is in the notes of the last evening.",
    "planned": "Planned for one of the next evenings.",
    "done": "Done: thank you for the idea.",
    "declined": "Not this year: nobody has the time to prepare it. Ask again, please.",
}
NEXT = {"open": ("answered", "planned"), "planned": ("done",), "answered": (), "done": (), "declined": ("planned",)}


def heard(planned: Sequence[Meeting], coming: Mapping[int, Sequence[int]], random: Random) -> Iterator[Act]:
    """Around each session some of those who may come say something; `possible` knows who was there to say it."""
    numbers = count()
    sessions = [each for each in planned if each.label == COMMUNITY]
    for each in sessions:
        for who in _some(coming[each.number], 6, random):
            yield from _said(sessions, each, who, next(numbers), random, coming[each.number])
        if not each.called_off:
            at = each.over + timedelta(days=2)
            yield Act(at=at, what=What.WRITTEN_UP, label=COMMUNITY, event=each.number)
            for who in _some(coming[each.number], 3, random):
                said = {"number": next(numbers), "kind": "comment", "words": random.choice(COMMENTS), "on": each.number}
                mine: dict[str, Any] = {"label": COMMUNITY, "event": each.number, "who": who}
                yield Act(at=between(random, at, at + timedelta(days=9)), what=What.SAID, **mine, said=said)


def _said(
    sessions: Sequence[Meeting], each: Meeting, who: int, number: int, random: Random, coming: Sequence[int]
) -> Iterator[Act]:
    at = between(random, each.published + timedelta(days=3), each.over + timedelta(days=20))
    following = next((other.number for other in sessions if other.series == each.series and other.begins > at), None)
    kind = "suggestion" if following is None else random.choice(("suggestion", "question"))
    words = random.choice(SUGGESTIONS if kind == "suggestion" else QUESTIONS)
    said = {"number": number, "kind": kind, "words": words, "on": following if kind == "question" else None}
    mine: dict[str, Any] = {"label": COMMUNITY, "event": each.number}
    yield Act(at=at, what=What.SAID, **mine, who=who, said=said)
    for voter in _some(coming, random.randrange(8), random):
        when = between(random, at, at + timedelta(days=12))
        yield Act(at=when, what=What.VOTED, **mine, who=voter, said={"on": number})
    for other in _some(coming, random.choice((0, 0, 1, 2)), random):
        words = random.choice(ANSWERS)
        said = {"number": 1_000_000 + 1000 * number + other, "kind": "answer", "words": words, "to": number}
        yield Act(at=between(random, at, at + timedelta(days=9)), what=What.SAID, **mine, who=other, said=said)
    yield from _became(at, {**mine, "who": who}, number, random)


def _some(those: Sequence[int], many: int, random: Random) -> list[int]:
    return random.sample(those, min(many, len(those)))


def _became(at: datetime, mine: dict[str, Any], number: int, random: Random) -> Iterator[Act]:
    """Most are answered, some after weeks and some never; a few are hidden, shown again, or taken back."""
    if random.random() < 0.05:
        hidden_at = at + timedelta(hours=random.randrange(1, 90))
        said = {"on": number, "breach": random.choice(("attack", "advertising"))}
        yield Act(at=hidden_at, what=What.HIDDEN, label=COMMUNITY, said=said)
        if random.random() < 0.4:
            yield Act(at=hidden_at + timedelta(days=1), what=What.SHOWN, label=COMMUNITY, said={"on": number})
    if random.random() < 0.08:
        back_at = at + timedelta(hours=random.randrange(1, 24 * 25))
        yield Act(at=back_at, what=What.TAKEN_BACK, **mine, said={"on": number})
    if random.random() < 0.22:
        return
    state = random.choice(("answered", "answered", "planned", "planned", "declined", "open"))
    while True:
        at += timedelta(minutes=30 + int(random.expovariate(1 / (8 * 24 * 60))))
        said = {"on": number, "state": state, "words": REPLIES[state]}
        yield Act(at=at, what=What.REPLIED, label=COMMUNITY, said=said)
        if not NEXT[state] or random.random() < 0.25:
            return
        state = random.choice(NEXT[state])

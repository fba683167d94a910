"""What the program itself writes under a label that has a charter: clean by definition, and so an example of it."""

from collections.abc import Iterator
from itertools import cycle, product
from typing import Any

from eventdesk.channels import Channel
from eventdesk.labels import RULES, Brief, LabelRules
from eventdesk.posts import GAP
from eventdesk.wording import EventFacts, Reader, write
from tests.copycheck.corpus import Record
from tests.facts import facts

TITLES = (
    "Show your worst dashboard",
    "Get the most out of Tire Server",
    "An evening",
    "Repair café: bring a lamp",
    "Warblers at the reservoir",
    "Second tenors, slowly",
)
SPEAKERS = ((), ("Dilek Yılmaz",), ("Dilek Yılmaz", "Jonas Berg"))
PLACES: tuple[dict[str, Any], ...] = (
    {"venue": "Quay Street 4, Oslo"},
    {"online_url": "https://meet.example/x"},
    {"venue": "The hall", "online_url": "https://meet.example/x"},
    {},
)
STATES: tuple[dict[str, bool], ...] = ({}, {"full": True}, {"cancelled": True})
STANDINGS: tuple[dict[str, Any], ...] = ({}, {"waitlisted": True}, {"held": True}, {"offered": True})
READER: dict[str, Any] = {
    "name": "Ugo User",
    "manage_url": "http://desk.example/r/x",
    "calendar_url": "http://desk.example/calendars/mine/x.ics",
    "changes": ("The new place is Quay Street 6, Oslo. It was Quay Street 4, Oslo.",),
    "subject": "Which door",
    "message": "The door at the water is open from half past five.",
    "deadline": "Tuesday 9 March 2027, 12:00 (Europe/Oslo)",
    "stop_url": "http://desk.example/u/x",
}


def chartered() -> list[LabelRules]:
    """The labels whose words may not sell."""
    return [rules for rules in RULES.values() if rules.charter]


def situations(rules: LabelRules) -> Iterator[EventFacts]:
    """An event in every situation: who speaks, where it is, whether it is full or called off; under changing titles."""
    titles = cycle(TITLES)
    for speakers, place, state, hosts in product(SPEAKERS, PLACES, STATES, ((), ("Ada",))):
        said: dict[str, Any] = {**place, **state}
        yield facts(rules.label, title=next(titles), speakers=speakers, hosts=hosts, brief=Brief(), **said)


def texts(rules: LabelRules) -> Iterator[tuple[str, str]]:
    """Subject and words, without the promise, of every channel in every situation, once each."""
    seen = set()
    for event, channel, standing in product(situations(rules), Channel, STANDINGS):
        text = write(channel, event, Reader(**READER, **standing))
        said = (text.subject, text.body.partition(GAP)[2])
        if said not in seen:
            seen.add(said)
            yield said


def generated() -> list[Record]:
    """A sample of them as records to learn from."""
    rows = [(rules.label, *said) for rules in chartered() for said in texts(rules)][::9]
    return [
        {
            "id": f"g{number:04}",
            "label": label,
            "title": title,
            "description": words,
            "verdict": "clean",
            "spans": [],
            "missing": [],
        }
        for number, (label, title, words) in enumerate(rows)
    ]

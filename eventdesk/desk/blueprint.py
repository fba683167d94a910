"""What the desk's pages share: their blueprint, its rooms, tabs, and the one setting whose absence they speak of."""

from dataclasses import dataclass
from typing import NamedTuple

from flask import Blueprint, current_app, g, request
from wtforms import Form

from ..access import opens, policy_of, settings
from ..errors import Refused
from ..organisers.models import Organiser

blueprint = Blueprint("desk", __name__, url_prefix="/desk")

#: The desk's own rooms, and those of one event, in the order in which they stand in the navigation.
ROOMS = {
    "desk.start": "Events",
    "desk.programmes": "Programmes",
    "desk.standing": "Standing lists",
    "desk.suggestions": "Suggestions",
    "desk.next_with_whom": "Follow-up",
    "desk.scorecards": "Scorecards",
    "desk.messages": "Messages",
    "desk.gallery": "Wording",
    "desk.new_event": "New event",
}
#: What one looks at now and then: it stands apart from them.
OFFICE = {"desk.team": "Team", "desk.firewall": "Firewall", "desk.account": "Account"}
EVENT_ROOMS = {
    "desk.event": "Overview",
    "desk.people": "People",
    "desk.door": "Door",
    "desk.links": "Links",
    "desk.rounds": "Invitations",
    "desk.questions": "Questions",
    "desk.speakers": "Speakers",
    "desk.words": "Words",
    "desk.evening": "Evening",
    "desk.event_messages": "Messages",
    "desk.event_history": "History",
}


class Need(NamedTuple):
    """Something the desk asks an organiser to do."""

    text: str
    url: str
    action: str


@dataclass(frozen=True)
class Tab:
    """One state of a list, with how many are in it."""

    key: str
    title: str
    count: int
    url: str
    current: bool


def mail_missing() -> str | None:
    """The name of the setting without which mail waits; None when it is there."""
    return None if settings().smtp_url else "EVENTDESK_SMTP_URL"


def told(sentence: str) -> str:
    """What is said of people being told; while no mail goes out, that they are not."""
    missing = mail_missing()
    return (
        f"Nobody is told yet: mail waits until {missing} is set. Whoever must know now, tell yourself."
        if missing
        else sentence
    )


def asked(name: str) -> str:
    """One word of the address's query, or of the form that came from there: short, and without what no database stores."""
    return "".join(letter for letter in request.values.get(name, "")[:100] if letter.isprintable()).strip()


@dataclass(frozen=True)
class Pages:
    """Where in a long list one is: `number` counts from 1. As many to a page as weigh, with all it fetches, under 60 kB."""

    number: int
    total: int
    size: int = 30

    @property
    def first(self) -> int:
        """The number of the first that is shown; 0 where there is none."""
        return min(self.before + 1, self.total)

    @property
    def last(self) -> int:
        """The number of the last that is shown."""
        return min(self.before + self.size, self.total)

    @property
    def before(self) -> int:
        """How many come before."""
        return (self.number - 1) * self.size

    @property
    def count(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // self.size))


def pages_of(total: int, size: int = Pages.size) -> Pages:
    """The page of a list that was asked for, or the nearest there is."""
    typed = asked("page")
    wanted = int(typed) if typed.isdecimal() and len(typed) < 10 else 1
    return Pages(max(1, min(wanted, Pages(1, total, size).count)), total, size)


def show_problems(form: Form, error: Refused) -> None:
    """Put what a service refused beside the fields it is about."""
    for name, said in error.problems.items():
        if name in form:
            form[name].errors = list(said)


@blueprint.app_context_processor
def _rooms() -> dict[str, dict[str, str]]:
    person = g.get("organiser")
    rooms = ROOMS if person is None or person.labels else ROOMS | {"desk.start": "Doors"}
    named = {"rooms": rooms, "office": OFFICE, "event_rooms": EVENT_ROOMS}
    return {name: _open(those, person) for name, those in named.items()}


def _open(rooms: dict[str, str], person: Organiser | None) -> dict[str, str]:
    policies = {endpoint: policy_of(current_app, endpoint) for endpoint in rooms if person}
    return {
        endpoint: rooms[endpoint]
        for endpoint, policy in policies.items()
        if policy and person and opens(policy, person)
    }

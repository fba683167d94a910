"""Before a change is saved, or an event called off: who will be told, and what the mail says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from ..channels import Channel
from ..events.models import Event
from ..events.series import Effect
from ..labels import joined
from ..lists.models import Standing
from ..lists.queries import counts
from ..lists.service import REGISTERED
from ..samples import READER
from ..wording import EventFacts
from .copies import Copy, copy_of

#: How those who are told stand, in words for one and for several.
TOLD_AS: Mapping[Standing, tuple[str, str]] = {
    Standing.CONFIRMED: ("with a seat", "with a seat"),
    Standing.ATTENDED: ("who came", "who came"),
    Standing.NO_SHOW: ("who did not come", "who did not come"),
    Standing.OFFERED: ("who is offered a seat", "who are offered a seat"),
    Standing.WAITLISTED: ("on the waiting list", "on the waiting list"),
    Standing.PENDING: ("who waits for your word", "who wait for your word"),
}


@dataclass(frozen=True)
class Heard:
    """Who is told: how many, and how they stand, in words. Of the event's own list alone."""

    people: int
    words: str


@dataclass(frozen=True)
class Telling:
    """What saving a change would have people read, before it is saved."""

    effects: Sequence[Effect]
    heard: Heard
    #: What those registered have not heard of yet.
    news: Sequence[str]
    #: Of the first event that people hear of; it is written to who has a seat there, else to who waits.
    mail: Copy
    #: Whether they must be told.
    binding: bool


def heard_by(session: Session, events: Sequence[Event]) -> Heard:
    """Who would be told of these events: everyone who is registered, whether with a seat or without."""
    numbers = dict.fromkeys(TOLD_AS, 0)
    for event in events:
        for standing, number in counts(session, event).items():
            if standing.state in REGISTERED:
                numbers[standing] += number
    said = [f"{number} {words[number != 1]}" for standing, words in TOLD_AS.items() if (number := numbers[standing])]
    return Heard(sum(numbers.values()), joined(said))


def telling_of(session: Session, effects: Sequence[Effect]) -> Telling | None:
    """What the effects of a change would have people read; None where nobody would."""
    those = [(each, heard_by(session, [each.event])) for each in effects if each.news]
    those = [(each, heard) for each, heard in those if heard.people]
    if not those:
        return None
    first = those[0][0]
    heard = heard_by(session, [each.event for each, _ in those])
    mail = copy_of(Channel.CHANGED, first.facts, replace(READER, changes=first.news, waitlisted=not first.event.taken))
    return Telling(effects, heard, first.news, mail, any(each.binding for each, _ in those))


def farewell(event: Event, facts: EventFacts) -> Copy:
    """The mail by which people would hear that an event is called off."""
    return copy_of(Channel.CANCELLED, replace(facts, cancelled=True), replace(READER, waitlisted=not event.taken))

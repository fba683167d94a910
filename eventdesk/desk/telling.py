"""Before a change is saved, or an event called off: who will be told, and what the mail says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from ..channels import Channel
from ..events.models import Event
from ..events.series import Effect
from ..labels import joined
from ..lists.models import Standing
from ..lists.queries import counts_of
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
class Foreseen:
    """What a change would do to one event: the times in words, and how many people would be told."""

    before: str
    after: str
    told: int


@dataclass(frozen=True)
class Telling:
    """What saving a change would have people read, before it is saved."""

    effects: Sequence[Foreseen]
    heard: Heard
    #: What those registered have not heard of yet.
    news: Sequence[str]
    #: Of the first event that people hear of; it is written to who has a seat there, else to who waits.
    mail: Copy
    #: Whether they must be told.
    binding: bool


def told_by_event(session: Session, events: Sequence[Event]) -> dict[int, int]:
    """How many would be told of each of these events, all of one list, by their ids."""
    found = counts_of(session, events)
    return {each: sum(number for standing, number in found[each].items() if standing in TOLD_AS) for each in found}


def foreseen_by(session: Session, effects: Sequence[Effect]) -> list[Foreseen]:
    """The effects of a change on events of one list, each with how many would be told."""
    told = told_by_event(session, [each.event for each in effects if each.news])
    return [Foreseen(each.before, each.after, told.get(each.event.id, 0)) for each in effects]


def heard_by(session: Session, events: Sequence[Event]) -> Heard:
    """Who would be told of these events: everyone who is registered, whether with a seat or without."""
    found = counts_of(session, events).values()
    numbers = {standing: sum(each[standing] for each in found) for standing in TOLD_AS}
    said = [f"{number} {words[number != 1]}" for standing, words in TOLD_AS.items() if (number := numbers[standing])]
    return Heard(sum(numbers.values()), joined(said))


def telling_of(session: Session, effects: Sequence[Effect]) -> Telling | None:
    """What the effects of a change would have people read; None where nobody would."""
    told = told_by_event(session, [each.event for each in effects if each.news])
    those = [each for each in effects if told.get(each.event.id)]
    if not those:
        return None
    first = those[0]
    heard = heard_by(session, [each.event for each in those])
    mail = copy_of(Channel.CHANGED, first.facts, replace(READER, changes=first.news, waitlisted=not first.event.taken))
    binding = any(each.binding for each in those)
    return Telling(foreseen_by(session, effects), heard, first.news, mail, binding)


def farewell(event: Event, facts: EventFacts) -> Copy:
    """The mail by which people would hear that an event is called off."""
    return copy_of(Channel.CANCELLED, replace(facts, cancelled=True), replace(READER, waitlisted=not event.taken))

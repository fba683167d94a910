"""Two registrations of one person at one event made one: the better place stays, under the address that is chosen."""

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..db import writing
from ..errors import Conflict, NotFound
from ..events.models import Event, Seats
from ..events.queries import by_slug, seats_to_change
from ..history.models import Act
from ..labels import RULES_BY_AUDIENCE
from ..organisers.rules import Actor
from ..outbox.models import Kind
from .held import ended_by
from .models import Registration, State
from .queries import people_of, to_change
from .returning import keep_returns
from .seating import end, open_calendar, promote, remember, write_to

#: The better a place, the earlier it stands here.
_RANK = (State.CONFIRMED, State.OFFERED, State.WAITLISTED, State.PENDING, State.CANCELLED)
#: What belongs together, by what says that there is something: when they wish to be reminded, and
_REMINDED = {"remind_hours": ("remind_hours", "reminded_for")}
#: how somebody is followed up.
_FOLLOWED_UP = {
    "staged_at": ("stage", "staged_at"),
    "owner_id": ("owner_id",),
    "value": ("value", "currency"),
    "next_step": ("next_step", "next_step_on"),
}
MERGED_ALREADY = "These two are one registration already."
NO_ADDRESS = "Who came without giving an address has none to keep. Choose the other."
BOTH_ENDED = "Both have ended; there is nothing to make one of."


def alike(session: Session, event: Event) -> list[list[Registration]]:
    """Those of an event who may be one person: called the same, whatever the case, accents and blanks; in order of arrival."""
    people = people_of(event)
    wanted = select(people).where(people.event_id == event.id, people.state != State.CANCELLED).order_by(people.place)
    found: dict[str, list[Registration]] = defaultdict(list)
    for person in session.scalars(wanted):
        found[same_name(person.name)].append(person)
    return [each for name, each in found.items() if name and len(each) > 1]


def same_name(name: str) -> str:
    """What two spellings of a name have in common."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(each for each in letters if not unicodedata.combining(each)).split())


def merge(slug: str, refs: Sequence[int], keep: int, *, actor: Actor, now: datetime) -> Registration:
    """Make one registration of two; `keep` is the one whose address stays. Returns it: under the place that was better.

    What the kept one does not say is taken from the other. A seat that becomes free goes to the next in line. One letter,
    to the address that stays, says so while the event is to come; the other's personal link then tells that it was merged.
    Raises NotFound, or Conflict where both have ended or are one already.
    """
    with writing() as session:
        seats = seats_to_change(session, by_slug(session, slug, actor.labels).id)
        both = to_change(session, seats.event, refs)
        if len(both) != 2 or keep not in refs:
            raise NotFound("There are no such two registrations.")
        stays, goes = sorted(both, key=lambda each: (_RANK.index(each.state), each.place))
        _check(session, stays, goes)
        chosen, other = (stays, goes) if stays.ref == keep else (goes, stays)
        if other.email and not chosen.email:
            raise Conflict(NO_ADDRESS)
        attended = _either(stays.attended, goes.attended)
        keep_returns(session, seats.event, both, now)
        if chosen is not stays:
            _move_address(session, stays, goes, now)
        _fill(stays, chosen, other)
        _end(session, seats, goes, actor, now)
        stays.attended = attended
        remember(session, Act.MERGED, stays, now, actor.id)
        _tell(session, seats.event, stays, now)
        promote(session, seats, now)
        return stays


def _check(session: Session, stays: Registration, goes: Registration) -> None:
    if goes.state is State.CANCELLED and ended_by(session, goes) is Act.MERGED:
        raise Conflict(MERGED_ALREADY)
    if stays.state is State.CANCELLED:
        raise Conflict(BOTH_ENDED)


def _either(first: bool | None, second: bool | None) -> bool | None:
    """What is known of two answers about one person: yes where one of them says so."""
    known = [each for each in (first, second) if each is not None]
    return any(known) if known else None


def _fill(stays: Registration, chosen: Registration, other: Registration) -> None:
    """Put into the one that stays what the chosen one says, and what it leaves open from the other."""
    rules = RULES_BY_AUDIENCE[stays.audience]
    said: dict[str, Any] = {
        name: getattr(chosen, name) or getattr(other, name)
        for name in ("note", "answered_kept", *(ask.name for ask in rules.asks))
    }
    said["answers"] = {**other.answers, **chosen.answers}
    said["came_before"] = _either(chosen.came_before, other.came_before)
    said["came_again"] = chosen.came_again or other.came_again
    groups = _REMINDED | (_FOLLOWED_UP if rules.stages else {})
    for sign, together in groups.items():
        source = other if getattr(chosen, sign) in (None, "") else chosen
        said |= {name: getattr(source, name) for name in together}
    for name, value in said.items():
        setattr(stays, name, value)


def _end(session: Session, seats: Seats, goes: Registration, actor: Actor, now: datetime) -> None:
    """Take the other out, without a letter: the one that stays has it."""
    if goes.state is not State.CANCELLED:
        was = {"waited": goes.is_waiting, "held": goes.is_held, "offered": goes.is_offered, "merged": True}
        goes.attended = None
        end(seats, goes)
        remember(session, Act.LEFT, goes, now, actor.id, **was)
    remember(session, Act.MERGED, goes, now, actor.id)


def _move_address(session: Session, stays: Registration, goes: Registration, now: datetime) -> None:
    """Let the two change addresses and names. The link that the address before had opens the registration no more."""
    had, gets = (stays.email, stays.email_key), (goes.email, goes.email_key)
    stays.made_at = max(stays.made_at, goes.made_at)  # what this address had erased before is not this
    goes.email_key = str(goes.ref)  # not even for a moment can two have one address
    session.flush()
    stays.email, stays.email_key = gets
    stays.generation += 1
    goes.generation += 1  # its link is the chosen address's, and the other address stands on it now
    stays.turns = goes.turns = max(stays.turns, goes.turns) + 1  # later than all that either calendar has
    stays.name, goes.name = goes.name, stays.name
    session.flush()
    goes.email, goes.email_key = had
    if stays.email:
        open_calendar(session, stays.audience, stays.email_key, now)


def _tell(session: Session, event: Event, stays: Registration, now: datetime) -> None:
    if event.takes_registrations(now):
        version = int(now.timestamp())  # apart from the hours of those who register again
        write_to(session, stays, Kind.AGAIN, now, version=version, details={"merged": True})

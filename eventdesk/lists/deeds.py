"""What an organiser does to several registrations at once: each as if it were alone, and told why where it was not done."""

import enum
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from ..db import writing
from ..errors import Conflict
from ..events.models import Event, Seats
from ..events.queries import by_slug, seats_to_change
from ..organisers.rules import Actor
from ..outbox.models import Kind
from ..outbox.service import enqueue
from .approval import let_in, turn_away
from .attendance import not_yet, set_mark
from .models import Registration, State
from .queries import to_change
from .seating import BATCH, depart, promote

#: Of whom nothing is known any more: of another event, on the other list, or not there at all.
GONE = "not on this list"
OVER = "The event is over, or was called off; there is nothing to decide or to end any more."


Do = Callable[[Session, Seats, Registration, Actor, datetime], object]

#: When seats that could not be given at once are: after all who are to be taken off have been.
SOON = timedelta(minutes=1)


class Deed(enum.StrEnum):
    """What can be done."""

    APPROVE = "approve"
    DECLINE = "decline"
    ATTENDED = "attended"
    NO_SHOW = "no-show"
    UNMARK = "unmark"
    END = "end"


#: The past of each, after a number or “Nobody”.
_DID = {
    Deed.APPROVE: "approved",
    Deed.DECLINE: "declined",
    Deed.ATTENDED: "marked as attended",
    Deed.NO_SHOW: "marked as no-show",
    Deed.UNMARK: "unmarked",
    Deed.END: "taken off the list",
}
#: What a mark says.
MARKS: Mapping[Deed, bool | None] = {Deed.ATTENDED: True, Deed.NO_SHOW: False, Deed.UNMARK: None}


@dataclass
class Tally:
    """What came of it: of how many it was done, and of how many not, by why."""

    deed: Deed
    done: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def said(self) -> str:
        """In a sentence."""
        left = ", ".join(f"{many} {why}" for why, many in self.left_out.items() if many)
        return f"{self.done or 'Nobody'} {_DID[self.deed]}{f'; left out: {left}' if left else ''}."


def act_on(slug: str, refs: Iterable[int], deed: Deed, *, actor: Actor, now: datetime, most: int = BATCH) -> Tally:
    """Do it to these registrations of an event, `most` to a transaction. What is done already is left as it is.

    Raises NotFound, or Conflict where the moment allows it to nobody.
    """
    tally, wanted = Tally(deed), list(dict.fromkeys(refs))
    for start in range(0, len(wanted), most):
        batch = wanted[start : start + most]
        with writing() as session:
            seats = seats_to_change(session, by_slug(session, slug, actor.labels).id)
            if said := not_now(deed, seats.event, now):
                raise Conflict(said)
            found = to_change(session, seats.event, batch)
            for person in found:
                if why := why_not(deed, person):
                    tally.left_out[why] += 1
                else:
                    _DO[deed](session, seats, person, actor, now)
                    tally.done += 1
            tally.left_out[GONE] += len(batch) - len(found)
            is_last = batch[-1] == wanted[-1]
            # at the end: nobody gets a seat who is to be taken off; the worker sees to what is left, or what breaks off
            if not is_last or promote(session, seats, now):
                _give_later(session, seats.event, now)
    return tally


def _give_later(session: Session, event: Event, now: datetime) -> None:
    version = int(now.timestamp())
    enqueue(session, Kind.FILL, label=event.label, event_id=event.id, version=version, now=now, run_at=now + SOON)


def not_now(deed: Deed, event: Event, now: datetime) -> str:
    """Why it can be done to nobody at an event at this moment; blank when it can."""
    if deed in MARKS:
        return not_yet(event, MARKS[deed], now)
    return "" if event.takes_registrations(now) else OVER


def why_not(deed: Deed, person: Registration) -> str:
    """Why it cannot be done to one of them, as said of several; blank when it can."""
    if deed in MARKS:
        if person.state is not State.CONFIRMED:
            return "without a seat"
        return "so already" if person.attended is MARKS[deed] else ""
    if deed is Deed.END:
        if person.attended is not None:
            return "with a mark, which would have to be taken back first"
        return "off it already" if person.state is State.CANCELLED else ""
    return "" if person.is_held else "not held any more"


def _end(session: Session, seats: Seats, person: Registration, actor: Actor, now: datetime) -> None:
    if person.is_held:
        turn_away(session, seats, person, actor, now)
    else:
        depart(session, seats, person, now, actor.id, taken_off=True)


def _marked(deed: Deed) -> Do:
    return lambda session, _, person, actor, now: set_mark(session, person, MARKS[deed], actor, now)


_DO: Mapping[Deed, Do] = {
    Deed.APPROVE: let_in,
    Deed.DECLINE: turn_away,
    Deed.END: _end,
    **{deed: _marked(deed) for deed in MARKS},
}

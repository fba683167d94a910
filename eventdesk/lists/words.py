"""What happened to a registration, and to the line it stood in, told to its person and at the desk. Pure. It names nobody."""

from collections.abc import Mapping

from ..history.models import Act, Entry
from ..history.words import Saying
from .rules import Move

_NEXT = ("next", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
#: To the person themself, of what they or an organiser did, or what became of it. What is not here they do not learn:
#: a note, or a mark at the door.
_TO_YOU: Mapping[Act, tuple[Saying, ...]] = {
    Act.REGISTERED: (
        Saying("The organisers added you. All seats were taken, so you wait.", {"added": True, "waited": True}),
        Saying("The organisers added you, and you got a seat.", {"added": True}),
        Saying("You registered. All seats were taken, so you wait. You were {line} in line.", {"waited": True}),
        Saying("You registered. All seats were taken, so you wait.", {"waited": True}),
        Saying("You registered, and got a seat."),
    ),
    Act.HELD: (Saying("You registered by a link made for another address, so the organisers look at it first."),),
    Act.APPROVED: (
        Saying(
            "The organisers let you in. All seats were taken, so you wait. You were {line} in line.", {"waited": True}
        ),
        Saying("The organisers let you in. All seats were taken, so you wait.", {"waited": True}),
        Saying("The organisers let you in, and you got a seat."),
    ),
    Act.DECLINED: (Saying("The organisers could not give you a seat."),),
    Act.PROMOTED: (Saying("A seat became free. Nobody had waited longer than you, so it is yours."),),
    Act.OFFERED: (Saying("A seat became free. Nobody had waited longer than you, so it was offered to you."),),
    Act.CLAIMED: (Saying("You took the seat on offer."),),
    Act.LAPSED: (Saying("The time to take the seat was over, so it was passed on, and you left the line."),),
    Act.CORRECTED: (Saying("What is held about you was corrected."),),
    Act.MERGED: (Saying("The organisers made one registration of this and another of yours."),),
    Act.LEFT: (
        Saying("The organisers took you off the list.", {"taken_off": True}),
        Saying("This registration ended, and the other stays.", {"merged": True}),
        Saying("You passed the seat on.", {"offered": True}),
        Saying("You withdrew.", {"held": True}),
        Saying("You left the waiting list.", {"waited": True}),
        Saying("You gave your seat back."),
    ),
}
#: Of others in the line, for one and for several at once; each with where that left who reads it.
_OF_OTHERS: Mapping[Act, tuple[str, str]] = {
    Act.PROMOTED: (
        "A seat became free. It went to somebody who had waited longer.",
        "{many} seats became free. They went to people who had waited longer.",
    ),
    Act.OFFERED: (
        "A seat became free. It was offered to somebody who had waited longer.",
        "{many} seats became free. They were offered to people who had waited longer.",
    ),
    Act.CLAIMED: ("A seat on offer was taken.", "{many} seats on offer were taken."),
    Act.LAPSED: ("A seat on offer was not taken.", "{many} seats on offer were not taken."),
    Act.LEFT: ("Somebody further ahead left the waiting list.", "{many} people further ahead left the waiting list."),
}


def in_line(ahead: int) -> str:
    """Where somebody stands whom so many are before: 'next', 'second', 'number 14'."""
    return _NEXT[ahead] if ahead < len(_NEXT) else f"number {ahead + 1}"


def to_you(entry: Entry) -> str | None:
    """One act of a registration's history, as its person reads it; None where it is none of theirs."""
    details = entry.details
    if isinstance(ahead := details.get("ahead"), int):
        details = details | {"line": in_line(ahead)}
    return next((said for each in _TO_YOU.get(entry.act, ()) if (said := each.of(details))), None)


def of_others(move: Move, you_are: str) -> str:
    """What happened to others in the line, and what it made of who is behind: `you_are` begins that, as “You are”."""
    one, several = _OF_OTHERS[move.act]
    said = one if move.many == 1 else several.format(many=move.many)
    return f"{said} {you_are} now {in_line(move.ahead)} in line." if move.moved and move.ahead is not None else said

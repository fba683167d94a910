"""Decisions about what members say, without a database: who has a voice, how much one says, who reads it. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..lists.crossing import WITHOUT
from .breaches import BROKE
from .models import Contribution, Kind

if TYPE_CHECKING:
    from ..events.models import Event
    from ..lists.models import Registration

WORDS_LEAST, WORDS_MOST = 10, 2000
#: The same words of the same author within this are one double click.
DOUBLE_CLICK = timedelta(minutes=15)
HOUR_SECONDS = 3600
#: How much is taken within an hour: of one author; and of one network, where a whole session may sit behind one.
OF_AUTHOR, OF_NETWORK = 10, 120
ENOUGH = f"You have posted {OF_AUTHOR} times within an hour. Please go on a little later; nothing was changed."
#: What the hosts answer with a state, and what members vote on.
WORKED_ON = (Kind.SUGGESTION, Kind.QUESTION)
VOTED_ON = (*WORKED_ON, Kind.ANSWER)
WHICH = "Choose the session it is for."
TAKEN_BACK = "Taken back by who wrote it."
A_MEMBER = "A member"
#: How much of it a list shows as its heading, whole sentences where it can, and below that.
HEADED, BELOW = 100, 220
_SENTENCE = re.compile(rf"(?s).{{15,{HEADED - 1}}}?[.?!:;](?=\s)")


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Who reads: hosts; a member, by one of their registrations; or, as neither, anybody."""

    is_host: bool = False
    is_member: bool = False
    #: The reference of the member's `MailChoice`; 0 while they have none, and so have said nothing.
    author: int = 0
    #: The event of that registration: its questions are theirs to read, also where others do not know of it.
    event_id: int = 0

    def knows(self, contribution: Contribution) -> bool:
        """Whether its words are theirs to read, when it is theirs to see at all."""
        return contribution.hidden_at is None or self.is_host or self.wrote(contribution)

    def wrote(self, contribution: Contribution) -> bool:
        """Whether they said it themselves."""
        return bool(self.author) and contribution.author == self.author


HOSTS = Reader(is_host=True)
EVERYBODY = Reader()


def has_voice(person: "Registration", event: "Event") -> bool:
    """Whether a registration gives a voice: of a label that is heard, and neither held nor given up. Past events count."""
    return event.rules.heard and person.state not in WITHOUT


def may_be_asked_about(event: "Event", own_event_id: int, now: datetime) -> bool:
    """Whether a member has questions for this event: still to come, and for everyone to know of, or their own."""
    return event.takes_registrations(now) and (event.is_public or event.id == own_event_id)


def refusal(words: str) -> str:
    """Why these words are not taken; blank where they are."""
    if len(words) < WORDS_LEAST:
        return f"Say it in {WORDS_LEAST} characters or more."
    if len(words) > WORDS_MOST:
        return f"Use {WORDS_MOST:,} characters at most; this has {len(words):,}."
    return ""


def notice(contribution: Contribution) -> str:
    """What stands in the place of words that are gone or hidden; blank where they stand themselves."""
    if contribution.taken_back_at:
        return TAKEN_BACK
    return f"Hidden: {BROKE[contribution.breach]}." if contribution.breach else ""


def headed(words: str) -> tuple[str, str]:
    """The beginning as a heading, and what follows it as far as a list shows it; both end with a mark where more follows."""
    first, _, more = words.partition("\n")
    sentence = _SENTENCE.match(first) if len(first) > HEADED else None
    head = sentence[0] if sentence else shorten(first, HEADED)
    rest = f"{first[len(head.removesuffix('…')) :]}\n{more}".strip()
    return head, shorten(rest, BELOW)


def shorten(words: str, most: int) -> str:
    """So much of it, up to the last blank there is; whole words where they can be."""
    if len(words) <= most:
        return words
    cut = words[:most]
    return (cut.rpartition(" ")[0] or cut).rstrip() + "…"

"""What a label can decide: each consequence is a field of `LabelRules`, never a branch elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import StrEnum


class Label(StrEnum):
    """What an event promises to be. There is no third."""

    COMMUNITY = "community"
    COMMERCIAL = "commercial"


class Audience(StrEnum):
    """Whom a label addresses, and so on which list people are kept."""

    USERS = "users"
    BUYERS = "buyers"


@dataclass(frozen=True)
class Brief:
    """The four answers of an event that sells; all blank for one that does not."""

    audience: str = ""
    reason: str = ""
    offer: str = ""
    payment: str = ""

    def __getitem__(self, name: str) -> str:
        return str(getattr(self, name))


class Naming(StrEnum):
    """When an event's page names its twin: the same topic under the other label."""

    ALWAYS = "always"
    AFTERWARDS = "afterwards"
    NEVER = "never"


class Stage(StrEnum):
    """How far somebody who may buy is followed up."""

    NEW = "new"
    FOLLOWED_UP = "followed up"
    PROPOSAL = "proposal"
    WON = "won"
    LOST = "lost"
    WITHDRAWN = "withdrawn"


#: With these, nobody is followed up any more.
ENDED = (Stage.WON, Stage.LOST, Stage.WITHDRAWN)
BRIEF_NAMES = tuple(field.name for field in fields(Brief))


@dataclass(frozen=True, kw_only=True)
class BriefQuestion:
    """One of the four questions: the field it fills, how it is put, and what helps to answer it."""

    name: str
    title: str
    hint: str


@dataclass(frozen=True, kw_only=True)
class Ask:
    """What is asked at registration beyond name and email."""

    name: str
    title: str
    limit: int
    autocomplete: str
    #: Whether it stands on the name tag, below the name.
    on_tag: bool = False


@dataclass(frozen=True, kw_only=True)
class NeverAsked:
    """Something a label never asks of a person, and the words that give it away; `questions/rules.py` reads them.

    In a phrase, `/` parts words of which one is enough, `…` stands for up to three words, `.` for the end; a
    plural is understood.
    """

    what: str
    #: Wherever they stand.
    phrases: tuple[str, ...]
    #: Where a question says little else: “Company:” asks the person for theirs, “Which company wrote it?” does not.
    alone: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Pledge:
    """What hosts and speakers promise of their own part under a label, in the words of each place where it is told."""

    #: What one says by it.
    said: str
    button: str
    #: Beside a name.
    given: str
    not_yet: str


@dataclass(frozen=True, kw_only=True)
class Band:
    """How the band looks in mail, where no style sheet and no picture can be counted on; as on our pages."""

    paper: str
    ink: str
    edge: str
    sign: str


@dataclass(frozen=True, kw_only=True)
class Because:
    """One answer to why an event did not do what its label says: the code it is kept by, and how it is put."""

    code: str
    said: str


@dataclass(frozen=True, kw_only=True)
class BankQuestion:
    """A question worth asking at registration, and why it is asked."""

    prompt: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """How long people are kept; then they are removed, and counts stay."""

    #: After the event.
    after: timedelta
    #: Where somebody is still followed up: after the event, at most. The others count from the day that ended.
    followed_up: timedelta | None = None


@dataclass(frozen=True, kw_only=True)
class FirstProgramme:
    """The programme an installation begins with under a label."""

    name: str
    slug: str
    purpose: str


@dataclass(frozen=True, kw_only=True)
class LabelRules:
    """All consequences of one label."""

    label: Label
    audience: Audience
    noun: str
    plural: str
    word: str
    people: str
    list_name: str
    mark: str
    colour: str
    band: Band
    promise: str
    door: str
    register: str
    summary_prefix: str
    calendar_name: str
    charter: tuple[str, ...]
    #: By which hosts and speakers take the charter upon themselves; None where there is no charter.
    pledge: Pledge | None
    asks: tuple[Ask, ...]
    #: What an event's own questions may not ask either, and why.
    never_asks: tuple[NeverAsked, ...]
    never_asks_because: str
    brief: tuple[BriefQuestion, ...]
    needs_postal_address: bool
    #: By which button one asks to be told of the next event, what one agrees to by it, what an organiser signs for others
    #: who are invited, and for others who are added to the list of an event.
    tell_me: str
    tell_me_said: str
    signed: str
    added_signed: str
    first_programme: FirstProgramme
    #: Of whose events one may ask to hear from the own page of a registration: by one's own act alone.
    crosses_to: Label
    #: When its page names the twin, unless the organiser decides otherwise.
    names_twin: Naming
    keeping: Keeping
    #: How far each of its people is followed up; empty where nobody is.
    stages: tuple[Stage, ...]
    #: How one is asked afterwards whether it did what it said, and what may have been otherwise.
    kept_question: str
    because: tuple[Because, ...]
    #: Whether its people suggest, ask, answer and comment, and are answered.
    heard: bool
    #: Whether its pages name a way to buy, answer what speaks against it, and quote who agreed to that.
    sells: bool
    #: What one agrees to who gives words to be quoted; kept to the letter.
    quoted_said: str
    #: What a programme's bank of questions begins with.
    bank: tuple[BankQuestion, ...]

    def promise_of(self, hosts: Sequence[str], sender: str) -> str:
        """The promise as one line, naming the hosts, or the programme's sender where there are none."""
        return self.promise.format(host=joined(hosts) or sender)

    def agreed(self, sender: str) -> str:
        """What one agrees to who asks the programme's sender to be told of the next event; kept to the letter."""
        return self.tell_me_said.format(sender=sender)


def joined(names: Sequence[str]) -> str:
    """'A', 'A and B', 'A, B and C'."""
    *head, last = names or [""]
    return f"{', '.join(head)} and {last}" if head else last

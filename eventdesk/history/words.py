"""What happened, in a sentence: each act and what is kept with it. Pure, and never at a loss: what it does not know it leaves out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..channels import CHANNELS, Channel
from ..labels import joined
from .models import Act

VALUE_MOST = 120


@dataclass(frozen=True)
class Saying:
    """A sentence with places for details; said where all of them are there, and those of `when` are so."""

    text: str
    when: Mapping[str, Any] = field(default_factory=dict)

    def of(self, details: Mapping[str, Any]) -> str | None:
        """The sentence; None where it does not fit."""
        if any(details.get(name, ...) != value for name, value in self.when.items()):
            return None
        try:
            return self.text.format_map(_Spoken(details))
        except LookupError:
            return None


class _Spoken(dict[str, str]):
    """Details as words; one that is not there, or empty, raises KeyError."""

    def __init__(self, details: Mapping[str, Any]) -> None:
        super().__init__({name: said for name, value in details.items() if (said := _words(name, value))})


def _words(name: str, value: Any) -> str:
    if name == "fields" and isinstance(value, list):
        return joined(list(dict.fromkeys(FIELDS.get(str(each), str(each)) for each in value))) if value else ""
    if name == "channel" and isinstance(value, str) and value in set(Channel):
        return CHANNELS[Channel(value)].title
    if isinstance(value, list):
        return joined([str(each) for each in value])[:VALUE_MOST] if value else ""
    return "" if value is None or isinstance(value, bool | dict) else str(value)[:VALUE_MOST]


#: The names of what an event says, as people speak of them.
FIELDS: Mapping[str, str] = {
    "starts_at": "the time",
    "ends_at": "the time",
    "timezone": "the time",
    "fold": "the time",
    "label": "the label",
    "programme": "the programme",
    "title": "the title",
    "description": "the description",
    "venue": "the place",
    "online_url": "the link to join",
    "hosts": "the hosts",
    "speakers": "the speakers",
    "capacity": "the number of seats",
    "brief": "the four answers",
    "visibility": "who may find it",
    "remind_days": "the reminder",
    "offer_hours": "how freed seats are given",
    "thanks": "the thanks afterwards",
    "names_twin": "when its page names the twin",
    "offers_crossing": "whether one may ask to hear of the other kind of event",
    "questions": "the questions",
}
#: The first saying that fits is said; the last of each act needs nothing.
WORDS: Mapping[Act, tuple[Saying, ...]] = {
    Act.CREATED: (Saying("Made, as a draft."),),
    Act.CHANGED: (
        Saying("Changed {fields}. Nobody was told.", {"told": False}),
        Saying("Changed {fields}."),
        Saying("Changed."),
    ),
    Act.PUBLISHED: (Saying("Published."),),
    Act.CANCELLED: (Saying("Cancelled. Everyone registered is told."),),
    Act.ASKED: (
        Saying("Added a question.", {"did": "added"}),
        Saying("Picked a question of the programme’s bank.", {"did": "picked"}),
        Saying("Changed a question.", {"did": "changed"}),
        Saying("Took a question out.", {"did": "removed"}),
        Saying("Moved a question.", {"did": "moved"}),
        Saying("Changed the questions."),
    ),
    Act.WORDED: (
        Saying("Went back to the generated words for “{channel}”.", {"generated": True}),
        Saying("Changed the words for “{channel}”."),
        Saying("Changed the words."),
    ),
    Act.LINKED: (
        Saying("Made a campaign link.", {"kind": "campaign"}),
        Saying("Made a personal link.", {"kind": "personal"}),
        Saying("Made an invite link."),
    ),
    Act.REVOKED: (
        Saying("Withdrew a campaign link.", {"kind": "campaign"}),
        Saying("Withdrew a personal link.", {"kind": "personal"}),
        Saying("Withdrew an invite link."),
    ),
    Act.REMINDED: (Saying("Reminded those who have a seat."),),
    Act.MESSAGED: (
        Saying("Wrote to 1 person.", {"people": 1}),
        Saying("Wrote to {people} people."),
        Saying("Wrote to those who have a seat."),
    ),
    Act.PLEDGED: (
        Saying("A speaker took the pledge back.", {"did": "taken back"}),
        Saying("{name} pledged to keep to the charter."),
        Saying("A speaker pledged to keep to the charter."),
    ),
    Act.INVITED: (
        Saying("Invited 1 person.", {"people": 1}),
        Saying("Invited {people} people."),
        Saying("Invited people."),
    ),
    Act.NUDGED: (
        Saying("Invited 1 person once more, who had not answered.", {"people": 1}),
        Saying("Invited {people} people once more, who had not answered."),
        Saying("Invited once more those who had not answered."),
    ),
    Act.OVERRIDDEN: (
        Saying("Took back that a finding may stand.", {"did": "taken back"}),
        Saying("Let a finding of the copy checker stand."),
    ),
    Act.TWINNED: (
        Saying("Made as the twin of another event, of the other label.", {"did": "made"}),
        Saying("Parted from its twin. Both events stay.", {"did": "parted"}),
        Saying("Made its twin."),
    ),
    Act.IMPORTED: (
        Saying("Added somebody by hand.", {"by_hand": True}),
        Saying("Added 1 person from a file.", {"people": 1}),
        Saying("Added {people} people from a file."),
        Saying("Added people from a file."),
    ),
    Act.EXPORTED: (
        Saying("Took out what a CRM needs of the list, as a file.", {"what": "handover"}),
        Saying("Took 1 person of the list out as a file.", {"people": 1}),
        Saying("Took {people} people of the list out as a file."),
        Saying("Took the list out as a file."),
    ),
    Act.EMPTIED: (Saying("The time to keep its people was over: they were removed, and the counts stay."),),
    Act.WRITTEN_UP: (
        Saying("Took the notes of the evening back.", {"did": "taken back"}),
        Saying("Changed the notes of the evening.", {"did": "changed"}),
        Saying("Published the notes of the evening."),
    ),
    Act.QUOTED: (
        Saying("Took a quotation off the page.", {"did": "taken off"}),
        Saying("Put a quotation on the page."),
    ),
    Act.THANKED: (Saying("Thanked those who came."),),
    Act.REGISTERED: (
        Saying("Came to the door, and was given a seat there.", {"door": True}),
        Saying("Added, and waits for a seat.", {"added": True, "waited": True}),
        Saying("Added.", {"added": True}),
        Saying("Registered, and is next in line for a seat.", {"waited": True, "ahead": 0}),
        Saying("Registered, and waits for a seat behind one other.", {"waited": True, "ahead": 1}),
        Saying("Registered, and waits for a seat behind {ahead} others.", {"waited": True}),
        Saying("Registered, and waits for a seat.", {"waited": True}),
        Saying("Registered."),
    ),
    Act.HELD: (Saying("Registered, and waits for an organiser to look at it."),),
    Act.APPROVED: (Saying("Let in, to wait for a seat.", {"waited": True}), Saying("Let in.")),
    Act.DECLINED: (Saying("Declined."),),
    Act.PROMOTED: (
        Saying("Came to the door, and was given a seat there.", {"door": True}),
        Saying("Got a seat that had become free: nobody had waited longer."),
    ),
    Act.OFFERED: (Saying("Was offered a seat that had become free: nobody had waited longer."),),
    Act.CLAIMED: (Saying("Took the seat on offer."),),
    Act.LAPSED: (Saying("Did not take the seat on offer in time, so it was passed on."),),
    Act.LEFT: (
        Saying("Taken off the list.", {"taken_off": True}),
        Saying("Ended, as the same person keeps another registration.", {"merged": True}),
        Saying("Passed on the seat on offer.", {"offered": True}),
        Saying("Withdrew before anybody had looked at it.", {"held": True}),
        Saying("Gave the place in line back.", {"waited": True}),
        Saying("Gave the seat back."),
    ),
    Act.ATTENDED: (
        Saying("Marked as attended.", {"attended": True}),
        Saying("Marked as a no-show.", {"attended": False}),
        Saying("Took the mark back."),
    ),
    Act.NOTED: (Saying("Changed the note."),),
    Act.STAGED: (Saying("Set the stage to “{stage}”."), Saying("Changed how they are followed up.")),
    Act.MERGED: (Saying("Merged with another registration of the same person."),),
    Act.CORRECTED: (Saying("Corrected what is held about them."),),
    Act.ERASED: (Saying("Erased what was held about them."),),
}
#: What nobody does by hand.
BY_ITSELF = (Act.REMINDED, Act.PROMOTED, Act.OFFERED, Act.LAPSED, Act.THANKED, Act.EMPTIED)


def sentence(act: Act, details: Any) -> str:
    """What happened, in words."""
    known = details if isinstance(details, dict) else {}
    sayings = WORDS.get(act, ())
    return next((said for saying in sayings if (said := saying.of(known))), act.value.capitalize() + ".")


def who(act: Act, ref: int, organiser: str | None) -> str:
    """Who did it: the organiser's name now, or who else can have."""
    if organiser:
        return organiser
    if act in BY_ITSELF:
        return "By itself"
    if act is Act.PLEDGED:
        return "By their link"
    return "The person" if ref else "The command line"

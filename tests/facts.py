"""An event's facts without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any

from eventdesk.clock import in_zone
from eventdesk.labels import RULES, Brief, Label
from eventdesk.outbox.models import Kind
from eventdesk.wording import EventFacts, LabelLetter
from tests.factories import ANSWERS

MADE = datetime(2027, 2, 9, 12, tzinfo=UTC)
UID = "0b5a@desk.example"
#: Of a label whose people are heard, and of no other: there is nothing in another that they could tell of.
OF_HEARD = (LabelLetter.ROUTED, LabelLetter.HEARD, LabelLetter.HIDDEN)


def letters_of(label: Label) -> list[LabelLetter]:
    """The letters about no event that a label must have words for; it has none for the others."""
    return [letter for letter in LabelLetter if RULES[label].heard or letter not in OF_HEARD]


def never_sent(label: Label) -> set[Kind]:
    """The kinds of mail that nobody of a label gets."""
    return {Kind(letter.value) for letter in LabelLetter} - {Kind(letter.value) for letter in letters_of(label)}


def facts(
    label: Label = Label.COMMUNITY, *, wall: str = "2027-03-11 18:00", zone: str = "Europe/Oslo", **said: Any
) -> EventFacts:
    """Little is said of it; `fold` and `hours` are of its time."""
    fold, hours = said.pop("fold", 0), said.pop("hours", 2)
    starts = in_zone(datetime.fromisoformat(wall), zone, fold)
    usual: dict[str, Any] = {
        "uid": UID,
        "label": label,
        "title": "An evening",
        "description": "",
        "starts": starts,
        "ends": (starts.astimezone(UTC) + timedelta(hours=hours)).astimezone(starts.tzinfo),
        "venue": "",
        "online_url": "",
        "hosts": (),
        "speakers": (),
        "brief": Brief(),
        "sender": "Lathe Lane Software",
        "postal_address": "",
        "url": "http://desk.example/events/an-evening",
        "created": MADE,
        "updated": MADE,
    }
    return EventFacts(**usual | said)


#: Everything there is to say.
FULL: dict[str, Any] = {
    "description": "Bring a question.\n\n- one\n- two",
    "venue": "Quay Street 4, Oslo",
    "online_url": "https://meet.example/x?a=b;c,d",
    "hosts": ("Ada", "Bo", "Cy"),
    "speakers": ("Dilek Yılmaz", "Jonas"),
    "brief": ANSWERS,
    "postal_address": "Mill Road 9\n0150 Oslo",
}

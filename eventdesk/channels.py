"""Where words appear, and what each place must hold (standard library only)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Channel(StrEnum):
    """Where generated words appear. Each label has one file per channel."""

    PAGE = "page"
    INVITE = "invite"
    CALENDAR = "calendar"
    REGISTERED = "registered"
    WAITLISTED = "waitlisted"
    PROMOTED = "promoted"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    LEFT = "left"
    AGAIN = "again"
    HELD = "held"
    DECLINED = "declined"
    REMINDER = "reminder"
    MESSAGE = "message"
    OFFERED = "offered"
    LAPSED = "lapsed"
    THANKS = "thanks"
    NUDGED = "nudged"
    POST = "post"
    SPEAKER = "speaker"
    SPONSOR = "sponsor"


@dataclass(frozen=True, kw_only=True)
class Place:
    """One channel: what the desk calls it, and what an organiser's own words for it may and must hold."""

    title: str
    #: Whether it begins with a subject, and goes by mail.
    mail: bool = True
    #: Whether the organiser carries it elsewhere; the others are sent by the program.
    at_hand: bool = False
    #: Whether it is written to one person, whose name it may call.
    to_one: bool = True
    #: Placeholders that only this channel fills.
    also: tuple[str, ...] = ()
    #: Placeholders without which it would fail its reader.
    keeps: tuple[str, ...] = ()
    #: Whether the program calls a reader whose name it knows by it; the words themselves cannot, as they go to many.
    greets: bool = False
    #: Whether a label that asks questions has its answers told here, by the program where the words do not.
    answered: bool = False
    #: Whether it asks, by the program where the words do not, if the event did what its label said.
    asks_kept: bool = False
    #: Whether the mail is not about the reader's own registration: it can be stopped, and says how.
    stoppable: bool = False


_OWN_LINK = ("manage_link",)
CHANNELS: Mapping[Channel, Place] = {
    Channel.PAGE: Place(title="On the page", mail=False, at_hand=True, to_one=False),
    Channel.INVITE: Place(
        title="Invitation by mail",
        at_hand=True,
        to_one=False,
        greets=True,
        keeps=("link",),
        answered=True,
        stoppable=True,
    ),
    Channel.NUDGED: Place(
        title="Invited once more", to_one=False, greets=True, keeps=("link",), answered=True, stoppable=True
    ),
    Channel.REMINDER: Place(title="Reminder", at_hand=True, also=_OWN_LINK, keeps=_OWN_LINK),
    Channel.CALENDAR: Place(title="In the calendar", mail=False, at_hand=True, to_one=False, answered=True),
    Channel.POST: Place(title="Short post", mail=False, at_hand=True, to_one=False, keeps=("link",)),
    Channel.SPEAKER: Place(title="To a speaker", at_hand=True, to_one=False),
    Channel.SPONSOR: Place(title="To a sponsor", at_hand=True, to_one=False),
    Channel.REGISTERED: Place(title="Confirmation", also=(*_OWN_LINK, "calendar_link"), keeps=_OWN_LINK, answered=True),
    Channel.WAITLISTED: Place(title="A place in line", also=(*_OWN_LINK, "calendar_link"), keeps=_OWN_LINK),
    Channel.PROMOTED: Place(title="A seat for who waited", also=(*_OWN_LINK, "calendar_link"), keeps=_OWN_LINK),
    Channel.CHANGED: Place(
        title="The event has changed",
        also=(*_OWN_LINK, "changes", "standing"),
        keeps=("manage_link", "changes"),
    ),
    Channel.CANCELLED: Place(title="The event is cancelled"),
    Channel.LEFT: Place(title="A seat released"),
    Channel.AGAIN: Place(title="Registered again", also=(*_OWN_LINK, "standing"), keeps=_OWN_LINK),
    Channel.HELD: Place(title="Waiting for approval", also=_OWN_LINK, keeps=_OWN_LINK),
    Channel.DECLINED: Place(title="Not approved"),
    Channel.MESSAGE: Place(
        title="A message to all who come",
        also=(*_OWN_LINK, "subject", "message"),
        keeps=("manage_link", "message"),
        stoppable=True,
    ),
    Channel.OFFERED: Place(title="A seat on offer", also=(*_OWN_LINK, "deadline"), keeps=(*_OWN_LINK, "deadline")),
    Channel.LAPSED: Place(title="An offer that has ended"),
    Channel.THANKS: Place(title="Thanks afterwards", asks_kept=True, stoppable=True),
}
NO_SUBJECT = tuple(channel for channel, place in CHANNELS.items() if not place.mail)
#: What an organiser sees and copies beside the form.
SHOWN_AT_DESK: Mapping[Channel, str] = {channel: place.title for channel, place in CHANNELS.items() if place.at_hand}

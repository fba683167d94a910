"""Whose export a file of people is, what its columns are called, and what the words in them mean: data, no database.

To know another program's export, add a `Source`; to know another name of a column, add it to one. Names are compared in
small letters, with blanks for underscores.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class Part(enum.StrEnum):
    """What a column can hold of a person, beside what the label asks."""

    NAME = "name"
    FIRST = "first"
    LAST = "last"
    EMAIL = "email"
    STATE = "state"
    CAME = "came"


class Why(enum.StrEnum):
    """Why a row of a file is left out, though nothing is wrong with it, or something is."""

    DECLINED = "declined"
    CANCELLED = "cancelled"
    UNDECIDED = "undecided"
    LISTED = "listed"
    LEFT = "left"
    ERASED = "erased"
    TWICE = "twice"
    FAULTY = "faulty"


#: In words, behind their number.
LEFT_OUT: Mapping[Why, str] = {
    Why.DECLINED: "declined there",
    Why.CANCELLED: "cancelled or refunded there",
    Why.UNDECIDED: "without a seat there: waiting, invited or not approved",
    Why.LISTED: "on the list already",
    Why.LEFT: "on the list before, and left it",
    Why.ERASED: "erased at their own wish: only they can come back",
    Why.TWICE: "in the file twice",
    Why.FAULTY: "in rows with a mistake",
}


@dataclass(frozen=True, kw_only=True)
class Source:
    """The export of one program. Of several names of a column the one with most in it counts, else the first."""

    name: str
    #: Columns which, all together, no other program writes.
    signs: tuple[frozenset[str], ...] = ()
    #: By part, or by the name of what a label asks: what the column is called.
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: What whoever has such a file should know.
    note: str = ""


def _signs(*groups: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(group.split(",")) for group in groups)


_COMPANY = ("company", "company name", "organisation", "organization", "employer", "firm")
_ROLE = ("role", "job title", "position", "job")
#: A table that somebody made, or another program.
ANY = Source(
    name="A table",
    columns={
        Part.NAME: ("name", "full name", "attendee name", "your name"),
        Part.FIRST: ("first name", "firstname", "given name", "forename"),
        Part.LAST: ("last name", "lastname", "family name", "surname"),
        Part.EMAIL: ("email", "e-mail", "mail", "email address", "e-mail address", "your email", "attendee email"),
        Part.STATE: ("state", "status", "attendee status", "order status", "rsvp"),
        Part.CAME: ("came", "attended", "checked in", "attendance"),
        "company": _COMPANY,
        "role": _ROLE,
    },
)
SOURCES = (
    Source(
        name="Luma",
        signs=_signs("email,approval status,checked in at", "email,approval status,qr code url"),
        columns={
            Part.NAME: ("name",),
            Part.FIRST: ("first name",),
            Part.LAST: ("last name",),
            Part.EMAIL: ("email",),
            Part.STATE: ("approval status",),
            Part.CAME: ("checked in at",),
            "company": (*_COMPANY, "what's your company?", "what company do you work for?"),
            "role": (*_ROLE, "what's your role?", "what's your job title?", "what is your job title?"),
        },
    ),
    Source(
        name="Eventbrite",
        signs=_signs("order #,order date,email", "order id,order date,attendee status", "attendee #,attendee status"),
        columns={
            Part.NAME: ("attendee name", "name"),
            Part.FIRST: ("first name", "attendee first name"),
            Part.LAST: ("last name", "attendee surname", "surname"),
            Part.EMAIL: ("attendee email", "email", "email address"),
            Part.STATE: ("attendee status", "order status", "status"),
            Part.CAME: ("checked in", "check-in status"),
            "company": _COMPANY,
            "role": ("job title", "role", "position"),
        },
        note="Eventbrite writes the buyer of an order into each of its rows, where it was not asked who comes with them.",
    ),
    Source(
        name="Meetup",
        signs=_signs("name,user id,rsvp", "name,rsvp,rsvped on", "member id,joined group on"),
        columns={
            Part.NAME: ("name",),
            Part.EMAIL: ("email", "email address", "what is your email address?", "what's your email?"),
            Part.STATE: ("rsvp",),
            Part.CAME: ("attendance",),
        },
        note="Meetup gives no addresses away, unless the group asked for them in a question of its own. "
        "Without them nobody can be added: post the event’s invite link at Meetup instead.",
    ),
    Source(
        name="pretix",
        signs=_signs("order code,attendee name", "order code,position id", "order code,status,email"),
        columns={
            Part.NAME: ("attendee name", "invoice address name"),
            Part.FIRST: ("attendee name: given name",),
            Part.LAST: ("attendee name: family name",),
            Part.EMAIL: ("attendee email", "email", "e-mail"),
            Part.STATE: ("status",),
            Part.CAME: ("checked in",),
            "company": ("company",),
            "role": ("attendee name: job title", "job title", "position", "role"),
        },
    ),
    Source(
        name="Eventdesk",
        signs=_signs("name,email,state,registered (utc)"),
        columns={
            Part.NAME: ("name",),
            Part.EMAIL: ("email",),
            Part.STATE: ("state",),
            "company": ("company",),
            "role": ("role",),
        },
    ),
)
BY_HAND = "By hand"

#: What a program says of somebody who is to be added; `CAME_WORDS` of who was there, too.
_COMING = (
    "approved,attending,going,yes,confirmed,paid,registered,accepted,active,complete,completed,valid,free,placed,"
    "free order,no-show,no show,not checked in,pending (confirmed),paid (confirmed)"
)
_OUT: Mapping[Why, str] = {
    Why.DECLINED: "declined,rejected,denied,not approved,not going,not attending,no",
    Why.CANCELLED: "cancelled,canceled,refunded,partially refunded,deleted,expired,transferred,canceled (paid fee),"
    "cancelled (paid fee),chargeback,voided,left",
    Why.UNDECIDED: "pending,pending approval,approval pending,pending (overdue),waitlist,waitlisted,waiting,waiting list,"
    "on waitlist,invited,maybe,unpaid,not paid,offered,held",
}
CAME_WORDS = frozenset("yes,y,true,1,x,attended,checked in,present,came".split(","))
NOT_CAME_WORDS = frozenset(",no,n,false,0,-,not checked in,absent,no-show,no show,did not attend".split(","))
#: By the word, why somebody is left out; None: they are to be added.
STATES: Mapping[str, Why | None] = {
    **dict.fromkeys((*_COMING.split(","), *CAME_WORDS, ""), None),
    **{word: why for why, words in _OUT.items() for word in words.split(",")},
}

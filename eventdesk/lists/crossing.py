"""Crossing, on the side one comes from: offered on the own page of a registration, asked for there, answered by one mail.

Of the other list nothing is read here. What the mail's link leads to is `standing/crossing.py`.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ..consent.models import Source
from ..consent.rules import version_of
from ..db import writing
from ..errors import Conflict, NotFound, Refused
from ..events.models import Event
from ..labels import RULES, Audience, LabelRules
from ..links import Links
from ..mailpage import page_of
from ..outbox.mail import Letter
from ..outbox.models import Job, Kind
from ..outbox.queries import made_since
from ..outbox.service import enqueue
from ..programmes.queries import first_of
from ..standing.crossing import Wish
from ..standing.rules import DOUBLE_CLICK, OTHER_WORDS, is_too_late
from ..standing.service import count_asking, count_mail, words_of
from ..wording import LabelLetter, write_of_label
from .models import Registration, State
from .queries import by_ref

NOT_OFFERED = "That is not offered here any more. Nothing was changed."
#: Neither who was not let in yet, nor who has left.
WITHOUT = (State.PENDING, State.CANCELLED)


@dataclass(frozen=True)
class Crossing:
    """What the own page of a registration offers: to hear of this label's events, and what one agrees to by it.

    It is the same for everybody: whether an address is on the other list is not known here.
    """

    rules: LabelRules
    said: str


def crossing_of(session: Session, person: Registration, event: Event) -> Crossing | None:
    """What is offered to this person; None where the event's organisers do not offer it, or they have no part in it."""
    if not event.offers_crossing or event.is_cancelled or person.state in WITHOUT:
        return None
    target = RULES[event.rules.crosses_to]
    return Crossing(target, words_of(session, target.label))


def ask_to_cross(audience: Audience, ref: int, *, said: str, network: str, links: Links, now: datetime) -> LabelRules:
    """Write to the address of a registration, to ask whether it wishes to hear of the other label's events; which these are.

    `said` is what stood beside the box, `network` a digest of where the request came from. A double click is one mail.
    Raises NotFound, Conflict where it is not offered (any more), Refused at the field `agreed` when the words are others
    by now, TooMany when network or address were asked for often enough.
    """
    with writing() as session:
        count_asking(session, network, now)
        person = by_ref(session, audience, ref)
        if person is None:
            raise NotFound("This link is not valid.")
        event = session.get_one(Event, person.event_id)
        crossing = crossing_of(session, person, event)
        if crossing is None:
            raise Conflict(NOT_OFFERED)
        if said != crossing.said:
            raise Refused({"agreed": [OTHER_WORDS]})
        if made_since(session, Kind.CROSSING, event.label, ref, now - DOUBLE_CLICK):
            return crossing.rules
        count_mail(session, person.email_key, links, now)
        minute = int(now.timestamp()) // 60
        details = {"version": version_of(said), "asked_at": now.isoformat()}
        enqueue(
            session, Kind.CROSSING, label=event.label, event_id=0, ref=ref, version=minute, now=now, details=details
        )
    return crossing.rules


def crossing_letter(session: Session, job: Job, links: Links, now: datetime) -> Letter | None:
    """The job's letter, in the words of the label that one comes to; None when the registration is gone, or it is too late.

    The link is sealed here, so that the address stands in the mail alone. Reads only.
    """
    assert job.label
    rules = RULES[job.label]
    asked_at = datetime.fromisoformat(job.details["asked_at"])
    person = by_ref(session, rules.audience, job.ref)
    if person is None or is_too_late(asked_at, now):
        return None
    target = RULES[rules.crosses_to]
    programme = first_of(session, target.label)
    wish = Wish(
        label=target.label,
        name=person.name,
        email=person.email,
        version=job.details["version"],
        source=Source.CROSSING,
        asked_at=asked_at,
    )
    text = write_of_label(
        LabelLetter.CROSSING,
        target,
        sender=programme.sender,
        url=wish.sealed(links, now),
        said=target.agreed(programme.sender),
        postal_address=programme.postal_address,
    )
    return Letter(
        name="",
        email=person.email,
        sender=programme.sender,
        reply_to=programme.reply_to,
        text=text,
        html=page_of(text, target),
    )

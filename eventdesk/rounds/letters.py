"""The letters of a round, written from the state at the time of sending; and a test of them. Reads only."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from ..consent.queries import stop_url as stop_url_of
from ..events.models import Event
from ..invites.models import Invitation, InvitationRound, Source
from ..invites.queries import by_ref
from ..links import Links
from ..mailpage import page_of
from ..organisers.models import Organiser
from ..outbox.mail import Letter
from ..outbox.models import Job, Kind
from ..wording import Channel, Reader, Text, write
from .queries import is_known, still_stands
from .rules import no_inviting

CHANNEL_OF = {Kind.INVITED: Channel.INVITE, Kind.NUDGED: Channel.NUDGED}
#: Where the links of a sample end: they open nothing, and are nobody's.
NOBODYS = "a-sample-link"
TEST = "Test: "


def invitation_letter(session: Session, job: Job, links: Links, now: datetime) -> Letter | None:
    """The letter to one invited; None where there is nothing to invite to any more, or they have answered."""
    event = session.get_one(Event, job.event_id)
    audience = event.rules.audience
    invitation = by_ref(session, audience, job.ref)
    if invitation is None or not _stands(session, event, invitation, now):
        return None
    own_url = links.personal_invite(audience, invitation.ref, invitation.generation)
    stop_url = stop_url_of(session, audience, invitation.email_key, links)
    text = written(event, job.kind, links, name=invitation.name, own_url=own_url, stop_url=stop_url)
    return _letter(event, text, links, name=invitation.name, email=invitation.email, stop_url=stop_url)


def sample_letter(session: Session, job: Job, links: Links, now: datetime) -> Letter | None:
    """The test of a letter, to the organiser who asked for it; None once they organise its label no more."""
    event, person = session.get_one(Event, job.event_id), session.get(Organiser, job.ref)
    if person is None or event.label not in person.labels:
        return None
    text = sample_of(event, Kind(job.details["kind"]), links, person.name)
    return _letter(event, replace(text, subject=TEST + text.subject), links, name=person.name, email=person.email)


def sample_of(event: Event, kind: Kind, links: Links, name: str) -> Text:
    """A letter as somebody of this name will read it, but for the two links that are theirs alone."""
    own_url, stop_url = links.invite(NOBODYS), f"{links.base_url}/u/{NOBODYS}"
    return written(event, kind, links, name=name, own_url=own_url, stop_url=stop_url)


def written(event: Event, kind: Kind, links: Links, *, name: str, own_url: str, stop_url: str) -> Text:
    """The words of a letter to one invited."""
    facts = replace(event.facts(links), url=own_url)
    return write(CHANNEL_OF[kind], facts, Reader(name=name, stop_url=stop_url))


def _letter(event: Event, text: Text, links: Links, *, name: str, email: str, stop_url: str = "") -> Letter:
    facts = event.facts(links)
    return Letter(
        name=name,
        email=email,
        sender=facts.sender,
        reply_to=facts.reply_to,
        stop_url=stop_url,
        text=text,
        html=page_of(text, event.rules),
    )


def _stands(session: Session, event: Event, invitation: Invitation, now: datetime) -> bool:
    """Whether there is still something to invite to, and the person has not answered."""
    if no_inviting(event, now) or invitation.revoked_at or invitation.declined_at:
        return False
    found = session.get(InvitationRound, invitation.round_id) if invitation.round_id else None
    if found and found.send_at is None:  # called back
        return False
    if found and found.source is Source.STANDING and not still_stands(session, event, invitation.email_key):
        return False
    return not is_known(session, event, invitation)

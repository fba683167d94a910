"""The letters to people of the desk, written from the state at the time of sending. Reads only."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from ..links import Links
from ..mailpage import desk_page_of
from ..outbox.mail import Letter
from ..outbox.models import Job, Kind
from ..wording import DeskLetter, Text, write_to_desk
from .models import Installation, Organiser
from .queries import has_invitation, installation, invitation_by_ref, reset_by_ref, reset_owner
from .rules import RESET_MADE, role_words


def desk_letter_of(session: Session, job: Job, links: Links, now: datetime) -> Letter | None:
    """The job's letter; None when its link opens nothing any more."""
    own = installation(session)
    assert own, "there is no mail before the set-up"
    if job.kind is Kind.RESET and job.version == RESET_MADE:
        return _reset_made(session, own, job.ref, links)
    return WRITERS[job.kind](session, own, job.ref, links, now)


def _join(session: Session, own: Installation, ref: int, links: Links, now: datetime) -> Letter | None:
    invitation = invitation_by_ref(session, ref, now)
    if invitation is None:
        return None
    day = invitation.ends_at.astimezone(ZoneInfo(own.timezone))
    text = write_to_desk(
        DeskLetter.JOIN,
        inviter=session.get_one(Organiser, invitation.invited_by).name,
        organisation=own.organisation,
        name=invitation.name,
        task=f"as {role_words(invitation.role)}" if invitation.role else "to help at the door of an event",
        until=f"{day:%A} {day.day} {day:%B %Y}",
        url=links.join(ref),
    )
    return _letter(own, text, name=invitation.name, email=invitation.email)


def _reset(session: Session, own: Installation, ref: int, links: Links, now: datetime) -> Letter | None:
    reset = reset_by_ref(session, ref, now)
    person = session.get_one(Organiser, reset.organiser_id) if reset else None
    if person is None or not (person.is_on_team or has_invitation(session, person.email_key, now)):
        return None
    text = write_to_desk(DeskLetter.RESET, organisation=own.organisation, name=person.name, url=links.reset(ref))
    return _letter(own, text, name=person.name, email=person.email)


def _reset_made(session: Session, own: Installation, ref: int, links: Links) -> Letter | None:
    """Word of a link that an owner made, whether it is still good or was used meanwhile. It does not hold the link."""
    person = reset_owner(session, ref)
    if person is None:
        return None
    said = {"organisation": own.organisation, "name": person.name, "url": f"{links.base_url}/forgot"}
    text = write_to_desk(DeskLetter.RESET_MADE, **said)
    return _letter(own, text, name=person.name, email=person.email)


def _letter(own: Installation, text: Text, *, name: str, email: str) -> Letter:
    html = desk_page_of(text, own.organisation)
    return Letter(name=name, email=email, sender=own.organisation, text=text, html=html)


WRITERS = {Kind.JOIN: _join, Kind.RESET: _reset}

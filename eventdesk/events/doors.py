"""Who helps at the door of an event: asked by mail, and asked no longer. Only who organises the event's label may."""

from datetime import datetime

from ..db import writing
from ..errors import NotFound, Refused
from ..organisers.models import Invitation, Organiser
from ..organisers.queries import by_email
from ..organisers.rules import Actor
from ..organisers.team import NO_INVITATION, NOBODY, add_invitation, close_invitation, end_if_nothing_left
from .queries import by_slug


def invite_to_door(slug: str, *, name: str, email: str, actor: Actor, now: datetime) -> Invitation:
    """Ask somebody to help at the door of an event. Raises NotFound, or Refused at the field `email`."""
    with writing() as session:
        event = by_slug(session, slug, actor.labels)
        held = by_email(session, email)
        if held and event.id in held.doors:
            raise Refused({"email": [f"{held.name} helps at this door already."]})
        return add_invitation(session, name=name, email=email, event_id=event.id, actor=actor, now=now)


def take_back_from_door(slug: str, invitation_id: int, *, actor: Actor, now: datetime) -> None:
    """Make the link to a door open nothing any more. Raises NotFound."""
    with writing() as session:
        event = by_slug(session, slug, actor.labels)
        invitation = session.get(Invitation, invitation_id)
        if invitation is None or invitation.event_id != event.id:
            raise NotFound(NO_INVITATION)
        close_invitation(session, invitation, now)


def dismiss(slug: str, person_id: int, *, actor: Actor) -> None:
    """Somebody helps at this door no longer; who has nothing else at the desk is signed out. Raises NotFound."""
    with writing() as session:
        event = by_slug(session, slug, actor.labels)
        person = session.get(Organiser, person_id)
        held = next((each for each in person.helps if each.event_id == event.id), None) if person else None
        if person is None or held is None:
            raise NotFound(NOBODY)
        person.helps.remove(held)
        session.flush()
        end_if_nothing_left(session, person)

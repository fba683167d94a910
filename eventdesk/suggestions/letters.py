"""The mails about what members say: to who is asked to act, to who is told back, to whose words are hidden. Reads only."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..consent.models import MailChoice
from ..consent.queries import choice_by_ref
from ..consent.queries import stop_url as stop_url_of
from ..events.models import Event
from ..labels import RULES
from ..links import Links
from ..lists.crossing import WITHOUT
from ..lists.models import LISTS, Registration
from ..mailpage import page_of
from ..outbox.mail import Letter
from ..outbox.models import Job
from ..posts import cut
from ..programmes.models import Programme
from ..wording import LabelLetter, Text, write_of_label
from .breaches import BREACHES
from .inbox import concerned, route_by_ref
from .models import Contribution, Reply

#: So much of what was said stands in a subject, and in a mail that tells of it.
IN_SUBJECT, IN_MAIL = 60, 600


def routed_letter(session: Session, job: Job, links: Links, now: datetime) -> Letter | None:
    """To who is asked to act: what was said, and not by whom; None once there is nothing to act on."""
    route = route_by_ref(session, job.ref, now)
    if route is None:
        return None
    contribution = session.get_one(Contribution, route.contribution_id)
    programme = session.get_one(Programme, contribution.programme_id)
    url = links.route(programme.rules.audience, route.ref, route.generation)
    told = {"name": route.name, "note": route.note, "until": f"{route.ends_at.day} {route.ends_at:%B %Y}"}
    text = _text(LabelLetter.ROUTED, contribution, programme, url, **told)
    return _letter(text, programme, route.name, route.email)


def heard_letter(session: Session, job: Job, links: Links, now: datetime) -> Letter | None:
    """To one of those concerned: what was answered, and how far it is.

    None for who is gone, or took their vote or their answer back, or once nobody can read it.
    """
    reply = session.get_one(Reply, job.details["reply"])
    contribution = session.get_one(Contribution, reply.contribution_id)
    choice, person = _addressed(session, job, contribution)
    if choice is None or person is None or contribution.hidden_at or contribution.taken_back_at:
        return None
    if choice.ref not in concerned(session, contribution, choice.ref):
        return None
    programme = session.get_one(Programme, contribution.programme_id)
    stop = stop_url_of(session, person.audience, person.email_key, links)
    told = {
        "own": contribution.author == choice.ref,
        "state": reply.state.value,
        "reply": reply.words,
        "asked_another": reply.route_id is not None,
    }
    here = session.get_one(Event, person.event_id).programme_id == contribution.programme_id
    url = f"{_own_page(person, links)}/{contribution.ref}" if here else _own_page(person, links)
    text = _text(LabelLetter.HEARD, contribution, programme, url, stop_url=stop, **told)
    return _letter(text, programme, person.name, person.email, stop_url=stop)


def hidden_letter(session: Session, job: Job, links: Links, now: datetime) -> Letter | None:
    """To its author: which words are hidden, by which rule, and where to ask for another look; None once they are not."""
    contribution = session.get_one(Contribution, job.details["contribution"])
    _, person = _addressed(session, job, contribution)
    if person is None or contribution.breach is None or contribution.taken_back_at:
        return None
    programme = session.get_one(Programme, contribution.programme_id)
    told = {"rule": BREACHES[contribution.breach], "write_to": programme.reply_to or links.mailbox}
    text = _text(LabelLetter.HIDDEN, contribution, programme, f"{_own_page(person, links)}/mine", **told)
    return _letter(text, programme, person.name, person.email)


def _addressed(session: Session, job: Job, said: Contribution) -> tuple[MailChoice | None, Registration | None]:
    """Whose choice about mail the job names, and the registration on whose page they best see it; None for what is gone.

    That is one of the session it is for, else of its programme, else the newest.
    """
    assert job.label
    audience = RULES[job.label].audience
    choice, people = choice_by_ref(session, audience, job.ref), LISTS[audience]
    if choice is None:
        return None, None
    mine = select(people).join(Event, Event.id == people.event_id)
    mine = mine.where(people.email_key == choice.email_key, people.state.not_in(WITHOUT))
    nearest = (Event.id == (said.event_id or 0)).desc(), (Event.programme_id == said.programme_id).desc()
    return choice, session.scalar(mine.order_by(*nearest, people.made_at.desc(), people.id.desc()).limit(1))


def _own_page(person: Registration, links: Links) -> str:
    return f"{links.manage(person.audience, person.ref, person.generation)}/suggestions"


def _text(letter: LabelLetter, said: Contribution, programme: Programme, url: str, **told: Any) -> Text:
    return write_of_label(
        letter,
        programme.rules,
        sender=programme.sender,
        url=url,
        kind=said.kind.value,
        words=cut(said.words, IN_MAIL),
        short=cut(" ".join(said.words.split()), IN_SUBJECT),
        **told,
    )


def _letter(text: Text, programme: Programme, name: str, email: str, *, stop_url: str = "") -> Letter:
    return Letter(
        name=name,
        email=email,
        sender=programme.sender,
        reply_to=programme.reply_to,
        stop_url=stop_url,
        text=text,
        html=page_of(text, programme.rules),
    )

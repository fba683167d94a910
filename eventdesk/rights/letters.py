"""The mail with the link to what is held. The link goes by mail alone: one on a screen proves nobody's address."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from ..clock import lasting
from ..consent.queries import choice_by_ref
from ..labels import RULES
from ..links import Links
from ..mailpage import page_of
from ..outbox.mail import Letter
from ..outbox.models import Job
from ..programmes.queries import first_of
from ..wording import LabelLetter, write_of_label
from .queries import known_as
from .rules import LINK_LASTS, dated


def rights_letter(session: Session, job: Job, links: Links, now: datetime) -> Letter | None:
    """The job's letter; None when nothing is held about the address any more."""
    assert job.label
    rules = RULES[job.label]
    choice = choice_by_ref(session, rules.audience, job.ref)
    if choice is None:
        return None
    programme = first_of(session, job.label)
    url = links.held(rules.audience, choice.ref, dated(choice.generation, now.astimezone(UTC).date()))
    text = write_of_label(
        LabelLetter.RIGHTS,
        rules,
        sender=programme.sender,
        url=url,
        lasts=lasting(LINK_LASTS),
        postal_address=programme.postal_address,
    )
    return Letter(
        name="",
        email=known_as(session, rules.audience, choice.email_key)[1],
        sender=programme.sender,
        reply_to=programme.reply_to,
        text=text,
        html=page_of(text, rules),
    )

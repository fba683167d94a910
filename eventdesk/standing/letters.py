"""The mail that asks whether it was they who asked. Nothing a stranger typed stands in it, but for the address. Reads only."""

from datetime import datetime

from sqlalchemy.orm import Session

from ..labels import RULES
from ..links import Links
from ..mailpage import page_of
from ..outbox.mail import Letter
from ..outbox.models import Job
from ..programmes.queries import first_of
from ..wording import LabelLetter, write_of_label
from .queries import by_ref


def opt_in_of(session: Session, job: Job, links: Links, now: datetime) -> Letter | None:
    """The job's letter; None when the entry is gone, or a newer letter holds its link."""
    assert job.label
    rules = RULES[job.label]
    entry = by_ref(session, rules.audience, job.ref)
    if entry is None or entry.generation != job.version:
        return None
    programme = first_of(session, job.label)
    text = write_of_label(
        LabelLetter.OPT_IN,
        rules,
        sender=programme.sender,
        url=links.standing(entry.audience, entry.ref, entry.generation),
        said=entry.said,
        known=entry.confirmed_at is not None,
        postal_address=programme.postal_address,
    )
    return Letter(
        name="",
        email=entry.email,
        sender=programme.sender,
        reply_to=programme.reply_to,
        text=text,
        html=page_of(text, rules),
    )

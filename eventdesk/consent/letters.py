"""The gate that every letter passes at the moment it is sent: what can be stopped is stopped, and says how to stop it."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from ..db import writing
from ..labels import RULES, LabelRules
from ..links import Links
from ..outbox.mail import Letter, NotDelivered
from ..outbox.models import Job
from ..outbox.rules import is_stoppable
from .queries import refusing
from .service import open_choices

NO_ADDRESS = (
    "Not sent: mail like this must hold the seller’s postal address, and the programme has none. "
    "Give it on the programme’s page, then try again."
)
NO_STOP = "Not sent: it does not say how to stop mail like this. Tell whoever looks after this installation."

Writer = Callable[[Session, Job, Links, datetime], Letter | None]


def passed(write: Writer, session: Session, job: Job, links: Links, now: datetime) -> Letter | None:
    """The job's letter as it may leave; None when nothing is left to say, or its reader wants no mail of its kind.

    Raises NotDelivered, final, when it lacks what mail beyond a registration must hold under its label.
    """
    letter = write(session, job, links, now)
    if letter is None or not is_stoppable(job.kind):
        return letter
    assert job.label
    rules, email_key = RULES[job.label], letter.email.casefold()
    if refusing(session, rules.audience, [email_key], links.keys):
        return None
    if not letter.stop_url:  # whoever made the job gave the address no way to refuse
        with writing() as writer:
            open_choices(writer, rules.audience, [email_key], now)
        letter = write(session, job, links, now)
    if letter and (lack := lacking(rules, letter)):
        raise NotDelivered(lack, final=True)
    return letter


def lacking(rules: LabelRules, letter: Letter) -> str:
    """Why a letter beyond its reader's registration may not leave, for an organiser to act on; blank when it may."""
    if not letter.stop_url or letter.stop_url not in letter.text.body:
        return NO_STOP
    if rules.needs_postal_address and not letter.text.postal_address:
        return NO_ADDRESS
    return ""

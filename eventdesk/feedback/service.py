"""The one write: an answer is kept, and that somebody answered; which of the answers is theirs is kept nowhere.

No history, no time, no job. With each answer, all of the event are put down anew, shuffled, under new random numbers:
else a database that keeps rows in the order of their arrival, or beside them which transaction wrote them
(PostgreSQL keeps both), would say whose is whose.
"""

import secrets
from datetime import datetime
from random import SystemRandom

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from ..db import writing
from ..errors import Conflict, NotFound
from ..events.models import Event
from ..events.queries import seats_to_change
from ..labels import Audience
from ..lists.queries import by_ref
from .models import KeptAnswer
from .queries import may_answer
from .rules import Answer, refusal

ANSWERED = "You have answered already. An answer cannot be changed: nobody knows which one is yours."


def answer(audience: Audience, ref: int, said: Answer, *, now: datetime) -> None:
    """Keep what one who came says, once. Raises NotFound, or Conflict where they are not asked, or have answered."""
    with writing() as session:
        person = by_ref(session, audience, ref)
        if person is None:
            raise NotFound("This link is not valid.")
        event = session.get_one(Event, person.event_id)
        seats_to_change(session, event.id)  # one at a time: who answers puts down what the others said, too
        session.refresh(person, with_for_update=True)
        if person.answered_kept:
            raise Conflict(ANSWERED)
        if not may_answer(session, person, event, now):
            raise Conflict(refusal(event, now))
        person.answered_kept = True
        _put_down(session, event, said)


def _put_down(session: Session, event: Event, said: Answer) -> None:
    mine = KeptAnswer.event_id == event.id
    columns = (KeptAnswer.kept, KeptAnswer.because, KeptAnswer.words)
    answers = [dict(each) for each in session.execute(select(*columns).where(mine)).mappings()]
    answers.append({"kept": said.kept, "because": list(said.because), "words": said.words})
    SystemRandom().shuffle(answers)
    of_event = {"event_id": event.id, "label": event.label}
    refs = sorted(1 + secrets.randbelow(2**63 - 1) for _ in answers)
    session.execute(delete(KeptAnswer).where(mine))
    session.execute(
        insert(KeptAnswer), [{"ref": ref, **of_event, **each} for ref, each in zip(refs, answers, strict=True)]
    )

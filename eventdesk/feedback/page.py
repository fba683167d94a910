"""The question as it stands on the own page of a registration, and the counts on the page of a programme."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ..events.models import Event
from ..lists.models import Registration
from ..programmes.models import Programme
from ..wording import moment
from .forms import KeptForm
from .queries import may_answer, taken_place, tallies
from .rules import COUNTED_FOR, Tally, closes_at, counted, is_open


@dataclass(frozen=True)
class Question:
    """The question as somebody sees it who was there; without a form once they have answered."""

    form: KeptForm | None
    until: str


def question(session: Session, person: Registration, event: Event, now: datetime) -> Question | None:
    """What somebody is asked; None for who is not, or not any more."""
    until = moment(closes_at(event).astimezone(event.starts.tzinfo))
    if may_answer(session, person, event, now):
        return Question(KeptForm().of(event.rules), until)
    return Question(None, until) if person.answered_kept and is_open(event, now) else None


def kept_lately(session: Session, programme: Programme, now: datetime) -> Tally | None:
    """How the answers of the last twelve months fell, of events that everyone may find; None while they are few."""
    events = taken_place(session, programme.label, now, since=now - COUNTED_FOR, programme=programme)
    whole = counted(list(tallies(session, [event for event in events if event.is_public]).values()))
    return whole if whole.shown else None

"""What an event's people answered to the question picked from the bank: words alone, without who said them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..events.models import Event
from ..questions.bank import picked_for
from ..questions.models import Question
from ..questions.rules import told
from ..sheets import Table
from .models import State
from .queries import people_of


@dataclass(frozen=True)
class Sheet:
    """What the evening is prepared from."""

    question: Question
    #: In the order of their letters, which tells nothing of who said what.
    answers: Sequence[str]
    #: How many have a seat.
    seats: int

    @property
    def table(self) -> Table:
        """The same as a file has it."""
        return Table([self.question.prompt], [[each] for each in self.answers])


def sheet_of(session: Session, event: Event) -> Sheet | None:
    """The answers of those who have a seat; None where no question was picked. Neither names nor addresses are read."""
    question = picked_for(session, event.id)
    if question is None:
        return None
    people = people_of(event)
    given = select(people.answers).where(people.event_id == event.id, people.state == State.CONFIRMED)
    said = [told(question, answers.get(str(question.ref))) for answers in session.scalars(given)]
    words = sorted((each for each in said if each), key=lambda each: (each.casefold(), each))
    return Sheet(question, words, len(said))

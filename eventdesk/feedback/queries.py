"""Reads of the answers, and of who may answer. One label at a time: whoever asks gives events of one list."""

from collections.abc import Sequence
from datetime import datetime
from random import SystemRandom

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..events.models import Event
from ..events.rules import Status
from ..labels import Label
from ..lists.models import Registration, Standing
from ..lists.queries import counts_of, was_there
from ..programmes.models import Programme
from ..retention.models import EventFigures
from ..retention.queries import stored
from ..retention.rules import Figures
from .models import KeptAnswer
from .rules import Tally, is_open


def may_answer(session: Session, person: Registration, event: Event, now: datetime) -> bool:
    """Whether somebody is asked now: who was there, once, while it is open."""
    return is_open(event, now) and not person.answered_kept and was_there(session, person)


def tallies(session: Session, events: Sequence[Event]) -> dict[int, Tally]:
    """How the answers fell, by event; the events are of one list."""
    found = {event.id: Tally(asked=0) for event in events}
    if not events:
        return found
    answers = select(KeptAnswer.event_id, KeptAnswer.kept, KeptAnswer.because).where(KeptAnswer.event_id.in_(found))
    for event_id, kept, because in session.execute(answers):
        found[event_id].kept[kept] += 1
        found[event_id].because.update(because)
    asked = _asked(session, events)
    return {
        # who is marked as missed, or erased, after answering was asked all the same
        id_: Tally(asked=max(asked[id_], each.answers), kept=each.kept, because=each.because)
        for id_, each in found.items()
    }


def _asked(session: Session, events: Sequence[Event]) -> dict[int, int]:
    """How many were there, by event: those marked so, or everyone with a seat where nobody was marked.

    Those are counted who are still on the list, and who are gone from it since their time was over.
    """
    there = counts_of(session, events)
    rows = session.scalars(select(EventFigures).where(EventFigures.event_id.in_(there)))
    gone = {row.event_id: stored(row) for row in rows}
    found = {}
    for event_id, numbers in there.items():
        left = gone.get(event_id, Figures())
        came = numbers[Standing.ATTENDED] + left.attended
        marked = came + numbers[Standing.NO_SHOW] + left.no_shows
        seated = numbers[Standing.CONFIRMED] + left.registered - left.cancelled - left.waitlisted
        found[event_id] = came if marked else seated
    return found


def words_of(session: Session, event: Event) -> list[str]:
    """What people said in their own words, in no order; nothing while there are few answers."""
    if not tallies(session, [event])[event.id].shown:
        return []
    kept = select(KeptAnswer.words).where(KeptAnswer.event_id == event.id, KeptAnswer.words != "")
    words = list(session.scalars(kept))
    SystemRandom().shuffle(words)
    return words


def taken_place(
    session: Session, label: Label, now: datetime, *, since: datetime | None = None, programme: Programme | None = None
) -> Sequence[Event]:
    """The events of a label, or of one of its programmes, that took place, the latest first; since an instant, or ever."""
    wanted = select(Event).where(Event.label == label, Event.status == Status.PUBLISHED, Event.ends_at <= now)
    if since:
        wanted = wanted.where(Event.ends_at > since)
    if programme:
        wanted = wanted.where(Event.programme_id == programme.id)
    return session.scalars(wanted.order_by(Event.starts_at.desc(), Event.id)).all()

"""Reads of all that one list holds about one address, or about one registration. The audience says which list; never both."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..consent.queries import choice_of
from ..events.models import Event
from ..history.queries import entries
from ..history.words import sentence
from ..invites.models import InvitationRound, InviteLink
from ..labels import RULES_BY_AUDIENCE, Audience
from ..lists.models import PeopleImport, Registration
from ..lists.words import to_you
from ..organisers.models import Organiser
from ..personal import HELD, REGISTRATIONS, Held
from ..programmes.models import Programme
from ..questions.queries import questions_of
from ..questions.rules import answers_in_words
from ..suggestions.models import Contribution
from ..suggestions.rules import notice
from .rules import Fact, Happened, Row, in_words, plain


def rows_of(session: Session, audience: Audience, email_key: str) -> list[tuple[Held, Any]]:
    """All rows of one list about an address, with their kind."""
    there = [held for held in HELD if audience in held.tables]
    return [(held, row) for held in there for row in _found(session, held, audience, email_key)]


def held_about(session: Session, audience: Audience, email_key: str) -> list[Row]:
    """All that one list holds about an address, told."""
    return [told(session, held, row) for held, row in rows_of(session, audience, email_key)]


def told(session: Session, held: Held, row: Any) -> Row:
    """One row: each of its columns that is about the person, in the order of `personal.py`."""
    there = type(row).__table__.columns
    facts = [_fact(session, column, title, row) for column, title in held.personal.items() if column in there]
    return Row(held, facts, _happened(session, row) if held is REGISTRATIONS else ())


def known_as(session: Session, audience: Audience, email_key: str) -> tuple[str, str]:
    """The name and the address, as they were last given; of who gave none, no name and the address in small letters."""
    named = [row for _, row in rows_of(session, audience, email_key) if getattr(row, "email", "")]
    newest = max(named, key=lambda row: getattr(row, "made_at", None) or row.asked_at, default=None)
    return (newest.name, newest.email) if newest else ("", email_key)


def _found(session: Session, held: Held, audience: Audience, email_key: str) -> Sequence[Any]:
    table = held.tables[audience]
    if not held.subject:
        return session.scalars(select(table).where(table.email_key == email_key).order_by(table.id)).all()
    choice = choice_of(session, audience, email_key)  # its reference alone is known there
    if choice is None:
        return []
    subject = getattr(table, held.subject)
    mine = select(table).where(table.label == RULES_BY_AUDIENCE[audience].label, subject == choice.ref)
    return session.scalars(mine.order_by(*table.__table__.primary_key.columns)).all()


def _fact(session: Session, column: str, title: str, row: Any) -> Fact:
    value = getattr(row, column)
    if value is not None and (look_up := _LOOKED_UP.get(column)):
        value = look_up(session, row, value)
    return Fact(column, title, plain(value), in_words(value))


def _answers(session: Session, row: Any, answers: Mapping[str, Any]) -> dict[str, str]:
    return dict(answers_in_words(questions_of(session, row.event_id), answers))


def _said(contribution: Contribution) -> str:
    """What somebody voted for: not its words where those are hidden, which is what hiding is for."""
    return notice(contribution) or contribution.words


def _file(session: Session, row: Any, number: int) -> str:
    return session.get_one(PeopleImport, number).statement


def _source(session: Session, row: Any, number: int) -> str:
    made = session.get_one(InvitationRound, number)
    before = session.get(Event, made.source_event_id) if made.source_event_id else None
    return made.statement or (f"The people of “{before.title}”" if before else "The standing list")


#: Columns that hold a number of something else, or answers by number: what stands for them.
_LOOKED_UP: Mapping[str, Callable[[Session, Any, Any], Any]] = {
    "event_id": lambda session, _row, number: session.get_one(Event, number).title,
    "link_id": lambda session, _row, number: session.get_one(InviteLink, number).name,
    "programme_id": lambda session, _row, number: session.get_one(Programme, number).name,
    "contribution_id": lambda session, _row, number: _said(session.get_one(Contribution, number)),
    "owner_id": lambda session, _row, number: session.get_one(Organiser, number).name,
    "answers": _answers,
    "import_id": _file,
    "round_id": _source,
}


def _happened(session: Session, person: Registration) -> list[Happened]:
    own = reversed(entries(session, person.event_id, person.ref))
    return [Happened(entry.at, to_you(entry) or sentence(entry.act, entry.details)) for entry in own]

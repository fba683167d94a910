"""Writes of people's rights: mail them the link, correct what is held, erase one registration or all that a list holds.

Seats are given back, and the next in line moves up; counts stay, and the history keeps acts without anybody's name.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from .. import limits
from ..consent.forgotten import forget
from ..consent.models import CHOICES, ConsentEntry, MailChoice, Parting, Source
from ..consent.queries import choice_by_ref, choice_of
from ..consent.service import open_choices, record_withdrawn
from ..db import writing
from ..errors import NotFound
from ..evenings.models import Quotation
from ..evenings.parting import withdraw
from ..events.models import Seats
from ..events.queries import seats_to_change
from ..history.models import Act
from ..invites.models import INVITATIONS, Invitation
from ..labels import RULES_BY_AUDIENCE, Audience
from ..links import Keys, Links
from ..lists.models import CALENDARS, Registration, State
from ..lists.queries import by_ref
from ..lists.seating import give_back, locked, promote, remember
from ..outbox.models import Kind
from ..outbox.service import drop, enqueue
from ..questions.service import freeze
from ..retention.service import count_gone, count_invited, sweep
from ..standing.models import STANDING, StandingEntry
from ..standing.rules import mailbox_of
from ..suggestions.models import Contribution, Vote
from ..suggestions.parting import blank, forget_votes
from .queries import rows_of
from .rules import ASKED_ENOUGH, DOUBLE_CLICK_SECONDS, MAILS

NOT_GOOD = "This link is not valid any more: it is too old, or nothing is held about the address it was mailed to."


def mail_link(audience: Audience, email_key: str, *, links: Links, now: datetime) -> None:
    """Mail an address the link to all that one list holds about it. Raises TooMany when it was asked for often enough."""
    with writing() as session:
        for most, seconds in MAILS.items():
            key = links.keys.digest("rights", str(seconds), mailbox_of(email_key))
            limits.count(session, key, now, most=most, seconds=seconds, said=ASKED_ENOUGH)
        open_choices(session, audience, [email_key], now)
        choice = choice_of(session, audience, email_key)
        assert choice
        number = int(now.timestamp()) // DOUBLE_CLICK_SECONDS
        label = RULES_BY_AUDIENCE[audience].label
        enqueue(session, Kind.RIGHTS, label=label, event_id=0, ref=choice.ref, version=number, now=now)


def correct(
    audience: Audience, ref: int, said: Mapping[str, str], answers: Mapping[int, Any] | None, *, now: datetime
) -> None:
    """Put what somebody said of themself right in one registration: their name, what the label asks, perhaps the answers.

    `answers` are all of those to the event's own questions by reference, None where they stay as they are. Raises
    NotFound, or Conflict when something else is asked by now.
    """
    with writing() as session:
        _, person = locked(session, audience, ref)
        wanted: dict[str, Any] = dict(said)
        if answers is not None:
            wanted["answers"] = {str(number): answer for number, answer in answers.items()}
            freeze(session, person.event_id, answers.keys())
        changed = [name for name, value in wanted.items() if getattr(person, name) != value]
        for name in changed:
            setattr(person, name, wanted[name])
        if changed:
            remember(session, Act.CORRECTED, person, now)


def correct_name(audience: Audience, choice_ref: int, name: str, *, now: datetime) -> None:
    """Put the name right wherever one list holds it with the address of this choice. Raises NotFound.

    Where there is no address, a name is what they chose to be called there: it stays.
    """
    with writing() as session:
        for held, row in rows_of(session, audience, _choice(session, audience, choice_ref).email_key):
            if not held.subject and getattr(row, "name", name) != name:
                row.name = name
                if isinstance(row, Registration):
                    remember(session, Act.CORRECTED, row, now)


def erase_registration(audience: Audience, ref: int, *, keys: Keys, now: datetime) -> None:
    """Take one registration out, with all that it says. Raises NotFound.

    An invitation to the same event counts as declined. When this was all that the list held of the address, nothing stays
    of a calendar and a choice about mail either, nor of what they said: nobody would find the way to it any more.
    """
    with writing() as session:
        person = _registration(session, audience, ref)
        email_key, event_id = person.email_key, person.event_id
        _alone(session, audience, email_key)
        for invitation in _invitations(session, audience, email_key, event_id):
            invitation.declined_at = invitation.declined_at or now
        _take_out(session, [person], keys, now)
        rows = [row for _, row in rows_of(session, audience, email_key)]
        if not any(isinstance(row, Registration | Invitation | StandingEntry) for row in rows):
            _unsay(session, rows, now)
        sweep(session, audience, [email_key])


def erase(audience: Audience, choice_ref: int, *, keys: Keys, now: datetime) -> None:
    """Take all out that one list holds about an address, and keep by a digest that it is not to be written to. Raises NotFound."""
    with writing() as session:
        email_key = _choice(session, audience, choice_ref).email_key
        _alone(session, audience, email_key)
        _erase(session, audience, email_key, [row for _, row in rows_of(session, audience, email_key)], keys, now)
        forget(session, RULES_BY_AUDIENCE[audience].label, email_key, Parting.ERASED, keys, now)


def erase_older(
    session: Session, audience: Audience, email_key: str, before: datetime, keys: Keys, now: datetime
) -> int:
    """The same of what was made by a moment, as part of a transaction; 1, or 0 where there is nothing of it."""
    _alone(session, audience, email_key)
    rows = [row for _, row in rows_of(session, audience, email_key) if _made_at(row) <= before]
    if rows:
        _erase(session, audience, email_key, rows, keys, now)
        forget(session, RULES_BY_AUDIENCE[audience].label, email_key, Parting.ERASED, keys, before)
    return int(bool(rows))


def _erase(
    session: Session, audience: Audience, email_key: str, rows: Sequence[Any], keys: Keys, now: datetime
) -> None:
    drop(session, RULES_BY_AUDIENCE[audience].label, [row.ref for row in rows if not isinstance(row, Vote)])
    _unsay(session, rows, now)
    _take_out(session, [row for row in rows if isinstance(row, Registration | Invitation)], keys, now)
    if any(isinstance(row, StandingEntry) and row.confirmed_at for row in rows):
        record_withdrawn(session, audience, email_key, source=Source.ERASURE, now=now)
    for tables in (STANDING, CALENDARS, CHOICES):
        table = tables[audience]
        those = [row.id for row in rows if isinstance(row, table)]
        session.execute(delete(table).where(table.id.in_(those)))


def _alone(session: Session, audience: Audience, email_key: str) -> None:
    """Have whoever says something by this address meanwhile wait until it is erased, or be done before."""
    if choice := choice_of(session, audience, email_key):
        session.refresh(choice, with_for_update=True)


def _unsay(session: Session, rows: Sequence[Any], now: datetime) -> None:
    """Take out what somebody said, found good and let be quoted."""
    blank((row for row in rows if isinstance(row, Contribution)), now)
    forget_votes(session, (row for row in rows if isinstance(row, Vote)))
    withdraw(session, (row for row in rows if isinstance(row, Quotation)), now)


def _made_at(row: Any) -> datetime:
    """When somebody last said by it that it was they."""
    match row:
        case StandingEntry():
            return row.confirmed_at or row.asked_at
        case ConsentEntry():
            return row.at
        case Quotation():
            return row.given_at
    made_at: datetime = row.made_at
    return made_at


def _take_out(session: Session, rows: Sequence[Registration | Invitation], keys: Keys, now: datetime) -> None:
    """Delete registrations with what waits to be sent to them, and invitations.

    All lock the seats of several events in one order.
    """
    for each in sorted(rows, key=lambda row: row.event_id):
        if isinstance(each, Invitation):
            _take_out_invitation(session, each, now)
            continue
        seats, person = locked(session, each.audience, each.ref)
        if seats.event.is_past(now):
            count_gone(session, seats.event, [person], now)
        _vacate(session, seats, person, now)
        remember(session, Act.ERASED, person, now)
        forget(session, person.label, str(person.ref), Parting.ERASED, keys, now)
        drop(session, person.label, [person.ref])
        session.delete(person)
        session.flush()
        promote(session, seats, now)


def _take_out_invitation(session: Session, invitation: Invitation, now: datetime) -> None:
    """Delete it. To an event that is over it stays counted; to one that is to come it is as if it had not been made."""
    event, table = seats_to_change(session, invitation.event_id).event, type(invitation)
    gone = session.scalars(delete(table).where(table.id == invitation.id).returning(table.id)).all()
    if event.is_past(now):
        count_invited(session, event, len(gone), now)


def _vacate(session: Session, seats: Seats, person: Registration, now: datetime) -> None:
    """Count what they had back; to those behind them in line it is as if they had left."""
    if person.state is State.CANCELLED:
        return
    give_back(seats, person)
    if seats.event.takes_registrations(now):
        was = {"waited": person.is_waiting, "held": person.is_held, "offered": person.is_offered}
        remember(session, Act.LEFT, person, now, **was)


def _invitations(session: Session, audience: Audience, email_key: str, event_id: int) -> Sequence[Invitation]:
    table = INVITATIONS[audience]
    mine = select(table).where(table.event_id == event_id, table.email_key == email_key)
    return session.scalars(mine.with_for_update()).all()


def _registration(session: Session, audience: Audience, ref: int) -> Registration:
    person = by_ref(session, audience, ref)
    if person is None:
        raise NotFound(NOT_GOOD)
    return person


def _choice(session: Session, audience: Audience, ref: int) -> MailChoice:
    choice = choice_by_ref(session, audience, ref)
    if choice is None:
        raise NotFound(NOT_GOOD)
    return choice

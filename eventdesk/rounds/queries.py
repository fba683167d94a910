"""Reads of rounds: who could be invited, who is, and what they said. Each asks one label's own tables alone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from ..consent.models import CHOICES
from ..consent.queries import refusing
from ..errors import NotFound
from ..events.models import Event
from ..events.rules import Status
from ..invites.models import INVITATIONS, Invitation, InvitationRound
from ..links import Keys
from ..lists.models import State
from ..lists.queries import people_of
from ..outbox.models import Job, Kind, Progress
from ..outbox.queries import UNFINISHED
from ..standing.queries import by_email, listed
from .rules import Answer, Guest, Why

SHOWN_MOST = 200


def rounds_of(session: Session, event: Event) -> Sequence[InvitationRound]:
    """The event's rounds, the newest first."""
    mine = select(InvitationRound).where(InvitationRound.event_id == event.id)
    return session.scalars(mine.order_by(InvitationRound.id.desc())).all()


def round_of(session: Session, event: Event, id_: int) -> InvitationRound:
    """One of the event's rounds. Raises NotFound."""
    found = session.scalar(
        select(InvitationRound).where(InvitationRound.event_id == event.id, InvitationRound.id == id_)
    )
    if found is None:
        raise NotFound("This event has no such round of invitations.")
    return found


def standing(session: Session, event: Event) -> Sequence[Guest]:
    """Who asked to be told of the next events of this label, and confirmed it; the first to confirm first."""
    confirmed = listed(session, event.rules.audience)
    return [Guest(entry.name, entry.email) for entry in reversed(confirmed)]


def still_stands(session: Session, event: Event, email_key: str) -> bool:
    """Whether an address is on the standing list of an event's label."""
    entry = by_email(session, event.rules.audience, email_key)
    return entry is not None and entry.confirmed_at is not None


def past_events(session: Session, event: Event, now: datetime, limit: int = 50) -> Sequence[Event]:
    """The events of the same label that are over, the latest first."""
    over = select(Event).where(_is_before(event, now)).order_by(Event.starts_at.desc(), Event.id)
    return session.scalars(over.limit(limit)).all()


def past_event(session: Session, event: Event, slug: str, now: datetime) -> Event | None:
    """One of them."""
    return session.scalar(select(Event).where(_is_before(event, now), Event.slug == slug))


def _is_before(event: Event, now: datetime) -> ColumnElement[bool]:
    return and_(
        Event.label == event.label, Event.status == Status.PUBLISHED, Event.ends_at <= now, Event.id != event.id
    )


def seated(session: Session, event: Event) -> Sequence[Guest]:
    """Who had a seat at an event, whether they came or not, in order of arrival."""
    people = people_of(event)
    mine = select(people.name, people.email).where(people.event_id == event.id, people.state == State.CONFIRMED)
    return [Guest(name, email) for name, email in session.execute(mine.order_by(people.place))]


def left_out(session: Session, event: Event, email_keys: Collection[str], keys: Keys) -> dict[str, Why]:
    """Which of these addresses no round of the event invites, and why."""
    people, invitations = people_of(event), INVITATIONS[event.rules.audience]
    invited = select(invitations.email_key).where(
        invitations.event_id == event.id, invitations.email_key.in_(email_keys)
    )
    known = select(people.email_key).where(people.event_id == event.id, people.email_key.in_(email_keys))
    refused = refusing(session, event.rules.audience, email_keys, keys)
    found: dict[str, Why] = dict.fromkeys(session.scalars(invited), Why.INVITED)
    return found | dict.fromkeys(refused, Why.REFUSES) | dict.fromkeys(session.scalars(known), Why.REGISTERED)


def mailed(session: Session, event: Event) -> set[int]:
    """The references of all links to an event that were mailed, or are about to be."""
    return set(session.scalars(select(Job.ref).where(Job.event_id == event.id, Job.kind == Kind.INVITED)))


def is_known(session: Session, event: Event, invitation: Invitation) -> bool:
    """Whether somebody registered by this link or with its address, also if they left again."""
    return bool(session.scalar(select(_knows(event, invitation.email_key, invitation.registered_ref))))


def _knows(event: Event, email_key: Any, ref: Any, *states: ColumnElement[bool]) -> ColumnElement[bool]:
    people = people_of(event)
    return exists().where(people.event_id == event.id, or_(people.email_key == email_key, people.ref == ref), *states)


def _answer(event: Event) -> ColumnElement[str]:
    """What became of each invitation. Who registered by whatever link has; who left again cannot come after all."""
    table, people = INVITATIONS[event.rules.audience], people_of(event)
    mine = (event, table.email_key, table.registered_ref)
    return case(
        (_knows(*mine, people.state != State.CANCELLED), Answer.REGISTERED.value),
        (or_(table.declined_at.is_not(None), _knows(*mine)), Answer.DECLINED.value),
        else_=Answer.INVITED.value,
    )


@dataclass(frozen=True, kw_only=True)
class Figures:
    """How far a round is: its invitations on their way, sent and failed, those sent once more, and the answers."""

    people: int = 0
    waiting: int = 0
    sent: int = 0
    failed: int = 0
    nudged: int = 0
    answers: Mapping[Answer, int] = field(default_factory=lambda: dict.fromkeys(Answer, 0))


def figures(session: Session, event: Event) -> dict[int, Figures]:
    """By its id, how far each of the event's rounds is; one that invites nobody is not among them."""
    each = _invited(event, INVITATIONS[event.rules.audience].round_id).subquery()
    counted = select(
        each.c.round_id,
        func.count(),
        func.count().filter(each.c.progress.in_(UNFINISHED)),
        func.count().filter(each.c.told.is_not(None)),
        func.count().filter(each.c.progress == Progress.FAILED),
        func.count().filter(each.c.nudged),
        *(func.count().filter(each.c.answer == answer.value) for answer in Answer),
    ).group_by(each.c.round_id)
    return {
        number: Figures(
            people=people, waiting=waiting, sent=sent, failed=failed, nudged=nudged, answers=_by_answer(answers)
        )
        for number, people, waiting, sent, failed, nudged, *answers in session.execute(counted)
    }


def _by_answer(counted: Sequence[int]) -> dict[Answer, int]:
    return dict(zip(Answer, counted, strict=True))


def _invited(event: Event, *columns: Any) -> Select[Any]:
    """Everyone in a round of the event: these columns, how far their letter is, whether a second went, the answer."""
    table, letter, nudge = INVITATIONS[event.rules.audience], aliased(Job), aliased(Job)
    nudged = exists().where(
        nudge.event_id == table.event_id, nudge.ref == table.ref, nudge.kind == Kind.NUDGED, nudge.told.is_not(None)
    )
    wanted = select(
        *columns, letter.progress, letter.told, nudged.label("nudged"), _answer(event).label("answer")
    ).select_from(table)
    mine = and_(letter.event_id == table.event_id, letter.ref == table.ref, letter.kind == Kind.INVITED)
    return wanted.outerjoin(letter, mine).where(table.event_id == event.id, table.round_id.is_not(None))


@dataclass(frozen=True)
class Recipient:
    """One person in a round, how far their letter is, and what they said."""

    invitation: Invitation
    progress: Progress | None
    told: int | None
    nudged: bool
    answer: Answer


def recipients(
    session: Session, event: Event, round_: InvitationRound, answer: Answer | None = None, search: str = ""
) -> Sequence[Recipient]:
    """Who is in a round: all, or who answered so, or whose name or address contains `search`; `SHOWN_MOST` at most."""
    table = INVITATIONS[event.rules.audience]
    wanted = _invited(event, table).where(table.round_id == round_.id)
    if answer:
        wanted = wanted.where(_answer(event) == answer.value)
    if search:
        wanted = wanted.where(
            or_(table.name.icontains(search, autoescape=True), table.email.icontains(search, autoescape=True))
        )
    rows = session.execute(wanted.order_by(table.id).limit(SHOWN_MOST))
    return [Recipient(each, progress, told, nudged, Answer(said)) for each, progress, told, nudged, said in rows]


def next_in_round(
    session: Session, event: Event, round_id: int, *, after: int, limit: int, unanswered: bool = False
) -> Sequence[Invitation]:
    """The next `limit` links of a round, after one of them; with `unanswered`, of those who got a letter and said nothing."""
    table = INVITATIONS[event.rules.audience]
    wanted = select(table).where(table.round_id == round_id, table.id > after, table.revoked_at.is_(None))
    if unanswered:
        wanted = wanted.where(_is_unanswered(event))
    return session.scalars(wanted.order_by(table.id).limit(limit)).all()


def unanswered(session: Session, event: Event, round_id: int) -> int:
    """How many of a round got their letter, want more such mail, and have said nothing."""
    table = INVITATIONS[event.rules.audience]
    those = select(func.count()).where(table.round_id == round_id, table.revoked_at.is_(None), _is_unanswered(event))
    return session.scalar(those) or 0


def _is_unanswered(event: Event) -> ColumnElement[bool]:
    table, choices = INVITATIONS[event.rules.audience], CHOICES[event.rules.audience]
    reached = exists().where(
        Job.event_id == event.id, Job.ref == table.ref, Job.kind == Kind.INVITED, Job.told.is_not(None)
    )
    refused = exists().where(choices.email_key == table.email_key, choices.refused_at.is_not(None))
    return and_(reached, ~refused, _answer(event) == Answer.INVITED.value)

"""Writes of members: say something, vote, take either back. What hosts do with it is `hosting.py`.

A member is known by the reference of their `MailChoice` on the list: one address is one voice, however many
registrations it has. Its row is locked first, so that of two acts of one member the second sees the first.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from .. import limits
from ..consent.queries import choice_of
from ..consent.service import open_choices
from ..db import insert_on, writing
from ..errors import Conflict, NotFound, Refused
from ..events.models import Event
from ..events.rules import Status
from ..labels import Audience
from ..lists.queries import by_ref
from .models import Contribution, Kind, Vote
from .parting import blank
from .queries import NO_CONTRIBUTION, readable
from .rules import (
    DOUBLE_CLICK,
    ENOUGH,
    HOUR_SECONDS,
    OF_AUTHOR,
    OF_NETWORK,
    VOTED_ON,
    WHICH,
    WORKED_ON,
    Reader,
    has_voice,
    may_be_asked_about,
    refusal,
)

NO_VOICE = "There is no such page."
OWN = "This is yours. It is for others to vote on it and to answer."
CLOSED = "That was taken back or hidden, so nothing can be said to it any more. Nothing was changed."


@dataclass(frozen=True)
class _Member:
    author: int
    event: Event

    @property
    def reader(self) -> Reader:
        return Reader(is_member=True, author=self.author, event_id=self.event.id)


def contribute(
    audience: Audience,
    registration_ref: int,
    kind: Kind,
    words: str,
    *,
    name: str,
    event_id: int | None = None,
    parent_ref: int | None = None,
    told_all: bool = True,
    network: str = "",
    now: datetime,
) -> Contribution:
    """Keep what a member says, signed as they wish (blank: a member). The same words again within minutes are one.

    `event_id` is the session a question is for, or on whose notes a comment stands (that they are out is asked by who
    calls); `parent_ref` what an answer is to. `told_all`: whether the form said that everybody reads it, where the
    programme is open to all; `network` is a digest of where it came from. Raises NotFound for who has no voice, or what
    they cannot see, Refused at `words` or `event`, Conflict for what is closed, or their own, TooMany.
    """
    words = words.strip()
    if why := refusal(words):
        raise Refused({"words": [why]})
    with writing() as session:
        member = _member(session, audience, registration_ref, now)
        event, parent = _about(session, member, kind, event_id, now), None
        if kind is Kind.ANSWER:
            parent = _open(session, member, parent_ref or 0, WORKED_ON)
            event = session.get_one(Event, parent.event_id) if parent.event_id else None
        programme = member.event.programme
        made = Contribution(
            ref=1 + secrets.randbelow(2**63 - 1),
            label=programme.label,
            programme_id=programme.id,
            event_id=event.id if event else None,
            parent_id=parent.id if parent else None,
            kind=kind,
            author=member.author,
            name=name.strip(),
            words=words,
            for_all=_is_for_all(member, event, parent, told_all),
            made_at=now,
        )
        if earlier := _said_already(session, made):
            return earlier
        if network:
            limits.count(session, f"say:{network}", now, most=OF_NETWORK, seconds=HOUR_SECONDS)
        limits.count(session, f"say:{member.author}", now, most=OF_AUTHOR, seconds=HOUR_SECONDS, said=ENOUGH)
        session.add(made)
        session.flush()
    return made


def vote(audience: Audience, registration_ref: int, contribution_ref: int, *, now: datetime) -> None:
    """Count a member's one vote for a contribution. Twice is once.

    Raises NotFound for who has no voice, or what they cannot see, Conflict for what is closed, or their own.
    """
    with writing() as session:
        member = _member(session, audience, registration_ref, now)
        found = _open(session, member, contribution_ref, VOTED_ON)
        mine = {"contribution_id": found.id, "voter": member.author, "label": found.label, "made_at": now}
        session.execute(insert_on(session)(Vote).values(mine).on_conflict_do_nothing())


def take_vote_back(audience: Audience, registration_ref: int, contribution_ref: int, *, now: datetime) -> None:
    """Count it no more, whatever became of the contribution. Raises NotFound for who has no voice."""
    with writing() as session:
        member = _member(session, audience, registration_ref, now, speaks=False)
        its = select(Contribution.id).where(Contribution.ref == contribution_ref)
        session.execute(delete(Vote).where(Vote.voter == member.author, Vote.contribution_id.in_(its)))


def take_back(audience: Audience, registration_ref: int, contribution_ref: int, *, now: datetime) -> None:
    """Take words and name out of what a member said themselves. Twice is once. Raises NotFound, also for another's."""
    with writing() as session:
        member = _member(session, audience, registration_ref, now, speaks=False)
        mine = select(Contribution).where(Contribution.ref == contribution_ref, Contribution.author == member.author)
        found = session.scalar(mine.with_for_update())
        if found is None:
            raise NotFound(NO_CONTRIBUTION)
        blank([found], now)


def _member(session: Session, audience: Audience, ref: int, now: datetime, *, speaks: bool = True) -> _Member:
    """Who holds a registration, with their row locked. Raises NotFound where it gives no voice.

    Who only takes back what they said needs none (`speaks`): they may have given their seat up since.
    """
    person = by_ref(session, audience, ref)
    if person is None:
        raise NotFound(NO_VOICE)
    open_choices(session, audience, [person.email_key], now)
    choice = choice_of(session, audience, person.email_key)
    assert choice
    session.refresh(choice, with_for_update=True)
    session.refresh(person)  # who is erased at this moment is gone by now
    event = session.get_one(Event, person.event_id)
    if not (has_voice(person, event) if speaks else event.rules.heard):
        raise NotFound(NO_VOICE)
    return _Member(choice.ref, event)


def _about(session: Session, member: _Member, kind: Kind, event_id: int | None, now: datetime) -> Event | None:
    """The session a question is for, or whose notes are commented. Raises Refused at `event`, NotFound."""
    if kind not in (Kind.QUESTION, Kind.COMMENT):
        return None
    of_programme = select(Event).where(Event.id == event_id, Event.programme_id == member.event.programme_id)
    event = session.scalar(of_programme)
    if kind is Kind.QUESTION and (event is None or not may_be_asked_about(event, member.event.id, now)):
        raise Refused({"event": [WHICH]})
    if event is None or event.status is Status.DRAFT or not (event.is_public or event.id == member.event.id):
        raise NotFound(NO_VOICE)
    return event


def _open(session: Session, member: _Member, ref: int, kinds: tuple[Kind, ...]) -> Contribution:
    """Another's contribution of these kinds, to which something can be said. Raises NotFound, Conflict."""
    of_programme = Contribution.programme_id == member.event.programme_id
    seen = select(Contribution).where(Contribution.ref == ref, of_programme, readable(member.reader))
    found = session.scalar(seen.where(Contribution.kind.in_(kinds)))
    if found is None:
        raise NotFound(NO_CONTRIBUTION)
    if found.author == member.author:
        raise Conflict(OWN)
    if found.taken_back_at or found.hidden_at:
        raise Conflict(CLOSED)
    return found


def _is_for_all(member: _Member, event: Event | None, parent: Contribution | None, told_all: bool) -> bool:
    """Whether everybody may read it, now and later: its author was told so, and what it stands under is, too."""
    everywhere = (event is None or event.is_public) and (parent is None or parent.for_all)
    return told_all and member.event.programme.open_to_all and everywhere


def _said_already(session: Session, made: Contribution) -> Contribution | None:
    """The same, said by the same author a moment ago and not taken back since."""
    same = (
        Contribution.programme_id == made.programme_id,
        Contribution.author == made.author,
        Contribution.kind == made.kind,
        Contribution.words == made.words,
        Contribution.event_id.is_not_distinct_from(made.event_id),
        Contribution.parent_id.is_not_distinct_from(made.parent_id),
        Contribution.made_at > made.made_at - DOUBLE_CLICK,
    )
    return session.scalar(select(Contribution).where(*same).limit(1))

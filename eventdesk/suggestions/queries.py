"""Reads of what members say, as whoever reads may see it: of one programme, one session's notes, or one author."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from ..consent.queries import choice_of
from ..errors import NotFound
from ..events.models import Event
from ..events.queries import coming
from ..events.rules import Visibility
from ..labels import Label
from ..lists.models import Registration
from ..programmes.models import Programme
from .models import Contribution, Kind, Reply, State, Vote
from .rules import A_MEMBER, EVERYBODY, HOSTS, VOTED_ON, WORKED_ON, Reader, headed, may_be_asked_about, notice

NO_CONTRIBUTION = "There is no such suggestion or question."


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One contribution with what belongs to it, as one reader may see it: pages take its words and name from here."""

    contribution: Contribution
    reader: Reader
    votes: int
    #: Whether the reader is one of those.
    voted: bool
    #: Best first.
    answers: Sequence["Shown"]
    #: The hosts', the oldest first.
    replies: Sequence[Reply]
    #: The session it is for, or on whose notes it stands.
    event: Event | None

    @property
    def words(self) -> str:
        """What it says; blank where that is gone, or not for this reader."""
        return self.contribution.words if self.reader.knows(self.contribution) else ""

    @property
    def headed(self) -> tuple[str, str]:
        """The beginning of that as a heading, and what a list shows below it."""
        return headed(self.words)

    @property
    def signed(self) -> str:
        """As whom its author wished to be named; blank where the words are."""
        return (self.contribution.name or A_MEMBER) if self.words else ""

    @property
    def notice(self) -> str:
        """What stands in place of the words, or beside them; blank where nothing does."""
        return notice(self.contribution)

    @property
    def is_mine(self) -> bool:
        """Whether the reader said it."""
        return self.reader.wrote(self.contribution)

    @property
    def takes_votes(self) -> bool:
        """Whether the reader may vote on it."""
        return self.reader.is_member and self.contribution.kind in VOTED_ON and not self.is_mine and not self.notice

    @property
    def takes_answers(self) -> bool:
        """Whether the reader may answer it."""
        return self.takes_votes and self.contribution.kind in WORKED_ON


def reader_of(session: Session, person: Registration) -> Reader:
    """The member that a registration is of: the same, whichever of their registrations it is."""
    choice = choice_of(session, person.audience, person.email_key)
    return Reader(is_member=True, author=choice.ref if choice else 0, event_id=person.event_id)


def contributions(
    session: Session,
    programme: Programme,
    *,
    kind: Kind | None = None,
    state: State | None = None,
    event: Event | None = None,
    search: str = "",
    reader: Reader = HOSTS,
    skip: int = 0,
    limit: int | None = None,
) -> Sequence[Shown]:
    """Suggestions and questions, or those of a kind, as hosts read them unless another reader is named.

    The most votes first, then the newest; of one state, about one event, that say `search`.
    """
    sought = _sought(programme, kind=kind, event=event, search=search, reader=reader)
    wanted = select(Contribution).where(sought, Contribution.state == state if state else true())
    wanted = wanted.order_by(_votes().desc(), Contribution.made_at.desc(), Contribution.id.desc())
    return _shown(session, session.scalars(wanted.offset(skip or None).limit(limit)).all(), reader)


def how_many(
    session: Session,
    programme: Programme,
    *,
    kind: Kind | None = None,
    event: Event | None = None,
    search: str = "",
    reader: Reader = HOSTS,
) -> dict[State, int]:
    """How many of these there are, by state."""
    sought = _sought(programme, kind=kind, event=event, search=search, reader=reader)
    counted = select(Contribution.state, func.count()).where(sought).group_by(Contribution.state)
    return dict.fromkeys(State, 0) | {state: number for state, number in session.execute(counted)}


def contribution_at(session: Session, programme: Programme, ref: int, *, reader: Reader = HOSTS) -> Shown:
    """One suggestion or question of a programme. Raises NotFound, also where it is not theirs to see, or gone."""
    sought = _sought(programme, kind=None, event=None, search="", reader=reader)
    found = session.scalars(select(Contribution).where(sought, Contribution.ref == ref)).all()
    if not found:
        raise NotFound(NO_CONTRIBUTION)
    return _shown(session, found, reader)[0]


def parent_of(session: Session, ref: int) -> int | None:
    """The reference of what an answer is to; None for what is no answer."""
    above = aliased(Contribution)
    return session.scalar(
        select(above.ref).join(Contribution, Contribution.parent_id == above.id).where(Contribution.ref == ref)
    )


def comments_on(session: Session, event: Event, *, reader: Reader = EVERYBODY) -> Sequence[Shown]:
    """What members said to the notes of a session, the oldest first: as everybody may read it, or who else is named."""
    mine = and_(Contribution.event_id == event.id, Contribution.kind == Kind.COMMENT)
    wanted = select(Contribution).where(mine, Contribution.taken_back_at.is_(None), readable(reader))
    return _shown(session, session.scalars(wanted.order_by(Contribution.id)).all(), reader)


def said_by(session: Session, label: Label, reader: Reader) -> Sequence[Shown]:
    """All that a member said themselves and did not take back, the newest first."""
    if not reader.author:
        return []
    mine = and_(Contribution.label == label, Contribution.author == reader.author, Contribution.taken_back_at.is_(None))
    found = session.scalars(select(Contribution).where(mine).order_by(Contribution.id.desc())).all()
    return _shown(session, found, reader)


def to_ask_about(session: Session, person: Registration, event: Event, now: datetime) -> Sequence[Event]:
    """The sessions for which a member may have questions, the next first; `event` is that of their registration."""
    found = list(coming(session, event.label, now, programme=event.programme))
    if event not in found and may_be_asked_about(event, person.event_id, now):
        found.append(event)
    return sorted(found, key=lambda each: (each.starts_at, each.id))


def readable(reader: Reader) -> ColumnElement[bool]:
    """Whether a contribution is a reader's to see: of a row of `Contribution`.

    Of an event that not everyone may find, only to hosts and to who is registered there.
    """
    if reader.is_host:
        return true()
    known = select(Event.id).where(Event.visibility == Visibility.PUBLIC)
    anywhere = or_(Contribution.event_id.is_(None), Contribution.event_id.in_(known))
    if reader.is_member:
        return or_(anywhere, Contribution.event_id == reader.event_id)
    return and_(Contribution.for_all, anywhere)


def _sought(
    programme: Programme, *, kind: Kind | None, event: Event | None, search: str, reader: Reader
) -> ColumnElement[bool]:
    mine = Contribution.programme_id == programme.id
    kinds = Contribution.kind == kind if kind else Contribution.kind.in_(WORKED_ON)
    wanted = and_(mine, kinds, _stands(), readable(reader))
    if event:
        wanted = and_(wanted, Contribution.event_id == event.id)
    if search:
        # what is hidden is not found by its words either, but by who may read them
        known = true() if reader.is_host else or_(Contribution.hidden_at.is_(None), _by(reader))
        wanted = and_(wanted, known, Contribution.words.icontains(search, autoescape=True))
    return wanted


def _by(reader: Reader) -> ColumnElement[bool]:
    return Contribution.author == reader.author if reader.author else false()


def _stands() -> ColumnElement[bool]:
    """Not taken back, or taken back when others had said something to it."""
    answer = aliased(Contribution)
    answered = exists().where(answer.parent_id == Contribution.id, answer.taken_back_at.is_(None))
    replied = exists().where(Reply.contribution_id == Contribution.id)
    return or_(Contribution.taken_back_at.is_(None), answered, replied)


def _votes() -> ScalarSelect[int]:
    return select(func.count()).where(Vote.contribution_id == Contribution.id).correlate(Contribution).scalar_subquery()


def _shown(session: Session, found: Sequence[Contribution], reader: Reader) -> Sequence[Shown]:
    """These, in their order, with all that belongs to them; the number of statements does not grow with theirs."""
    beneath = and_(Contribution.parent_id.in_([each.id for each in found]), Contribution.taken_back_at.is_(None))
    answers = session.scalars(
        select(Contribution).where(beneath, readable(reader)).order_by(_votes().desc(), Contribution.id)
    ).all()
    ids = {each.id for each in (*found, *answers)}
    votes = select(Vote.contribution_id, func.count()).where(Vote.contribution_id.in_(ids))
    numbers = {id_: number for id_, number in session.execute(votes.group_by(Vote.contribution_id))}
    mine = select(Vote.contribution_id).where(Vote.contribution_id.in_(ids), Vote.voter == reader.author)
    voted = set(session.scalars(mine)) if reader.author else set[int]()
    replies = _by_contribution(session, ids)
    events = _events(session, {each.event_id for each in found if each.event_id})

    def one(each: Contribution, below: Sequence[Shown]) -> Shown:
        return Shown(
            contribution=each,
            reader=reader,
            votes=numbers.get(each.id, 0),
            voted=each.id in voted,
            answers=below,
            replies=replies[each.id],
            event=events.get(each.event_id) if each.event_id else None,
        )

    below: dict[Any, list[Shown]] = defaultdict(list)
    for each in answers:
        below[each.parent_id].append(one(each, ()))
    return [one(each, below[each.id]) for each in found]


def _by_contribution(session: Session, ids: Collection[int]) -> dict[int, list[Reply]]:
    found: dict[int, list[Reply]] = defaultdict(list)
    for reply in session.scalars(select(Reply).where(Reply.contribution_id.in_(ids)).order_by(Reply.id)):
        found[reply.contribution_id].append(reply)
    return found


def _events(session: Session, ids: Collection[int]) -> dict[int, Event]:
    return {event.id: event for event in session.scalars(select(Event).where(Event.id.in_(ids)))} if ids else {}

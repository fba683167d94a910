"""Reads for hosts: what waits for an answer, how far each is, and all that belongs to one. Of no label but those asked for."""

import enum
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, true, union
from sqlalchemy.orm import Session

from ..errors import NotFound, OtherList
from ..labels import Label
from .models import Contribution, Kind, Reply, Route, State, Vote
from .queries import NO_CONTRIBUTION
from .rules import WORKED_ON

NOT_VALID = "This link is not valid, or not any more."


class Tab(enum.StrEnum):
    """How hosts tell apart what was said."""

    OPEN = "open"
    ANSWERED = "answered"
    PLANNED = "planned"
    DONE = "done"
    DECLINED = "declined"
    COMMENTS = "comments"
    HIDDEN = "hidden"


_SHOWN = and_(Contribution.hidden_at.is_(None), Contribution.taken_back_at.is_(None))


def _in_tab(tab: Tab) -> ColumnElement[bool]:
    if tab is Tab.HIDDEN:
        return and_(Contribution.hidden_at.is_not(None), Contribution.taken_back_at.is_(None))
    if tab is Tab.COMMENTS:
        return and_(_SHOWN, Contribution.kind == Kind.COMMENT)
    return and_(_SHOWN, Contribution.kind.in_(WORKED_ON), Contribution.state == State(tab.value))


@dataclass(frozen=True, kw_only=True)
class Sought:
    """What is looked for: of these labels; of one programme, or all; with these words, or any."""

    labels: Collection[Label]
    programme_id: int | None = None
    search: str = ""

    @property
    def condition(self) -> ColumnElement[bool]:
        """As the database asks it."""
        of_one = Contribution.programme_id == self.programme_id if self.programme_id else true()
        found = Contribution.words.icontains(self.search, autoescape=True) if self.search else true()
        return and_(Contribution.label.in_(self.labels), of_one, found)


def counts(session: Session, sought: Sought) -> Mapping[Tab, int]:
    """How many stand how."""
    numbers = [func.count().filter(_in_tab(tab)) for tab in Tab]
    row = session.execute(select(*numbers).select_from(Contribution).where(sought.condition)).one()
    return dict(zip(Tab, row, strict=True))


def waiting(session: Session, labels: Collection[Label]) -> int:
    """How many suggestions and questions nobody has answered."""
    return counts(session, Sought(labels=labels))[Tab.OPEN]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the list: what was said, how many voted for it, how many answers it has, and who was asked to act."""

    contribution: Contribution
    votes: int
    answers: int
    asked: Sequence[str]


def listed(
    session: Session, sought: Sought, tab: Tab, now: datetime, *, skip: int = 0, limit: int | None = None
) -> Sequence[Entry]:
    """What is under a tab: what waits, the oldest first; the rest, the newest first."""
    made = Contribution.id if tab is Tab.OPEN else Contribution.id.desc()
    wanted = select(Contribution).where(sought.condition, _in_tab(tab)).order_by(made)
    found = session.scalars(wanted.offset(skip or None).limit(limit)).all()
    ids = [each.id for each in found]
    votes = select(Vote.contribution_id, func.count()).where(Vote.contribution_id.in_(ids))
    said = select(Contribution.parent_id, func.count()).where(Contribution.parent_id.in_(ids), _SHOWN)
    asked = select(Route.contribution_id, Route.name).where(Route.contribution_id.in_(ids), *_good(now))
    numbers = [
        Counter({id_: number for id_, number in session.execute(each)})
        for each in (votes.group_by(Vote.contribution_id), said.group_by(Contribution.parent_id))
    ]
    names = [(id_, name) for id_, name in session.execute(asked.order_by(Route.id))]
    return [
        Entry(
            contribution=each,
            votes=numbers[0][each.id],
            answers=numbers[1][each.id],
            asked=[name for id_, name in names if id_ == each.id],
        )
        for each in found
    ]


@dataclass(frozen=True, kw_only=True)
class Thread:
    """One thing that was said, with all that belongs to it, in order of time."""

    contribution: Contribution
    #: What it answers, where it is an answer.
    parent: Contribution | None
    votes: int
    #: Those that stand, and those that are hidden; but not what was taken back.
    answers: Sequence[Contribution]
    replies: Sequence[Reply]
    routes: Sequence[Route]

    @property
    def last(self) -> int:
        """The id of the last that hosts said; 0 while they said nothing."""
        return self.replies[-1].id if self.replies else 0


def by_ref(session: Session, ref: int, labels: Collection[Label], *, to_change: bool = False) -> Contribution:
    """One thing that was said under these labels; `to_change`: locked, as it is now. Raises NotFound."""
    wanted = select(Contribution).where(Contribution.ref == ref)
    if to_change:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(wanted)
    if found is None:
        raise NotFound(NO_CONTRIBUTION)
    if found.label not in labels:
        raise OtherList(NO_CONTRIBUTION, found.label)
    return found


def thread(session: Session, contribution: Contribution) -> Thread:
    """It, with all that belongs to it."""
    mine = contribution.id
    answers = select(Contribution).where(Contribution.parent_id == mine, Contribution.taken_back_at.is_(None))
    return Thread(
        contribution=contribution,
        parent=session.get(Contribution, contribution.parent_id) if contribution.parent_id else None,
        votes=session.scalar(select(func.count()).select_from(Vote).where(Vote.contribution_id == mine)) or 0,
        answers=session.scalars(answers.order_by(Contribution.id)).all(),
        replies=session.scalars(select(Reply).where(Reply.contribution_id == mine).order_by(Reply.id)).all(),
        routes=session.scalars(select(Route).where(Route.contribution_id == mine).order_by(Route.id)).all(),
    )


def last_reply(session: Session, contribution_id: int) -> Reply | None:
    """What hosts said last."""
    mine = select(Reply).where(Reply.contribution_id == contribution_id)
    return session.scalar(mine.order_by(Reply.id.desc()).limit(1))


def concerned(session: Session, contribution: Contribution, *among: int) -> Collection[int]:
    """Who said it, who finds it good, and whose answer to it stands: by the reference of their choice about mail.

    `among`: of those others only these are looked for; none named: all are.
    """
    voters = select(Vote.voter).where(Vote.contribution_id == contribution.id)
    others = select(Contribution.author).where(Contribution.parent_id == contribution.id, _SHOWN)
    if among:
        voters, others = voters.where(Vote.voter.in_(among)), others.where(Contribution.author.in_(among))
    return {contribution.author, *session.scalars(union(voters, others))}


def route_by_ref(session: Session, ref: int, now: datetime) -> Route | None:
    """Somebody who was asked to act, while their link is good and there is something to act on."""
    on = select(Route).join(Contribution, Contribution.id == Route.contribution_id)
    wanted = on.where(Route.ref == ref, *_good(now), _SHOWN)
    return session.scalar(wanted.execution_options(populate_existing=True))


def _good(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Route.closed_at.is_(None), Route.ends_at > now

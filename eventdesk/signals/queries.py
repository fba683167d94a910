"""What the organisers of a label that is heard can learn from what is said there: counts and words, of that label alone."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from ..consent.models import CHOICES
from ..events.models import Event
from ..events.rules import Status
from ..invites.models import INVITATIONS
from ..labels import LabelRules
from ..lists.models import LISTS
from ..organisers.models import Invitation, Organiser
from ..programmes.models import Programme
from ..programmes.queries import programmes
from ..standing.models import STANDING
from ..suggestions.models import Contribution, Kind, Reply, Route, State
from ..suggestions.rules import WORKED_ON, shorten
from .rules import OF_MONTH, OF_YEAR, Foretold, Private, Said, Sitting, Term, foretold, terms, told, without

#: So many of those without an answer are shown, each with so many characters.
SHOWN_MOST, WORDS_MOST = 30, 300


@dataclass(frozen=True)
class Waiting:
    """What was said and has no answer: since when, and its words without addresses and names."""

    since: datetime
    words: str


@dataclass(frozen=True)
class Heard:
    """What is to be learnt of one programme."""

    name: str
    #: How many suggestions and questions of the months that are looked at, and what is asked most in them.
    number: int
    terms: Sequence[Term]
    #: The same by month ("2027-02"), the newest first; without those that tell nothing.
    months: Sequence[tuple[str, Sequence[Term]]]
    #: How many have no answer, whenever they were made; the oldest of them first.
    unanswered: int
    waiting: Sequence[Waiting]
    #: Of the events for which something was asked, what of it is in the next one.
    pairs: Sequence[Foretold]

    @property
    def foretold(self) -> int:
        """How many of those events foretold what the next one was about."""
        return sum(bool(each.terms) for each in self.pairs)


@dataclass(frozen=True)
class Signals:
    """All of it, of one label."""

    rules: LabelRules
    at: datetime
    #: The first day of the twelve calendar months that end with the present one.
    since: datetime
    programmes: Sequence[Heard]


def signals(session: Session, rules: LabelRules, now: datetime) -> Signals:
    """What is to be learnt of a label that is heard, in a transaction of its own: of its list and of no other."""
    session.rollback()
    year, month = divmod(now.year * 12 + now.month - 12, 12)
    since = datetime(year, month + 1, 1, tzinfo=UTC)
    private = private_of(session, rules)
    heard = [_of_programme(session, each, private, since) for each in programmes(session, [rules.label])]
    session.rollback()
    return Signals(rules, now, since, heard)


def private_of(session: Session, rules: LabelRules) -> Private:
    """The words by which anybody on a label's list could be known, who speaks there or signed what they said, or is of the desk."""
    audience = rules.audience
    named: list[type[Any]] = [LISTS[audience], STANDING[audience], INVITATIONS[audience], Organiser, Invitation]
    rows = [tuple(row) for table in named for row in session.execute(select(table.name, table.email))]
    rows += [tuple(row) for row in session.execute(select(Route.name, Route.email).where(Route.label == rules.label))]
    signed = session.scalars(select(Contribution.name).where(Contribution.label == rules.label).distinct())
    spoke = session.scalars(select(Event.speakers).where(Event.label == rules.label))
    names = {*(name for name, _ in rows), *signed, *(name for several in spoke for name in several)}
    return Private.of(names, {*(email for _, email in rows), *session.scalars(select(CHOICES[audience].email_key))})


def _of_programme(session: Session, programme: Programme, private: Private, since: datetime) -> Heard:
    there = and_(Contribution.hidden_at.is_(None), Contribution.taken_back_at.is_(None))
    mine = and_(Contribution.programme_id == programme.id, Contribution.kind.in_(WORKED_ON), there)
    found = session.scalars(select(Contribution).where(mine).order_by(Contribution.made_at, Contribution.id)).all()
    words = {each.id: without(each.words, private) for each in found}
    lately = [each for each in found if each.made_at >= since]
    said = [Said(each.author, terms(words[each.id])) for each in lately]
    months: dict[str, list[Said]] = defaultdict(list)
    for each, its in zip(lately, said, strict=True):
        months[f"{each.made_at:%Y-%m}"].append(its)
    by_month = [(month, told(months[month], OF_MONTH)) for month in sorted(months, reverse=True)]
    replied = exists().where(Reply.contribution_id == Contribution.id, Reply.state != State.OPEN)
    unanswered = set(session.scalars(select(Contribution.id).where(mine, ~replied)))
    waiting = [each for each in found if each.id in unanswered]
    return Heard(
        name=programme.name,
        number=len(lately),
        terms=told(said, OF_YEAR),
        months=[(month, found) for month, found in by_month if found],
        unanswered=len(waiting),
        waiting=[Waiting(each.made_at, shorten(words[each.id], WORDS_MOST)) for each in waiting[:SHOWN_MOST]],
        pairs=foretold(_sittings(session, programme, found, words, since)),
    )


def _sittings(
    session: Session, programme: Programme, found: Sequence[Contribution], words: dict[int, str], since: datetime
) -> Sequence[Sitting]:
    """The published events of a programme in order of time: from the last one before `since` on, whose next one is after it."""
    held = and_(Event.programme_id == programme.id, Event.status == Status.PUBLISHED)
    events = session.scalars(select(Event).where(held).order_by(Event.starts_at, Event.id)).all()
    before = sum(event.starts_at < since for event in events)
    asked: dict[int | None, list[str]] = defaultdict(list)
    for each in found:
        if each.kind is Kind.QUESTION:
            asked[each.event_id].append(words[each.id])
    return [Sitting(event.title, event.description, asked[event.id]) for event in events[max(before - 1, 0) :]]

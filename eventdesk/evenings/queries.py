"""Reads of notes, and of quotations: of the latter nothing but what their givers gave, and on which list they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from ..events.models import Event
from ..events.rules import Status, Visibility
from ..labels import RULES, Label, LabelRules
from ..lists.models import Registration
from ..lists.queries import was_there
from ..suggestions.models import Contribution, Kind, Reply, State
from ..suggestions.queries import readable
from ..suggestions.rules import EVERYBODY, Reader
from .models import Evening, EventQuotation, Quotation
from .rules import Objection, Slides, followed


@dataclass(frozen=True)
class Answered:
    """A question that was put for the evening, and what the hosts said to it last."""

    words: str
    name: str
    answer: str


@dataclass(frozen=True)
class Told:
    """The notes of one evening as their readers see them."""

    words: str
    slides: Sequence[Slides]
    way_to_buy: str
    way_to: str
    objections: Sequence[Objection]
    questions: Sequence[Answered]
    published_at: datetime
    #: When they last said something else.
    updated_at: datetime

    @property
    def way_url(self) -> str:
        """Where the way to buy leads; blank where one writes a letter."""
        return followed(self.way_to)


@dataclass(frozen=True)
class Quoted:
    """What somebody gave to be quoted with. Who they are is not known here."""

    ref: int
    words: str
    name: str
    label: Label
    #: Whether it stands on the page of the event that was asked about.
    is_on: bool = True

    @property
    def rules(self) -> LabelRules:
        """The label whose events they come to."""
        return RULES[self.label]


def told(session: Session, event: Event, *, reader: Reader = EVERYBODY) -> Told | None:
    """What is told of an event's evening, to everybody or to who else reads; None while nothing is published."""
    evening = session.get(Evening, event.id)
    if evening is None or evening.published_at is None or event.is_cancelled:
        return None
    questions = answered(session, event, reader=reader)
    return Told(
        words=evening.words,
        slides=[Slides(**each) for each in evening.slides],
        way_to_buy=evening.way_to_buy,
        way_to=evening.way_to,
        objections=[Objection(**each) for each in evening.objections],
        questions=questions,
        published_at=evening.published_at,
        updated_at=max([evening.updated_at, *_moments(session, event, reader)]),
    )


def answered(session: Session, event: Event, *, reader: Reader) -> Sequence[Answered]:
    """The questions for an event to which the hosts have said something, in order, as far as they are the reader's to see."""
    if not event.rules.heard or is_shut(event, reader):
        return []
    newest = select(func.max(Reply.id)).group_by(Reply.contribution_id)
    wanted = (
        select(Contribution.words, Contribution.name, Reply.words)
        .join(Reply, and_(Reply.contribution_id == Contribution.id, Reply.id.in_(newest)))
        .where(
            Contribution.event_id == event.id,
            Contribution.kind == Kind.QUESTION,
            Contribution.state != State.OPEN,
            Contribution.hidden_at.is_(None),
            Contribution.taken_back_at.is_(None),
            readable(reader),
        )
    )
    return [Answered(*row) for row in session.execute(wanted.order_by(Contribution.id))]


def _moments(session: Session, event: Event, reader: Reader) -> Sequence[datetime]:
    """When questions for an event were last answered, hidden and taken back. Those that are gone count: no notes grow older."""
    moments = select(func.max(Reply.at), func.max(Contribution.hidden_at), func.max(Contribution.taken_back_at))
    mine = (Contribution.event_id == event.id, Contribution.kind == Kind.QUESTION, readable(reader))
    found = session.execute(moments.join_from(Contribution, Reply).where(*mine)).one() if event.rules.heard else ()
    return [each for each in found if each]


def is_shut(event: Event, reader: Reader) -> bool:
    """Whether what members say about an event is not for this reader: it is for all to read only while its programme says so."""
    return not (event.programme.open_to_all or reader.is_member or reader.is_host)


def news(session: Session, label: Label, limit: int = 50) -> Sequence[Event]:
    """The events of a label that everybody may find and of whose evening notes are published, the newest notes first."""
    wanted = select(Event).join(Evening, Evening.event_id == Event.id)
    wanted = wanted.where(
        Event.label == label,
        Event.visibility == Visibility.PUBLIC,
        Event.status == Status.PUBLISHED,
        Evening.published_at.is_not(None),
    )
    return session.scalars(wanted.order_by(Evening.updated_at.desc(), Event.id.desc()).limit(limit)).all()


def may_give(session: Session, person: Registration, event: Event, now: datetime) -> bool:
    """Whether somebody can give words to be quoted: who was there, once it is over."""
    return event.status is Status.PUBLISHED and event.is_past(now) and was_there(session, person)


def given(session: Session, label: Label, author: int) -> Quotation | None:
    """The words somebody of a label's list stands by now."""
    mine = (Quotation.label == label, Quotation.author == author, Quotation.withdrawn_at.is_(None))
    return session.scalar(select(Quotation).where(*mine))


def quoted_on(session: Session, event: Event) -> Sequence[Quoted]:
    """The words that stand on an event's page, in the order in which they were put there."""
    wanted = _quoted().join(EventQuotation, EventQuotation.quotation_id == Quotation.id)
    wanted = wanted.where(EventQuotation.event_id == event.id).order_by(EventQuotation.put_at, Quotation.id)
    return [Quoted(*row) for row in session.execute(wanted)]


def to_quote(session: Session, event: Event, *, skip: int, limit: int) -> Sequence[Quoted]:
    """All words that may stand on an event's page: those that do, then the newest of the others."""
    on = select(EventQuotation.quotation_id).where(EventQuotation.event_id == event.id)
    is_on = Quotation.id.in_(on)
    wanted = _quoted().add_columns(is_on).order_by(is_on.desc(), Quotation.id.desc())
    return [Quoted(*row) for row in session.execute(wanted.offset(skip).limit(limit))]


def how_many_to_quote(session: Session) -> int:
    """How many these are."""
    return session.scalar(select(func.count()).select_from(_quoted().subquery())) or 0


def _quoted() -> Select[int, str, str, Label]:
    return select(Quotation.ref, Quotation.words, Quotation.name, Quotation.label).where(
        Quotation.withdrawn_at.is_(None)
    )

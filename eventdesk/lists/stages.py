"""How somebody who may buy is followed up: how far it is, by whom, what it may come to, and what comes next.

Only labels with stages have people who are followed up; for all others there is nothing of this, in the database either.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from ..db import writing
from ..errors import Conflict, NotFound, Refused
from ..events.models import Event
from ..history.models import Act, Entry
from ..labels import ENDED, RULES, RULES_BY_AUDIENCE, Audience, Label, LabelRules, Stage
from ..organisers.queries import organisers_of
from ..organisers.rules import Actor
from .models import LISTS, BuyerRegistration
from .queries import by_ref
from .seating import remember

#: The list of each label with stages.
FOLLOWED: Mapping[Audience, type[BuyerRegistration]] = {
    audience: people for audience, people in LISTS.items() if issubclass(people, BuyerRegistration)
}
NOBODY = "nobody"


@dataclass(frozen=True)
class FollowUp:
    """How one person is followed up. `value` is in whole units of `currency` (ISO 4217), which is blank without one."""

    stage: Stage
    owner_id: int | None = None
    value: int | None = None
    currency: str = ""
    next_step: str = ""
    next_step_on: date | None = None

    @classmethod
    def of(cls, person: BuyerRegistration) -> "FollowUp":
        """As it is kept now."""
        return cls(**{name: getattr(person, name) for name in cls.__dataclass_fields__})

    @property
    def mark(self) -> str:
        """Tells one state from another; what an organiser's form was made from."""
        return sha256(repr(self).encode()).hexdigest()[:16]


def followed(person: object) -> BuyerRegistration | None:
    """The person, where people of this list are followed up."""
    return person if isinstance(person, BuyerRegistration) else None


def followed_labels(labels: Collection[Label]) -> list[LabelRules]:
    """Those of these labels whose people are followed up."""
    return [rules for label, rules in RULES.items() if label in labels and rules.stages]


def follow_up(
    audience: Audience, ref: int, wanted: FollowUp, *, made_from: str, actor: Actor, now: datetime
) -> BuyerRegistration:
    """Keep how somebody is followed up, in place of what was kept; the history says how far, by whom and for how much.

    `made_from` is the mark of what the organiser saw. Raises NotFound, also where nobody is followed up; Refused by field;
    Conflict when somebody else has changed it since.
    """
    with writing() as session:
        person = followed(by_ref(session, audience, ref))
        if person is None or person.label not in actor.labels:
            raise NotFound("There is no such registration.")
        session.refresh(person, with_for_update=True)
        before = FollowUp.of(person)
        if before == wanted:
            return person
        if before.mark != made_from:
            raise Conflict("Somebody else has changed this since you opened it. Look at what it says now.")
        _may_be(session, person, wanted)
        if wanted.stage is not before.stage:
            person.staged_at = now
        for name, value in vars(wanted).items():
            setattr(person, name, value)
        said = {"stage": wanted.stage.value} if wanted.stage is not before.stage else {}
        money = {"value": wanted.value, "currency": wanted.currency, "owner": wanted.owner_id}
        remember(session, Act.STAGED, person, now, actor.id, **said, **money)
    return person


def _may_be(session: Session, person: BuyerRegistration, wanted: FollowUp) -> None:
    """Raises Refused by field."""
    problems = {}
    if wanted.stage not in RULES_BY_AUDIENCE[person.audience].stages:
        problems["stage"] = ["Choose one of these."]
    if wanted.owner_id not in (None, person.owner_id, *(each.id for each in organisers_of(session, person.label))):
        problems["owner"] = ["Choose somebody who organises events of this label."]
    if problems:
        raise Refused(problems)


def last_currency(session: Session, label: Label) -> str:
    """The currency that was used last under a label; blank where none was."""
    kept = (
        select(Entry.details).where(Entry.label == label, Entry.act == Act.STAGED).order_by(Entry.id.desc()).limit(50)
    )
    return next((str(said["currency"]) for said in session.scalars(kept) if said.get("currency")), "")


def next_steps(
    session: Session,
    audience: Audience,
    stage: Stage | None = None,
    owner: str = "",
    *,
    skip: int = 0,
    limit: int = 200,
) -> Sequence[tuple[BuyerRegistration, Event]]:
    """The people of a list with a next step and their events, by its day; those without a day come last.

    `owner` is an organiser's id, or `NOBODY`; blank for all.
    """
    people = FOLLOWED[audience]
    wanted = select(people, Event).join(Event, Event.id == people.event_id).where(*_steps(people, owner))
    if stage:
        wanted = wanted.where(people.stage == stage)
    order = (people.next_step_on.is_(None), people.next_step_on, people.id)
    return [(person, event) for person, event in session.execute(wanted.order_by(*order).offset(skip).limit(limit))]


def step_counts(session: Session, audience: Audience, owner: str = "") -> dict[Stage, int]:
    """How many of them there are in each stage."""
    people = FOLLOWED[audience]
    counted = select(people.stage, func.count()).where(*_steps(people, owner)).group_by(people.stage)
    return dict.fromkeys(RULES_BY_AUDIENCE[audience].stages, 0) | {
        each: number for each, number in session.execute(counted)
    }


def due_steps(session: Session, audience: Audience, today: date, owner_id: int) -> tuple[int, int]:
    """How many next steps that an organiser, or nobody, owns are due on this day; and how many were before it."""
    people = FOLLOWED[audience]
    mine = or_(people.owner_id == owner_id, people.owner_id.is_(None))
    on_day, before = (func.count().filter(when) for when in (people.next_step_on == today, people.next_step_on < today))
    found = session.execute(select(on_day, before).where(*_steps(people, ""), mine)).one()
    return found[0], found[1]


def _steps(people: type[BuyerRegistration], owner: str) -> list[ColumnElement[bool]]:
    there = and_(people.next_step != "", people.stage.not_in(ENDED))
    if owner == NOBODY:
        return [there, people.owner_id.is_(None)]
    return [there, people.owner_id == int(owner)] if owner else [there]

"""What must hold of one list, and of what is kept about it, at every moment. Each asks about one label; reads only."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from ..consent.models import CHOICES, ConsentAct, ConsentEntry
from ..evenings.models import Quotation
from ..events.models import CalendarEntry, Event, Seats
from ..events.rules import Status
from ..feedback.models import KeptAnswer
from ..history.models import Act, Entry
from ..invites.models import INVITATIONS
from ..labels import LabelRules
from ..lists.models import LISTS, State
from ..outbox.models import Job, Kind, Progress
from ..retention.models import EventFigures
from ..retention.queries import due
from ..standing.models import STANDING
from ..suggestions import models as suggestions
from ..suggestions.models import Contribution, Reply, Route, Vote

#: Where it does not hold, in words, by slug and reference; nothing where it does.
Invariant = Callable[[Session, LabelRules, datetime], Iterator[str]]
#: The worker removes people each hour; so long it may take.
REMOVED_WITHIN = timedelta(hours=2)
#: What is an address, wherever it stands.
ADDRESS = re.compile(r"[^\s@\"<>(){}\[\]]{1,64}@[^\s@\"<>(){}\[\]]{1,250}\.[a-z]{2,}", re.IGNORECASE)
#: What an event said of itself before a change: its organisers' words, for everybody.
PUBLIC = "before"


def everybody_is_at_an_event_of_the_label(session: Session, rules: LabelRules, _now: datetime) -> Iterator[str]:
    """Everybody on the list is at an event of its label."""
    people = LISTS[rules.audience]
    found = select(people.ref, Event.slug).outerjoin(Event, Event.id == people.event_id)
    for ref, slug in session.execute(
        found.where(or_(Event.id.is_(None), Event.label != rules.label, people.label != rules.label))
    ):
        yield f"registration {ref} is at {slug or 'no event'}"


def seats_are_counted_as_they_are(session: Session, rules: LabelRules, _now: datetime) -> Iterator[str]:
    """Seats and places in line are counted as they are, and no more are given than there are."""
    people = LISTS[rules.audience]
    found = (
        select(
            Event.slug,
            Seats.taken,
            Seats.waiting,
            Seats.capacity,
            _how_many(people.state.in_((State.CONFIRMED, State.OFFERED))),
            _how_many(people.state == State.WAITLISTED),
        )
        .join(Seats, Seats.event_id == Event.id)
        .outerjoin(people, people.event_id == Event.id)
        .where(Event.label == rules.label, ~_emptied())
        .group_by(Event.id, Event.slug, Seats.taken, Seats.waiting, Seats.capacity)
    )
    for slug, taken, waiting, capacity, held, queued in session.execute(found):
        if (taken, waiting) != (held, queued):
            yield f"{slug} counts {taken} with a seat and {waiting} waiting; there are {held} and {queued}"
        if capacity is not None and held > capacity:
            yield f"{slug} has {capacity} seats, and {held} people with one"


def nobody_waits_beside_a_free_seat(session: Session, rules: LabelRules, now: datetime) -> Iterator[str]:
    """Nobody waits while a seat is free, unless seats are being given out just now."""
    being_filled = exists().where(
        Job.event_id == Event.id, Job.kind == Kind.FILL, Job.progress.in_((Progress.WAITING, Progress.CLAIMED))
    )
    found = (
        select(Event.slug)
        .join(Seats, Seats.event_id == Event.id)
        .where(
            Event.label == rules.label,
            Event.status == Status.PUBLISHED,
            Event.ends_at > now,
            Seats.waiting > 0,
            or_(Seats.capacity.is_(None), Seats.taken < Seats.capacity),
            ~being_filled,
        )
    )
    for slug in session.scalars(found):
        yield f"somebody waits for {slug}, where a seat is free"


def who_is_told_of_the_next_has_said_so(session: Session, rules: LabelRules, _now: datetime) -> Iterator[str]:
    """Everybody who is told of the next event gave their consent, and has not taken it back since."""
    entries, choices = STANDING[rules.audience], CHOICES[rules.audience]
    newest = (
        select(ConsentEntry.act)
        .where(ConsentEntry.label == rules.label, ConsentEntry.ref == choices.ref)
        .order_by(ConsentEntry.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    found = (
        select(entries.ref, choices.refused_at, newest)
        .outerjoin(choices, choices.email_key == entries.email_key)
        .where(entries.confirmed_at.is_not(None))
        .where(or_(choices.id.is_(None), choices.refused_at.is_not(None), newest.is_(None), newest != ConsentAct.GIVEN))
    )
    for ref, refused_at, _ in session.execute(found):
        why = "refuses such mail" if refused_at else "gave no consent that the ledger holds"
        yield f"entry {ref} of the standing list {why}"


def what_is_told_of_an_event_has_its_label(session: Session, rules: LabelRules, _now: datetime) -> Iterator[str]:
    """Messages and history are told under the label of the event they are about."""
    for table, what in ((Job, "message"), (Entry, "history entry")):
        found = select(table.id).join(Event, Event.id == table.event_id)
        for number in session.scalars(found.where(table.label == rules.label, Event.label != rules.label)):
            yield f"{what} {number} is about an event of another label"


def no_address_is_kept_beside_the_list(session: Session, rules: LabelRules, _now: datetime) -> Iterator[str]:
    """Messages and history hold no address."""
    for table, what in ((Job, "message"), (Entry, "history entry")):
        found = select(table.id, table.details).where(table.label == rules.label)
        for number, details in session.execute(found, execution_options={"yield_per": 1000}):
            if ADDRESS.search(str({name: value for name, value in details.items() if name != PUBLIC})):
                yield f"{what} {number} holds an address"


def answers_are_no_more_than_those_who_gave_them(session: Session, rules: LabelRules, _now: datetime) -> Iterator[str]:
    """Nobody answered twice whether an event did what its label said."""
    people = LISTS[rules.audience]
    answers = select(func.count()).where(KeptAnswer.event_id == Event.id).correlate(Event).scalar_subquery()
    asked = (
        select(func.count()).where(people.event_id == Event.id, people.answered_kept).correlate(Event).scalar_subquery()
    )
    erased = (
        select(func.count())
        .where(Entry.event_id == Event.id, Entry.act == Act.ERASED)
        .correlate(Event)
        .scalar_subquery()
    )
    removed = (
        select(EventFigures.registered).where(EventFigures.event_id == Event.id).correlate(Event).scalar_subquery()
    )
    gone = erased + func.coalesce(removed, 0)
    found = select(Event.slug, answers, asked).where(Event.label == rules.label, answers > asked + gone)
    for slug, given, gave in session.execute(found):
        yield f"{slug} has {given} answers, of {gave} people"


def a_topic_is_a_pair(session: Session, rules: LabelRules, _now: datetime) -> Iterator[str]:
    """An event with a topic has one twin, under the other label."""
    twin = aliased(Event)
    other = exists().where(twin.topic_id == Event.topic_id, twin.label != Event.label)
    for slug in session.scalars(
        select(Event.slug).where(Event.label == rules.label, Event.topic_id.is_not(None), ~other)
    ):
        yield f"{slug} has a topic and no twin"


def what_is_published_is_in_the_calendar(session: Session, rules: LabelRules, _now: datetime) -> Iterator[str]:
    """Every event that was published has its calendar entry, under its own label."""
    found = select(Event.slug, CalendarEntry.label).outerjoin(CalendarEntry, CalendarEntry.event_id == Event.id)
    wrong = or_(CalendarEntry.event_id.is_(None), CalendarEntry.label != rules.label)
    for slug, label in session.execute(found.where(Event.label == rules.label, Event.published_at.is_not(None), wrong)):
        yield f"{slug} stands in the calendar under another label" if label else f"{slug} has no calendar entry"


def nobody_is_kept_longer(session: Session, rules: LabelRules, now: datetime) -> Iterator[str]:
    """Nobody is kept longer than their time."""
    for each in due(session, rules.audience, now - REMOVED_WITHIN):
        if each.now:
            yield f"{each.event.slug} still has {each.now} registrations and invitations that were to be removed"


def an_emptied_event_is_empty(session: Session, rules: LabelRules, _now: datetime) -> Iterator[str]:
    """Nobody is at an event, or invited to one, whose people were removed."""
    people, invitations = LISTS[rules.audience], INVITATIONS[rules.audience]
    somebody = or_(*(exists().where(table.event_id == Event.id) for table in (people, invitations)))
    for slug in session.scalars(select(Event.slug).where(Event.label == rules.label, _emptied(), somebody)):
        yield f"{slug} was emptied, and has people"


def nothing_is_to_be_sent_to_who_was_erased(session: Session, rules: LabelRules, _now: datetime) -> Iterator[str]:
    """Nothing is still to be sent to somebody who was erased."""
    erased = exists().where(
        Entry.event_id == Job.event_id, Entry.label == Job.label, Entry.ref == Job.ref, Entry.act == Act.ERASED
    )
    waiting = Job.progress.in_((Progress.WAITING, Progress.CLAIMED))
    for number in session.scalars(select(Job.id).where(Job.label == rules.label, Job.ref != 0, waiting, erased)):
        yield f"message {number} is to somebody who was erased"


def a_contribution_is_as_far_as_its_newest_reply(session: Session, rules: LabelRules, _now: datetime) -> Iterator[str]:
    """What somebody said is as far as the newest reply to it."""
    newest = (
        select(Reply.state)
        .where(Reply.contribution_id == Contribution.id)
        .order_by(Reply.id.desc())
        .limit(1)
        .correlate(Contribution)
        .scalar_subquery()
    )
    found = select(Contribution.ref).where(Contribution.label == rules.label)
    for ref in session.scalars(found.where(Contribution.state != func.coalesce(newest, suggestions.State.OPEN))):
        yield f"contribution {ref} is elsewhere than its newest reply says"


def who_is_named_is_known(session: Session, rules: LabelRules, _now: datetime) -> Iterator[str]:
    """Whoever signed what they said, or is quoted, is known to the list, and so finds the way to take it back."""
    choices = CHOICES[rules.audience]
    signed = select(Contribution.ref).where(Contribution.label == rules.label, Contribution.name != "")
    quoted = select(Quotation.ref).where(Quotation.label == rules.label, Quotation.withdrawn_at.is_(None))
    for wanted, who, what in (
        (signed, Contribution.author, "contribution"),
        (quoted, Quotation.author, "quotation"),
    ):
        for ref in session.scalars(wanted.where(who.not_in(select(choices.ref)))):
            yield f"{what} {ref} is signed by somebody who is not known any more"


def nobody_finds_good_what_they_said_themselves(session: Session, rules: LabelRules, _now: datetime) -> Iterator[str]:
    """Nobody finds good what they said themselves, and what belongs together is of one label."""
    own = Vote.voter == Contribution.author
    found = select(Contribution.ref).join(Vote, Vote.contribution_id == Contribution.id)
    for ref in session.scalars(found.where(Contribution.label == rules.label, or_(own, Vote.label != rules.label))):
        yield f"contribution {ref} has a vote of its author's, or of another label"
    for table, what in ((Reply, "reply"), (Route, "route")):
        parts = select(table.id).join(Contribution, Contribution.id == table.contribution_id)
        for number in session.scalars(parts.where(table.label == rules.label, Contribution.label != rules.label)):
            yield f"{what} {number} belongs to a contribution of another label"


INVARIANTS: Sequence[Invariant] = (
    everybody_is_at_an_event_of_the_label,
    seats_are_counted_as_they_are,
    nobody_waits_beside_a_free_seat,
    who_is_told_of_the_next_has_said_so,
    what_is_told_of_an_event_has_its_label,
    no_address_is_kept_beside_the_list,
    answers_are_no_more_than_those_who_gave_them,
    a_topic_is_a_pair,
    what_is_published_is_in_the_calendar,
    nobody_is_kept_longer,
    an_emptied_event_is_empty,
    nothing_is_to_be_sent_to_who_was_erased,
    a_contribution_is_as_far_as_its_newest_reply,
    who_is_named_is_known,
    nobody_finds_good_what_they_said_themselves,
)


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _emptied() -> ColumnElement[bool]:
    return exists().where(EventFigures.event_id == Event.id, EventFigures.emptied_at.is_not(None))

"""People added by an organiser, from a file or by hand: looked through first, then all of them or none.

Both go through `plan`: what the look says is what the act does, unless the list has changed between them.
"""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from ..consent.forgotten import erased
from ..db import insert_on, writing
from ..errors import Conflict, Refused
from ..events.models import Event, Seats
from ..events.queries import by_slug, seats_to_change
from ..events.rules import Status
from ..history.models import Act
from ..history.service import record, record_many
from ..links import Keys
from ..organisers.rules import Actor
from ..outbox.models import Kind
from ..outbox.service import enqueue_many
from ..programmes.queries import version_seen
from .attendance import not_yet
from .files import Listed, Person
from .models import CALENDARS, Origin, PeopleImport, State
from .queries import people_of
from .returning import came_earlier
from .sources import BY_HAND, LEFT_OUT, Why

BATCH = 500


@dataclass(frozen=True)
class Plan:
    """What becomes of the people in a file, were they added now."""

    seated: Sequence[Person]
    waiting: Sequence[Person]
    #: By row, in order, why somebody is left out; rows with a mistake are not among them.
    left: Mapping[int, Why]
    faults: int

    @property
    def people(self) -> Sequence[Person]:
        """Who is added, in the order of the file."""
        return (*self.seated, *self.waiting)

    @property
    def left_out(self) -> dict[str, int]:
        """How many are left out, by why; those in rows with a mistake, too."""
        counted = Counter(self.left.values()) + Counter({Why.FAULTY: self.faults})
        return {why.value: counted[why] for why in Why if counted[why]}

    @property
    def mark(self) -> str:
        """Tells one plan from another: of other people, or with another outcome for any of them."""
        said = [
            [(each.key, each.name, each.came, sorted(each.details.items())) for each in those]
            for those in self._outcomes
        ]
        return sha256(repr((said, sorted(self.left.items()), self.faults)).encode()).hexdigest()[:16]

    @property
    def _outcomes(self) -> tuple[Sequence[Person], Sequence[Person]]:
        return self.seated, self.waiting


def no_adding(event: Event, now: datetime) -> str:
    """Why nobody can be added to an event's list; blank when they can, also for a while once it is over."""
    if event.status is Status.DRAFT:
        return "This event is a draft: publish it first, so that the links in the mail open."
    if now >= event.ends_at + event.rules.keeping.after:
        return (
            f"People are kept for {event.rules.keeping.after.days} days after an event, and this one was before that."
        )
    return "This event was cancelled: there is nothing to come to any more." if event.is_cancelled else ""


def plan(session: Session, event: Event, listed: Listed, keys: Keys) -> Plan:
    """Who of those in a file is added, and who is left out: a seat for each while there are some, then a place in line.

    By `keys` those are known who had themselves erased: only they themselves can come back.
    """
    there, left = _there(session, event), dict(listed.left)
    gone = erased(session, event.rules.audience, [person.key for person in listed.people], keys)
    added: dict[str, Person] = {}
    for person in listed.people:
        if person.key in added:
            left[person.row] = Why.TWICE
        elif person.key in there:
            left[person.row] = Why.LEFT if there[person.key] is State.CANCELLED else Why.LISTED
        elif person.key in gone:
            left[person.row] = Why.ERASED
        else:
            added[person.key] = person
    people, seats = list(added.values()), event.seats
    free = 0 if seats.waiting else len(people) if seats.capacity is None else max(seats.capacity - seats.taken, 0)
    return Plan(people[:free], people[free:], dict(sorted(left.items())), len(listed.faults))


def bring_in(
    slug: str,
    listed: Listed,
    *,
    made_for: str,
    statement: str,
    leave_out: bool = False,
    keep_came: bool = False,
    looked_at: str | None = None,
    actor: Actor,
    keys: Keys,
    now: datetime,
) -> tuple[PeopleImport, Plan]:
    """Add the people in a file to an event's list, all in one transaction, in its order; each gets the letter about it.

    Once the event is over there are no letters: they would speak of a seat to come. `statement` says where the people come
    from and that they may be kept, in the words of who signs; `leave_out`: rows with a mistake do not keep the others
    from being added; `keep_came`: who was there by the file is marked so; `looked_at` is the mark of the plan that the
    organiser saw. Raises NotFound; Refused at `text` while a row is wrong; Conflict where nobody can be added, nobody is
    left to add, or the plan is another by now.
    """
    assert actor.id is not None  # somebody signs for it
    if listed.faults and not leave_out:
        raise Refused({"text": [wrong_rows(len(listed.faults))]})
    with writing() as session:
        seats = seats_to_change(session, by_slug(session, slug, actor.labels).id)
        event = seats.event
        if refusal := no_adding(event, now):
            raise Conflict(refusal)
        made = plan(session, event, listed, keys)
        if looked_at is not None and looked_at != made.mark:
            raise Conflict("The list or the file has changed since you looked. Look at it again; nobody was added.")
        if not made.people:
            raise Conflict(" ".join(["Nobody is left to add.", *left_out_words(made.left_out)]))
        kept = PeopleImport(
            event_id=event.id,
            label=event.label,
            made_for=made_for,
            statement=statement,
            people=len(made.people),
            left_out=made.left_out,
            made_at=now,
            made_by=actor.id,
        )
        session.add(kept)
        session.flush()
        marks = keep_came and not not_yet(event, True, now)
        refs = _write_down(session, seats, made, kept, now, marks=marks)
        _remember(session, event, made, kept, refs, actor, now, marks=marks)
        if not event.is_past(now):
            _tell(session, event, refs[: len(made.seated)], now, waited=False)
            _tell(session, event, refs[len(made.seated) :], now, waited=True)
    return kept, made


def wrong_rows(number: int) -> str:
    """That rows have a mistake, and what that means."""
    rows = f"{number:,} rows have" if number > 1 else "A row has"
    return f"{rows} a mistake, so nobody is added yet. Mend what is wrong, or leave such rows out."


def left_out_words(left_out: Mapping[str, int]) -> list[str]:
    """Who is left out, in words: “3 on the list already”."""
    return [f"{left_out[why]:,} {said}" for why, said in LEFT_OUT.items() if left_out.get(why)]


def _there(session: Session, event: Event) -> dict[str, State]:
    people = people_of(event)
    known = select(people.email_key, people.state).where(people.event_id == event.id)
    return {key: state for key, state in session.execute(known)}


def _write_down(
    session: Session, seats: Seats, made: Plan, kept: PeopleImport, now: datetime, *, marks: bool
) -> list[int]:
    """Everyone's registration and feed, in batches; returns their references in order."""
    event, seated = seats.event, len(made.seated)
    common: dict[str, Any] = {
        "event_id": event.id,
        "label": event.label,
        "made_at": now,
        "origin": Origin.FILE,
        "import_id": kept.id,
        "programme_version_id": version_seen(session, event.programme, None),
    }
    rows: list[dict[str, Any]] = [
        common
        | {"ref": 1 + secrets.randbelow(2**63 - 1), "name": each.name, "email": each.email, "email_key": each.key}
        | {"state": State.CONFIRMED if number < seated else State.WAITLISTED, "place": seats.last_place + 1 + number}
        | {"attended": True if marks and each.came and number < seated else None}
        | dict(each.details)
        for number, each in enumerate(made.people)
    ]
    seats.taken += seated
    seats.waiting += len(made.waiting)
    seats.last_place += len(rows)
    session.flush()
    for batch in (rows[start : start + BATCH] for start in range(0, len(rows), BATCH)):
        session.execute(insert(people_of(event)), batch)
        feeds = [{"ref": 1 + secrets.randbelow(2**63 - 1), "email_key": row["email_key"]} for row in batch]
        first = insert_on(session)(CALENDARS[event.rules.audience]).on_conflict_do_nothing(index_elements=["email_key"])
        session.execute(first, [feed | {"generation": 0, "made_at": now} for feed in feeds])
    if event.is_past(now):  # of the others that is fixed when it is over
        people = people_of(event)
        mine = update(people).where(people.import_id == kept.id).values(came_before=came_earlier(people, event))
        session.execute(mine, execution_options={"synchronize_session": False})
    return [row["ref"] for row in rows]


def _remember(
    session: Session,
    event: Event,
    made: Plan,
    kept: PeopleImport,
    refs: Sequence[int],
    actor: Actor,
    now: datetime,
    *,
    marks: bool,
) -> None:
    """The act upon the event, and what became of each: with the line as it stood when they came to its end."""
    common: dict[str, Any] = {"label": event.label, "event_id": event.id, "actor_id": actor.id, "now": now}
    said: dict[str, Any] = {"people": kept.people, "number": kept.id, "by_hand": kept.made_for == BY_HAND}
    record(session, Act.IMPORTED, **common, **said)
    session.flush()
    seated, ahead = len(made.seated), event.seats.waiting - len(made.waiting)
    came: dict[int, dict[str, Any]] = {ref: {"added": True, "waited": False} for ref in refs[:seated]}
    wait: dict[int, dict[str, Any]] = {
        ref: {"added": True, "waited": True, "ahead": ahead + number} for number, ref in enumerate(refs[seated:])
    }
    record_many(session, Act.REGISTERED, came | wait, **common)
    there = [ref for ref, each in zip(refs[:seated], made.seated, strict=True) if marks and each.came]
    record_many(session, Act.ATTENDED, {ref: {"attended": True} for ref in there}, **common)


def _tell(session: Session, event: Event, refs: Sequence[int], now: datetime, *, waited: bool) -> None:
    """Who is added hears of it: they have a seat or a place in line, and the link by which they may give it back."""
    for batch in (refs[start : start + BATCH] for start in range(0, len(refs), BATCH)):
        enqueue_many(
            session,
            Kind.REGISTERED,
            batch,
            label=event.label,
            event_id=event.id,
            version=0,
            now=now,
            details={"turns": 0, "waited": waited},
        )

"""Writes of rounds: make one, say when it goes out, call it back, and write to those who did not answer once more."""

import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from .. import limits
from ..db import writing
from ..errors import Conflict, NotFound
from ..events.models import Event
from ..events.queries import by_slug
from ..history.models import Act
from ..history.service import record
from ..invites.models import INVITATIONS, Invitation, InvitationRound, Source
from ..invites.queries import invitation_of
from ..links import Keys
from ..messages.service import NO_ADDRESS
from ..organisers.rules import Actor
from ..outbox.models import Kind
from ..outbox.service import call_off, enqueue
from .queries import left_out, mailed, past_event, round_of, seated, standing, unanswered
from .rules import MOST, ONLY, Guest, Stage, Why, left_out_words, no_inviting, stage_at

Each = TypeVar("Each")
BATCH = 500
TESTS_PER_HOUR = 20
HOUR_SECONDS = 3600
#: By its number, the job of a round that fans its letters out, and the one that does so once more.
FAN_OUT = {Kind.INVITED: 0, Kind.NUDGED: 1}


def make(
    slug: str,
    source: Source,
    *,
    guests: Sequence[Guest] = (),
    unreadable: int = 0,
    past: str = "",
    statement: str = "",
    actor: Actor,
    keys: Keys,
    now: datetime,
) -> InvitationRound:
    """A round to those on the standing list, to those of the event `past`, or to `guests`; nothing is sent yet.

    `statement` says why they may be written to, in the words of who signs for it; `unreadable` is how many rows of the
    file were left out; by `keys` those are known who had themselves erased. Raises NotFound, or Conflict where nobody
    can be invited, or nobody is left to invite.
    """
    assert actor.id is not None  # somebody signs for it
    with writing() as session:
        event = _locked(session, slug, actor)
        if refusal := no_inviting(event, now):
            raise Conflict(refusal)
        before = past_event(session, event, past, now) if source is Source.EVENT else None
        if source is Source.EVENT:
            if before is None:
                raise NotFound("There is no such event that is over.")
            guests = seated(session, before)
        elif source is Source.STANDING:
            guests = standing(session, event)
        left = Counter({Why.UNREADABLE: unreadable})
        invited = list(_sifted(session, event, guests, left, keys))
        if not invited:
            raise Conflict(" ".join(["Nobody is left to invite.", *_sentence(left)]))
        made = InvitationRound(
            event_id=event.id,
            label=event.label,
            source=source,
            source_event_id=before.id if before else None,
            statement=statement,
            left_out={why.value: number for why, number in left.items() if number},
            made_at=now,
            made_by=actor.id,
        )
        session.add(made)
        session.flush()
        _write_down(session, event, made, invited, now)
    return made


def send(slug: str, id_: int, *, at: datetime | None, actor: Actor, now: datetime) -> InvitationRound:
    """Let a round go out: now, or at an instant that comes before the event. Twice is once.

    Raises NotFound, or Conflict where it cannot go out, or goes out at another time already.
    """
    with writing() as session:
        event, found = _open(session, slug, id_, actor, now)
        if found.send_at is not None:
            if found.send_at == at or (at is None and stage_at(found.send_at, now) is Stage.BEGUN):
                return found
            raise Conflict("This round goes out at another time already. Call it back first.")
        found.send_at = max(at or now, now)
        if found.send_at >= event.starts_at:
            raise Conflict("An invitation must come before the event begins.")
        _enqueue(session, event, found, Kind.INVITED, actor, now, found.send_at)
    return found


def call_back(slug: str, id_: int, *, actor: Actor, now: datetime) -> InvitationRound:
    """Take back that a round goes out later: it is a draft again. Raises NotFound, or Conflict once it has begun."""
    with writing() as session:
        event, found = _locked_round(session, slug, id_, actor)
        if stage_at(found.send_at, now) is Stage.PLANNED:
            called_off = call_off(session, Kind.ROUND, event_id=event.id, version=_number(found, Kind.INVITED))
            found.send_at = None if called_off else found.send_at
        if found.send_at is not None:
            raise Conflict("This round has begun to go out: it cannot be called back any more.")
    return found


def discard(slug: str, id_: int, *, actor: Actor, now: datetime) -> None:
    """Forget a round of which nothing was sent, and everyone in it. Raises NotFound, or Conflict."""
    with writing() as session:
        event, found = _locked_round(session, slug, id_, actor)
        if stage_at(found.send_at, now) is not Stage.DRAFT:
            raise Conflict("This round is planned, or went out. Call it back first, if it still can be.")
        table = INVITATIONS[event.rules.audience]
        session.execute(delete(table).where(table.round_id == found.id))
        session.delete(found)


def nudge(slug: str, id_: int, *, actor: Actor, now: datetime) -> int:
    """Write once more to those who did not answer, once; returns how many they are now. Raises NotFound, or Conflict."""
    with writing() as session:
        event, found = _open(session, slug, id_, actor, now)
        if found.nudged_at:
            raise Conflict("They were reminded already, and are reminded once alone.")
        number = unanswered(session, event, found.id)
        if not number:
            raise Conflict("There is nobody to remind: nobody has got a letter and left it unanswered.")
        found.nudged_at = now
        _enqueue(session, event, found, Kind.NUDGED, actor, now, now)
        _record(session, Act.NUDGED, event, found.id, number, actor.id, now)
    return number


def mail_one(slug: str, id_: int, *, actor: Actor, keys: Keys, now: datetime) -> Invitation:
    """Mail a personal link that was made by hand to the address it is bound to, once. Raises NotFound, or Conflict."""
    with writing() as session:
        invitation = invitation_of(session, by_slug(session, slug, actor.labels), id_)
        session.refresh(invitation, with_for_update=True)
        event = _may_mail(session, slug, actor, now)
        if invitation.round_id or invitation.ref in mailed(session, event):
            raise Conflict("This link was mailed already, and is mailed once alone.")
        why = left_out(session, event, [invitation.email_key], keys)[invitation.email_key]
        if invitation.revoked_at or invitation.declined_at or why is not Why.INVITED:
            raise Conflict("This link is withdrawn, or its owner has answered, or wants no invitations.")
        enqueue(
            session,
            Kind.INVITED,
            label=event.label,
            event_id=event.id,
            ref=invitation.ref,
            version=ONLY,
            now=now,
        )
        record(session, Act.INVITED, label=event.label, event_id=event.id, actor_id=actor.id, now=now, people=1)
    return invitation


def try_out(slug: str, id_: int, kind: Kind, *, actor: Actor, now: datetime) -> None:
    """Send the letter of a round to whoever asks, marked as a test. Raises NotFound, Conflict, or TooMany."""
    assert actor.id is not None  # it goes to their address
    with writing() as session:
        event, found = _open(session, slug, id_, actor, now)
        said = "There were many tests within an hour. Look at the ones you have; nothing was sent."
        limits.count(session, f"test:{actor.id}", now, most=TESTS_PER_HOUR, seconds=HOUR_SECONDS, said=said)
        enqueue(
            session,
            Kind.TEST,
            label=event.label,
            event_id=event.id,
            ref=actor.id,
            version=int(now.timestamp()),
            now=now,
            details={"round": found.id, "kind": kind.value},
        )


def _sifted(session: Session, event: Event, guests: Sequence[Guest], left: Counter[Why], keys: Keys) -> Iterator[Guest]:
    """Those who can be invited, each once, `MOST` at most; who cannot is counted by why."""
    first: dict[str, Guest] = {}
    for guest in guests:
        first.setdefault(guest.email.casefold(), guest)
    left[Why.TWICE] = len(guests) - len(first)
    taken = 0
    for batch in _batches(list(first)):
        out = left_out(session, event, batch, keys)
        left.update(out.values())
        for key in batch:
            if key in out:
                continue
            taken += 1
            if taken > MOST:
                left[Why.OVER] += 1
            else:
                yield first[key]


def _batches(all_: Sequence[Each]) -> Iterator[Sequence[Each]]:
    return (all_[start : start + BATCH] for start in range(0, len(all_), BATCH))


def _write_down(session: Session, event: Event, made: InvitationRound, invited: Sequence[Guest], now: datetime) -> None:
    """Everyone's own link, in batches; all of them or none, with the round's own transaction."""
    table = INVITATIONS[event.rules.audience]
    common: dict[str, Any] = {
        "event_id": event.id,
        "label": event.label,
        "generation": 0,
        "made_at": now,
        "round_id": made.id,
    }
    for batch in _batches(invited):
        rows = [
            {"ref": 1 + secrets.randbelow(2**63 - 1), "name": guest.name, "email": guest.email}
            | {"email_key": guest.email.casefold()}
            | common
            for guest in batch
        ]
        session.execute(insert(table), rows)


def _sentence(left: Counter[Why]) -> list[str]:
    said = left_out_words({why.value: number for why, number in left.items()})
    return [f"Left out: {'; '.join(said)}."] if said else []


def _locked(session: Session, slug: str, actor: Actor) -> Event:
    """The event, so that one round at a time is made or sent."""
    event = by_slug(session, slug, actor.labels)
    session.refresh(event, with_for_update={"of": Event, "key_share": True})
    return event


def _locked_round(session: Session, slug: str, id_: int, actor: Actor) -> tuple[Event, InvitationRound]:
    event = _locked(session, slug, actor)
    found = round_of(session, event, id_)
    session.refresh(found, with_for_update=True)
    return event, found


def _open(session: Session, slug: str, id_: int, actor: Actor, now: datetime) -> tuple[Event, InvitationRound]:
    """The event and its round, where mail about it may go out. Raises NotFound, or Conflict."""
    _, found = _locked_round(session, slug, id_, actor)
    return _may_mail(session, slug, actor, now), found


def _may_mail(session: Session, slug: str, actor: Actor, now: datetime) -> Event:
    """An event of which invitations may go out. Raises NotFound, or Conflict."""
    event = by_slug(session, slug, actor.labels)
    if refusal := no_inviting(event, now):
        raise Conflict(refusal)
    if event.programme.lacks_postal_address:
        raise Conflict(NO_ADDRESS)
    return event


def _number(found: InvitationRound, kind: Kind) -> int:
    return len(FAN_OUT) * found.id + FAN_OUT[kind]


def _enqueue(
    session: Session, event: Event, found: InvitationRound, kind: Kind, actor: Actor, now: datetime, at: datetime
) -> None:
    enqueue(
        session,
        Kind.ROUND,
        label=event.label,
        event_id=event.id,
        version=_number(found, kind),
        now=now,
        run_at=at,
        details={"round": found.id, "kind": kind.value, "actor": actor.id},
    )


def _record(
    session: Session, act: Act, event: Event, id_: int, people: int, actor_id: int | None, now: datetime
) -> None:
    record(
        session,
        act,
        label=event.label,
        event_id=event.id,
        actor_id=actor_id,
        now=now,
        round=id_,
        people=people,
    )

"""What hosts do with what their members say: answer it, ask somebody who can act, hide what breaks a rule.

Those who asked, found it good or answered are told in the same change. Whoever calls is an organiser of the label, or
holds the link of a route.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from ..db import writing
from ..errors import Conflict, NotFound, Refused, TooMany
from ..organisers.rules import Actor
from ..outbox.models import Job
from ..outbox.models import Kind as Mail
from ..outbox.service import enqueue, enqueue_many
from .inbox import NOT_VALID, by_ref, concerned, last_reply, route_by_ref
from .models import Breach, Contribution, Reply, Route, State
from .rules import WORKED_ON

#: How long the link of a route is good.
ROUTE_LASTS = timedelta(days=60)
#: How often it answers within a day: each answer is a mail to many.
REPLIES_A_DAY = 5
MOVED_ON = "Somebody else answered this a moment ago. Read what was said, then send yours if it is still needed."


def reply(ref: int, state: State, words: str, *, seen: int | None = None, actor: Actor, now: datetime) -> Reply:
    """Answer a suggestion or a question, and say how far it is; those concerned are told. A double click is one answer.

    `seen` is the id of the last answer the organiser saw, 0 for none. Raises NotFound, Refused at `words`, or Conflict
    when it is hidden, was taken back, or has been answered since.
    """
    with writing() as session:
        contribution = by_ref(session, ref, actor.labels, to_change=True)
        return _say(session, contribution, state, words, seen, Reply(made_by=actor.id), now)


def reply_by_route(route_ref: int, state: State, words: str, *, seen: int | None = None, now: datetime) -> Reply:
    """The same by somebody who was asked to act. Raises also NotFound once the route has ended, and TooMany."""
    with writing() as session:
        asked = route_by_ref(session, route_ref, now)
        if asked is None:
            raise NotFound(NOT_VALID)
        said_to = session.get_one(Contribution, asked.contribution_id).ref
        contribution = by_ref(session, said_to, {asked.label}, to_change=True)
        route = route_by_ref(session, route_ref, now)  # again: it may have been withdrawn while this waited
        if route is None:
            raise NotFound(NOT_VALID)
        lately = select(func.count()).where(Reply.route_id == route.id, Reply.at > now - timedelta(days=1))
        if (session.scalar(lately) or 0) >= REPLIES_A_DAY:
            raise TooMany(f"You have answered {REPLIES_A_DAY} times today. Please go on tomorrow; nothing was changed.")
        return _say(session, contribution, state, words, seen, Reply(route_id=route.id), now)


def route(ref: int, name: str, email: str, note: str, *, actor: Actor, now: datetime) -> Route:
    """Ask somebody who can act, by a mail whose link needs no account. A double click is one mail.

    Raises NotFound, Refused at `email` when the same address is asked already, or Conflict.
    """
    with writing() as session:
        contribution = by_ref(session, ref, actor.labels, to_change=True)
        _is_worked_on(contribution)
        mine = select(Route).where(Route.contribution_id == contribution.id, func.lower(Route.email) == email.lower())
        if earlier := session.scalar(mine.where(Route.closed_at.is_(None), Route.ends_at > now).limit(1)):
            if (earlier.name, earlier.note) == (name, note):
                return earlier
            raise Refused({"email": ["They have been asked already. To ask once more, withdraw the first link."]})
        made = Route(
            ref=1 + secrets.randbelow(2**63 - 1),
            contribution_id=contribution.id,
            label=contribution.label,
            name=name,
            email=email,
            note=note,
            generation=0,
            made_at=now,
            made_by=actor.id,
            ends_at=now + ROUTE_LASTS,
        )
        session.add(made)
        session.flush()
        enqueue(session, Mail.ROUTED, label=made.label, event_id=0, ref=made.ref, version=0, now=now)
    return made


def close_route(ref: int, route_ref: int, *, actor: Actor, now: datetime) -> None:
    """Withdraw the link of somebody who was asked, and forget their address. Twice is once. Raises NotFound."""
    with writing() as session:
        contribution = by_ref(session, ref, actor.labels, to_change=True)
        wanted = select(Route).where(Route.ref == route_ref, Route.contribution_id == contribution.id)
        found = session.scalar(wanted.with_for_update())
        if found is None:
            raise NotFound("Nobody was asked by this link.")
        if found.closed_at is None:
            shut(found, now)


def shut(route: Route, now: datetime) -> None:
    """Let its link open nothing any more, and forget the address."""
    route.closed_at, route.email = now, ""
    route.generation += 1


def forget_addresses(now: datetime) -> None:
    """The hourly tick: of who was asked, no address is kept once their link is over. Names stay beside what they said."""
    with writing() as session:
        over = update(Route).where(Route.ends_at <= now, Route.email != "")
        session.execute(over.values(email=""), execution_options={"synchronize_session": False})


def hide(ref: int, breach: Breach, *, actor: Actor, now: datetime) -> None:
    """Let nobody read it any more, as it breaks this rule; its author is told. A double click is once.

    Raises NotFound, or Conflict when it was taken back, or is hidden for another reason.
    """
    with writing() as session:
        contribution = by_ref(session, ref, actor.labels, to_change=True)
        if contribution.hidden_at and contribution.breach is breach:
            return
        _is_there(contribution)
        contribution.hidden_at, contribution.breach, contribution.hidden_by = now, breach, actor.id
        told = select(func.max(Job.version)).where(Job.kind == Mail.HIDDEN, Job.ref == contribution.author)
        enqueue(
            session,
            Mail.HIDDEN,
            label=contribution.label,
            event_id=0,
            ref=contribution.author,
            version=1 + (session.scalar(told) or 0),
            now=now,
            details={"contribution": contribution.id},
        )


def show(ref: int, *, actor: Actor) -> None:
    """Let it be read again. Twice is once. Raises NotFound."""
    with writing() as session:
        contribution = by_ref(session, ref, actor.labels, to_change=True)
        contribution.hidden_at = contribution.breach = contribution.hidden_by = None


def _say(
    session: Session, contribution: Contribution, state: State, words: str, seen: int | None, said: Reply, now: datetime
) -> Reply:
    _is_worked_on(contribution)
    last = last_reply(session, contribution.id)
    by = (said.made_by, said.route_id)
    if last and (last.state, last.words, last.made_by, last.route_id) == (state, words, *by):
        return last
    if seen is not None and seen != (last.id if last else 0):
        raise Conflict(MOVED_ON)
    if not words.strip():
        raise Refused({"words": ["Say it in words: a state alone answers nobody."]})
    said.contribution_id, said.label, said.state, said.words = contribution.id, contribution.label, state, words
    said.at, contribution.state = now, state
    session.add(said)
    session.flush()
    refs, of_reply = concerned(session, contribution), {"reply": said.id}
    enqueue_many(session, Mail.HEARD, refs, label=said.label, event_id=0, version=said.id, now=now, details=of_reply)
    return said


def _is_worked_on(contribution: Contribution) -> None:
    """Raises Conflict where there is nothing to answer or to ask anybody about."""
    if contribution.kind not in WORKED_ON:
        raise Conflict("Only suggestions and questions are answered here.")
    _is_there(contribution)


def _is_there(contribution: Contribution) -> None:
    """Raises Conflict where nobody can read it."""
    if contribution.taken_back_at:
        raise Conflict("Its author took it back. Nothing was changed.")
    if contribution.hidden_at:
        raise Conflict("It is hidden. Show it again first.")

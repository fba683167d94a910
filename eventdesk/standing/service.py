"""Writes of the standing lists: ask, confirm by mail, end, stop all such mail, forget. No label is named here."""

import secrets
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from .. import limits
from ..consent.queries import choice_by_ref, choice_of
from ..consent.service import accept, open_choices, refuse
from ..db import insert_on, writing
from ..errors import NotFound, Refused
from ..labels import RULES, Audience, Label
from ..links import Links
from ..outbox.models import Kind
from ..outbox.service import enqueue
from ..programmes.queries import first_of
from .models import STANDING, StandingEntry
from .rules import (
    ASKED_ENOUGH,
    ASKED_OF_NETWORK,
    DOUBLE_CLICK,
    MAILS,
    NETWORK_SECONDS,
    NOT_GOOD,
    OTHER_WORDS,
    UNCONFIRMED_LASTS,
    mailbox_of,
)


def ask(
    label: Label, *, name: str, email: str, said: str | None = None, network: str, links: Links, now: datetime
) -> None:
    """Ask an address, by mail, whether it wants to be told of the label's next events. Known or not, the same is done.

    `said` is what stood beside the button (the present words where unknown), `network` a digest of where the request came
    from. Who has confirmed stays on the list, as they were, and gets a new link. Raises Refused at the field `said` when it
    reads otherwise by now, TooMany when network or address were asked for often enough.
    """
    rules, email_key = RULES[label], email.casefold()
    with writing() as session:
        limits.count(session, f"standing:{network}", now, most=ASKED_OF_NETWORK, seconds=NETWORK_SECONDS)
        words = rules.agreed(first_of(session, label).sender)
        if said not in (None, words):
            raise Refused({"said": [OTHER_WORDS]})
        entries = STANDING[rules.audience]
        new = {"ref": 1 + secrets.randbelow(2**63 - 1), "label": label, "email_key": email_key, "generation": 0}
        new |= {"name": name, "email": email, "said": words, "asked_at": now}
        first = insert_on(session)(entries).values(new).on_conflict_do_nothing(index_elements=["email_key"])
        added = session.scalar(first.returning(entries.id))
        entry = session.scalars(select(entries).where(entries.email_key == email_key).with_for_update()).one()
        if added is None:
            if now - entry.asked_at < DOUBLE_CLICK:
                return
            entry.generation, entry.asked_at = entry.generation + 1, now
            if entry.confirmed_at is None:
                entry.name, entry.email, entry.said = name, email, words
        _count_mail(session, email_key, links, now)
        generation = entry.generation
        enqueue(session, Kind.OPT_IN, label=label, event_id=0, ref=entry.ref, version=generation, now=now)


def confirm(audience: Audience, ref: int, *, now: datetime) -> None:
    """It was they: count the entry from now on, and take back what they refused before. Twice is once. Raises NotFound."""
    with writing() as session:
        entry = _entry(session, audience, ref)
        entry.confirmed_at = entry.confirmed_at or now
        accept(session, audience, entry.email_key)


def end(audience: Audience, ref: int) -> None:
    """Take an entry off its list; nothing of it stays. Raises NotFound."""
    with writing() as session:
        session.delete(_entry(session, audience, ref))


def end_for_good(audience: Audience, ref: int, *, now: datetime) -> None:
    """Take an entry off, as its owner wishes, and keep that they want no mail of the label at all. Raises NotFound."""
    with writing() as session:
        stop_mail_to(session, audience, _entry(session, audience, ref).email_key, now)


def stop_mail_to(session: Session, audience: Audience, email_key: str, now: datetime) -> None:
    """The same as `stop_mail`, for an address that may have been given no link to stop it yet."""
    open_choices(session, audience, [email_key], now)
    choice = choice_of(session, audience, email_key)
    assert choice
    stop_mail(audience, choice.ref, now=now)


def stop_mail(audience: Audience, choice_ref: int, *, now: datetime) -> None:
    """Keep that an address wants no mail of the label beyond its registrations, and take it off the list. Raises NotFound."""
    with writing() as session:
        if choice := choice_by_ref(session, audience, choice_ref):
            entries = STANDING[audience]
            session.execute(delete(entries).where(entries.email_key == choice.email_key))
        refuse(audience, choice_ref, now=now)


def forget_unconfirmed(now: datetime) -> None:
    """The hourly tick: who did not say that it was they is forgotten."""
    for entries in STANDING.values():
        with writing() as session:  # one list at a time
            late = entries.asked_at < now - UNCONFIRMED_LASTS
            session.execute(delete(entries).where(entries.confirmed_at.is_(None), late))


def _count_mail(session: Session, email_key: str, links: Links, now: datetime) -> None:
    for most, seconds in MAILS.items():
        key = links.keys.digest("standing", str(seconds), mailbox_of(email_key))
        limits.count(session, key, now, most=most, seconds=seconds, said=ASKED_ENOUGH)


def _entry(session: Session, audience: Audience, ref: int) -> StandingEntry:
    entries = STANDING[audience]
    entry = session.scalar(select(entries).where(entries.ref == ref).with_for_update())
    if entry is None:
        raise NotFound(NOT_GOOD)
    return entry

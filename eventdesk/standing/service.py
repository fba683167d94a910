"""Writes of the standing lists: ask, confirm by mail, end, stop all such mail, forget. No label is named here."""

import secrets
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from .. import limits
from ..consent.models import Source
from ..consent.queries import choice_by_ref, choice_of
from ..consent.service import accept, open_choices, record_given, record_withdrawn, refuse
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
    is_too_late,
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
    email_key = email.casefold()
    with writing() as session:
        count_asking(session, network, now)
        words = words_of(session, label)
        if said not in (None, words):
            raise Refused({"said": [OTHER_WORDS]})
        entry, added = entered(session, label, name=name, email=email, said=words, asked_at=now)
        if not added:
            if now - entry.asked_at < DOUBLE_CLICK:
                return
            entry.generation, entry.asked_at = entry.generation + 1, now
            if entry.confirmed_at is None:
                entry.name, entry.email, entry.said = name, email, words
        count_mail(session, email_key, links, now)
        generation = entry.generation
        enqueue(session, Kind.OPT_IN, label=label, event_id=0, ref=entry.ref, version=generation, now=now)


def confirm(audience: Audience, ref: int, *, now: datetime) -> None:
    """It was they: count the entry from now on, and take back what they refused before. Twice is once.

    Raises NotFound, also when they asked too long ago.
    """
    with writing() as session:
        entry = _entry(session, audience, ref)
        if entry.confirmed_at is None:
            if is_too_late(entry.asked_at, now):
                raise NotFound(NOT_GOOD)
            count_in(session, entry, source=Source.FORM, now=now)


def count_in(session: Session, entry: StandingEntry, *, source: Source, now: datetime) -> None:
    """Count an entry from now on, with what its owner agreed to by it, and take back what they refused before."""
    entry.confirmed_at = now
    audience, key, asked_at = entry.audience, entry.email_key, entry.asked_at
    record_given(session, audience, key, said=entry.said, source=source, asked_at=asked_at, now=now)
    accept(session, audience, key)


def end(audience: Audience, ref: int, *, source: Source = Source.LINK, now: datetime) -> None:
    """Take an entry off its list; nothing of it stays but the act, without the address. Raises NotFound."""
    with writing() as session:
        entry = _entry(session, audience, ref)
        if entry.confirmed_at:
            record_withdrawn(session, audience, entry.email_key, source=source, now=now)
        session.delete(entry)


def end_for_good(audience: Audience, ref: int, *, source: Source = Source.LINK, now: datetime) -> None:
    """Take an entry off, as its owner wishes, and keep that they want no mail of the label at all. Raises NotFound."""
    with writing() as session:
        stop_mail_to(session, audience, _entry(session, audience, ref).email_key, now, source=source)


def stop_mail_to(
    session: Session, audience: Audience, email_key: str, now: datetime, *, source: Source = Source.LINK
) -> None:
    """The same as `stop_mail`, for an address that may have been given no link to stop it yet."""
    open_choices(session, audience, [email_key], now)
    choice = choice_of(session, audience, email_key)
    assert choice
    stop_mail(audience, choice.ref, source=source, now=now)


def stop_mail(audience: Audience, choice_ref: int, *, source: Source = Source.LINK, now: datetime) -> None:
    """Keep that an address wants no mail of the label beyond its registrations, and take it off the list. Raises NotFound.

    It is in the ledger once, whoever had agreed to what: also who was invited by others takes that back.
    """
    with writing() as session:
        if choice := choice_by_ref(session, audience, choice_ref):
            entries = STANDING[audience]
            gone = delete(entries).where(entries.email_key == choice.email_key).returning(entries.confirmed_at)
            agreed = any(session.scalars(gone).all())
            session.refresh(choice, with_for_update=True)
            if agreed or choice.refused_at is None:
                record_withdrawn(session, audience, choice.email_key, source=source, now=now)
        refuse(audience, choice_ref, now=now)


def forget_unconfirmed(now: datetime) -> None:
    """The hourly tick: who did not say that it was they is forgotten."""
    for entries in STANDING.values():
        with writing() as session:  # one list at a time
            late = entries.asked_at < now - UNCONFIRMED_LASTS
            session.execute(delete(entries).where(entries.confirmed_at.is_(None), late))


def words_of(session: Session, label: Label) -> str:
    """What one agrees to now who asks to be told of a label's next events."""
    return RULES[label].agreed(first_of(session, label).sender)


def entered(
    session: Session, label: Label, *, name: str, email: str, said: str, asked_at: datetime
) -> tuple[StandingEntry, bool]:
    """The entry of an address, locked, and whether it is new: what there is stays as it is."""
    entries, email_key = STANDING[RULES[label].audience], email.casefold()
    new = {"ref": 1 + secrets.randbelow(2**63 - 1), "label": label, "email_key": email_key, "generation": 0}
    new |= {"name": name, "email": email, "said": said, "asked_at": asked_at}
    first = insert_on(session)(entries).values(new).on_conflict_do_nothing(index_elements=["email_key"])
    added = session.scalar(first.returning(entries.id)) is not None
    mine = select(entries).where(entries.email_key == email_key).with_for_update()
    return session.scalars(mine.execution_options(populate_existing=True)).one(), added


def count_asking(session: Session, network: str, now: datetime) -> None:
    """Count that a network (a digest) asks for such mail. Raises TooMany."""
    limits.count(session, f"standing:{network}", now, most=ASKED_OF_NETWORK, seconds=NETWORK_SECONDS)


def count_mail(session: Session, email_key: str, links: Links, now: datetime) -> None:
    """Count one mail that asks an address whether it was they, over both labels. Raises TooMany."""
    for most, seconds in MAILS.items():
        key = links.keys.digest("standing", str(seconds), mailbox_of(email_key))
        limits.count(session, key, now, most=most, seconds=seconds, said=ASKED_ENOUGH)


def _entry(session: Session, audience: Audience, ref: int) -> StandingEntry:
    entries = STANDING[audience]
    entry = session.scalar(select(entries).where(entries.ref == ref).with_for_update())
    if entry is None:
        raise NotFound(NOT_GOOD)
    return entry

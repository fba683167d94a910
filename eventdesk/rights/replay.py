"""The journal kept up with the database, and carried out again upon one that is older than it, as after a restore.

Both may be done at any time and any number of times: what was written down is not written twice, and what came into the
database after a parting is not touched by it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..consent.forgotten import digests
from ..consent.models import CHOICES, ConsentAct, ConsentEntry, Forgotten, Parting, Source
from ..db import db, writing
from ..evenings.models import Quotation
from ..evenings.parting import withdraw
from ..labels import RULES_BY_AUDIENCE, Audience, Label
from ..links import Keys
from ..lists.models import LISTS
from ..personal import HELD
from ..standing.queries import by_email as standing_of
from ..standing.service import end, stop_mail_to
from . import journal
from .journal import Line, Parted
from .service import erase_older, erase_registration

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Replayed:
    """How many addresses and registrations were erased again, how many addresses left or stopped mail again, how many words withdrawn."""

    erased: int = 0
    stopped: int = 0
    unquoted: int = 0
    #: Whether there was a journal at all.
    known: bool = True

    @property
    def said(self) -> str:
        """For who restores."""
        if not self.known:
            return (
                f"There is no {journal.FILE} here: whoever had themselves erased or stopped mail after this backup is back. "
                "Copy it from the old instance folder, beside the key, and start: then it holds again."
            )
        told = f"{self.erased} erased, {self.stopped} stopped mail or left the standing list, {self.unquoted} withdrew a quotation"
        return f"What people did since the backup holds again, by {journal.FILE}: {told}."


def complete(instance: Path, keys: Keys, since: datetime | None = None) -> int:
    """Write down what the database knows of partings (since then, or of all) and the journal does not; how many they were."""
    lines: list[Line] = []
    for audience in RULES_BY_AUDIENCE:
        lines += _known(db.session(), audience, keys, since or LONG_AGO)
        db.session.rollback()  # one list at a time
    return journal.add(instance, lines)


def replay(instance: Path, keys: Keys, now: datetime) -> Replayed:
    """Carry out again what is written down, upon what the database holds from before it."""
    erased = stopped = unquoted = 0
    lines = journal.read(instance)
    for audience, rules in RULES_BY_AUDIENCE.items():
        mine = [line for line in lines if line.label is rules.label]
        if mine:
            erased += _erase_again(audience, _latest(mine, Parted.ERASED), keys, now)
            stopped += _stop_again(audience, mine, keys)
            unquoted += _withdraw_again(rules.label, _latest(mine, Parted.UNQUOTED), keys)
            _remember(rules.label, _latest(mine, Parted.ERASED))
    return Replayed(erased, stopped, unquoted, (instance / journal.FILE).exists())


def _known(session: Session, audience: Audience, keys: Keys, since: datetime) -> Iterator[Line]:
    """What of one list is to be in the journal."""
    label, choices = RULES_BY_AUDIENCE[audience].label, CHOICES[audience]
    erased = select(Forgotten).where(Forgotten.label == label, Forgotten.parting == Parting.ERASED)
    for kept in session.scalars(erased.where(Forgotten.at >= since)):
        yield Line(label, kept.digest, Parted.ERASED, kept.at)
    refused = select(choices.email_key, choices.refused_at).where(choices.refused_at >= since)
    for key, at in session.execute(refused):
        if at:
            yield Line(label, digests(keys, label, key)[0], Parted.STOPPED, at)
    left = select(choices.email_key, ConsentEntry.at).join(ConsentEntry, ConsentEntry.ref == choices.ref)
    left = left.where(ConsentEntry.label == label, ConsentEntry.act == ConsentAct.WITHDRAWN, ConsentEntry.at >= since)
    for key, at in session.execute(left.where(ConsentEntry.source != Source.ERASURE)):
        yield Line(label, digests(keys, label, key)[0], Parted.LEFT, at)
    withdrawn = select(Quotation.ref, Quotation.withdrawn_at).where(Quotation.label == label)
    for ref, gone_at in session.execute(withdrawn.where(Quotation.withdrawn_at >= since)):
        if gone_at:
            yield Line(label, digests(keys, label, str(ref))[0], Parted.UNQUOTED, gone_at)


def _latest(lines: list[Line], parted: Parted) -> dict[str, datetime]:
    """By digest, when somebody last did this."""
    found: dict[str, datetime] = {}
    for line in lines:
        if line.parted is parted:
            found[line.digest] = max(line.at, found.get(line.digest, line.at))
    return found


def _matched(keys: Keys, label: Label, subjects: Any, when: Mapping[str, datetime]) -> dict[str, datetime]:
    """Of these addresses or references, those that are written down, by any of the keys, and when."""
    found = {}
    for subject in subjects:
        at = [when[digest] for digest in digests(keys, label, str(subject)) if digest in when]
        if at:
            found[str(subject)] = max(at)
    return found


def _addresses(audience: Audience) -> list[str]:
    """Every address that one list holds, in small letters."""
    session, found = db.session(), set[str]()
    for held in HELD:
        if not held.subject:
            table = held.tables[audience]
            found.update(session.scalars(select(table.email_key).distinct()))
    session.rollback()
    return sorted(found)


def _erase_again(audience: Audience, when: Mapping[str, datetime], keys: Keys, now: datetime) -> int:
    label, people, number = RULES_BY_AUDIENCE[audience].label, LISTS[audience], 0
    for email_key, at in _matched(keys, label, _addresses(audience), when).items():
        with writing() as session:
            number += erase_older(session, audience, email_key, at, keys, now)
    there = {ref: made_at for ref, made_at in db.session.execute(select(people.ref, people.made_at))}
    db.session.rollback()
    for ref, at in _matched(keys, label, there, when).items():
        if there[int(ref)] <= at:
            erase_registration(audience, int(ref), keys=keys, now=now)
            number += 1
    return number


def _stop_again(audience: Audience, lines: list[Line], keys: Keys) -> int:
    label, number = RULES_BY_AUDIENCE[audience].label, 0
    addresses = _addresses(audience)
    for email_key, at in _matched(keys, label, addresses, _latest(lines, Parted.STOPPED)).items():
        with writing() as session:
            if _may_be_written_to(session, audience, email_key, at):
                stop_mail_to(session, audience, email_key, at)
                number += 1
    for email_key, at in _matched(keys, label, addresses, _latest(lines, Parted.LEFT)).items():
        entry = standing_of(db.session(), audience, email_key)
        db.session.rollback()
        if entry and entry.confirmed_at and entry.confirmed_at <= at:
            end(audience, entry.ref, now=at)
            number += 1
    return number


def _withdraw_again(label: Label, when: Mapping[str, datetime], keys: Keys) -> int:
    standing = select(Quotation.ref).where(Quotation.label == label, Quotation.withdrawn_at.is_(None))
    gone = _matched(keys, label, db.session.scalars(standing).all(), when)
    db.session.rollback()
    for ref, at in gone.items():
        with writing() as session:
            withdraw(session, session.scalars(select(Quotation).where(Quotation.ref == int(ref))), at)
    return len(gone)


def _may_be_written_to(session: Session, audience: Audience, email_key: str, at: datetime) -> bool:
    """Whether an address that stopped mail then does not refuse it now, and has not agreed anew since."""
    choices = CHOICES[audience]
    choice = session.scalar(select(choices).where(choices.email_key == email_key))
    if choice is None:
        return True
    anew = select(ConsentEntry.id).where(
        ConsentEntry.label == RULES_BY_AUDIENCE[audience].label,
        ConsentEntry.ref == choice.ref,
        ConsentEntry.act == ConsentAct.GIVEN,
        ConsentEntry.at > at,
    )
    return choice.refused_at is None and choice.made_at <= at and session.scalar(anew.limit(1)) is None


def _remember(label: Label, when: Mapping[str, datetime]) -> None:
    """Put back what the database is to know of who was erased."""
    with writing() as session:
        there = set(session.scalars(select(Forgotten.digest).where(Forgotten.label == label)))
        for digest, at in when.items():
            if digest not in there:
                session.add(Forgotten(label=label, digest=digest, parting=Parting.ERASED, at=at))

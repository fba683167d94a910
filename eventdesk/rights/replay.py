"""The journal kept up with the database, and carried out again upon one that is older than it, as after a restore.

Both may be done at any time and any number of times: what was written down is not written twice, and what came into the
database after a parting is not touched by it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

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
from ..suggestions.hosting import shut
from ..suggestions.models import Breach, Contribution, Route
from ..suggestions.parting import blank
from . import journal
from .journal import Line, Parted
from .service import erase_older, erase_registration

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
#: By which rule a line says that something is hidden.
HIDING = {Parted(breach.value): breach for breach in Breach}
#: Of words and links that are over: the column that says since when, and how one that is not is ended.
OVER: dict[Parted, tuple[InstrumentedAttribute[datetime | None], Callable[[Session, Any, datetime], None]]] = {
    Parted.UNQUOTED: (Quotation.withdrawn_at, lambda session, found, at: withdraw(session, [found], at)),
    Parted.TAKEN_BACK: (Contribution.taken_back_at, lambda _, found, at: blank([found], at)),
    Parted.CLOSED: (Route.closed_at, lambda _, found, at: shut(found, at)),
}


@dataclass(frozen=True)
class Replayed:
    """How many addresses and registrations were erased again, how many addresses left or stopped mail again, and of words and links.

    Quotations withdrawn; contributions taken back, or hidden; links closed of who was asked to act on one.
    """

    erased: int = 0
    stopped: int = 0
    unquoted: int = 0
    taken_back: int = 0
    hidden: int = 0
    closed: int = 0
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
        told += f", {self.taken_back} contributions taken back, {self.hidden} hidden, {self.closed} links withdrawn"
        return f"What people did since the backup holds again, by {journal.FILE}: {told}."


def complete(instance: Path, keys: Keys, since: datetime | None = None) -> int:
    """Write down what the database knows of partings (since then, or of all) and the journal does not; how many they were."""
    lines: list[Line] = []
    there = journal.read(instance)  # read first: what it says is hidden, and the database then shows, was shown since
    for audience, rules in RULES_BY_AUDIENCE.items():
        lines += _known(db.session(), audience, keys, since or LONG_AGO)
        lines += _over(db.session(), rules.label, keys, since or LONG_AGO)
        lines += _shown(db.session(), rules.label, keys, _hidden(there))
        db.session.rollback()  # one list at a time
    return journal.add(instance, lines)


def replay(instance: Path, keys: Keys, now: datetime) -> Replayed:
    """Carry out again what is written down, upon what the database holds from before it."""
    done: Counter[str] = Counter()
    lines = journal.read(instance)
    for audience, rules in RULES_BY_AUDIENCE.items():
        mine = [line for line in lines if line.label is rules.label]
        if mine:
            done["erased"] += _erase_again(audience, _latest(mine, Parted.ERASED), keys, now)
            done["stopped"] += _stop_again(audience, mine, keys)
            for parted in OVER:
                done[parted.name.lower()] += _end_again(rules.label, parted, _latest(mine, parted), keys)
            done["hidden"] += _hide_again(rules.label, _hidden(mine), keys)
            _remember(rules.label, _latest(mine, Parted.ERASED))
    return Replayed(**done, known=(instance / journal.FILE).exists())


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


def _over(session: Session, label: Label, keys: Keys, since: datetime) -> Iterator[Line]:
    """What of words and links is to be in the journal."""
    for parted, (over_at, _) in OVER.items():
        table = over_at.class_
        for ref, at in session.execute(select(table.ref, over_at).where(table.label == label, over_at >= since)):
            yield Line(label, digests(keys, label, str(ref))[0], parted, at)
    hidden = select(Contribution.ref, Contribution.breach, Contribution.hidden_at).where(Contribution.label == label)
    for ref, breach, hidden_at in session.execute(hidden.where(Contribution.hidden_at >= since)):
        if breach and hidden_at:
            yield Line(label, digests(keys, label, str(ref))[0], Parted(breach.value), hidden_at)


def _shown(session: Session, label: Label, keys: Keys, hidden: Mapping[str, Line]) -> Iterator[Line]:
    """Which of these hidings are over, at their own time, so that a later one holds: a start hides nothing that a host shows."""
    for ref in session.scalars(_readable(label)) if hidden else ():
        for digest in digests(keys, label, str(ref)):
            if digest in hidden:
                yield replace(hidden[digest], parted=Parted.SHOWN)


def _readable(label: Label) -> Select[int]:
    return select(Contribution.ref).where(Contribution.label == label, Contribution.hidden_at.is_(None))


def _hidden(lines: Iterable[Line]) -> dict[str, Line]:
    """By digest, the last hiding that was not taken back."""
    told = [line for line in lines if line.parted in HIDING or line.parted is Parted.SHOWN]
    last = {line.digest: line for line in sorted(told, key=lambda line: (line.at, line.parted is Parted.SHOWN))}
    return {digest: line for digest, line in last.items() if line.parted in HIDING}


def _latest(lines: Iterable[Line], parted: Parted) -> dict[str, datetime]:
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


def _end_again(label: Label, parted: Parted, when: Mapping[str, datetime], keys: Keys) -> int:
    over_at, end_one = OVER[parted]
    table = over_at.class_
    standing = select(table).where(table.label == label, over_at.is_(None))
    gone = _matched(keys, label, db.session.scalars(standing.with_only_columns(table.ref)).all(), when)
    db.session.rollback()
    for ref, at in gone.items():
        with writing() as session:
            for found in session.scalars(standing.where(table.ref == int(ref))).all():
                end_one(session, found, at)
    return len(gone)


def _hide_again(label: Label, hidden: Mapping[str, Line], keys: Keys) -> int:
    readable, number = db.session.scalars(_readable(label)).all(), 0
    db.session.rollback()
    for parted, breach in HIDING.items():
        for ref, at in _matched(keys, label, readable, _latest(hidden.values(), parted)).items():
            with writing() as session:
                for found in session.scalars(select(Contribution).where(Contribution.ref == int(ref))):
                    found.hidden_at, found.breach = at, breach
            number += 1
    return number


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

"""Whether everything holds that must hold: the database's own, then each list by itself, then what neither shares. Reads only."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from ..consent.forgotten import digests
from ..consent.models import CHOICES, Forgotten, Parting
from ..invites.models import INVITATIONS
from ..labels import RULES, Audience, LabelRules
from ..links import Keys
from ..lists.models import CALENDARS, LISTS
from ..orm import TRIGGERS
from ..outbox.models import Job
from ..standing.models import STANDING
from .invariants import INVARIANTS

#: Every table of people has a random reference, by which links, messages and history name them.
WITH_REFS = (LISTS, CALENDARS, INVITATIONS, STANDING, CHOICES)
#: So many breaches of one kind are told.
MOST_TOLD = 20
NEVER = datetime.min.replace(tzinfo=UTC)
_TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'",
}


@dataclass(frozen=True)
class Held:
    """One thing that must hold, of whom, and where it does not."""

    said: str
    about: str
    broken: Sequence[str]


def verify(session: Session, keys: Keys, now: datetime) -> Iterator[Held]:
    """Ask all of it, one list at a time: no transaction sees people of both. By `keys` those are known who were erased."""
    for said, ask in (("The tables are whole.", _tables), ("What may not be changed is guarded.", _guards)):
        yield Held(said, "database", ask(session))
        session.rollback()
    for rules in RULES.values():
        for invariant in INVARIANTS:
            broken = [where for where, _ in zip(invariant(session, rules, now), range(MOST_TOLD), strict=False)]
            yield Held(_said(invariant), rules.list_name, broken)
            session.rollback()
        yield Held(
            "Nobody is there who had themselves erased, and did not come back.",
            rules.list_name,
            _back(session, rules, keys),
        )
        session.rollback()
    yield Held(
        "No reference is known on both lists, and each message is about its own.", "both lists", _shared(session)
    )


def _tables(session: Session) -> list[str]:
    """SQLite alone can be asked; PostgreSQL looks after itself."""
    if session.get_bind().dialect.name != "sqlite":
        return []
    wrong = [str(said) for said in session.execute(text("PRAGMA integrity_check")).scalars() if said != "ok"]
    for table, row, parent, _ in session.execute(text("PRAGMA foreign_key_check")):
        wrong.append(f"row {row} of {table} points to a row of {parent} that is not there")
    return wrong[:MOST_TOLD]


def _guards(session: Session) -> list[str]:
    there = set(session.execute(text(_TRIGGERS[session.get_bind().dialect.name])).scalars())
    return [f"the trigger {name} is gone" for name in sorted(TRIGGERS - there)]


def _shared(session: Session) -> list[str]:
    """Compares the references of the two lists, each read in a transaction of its own: random numbers, and no people."""
    known = {rules.label: _refs(session, rules.audience) for rules in RULES.values()}
    broken = [f"reference {ref} is known on both lists" for ref in sorted(set.intersection(*known.values()))]
    for rules in RULES.values():
        of_others = known[rules.crosses_to] - known[rules.label]
        named = session.execute(select(Job.id, Job.ref).where(Job.label == rules.label, Job.ref != 0))
        broken += [f"message {number} is about somebody of the other list" for number, ref in named if ref in of_others]
        session.rollback()
    return broken[:MOST_TOLD]


def _back(session: Session, rules: LabelRules, keys: Keys) -> list[str]:
    """Who came back by themselves has something that was made since; a registration that was erased never comes back."""
    gone = select(Forgotten.digest, Forgotten.at).where(Forgotten.label == rules.label)
    erased = {digest: at for digest, at in session.execute(gone.where(Forgotten.parting == Parting.ERASED))}
    if not erased:
        return []
    newest: dict[str, tuple[datetime, int]] = {}
    for tables in WITH_REFS:
        table: Any = tables[rules.audience]
        made_at = table.asked_at if tables is STANDING else table.made_at
        for key, ref, at in session.execute(select(table.email_key, table.ref, made_at)):
            newest[key] = max((at, ref), newest.get(key, (at, ref)))
            if tables is LISTS:
                newest[str(ref)] = (NEVER, ref)
    return [
        f"reference {ref} is of somebody who was erased"
        for subject, (at, ref) in newest.items()
        if any(at < erased.get(digest, NEVER) for digest in digests(keys, rules.label, subject))
    ][:MOST_TOLD]


def _refs(session: Session, audience: Audience) -> set[int]:
    refs = {ref for tables in WITH_REFS for ref in session.scalars(select(tables[audience].ref))}
    session.rollback()
    return refs


def _said(invariant: Callable[[Session, LabelRules, datetime], Iterator[str]]) -> str:
    return str(invariant.__doc__)

"""What tests of crossings ask: the link in the mail, the ledger of an address, who is on a standing list."""

import re

from sqlalchemy import select

from eventdesk.consent.models import ConsentEntry
from eventdesk.consent.queries import choice_of
from eventdesk.db import db, writing
from eventdesk.labels import RULES, Audience
from eventdesk.links import Links
from eventdesk.lists.crossing import crossing_letter
from eventdesk.outbox.models import Job, Kind
from eventdesk.programmes.models import Programme
from eventdesk.standing.queries import listed
from tests.cast import UGO, Person
from tests.conftest import BASE_URL, Clock

OTHER = {label: rules.crosses_to for label, rules in RULES.items()}


def call_senders(name: str) -> None:
    """All programmes have this sender."""
    with writing() as session:
        for programme in session.scalars(select(Programme)):
            programme.sender = name


def jobs() -> list[Job]:
    db.session.rollback()
    return list(db.session.scalars(select(Job).where(Job.kind == Kind.CROSSING).order_by(Job.id)))


def link_of(links: Links, now: Clock, job: Job | None = None) -> str:
    """The path in the newest mail that asks whether it was they."""
    letter = crossing_letter(db.session(), job or jobs()[-1], links, now.time)
    assert letter
    [found] = re.findall(r"http://\S+/cross/\S+", letter.text.body)
    db.session.rollback()
    return str(found).removeprefix(BASE_URL)


def ledger(audience: Audience, person: Person = UGO) -> list[ConsentEntry]:
    db.session.rollback()
    choice = choice_of(db.session(), audience, person.email)
    mine = select(ConsentEntry).where(ConsentEntry.ref == (choice.ref if choice else 0))
    return list(db.session.scalars(mine.order_by(ConsentEntry.id)))


def on_list(audience: Audience) -> list[str]:
    db.session.rollback()
    return [entry.email for entry in listed(db.session(), audience)]

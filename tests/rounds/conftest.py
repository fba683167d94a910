"""What tests of rounds share: who signs for one, and the worker's hands."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.consent.letters import passed
from eventdesk.db import db, writing
from eventdesk.links import Links
from eventdesk.organisers.rules import Actor
from eventdesk.outbox.mail import Letter
from eventdesk.outbox.models import Kind
from eventdesk.outbox.service import claim, finish
from eventdesk.programmes.models import Programme
from eventdesk.rounds.carrying import carry
from eventdesk.rounds.letters import invitation_letter
from tests.conftest import Clock
from tests.factories import signing

Post = Callable[[], list[Letter]]
MAIL = (Kind.INVITED, Kind.NUDGED)


@pytest.fixture
def ada(session: Session) -> Actor:
    """The owner, as services know her; every seller's address is given."""
    with writing() as writer:
        for programme in writer.scalars(select(Programme)):
            programme.postal_address = "Mill Road 9"
    return signing()


@pytest.fixture
def post(session: Session, links: Links, now: Clock) -> Post:
    """Carries rounds out and sends what they write, as the worker would; returns the letters."""

    def carry_out() -> list[Letter]:
        sent = []
        while job := claim(now.time, "one", (Kind.ROUND,)):
            carry(job, now.time)
            finish(job.id, "one")
        while job := claim(now.time, "one", MAIL):
            letter = passed(invitation_letter, db.session(), job, links, now.time)
            finish(job.id, "one", letter.sequence if letter else None)
            sent += [letter] if letter else []
        session.rollback()
        return sent

    return carry_out

"""Writes of what people said about mail: the present choice of an address, and the ledger of what it agreed to."""

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ..db import insert_on, writing
from ..errors import NotFound
from ..labels import RULES_BY_AUDIENCE, Audience
from ..wording import LOCALE
from .models import CHOICES, ConsentAct, ConsentEntry, Source
from .queries import choice_by_ref, choice_of
from .rules import version_of


def open_choices(session: Session, audience: Audience, email_keys: Collection[str], now: datetime) -> None:
    """Give these addresses a way to refuse, unless they have one; before anything is sent that can be refused.

    In one order everywhere: of two who write to many of the same at once, one waits for the other and not each for both.
    """
    rows = [
        {"ref": 1 + secrets.randbelow(2**63 - 1), "email_key": key, "generation": 0, "made_at": now}
        for key in sorted(set(email_keys))
    ]
    if rows:
        first = insert_on(session)(CHOICES[audience]).values(rows)
        session.execute(first.on_conflict_do_nothing(index_elements=["email_key"]))


def refuse(audience: Audience, ref: int, *, now: datetime) -> None:
    """Send this address no mail of the label beyond that about a registration of its own. Twice is once. Raises NotFound."""
    with writing() as session:
        choice = choice_by_ref(session, audience, ref)
        if choice is None:
            raise NotFound("This link is not valid.")
        choice.refused_at = choice.refused_at or now


def accept(session: Session, audience: Audience, email_key: str) -> None:
    """Take a refusal back, as its owner has just asked for such mail by a link in their own mailbox."""
    if choice := choice_of(session, audience, email_key):
        choice.refused_at = None


def record_given(
    session: Session,
    audience: Audience,
    email_key: str,
    *,
    said: str,
    source: Source,
    locale: str = LOCALE,
    asked_at: datetime,
    now: datetime,
) -> None:
    """Add to the ledger that an address agreed: to what `said` is, to the letter, which it was asked at `asked_at`."""
    words = {"said": said, "version": version_of(said), "locale": locale}
    _record(session, audience, email_key, now, act=ConsentAct.GIVEN, source=source, asked_at=asked_at, **words)


def record_withdrawn(session: Session, audience: Audience, email_key: str, *, source: Source, now: datetime) -> None:
    """Add to the ledger that an address agrees no more: to nothing of this label that is not about its registrations."""
    words = {"said": "", "version": "", "locale": ""}
    _record(session, audience, email_key, now, act=ConsentAct.WITHDRAWN, source=source, asked_at=now, **words)


def _record(session: Session, audience: Audience, email_key: str, now: datetime, **said: Any) -> None:
    """Under the reference of the address's own choice: once that is gone, nothing says whose the row was."""
    open_choices(session, audience, [email_key], now)
    choice = choice_of(session, audience, email_key)
    assert choice
    session.add(ConsentEntry(label=RULES_BY_AUDIENCE[audience].label, ref=choice.ref, at=now, **said))

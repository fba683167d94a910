"""Writes of what people said about mail."""

import secrets
from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from ..db import insert_on, writing
from ..errors import NotFound
from ..labels import Audience
from .models import CHOICES
from .queries import choice_by_ref, choice_of


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

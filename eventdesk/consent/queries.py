"""Reads of what people said about mail, of one label at a time."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..labels import RULES_BY_AUDIENCE, Audience, Label
from ..links import Keys, Links
from .forgotten import erased
from .models import CHOICES, ConsentAct, ConsentEntry, MailChoice, Source


def choice_of(session: Session, audience: Audience, email_key: str) -> MailChoice | None:
    """What an address said; None while it was never written to beyond a registration."""
    choices = CHOICES[audience]
    return session.scalar(select(choices).where(choices.email_key == email_key))


def choice_by_ref(session: Session, audience: Audience, ref: int) -> MailChoice | None:
    """One address's choice by its reference."""
    choices = CHOICES[audience]
    return session.scalar(select(choices).where(choices.ref == ref))


def refusing(session: Session, audience: Audience, email_keys: Collection[str], keys: Keys) -> set[str]:
    """Which of these addresses want no mail of the label beyond that about a registration of their own.

    Who had themselves erased, and has not come back since, is among them.
    """
    choices = CHOICES[audience]
    wanted = select(choices.email_key).where(choices.refused_at.is_not(None), choices.email_key.in_(email_keys))
    return set(session.scalars(wanted)) | erased(session, audience, email_keys, keys)


def stop_url(session: Session, audience: Audience, email_key: str, links: Links) -> str:
    """Where this address says that it wants no more mail of the label; blank while it has no such place."""
    choice = choice_of(session, audience, email_key)
    return links.stop(audience, choice.ref, choice.generation) if choice else ""


def withdrawn_since(session: Session, audience: Audience, email_key: str, since: datetime) -> bool:
    """Whether an address has withdrawn what it agreed to under a label after this moment."""
    choice = choice_of(session, audience, email_key)
    if choice is None:
        return False
    later = select(ConsentEntry.id).where(
        ConsentEntry.label == RULES_BY_AUDIENCE[audience].label,
        ConsentEntry.ref == choice.ref,
        ConsentEntry.act == ConsentAct.WITHDRAWN,
        ConsentEntry.at > since,
    )
    return session.scalar(later.limit(1)) is not None


@dataclass(frozen=True, order=True)
class Tally:
    """How often consents of one label were given or withdrawn from one place in one month (UTC, "2027-02")."""

    month: str
    act: ConsentAct
    source: Source
    number: int


def tallies(session: Session, label: Label) -> Sequence[Tally]:
    """What the ledger of a label holds, as numbers, in order of time."""
    # months are told apart here: the two databases do it in words of their own, one of them by a zone of its own
    acts = select(ConsentEntry.at, ConsentEntry.act, ConsentEntry.source).where(ConsentEntry.label == label)
    counted = Counter((f"{at:%Y-%m}", act, source) for at, act, source in session.execute(acts))
    return sorted(Tally(*each, number) for each, number in counted.items())

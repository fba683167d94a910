"""What must stay true of who is gone: by keyed digests alone, so that only who holds the key can ask for an address."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..db import insert_on
from ..labels import RULES_BY_AUDIENCE, Audience, Label
from ..links import Keys
from .models import CHOICES, Forgotten, Parting


def digests(keys: Keys, label: Label, subject: str) -> tuple[str, ...]:
    """What an address in small letters, or a registration's reference in digits, is known by: by each key, newest first."""
    return keys.digests("forgotten", label, subject)


def forget(session: Session, label: Label, subject: str, parting: Parting, keys: Keys, now: datetime) -> None:
    """Keep that somebody parted, as part of the change by which they do. Again is once, at the later time."""
    row = {"label": label, "digest": digests(keys, label, subject)[0], "parting": parting, "at": now}
    first = insert_on(session)(Forgotten).values(row)
    session.execute(first.on_conflict_do_update(index_elements=["label", "digest", "parting"], set_={"at": now}))


def erased_since(session: Session, label: Label, subject: str, keys: Keys, since: datetime) -> bool:
    """Whether somebody had themselves erased after this moment."""
    mine = Forgotten.digest.in_(digests(keys, label, subject))
    later = select(Forgotten.id).where(Forgotten.label == label, Forgotten.parting == Parting.ERASED, mine)
    return session.scalar(later.where(Forgotten.at > since).limit(1)) is not None


def erased(session: Session, audience: Audience, email_keys: Collection[str], keys: Keys) -> set[str]:
    """Which of these addresses had themselves erased, and did not come back: a choice about mail made since says they did.

    None is made for who is imported or invited: they are asked for here before.
    """
    label, choices = RULES_BY_AUDIENCE[audience].label, CHOICES[audience]
    whose = {digest: key for key in email_keys for digest in digests(keys, label, key)}
    kept = select(Forgotten.digest, Forgotten.at).where(
        Forgotten.label == label, Forgotten.parting == Parting.ERASED, Forgotten.digest.in_(whose)
    )
    gone = {whose[digest]: at for digest, at in session.execute(kept)}
    if not gone:
        return set()
    back = session.execute(select(choices.email_key, choices.made_at).where(choices.email_key.in_(gone)))
    return gone.keys() - {key for key, made_at in back if made_at >= gone[key]}

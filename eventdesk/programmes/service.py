"""Writes of programmes, and the set-up that makes the first two."""

from collections.abc import Collection
from datetime import datetime

from ..db import writing
from ..labels import RULES, Label
from ..organisers.service import begin, hashed_passphrase
from .models import Programme
from .queries import by_slug


def set_up(
    *, organisation: str, timezone: str, name: str, email: str, passphrase: str, now: datetime, base_url: str = ""
) -> None:
    """Begin the installation: its owner, and one programme per label.

    `base_url` is where it was reached, for commands that are not told. Raises Conflict when it has begun already, or Refused.
    """
    hashed = hashed_passphrase(passphrase)
    with writing() as session:
        place = {"organisation": organisation, "timezone": timezone, "base_url": base_url}
        begin(session, **place, name=name, email=email, hashed=hashed, now=now)
        for label, rules in RULES.items():
            first = rules.first_programme
            session.add(
                Programme(label=label, slug=first.slug, name=first.name, purpose=first.purpose, sender=organisation)
            )


def give_postal_address(slug: str, labels: Collection[Label], address: str) -> None:
    """Set the address that stands under the programme's mail. Raises NotFound."""
    with writing() as session:
        by_slug(session, slug, labels).postal_address = address

"""Writes of programmes: what they say, kept version by version; their logo; and the set-up that makes the first two."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..db import writing
from ..errors import Conflict, Refused
from ..labels import RULES, Brief, Label
from ..links import slugged
from ..organisers.rules import Actor
from ..organisers.service import begin, hashed_passphrase
from .logos import Picture
from .models import Logo, Programme, ProgrammeVersion
from .queries import by_slug
from .rules import RESERVED_SLUGS, Strategy, needs_reason, promises_change

NO_REASON = (
    "Say why. People rely on the charter, the conduct rules and the commitment: whoever reads the programme’s page is told "
    "what changed, and this reason."
)


def set_up(
    *, organisation: str, timezone: str, name: str, email: str, passphrase: str, now: datetime, base_url: str = ""
) -> None:
    """Begin the installation: its owner, and one programme per label.

    `base_url` is where it was reached, for commands that are not told. Raises Conflict when it has begun already, or Refused.
    """
    hashed = hashed_passphrase(passphrase)
    with writing() as session:
        place = {"organisation": organisation, "timezone": timezone, "base_url": base_url}
        owner = begin(session, **place, name=name, email=email, hashed=hashed, now=now)
        for label, rules in RULES.items():
            first = rules.first_programme
            strategy = Strategy(name=first.name, purpose=first.purpose, sender=organisation)
            _add(session, label, first.slug, strategy, owner.id, now)


def make(label: Label, strategy: Strategy, *, actor: Actor, now: datetime) -> Programme:
    """A new programme of a label. Raises Refused."""
    if label not in actor.labels:
        raise Refused({"label": [f"You do not organise {RULES[label].plural}."]})
    with writing() as session:
        return _add(session, label, _free_slug(session, strategy.name), strategy, actor.id, now)


def say(slug: str, strategy: Strategy, *, seen: int | None, reason: str = "", actor: Actor, now: datetime) -> Programme:
    """Say something else of a programme; where that changes a text, it is a new version.

    `seen` is the number of the version the organiser looked at. Raises NotFound, Conflict when there is a newer one, or
    Refused where charter, conduct rules or commitment change without a `reason`.
    """
    with writing() as session:
        programme = _locked(session, slug, actor.labels)
        if seen not in (None, programme.version):
            raise Conflict(
                "Somebody else changed this programme while you did. Look at what it says now, and change that."
            )
        before = programme.said
        _fill_in(programme, strategy)
        if programme.said != before:
            if needs_reason(before, programme.said) and not reason:
                raise Refused({"reason": [NO_REASON]})
            programme.version += 1
            _keep(session, programme, actor.id, now, reason if promises_change(before, programme.said) else "")
    return programme


def give_postal_address(slug: str, address: str, *, actor: Actor, now: datetime) -> None:
    """Set the address that stands under the programme's mail, and nothing else. Raises NotFound."""
    with writing() as session:
        strategy = replace(_said_now(by_slug(session, slug, actor.labels)), postal_address=address)
        say(slug, strategy, seen=None, actor=actor, now=now)


def put_logo(slug: str, picture: Picture | None, *, labels: Collection[Label]) -> None:
    """Show this checked picture with the programme, or none. Raises NotFound."""
    with writing() as session:
        programme = _locked(session, slug, labels)
        if picture is None:
            programme.logo = None
            return
        logo = programme.logo = programme.logo or Logo()
        logo.content_type, logo.image = picture.content_type, picture.image
        logo.digest = sha256(picture.image).hexdigest()[:32]


def _add(
    session: Session, label: Label, slug: str, strategy: Strategy, organiser_id: int | None, now: datetime
) -> Programme:
    programme = Programme(label=label, slug=slug, version=1)
    _fill_in(programme, strategy)
    session.add(programme)
    session.flush()
    _keep(session, programme, organiser_id, now)
    return programme


def _fill_in(programme: Programme, strategy: Strategy) -> None:
    """What its label does not have stays blank; a charter like the label's own follows the label."""
    rules = programme.rules
    lines = tuple(line for line in strategy.charter if line not in rules.charter[:1])
    programme.name, programme.purpose = strategy.name, strategy.purpose
    programme.charter = list(lines) if rules.charter and lines != rules.charter[1:] else []
    programme.conduct = strategy.conduct
    programme.commitment, programme.commitment_until = strategy.commitment, strategy.commitment_until
    programme.cadence = strategy.cadence
    programme.open_to_all = strategy.open_to_all and rules.heard
    programme.brief = strategy.brief if rules.brief else Brief()
    programme.sender, programme.reply_to = strategy.sender, strategy.reply_to
    programme.postal_address = strategy.postal_address if rules.needs_postal_address else ""


def _said_now(programme: Programme) -> Strategy:
    return Strategy(
        name=programme.name,
        purpose=programme.purpose,
        charter=programme.charter_lines[1:],
        conduct=programme.conduct,
        commitment=programme.commitment,
        commitment_until=programme.commitment_until,
        cadence=programme.cadence,
        open_to_all=programme.open_to_all,
        brief=programme.brief,
        sender=programme.sender,
        reply_to=programme.reply_to,
        postal_address=programme.postal_address,
    )


def _keep(session: Session, programme: Programme, organiser_id: int | None, now: datetime, reason: str = "") -> None:
    kept = ProgrammeVersion(
        programme_id=programme.id,
        number=programme.version,
        said=programme.said,
        reason=reason,
        made_at=now,
        made_by=organiser_id,
    )
    session.add(kept)
    session.flush()


def _locked(session: Session, slug: str, labels: Collection[Label]) -> Programme:
    programme = by_slug(session, slug, labels)
    session.refresh(programme, with_for_update={"of": Programme, "key_share": True})  # its events may change meanwhile
    return programme


def _free_slug(session: Session, name: str) -> str:
    base = slugged(name, "programme")
    taken = {*RESERVED_SLUGS, *session.scalars(select(Programme.slug).where(Programme.slug.startswith(base)))}
    if base not in taken:
        return base
    return next(slug for number in range(2, len(taken) + 3) if (slug := f"{base}-{number}") not in taken)

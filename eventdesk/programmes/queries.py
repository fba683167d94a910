"""Reads of programmes, of what they said before, and of their logos."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from ..errors import NotFound, OtherList, Refused
from ..labels import RULES, Label
from ..organisers.queries import today
from .cadence import Stretch, stretches
from .models import Cadence, Logo, Programme, ProgrammeVersion
from .rules import TITLES, changes

#: What a database takes for an id; what was typed may be anything.
IDS = range(1, 2**31)
NO_PROGRAMME = "There is no such programme."


def programmes(session: Session, labels: Collection[Label]) -> Sequence[Programme]:
    """The programmes of these labels, oldest first."""
    return session.scalars(select(Programme).where(Programme.label.in_(labels)).order_by(Programme.id)).all()


def by_slug(session: Session, slug: str, labels: Collection[Label]) -> Programme:
    """One programme of these labels. Raises NotFound."""
    programme = session.scalar(select(Programme).where(Programme.slug == slug, Programme.label.in_(labels)))
    if programme is None:
        label = session.scalar(select(Programme.label).where(Programme.slug == slug))
        raise OtherList(NO_PROGRAMME, label) if label else NotFound(NO_PROGRAMME)
    return programme


def first_of(session: Session, label: Label) -> Programme:
    """The label's first programme: it speaks for the label where nothing else does."""
    return programmes(session, {label})[0]


def for_event(session: Session, label: Label, slug: str) -> Programme:
    """The label's programme of this slug; its first where `slug` is blank. Raises Refused at the field `programme`."""
    for programme in programmes(session, {label}):
        if slug in ("", programme.slug):
            return programme
    raise Refused({"programme": [f"There is no programme “{slug}” of {RULES[label].plural}."]})


def versions(session: Session, programme: Programme) -> Sequence[ProgrammeVersion]:
    """What a programme said from time to time, the newest first."""
    kept = select(ProgrammeVersion).where(ProgrammeVersion.programme_id == programme.id)
    return session.scalars(kept.order_by(ProgrammeVersion.number.desc())).all()


def rhythms(session: Session, programme: Programme) -> list[Stretch]:
    """Which rhythm it promised from which day to which, the oldest first; by the days of the installation."""
    return stretches(_promised(session, version) for version in reversed(versions(session, programme)))


def _promised(session: Session, version: ProgrammeVersion) -> tuple[date, Cadence | None, date | None]:
    cadence, until = version.said.get("cadence"), version.said.get("commitment_until")
    return (
        today(session, version.made_at),
        Cadence(cadence) if cadence else None,
        date.fromisoformat(until) if until else None,
    )


def told(
    session: Session, programme: Programme, titles: Mapping[str, str] = TITLES
) -> list[tuple[ProgrammeVersion, list[str]]]:
    """Each version, the newest first, with what changed by it, in words; of what these titles name, and no other texts."""
    kept = versions(session, programme)
    before = [version.said for version in kept[1:]] + [{}]
    return [(version, changes(was, version.said, titles)) for version, was in zip(kept, before, strict=True)]


def last_reason(session: Session, programme: Programme) -> ProgrammeVersion | None:
    """The newest version for which a reason was given."""
    given = (ProgrammeVersion.programme_id == programme.id, ProgrammeVersion.reason != "")
    return session.scalar(select(ProgrammeVersion).where(*given).order_by(ProgrammeVersion.number.desc()).limit(1))


def version_seen(session: Session, programme: Programme, id_: int | None) -> int | None:
    """The id of the programme's version that somebody saw; of its newest where `id_` is none of its own."""
    kept = select(ProgrammeVersion.id).where(ProgrammeVersion.programme_id == programme.id)
    seen = session.scalar(kept.where(ProgrammeVersion.id == id_)) if id_ and id_ in IDS else None
    return seen or session.scalar(kept.order_by(ProgrammeVersion.number.desc()).limit(1))


def logo_of(session: Session, slug: str) -> Logo:
    """A programme's logo with its bytes. Raises NotFound."""
    found = select(Logo).join(Programme).where(Programme.slug == slug).options(undefer(Logo.image))
    logo = session.scalar(found)
    if logo is None:
        raise NotFound("This programme has no logo.")
    return logo

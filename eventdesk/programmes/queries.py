"""Reads of programmes."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..errors import NotFound, Refused
from ..labels import RULES, Label
from .models import Programme


def programmes(session: Session, labels: Collection[Label]) -> Sequence[Programme]:
    """The programmes of these labels, oldest first."""
    return session.scalars(select(Programme).where(Programme.label.in_(labels)).order_by(Programme.id)).all()


def by_slug(session: Session, slug: str, labels: Collection[Label]) -> Programme:
    """One programme of these labels. Raises NotFound."""
    programme = session.scalar(select(Programme).where(Programme.slug == slug, Programme.label.in_(labels)))
    if programme is None:
        raise NotFound("There is no such programme.")
    return programme


def for_event(session: Session, label: Label, slug: str) -> Programme:
    """The label's programme of this slug; its first where `slug` is blank. Raises Refused at the field `programme`."""
    for programme in programmes(session, {label}):
        if slug in ("", programme.slug):
            return programme
    raise Refused({"programme": [f"There is no programme “{slug}” of {RULES[label].plural}."]})

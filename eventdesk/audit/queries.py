"""Reads of the audit trail, of the labels one may open."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ..labels import Label
from .models import Export, RefusedAttempt, Taken

MOST = 500


def exports(session: Session, labels: Collection[Label], limit: int = MOST) -> Sequence[Export]:
    """What was taken out of the lists of these labels, the newest first."""
    wanted = select(Export).where(Export.label.in_(labels)).order_by(Export.id.desc())
    return session.scalars(wanted.limit(limit)).all()


def exports_of(
    session: Session, label: Label, what: Collection[Taken], event_id: int | None, limit: int
) -> Sequence[Export]:
    """What was taken out of one event's list, or without an event of a label's standing list, the newest first."""
    wanted = select(Export).where(Export.label == label, Export.what.in_(what), Export.event_id == event_id)
    return session.scalars(wanted.order_by(Export.id.desc()).limit(limit)).all()


def was_exported(session: Session, event_id: int, *, form: str, made_by: int | None, since: datetime) -> bool:
    """Whether an event's people were taken out in this form by this one since an instant."""
    mine = select(Export.id).where(
        Export.event_id == event_id, Export.form == form, Export.made_by == made_by, Export.at > since
    )
    return session.scalar(mine.limit(1)) is not None


def refusals(session: Session, labels: Collection[Label], limit: int = MOST) -> Sequence[RefusedAttempt]:
    """What was refused about the lists of these labels, or about both at once, the newest first."""
    about = or_(RefusedAttempt.label.in_(labels), RefusedAttempt.label.is_(None))
    return session.scalars(select(RefusedAttempt).where(about).order_by(RefusedAttempt.id.desc()).limit(limit)).all()

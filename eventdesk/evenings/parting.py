"""What stays of a quotation once it is withdrawn: that there was one, and nothing of what it said."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from ..labels import Label
from .models import EventQuotation, Quotation


def withdraw(session: Session, quotations: Iterable[Quotation], now: datetime) -> None:
    """Take words and name out, and the quotation off every page."""
    for each in quotations:
        each.words = each.name = ""
        each.withdrawn_at = each.withdrawn_at or now
        session.execute(delete(EventQuotation).where(EventQuotation.quotation_id == each.id))


def quoted(label: Label) -> Select[int]:
    """Who of a list is quoted now: as long as that is so, they are to find the way back to withdraw it."""
    standing = Quotation.withdrawn_at.is_(None)
    return select(Quotation.author).where(Quotation.label == label, standing)

"""What stays of what somebody said once they take it back, have themselves erased, or are on the list no more."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ..consent.models import CHOICES
from ..labels import RULES_BY_AUDIENCE, Audience
from .models import Contribution, Vote


def blank(contributions: Iterable[Contribution], now: datetime) -> None:
    """Take words and name out; that something was said stays, so that counts and what others answered do."""
    for each in contributions:
        each.words = each.name = ""
        each.taken_back_at = each.taken_back_at or now


def forget_votes(session: Session, votes: Iterable[Vote]) -> None:
    """Take votes out, and leave nothing of them."""
    for each in votes:
        mine = delete(Vote).where(Vote.contribution_id == each.contribution_id, Vote.voter == each.voter)
        session.execute(mine)


def unname(session: Session, audience: Audience) -> None:
    """Take the name off what those said of whom the list holds nothing any more; their words stay."""
    choices, label = CHOICES[audience], RULES_BY_AUDIENCE[audience].label
    gone = Contribution.author.not_in(select(choices.ref))
    session.execute(
        update(Contribution).where(Contribution.label == label, Contribution.name != "", gone).values(name="")
    )

"""What stays of what somebody said once they take it back, have themselves erased, or are on the list no more."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from ..consent.models import CHOICES
from ..invites.models import INVITATIONS
from ..labels import RULES_BY_AUDIENCE, Audience
from ..lists.models import LISTS
from ..standing.models import STANDING
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
    """Take the name off what those said of whom the list holds nothing any more but a choice about mail; their words stay."""
    choices, label = CHOICES[audience], RULES_BY_AUDIENCE[audience].label
    there = [choices.email_key.in_(select(tables[audience].email_key)) for tables in (LISTS, INVITATIONS, STANDING)]
    gone = Contribution.author.not_in(select(choices.ref).where(or_(*there)))
    session.execute(
        update(Contribution).where(Contribution.label == label, Contribution.name != "", gone).values(name="")
    )

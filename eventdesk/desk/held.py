"""The desk's word on registrations that are held: let in, or not."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import DESK, organiser
from ..lists.approval import approve, decline
from ..lists.models import State
from .blueprint import blueprint


@blueprint.post("/events/<slug:slug>/people/<int:ref>/approve")
@DESK
def approve_registration(slug: str, ref: int) -> ResponseReturnValue:
    """Let somebody in: a seat, or the waiting list when there is none."""
    person = approve(slug, _row(ref), actor=organiser().actor, now=clock.now())
    flash(f"{person.name} {'is on the waiting list' if person.is_waiting else 'has a seat'}, and hears of it by mail.")
    return redirect(url_for(".people", slug=slug, tab=State.PENDING.value), 303)


@blueprint.post("/events/<slug:slug>/people/<int:ref>/decline")
@DESK
def decline_registration(slug: str, ref: int) -> ResponseReturnValue:
    """Let somebody not come."""
    person = decline(slug, _row(ref), actor=organiser().actor, now=clock.now())
    flash(f"Declined. {person.name} hears of it by mail.")
    return redirect(url_for(".people", slug=slug, tab=State.PENDING.value), 303)


def _row(ref: int) -> int:
    """A number that no reference can be is nobody's, and no database's."""
    return ref if ref < 2**63 else 0

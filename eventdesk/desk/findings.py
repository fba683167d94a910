"""The desk's acts upon findings of the copy checker: let one stand, take that back."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import DESK, organiser
from ..db import db
from ..errors import Refused
from ..events.copydesk import let_stand, take_back
from ..events.queries import by_slug
from .blueprint import blueprint
from .events import show


@blueprint.post("/events/<slug:slug>/findings/<slug:finding>")
@DESK
def decide(slug: str, finding: str) -> ResponseReturnValue:
    """Let a finding stand for a reason, or take that back."""
    actor, now = organiser().actor, clock.now()
    try:
        if request.form.get("act") == "take back":
            take_back(slug, finding, actor=actor, now=now)
            flash("It stands no longer by your word.")
        else:
            let_stand(slug, finding, request.form.get("reason", ""), actor=actor, now=now)
            flash("It may stand. The reason is kept with the event.")
    except Refused as error:
        event = by_slug(db.session(), slug, actor.labels)
        return show(event, [sentence for said in error.problems.values() for sentence in said]), error.status
    return redirect(url_for(".event", slug=slug, _anchor="publish"), 303)

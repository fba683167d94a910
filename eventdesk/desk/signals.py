"""The desk's page of what people ask, as counts and words, and the same as a text to show one's own management."""

from flask import Response, render_template

from .. import clock
from ..access import LISTENERS, organiser
from ..db import db
from ..labels import RULES
from ..scorecards.rules import named
from ..signals.queries import Signals
from ..signals.queries import signals as signals_of
from ..signals.rules import PEOPLE_LEAST
from .blueprint import blueprint


@blueprint.get("/signals")
@LISTENERS
def signals() -> str:
    """What is asked most, what has no answer, and what foretold the next topic: of nobody in particular."""
    return _told("desk/signals.html")


@blueprint.get("/signals.txt")
@LISTENERS
def signals_text() -> Response:
    """The same, to hand on."""
    name = f'attachment; filename="signals-{clock.now():%Y-%m-%d}.txt"'
    return Response(
        _told("desk/signals.txt"),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": name},
    )


def _told(template: str) -> str:
    heard = [rules for rules in RULES.values() if rules.heard and rules.label in organiser().labels]
    found: list[Signals] = [signals_of(db.session(), rules, clock.now()) for rules in heard]
    return render_template(template, found=found, least=PEOPLE_LEAST, named=named)

"""The desk's page that makes one registration of two of the same person: found by name, or chosen by hand."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import DESK, organiser
from ..db import db
from ..errors import Refused
from ..events.models import Event
from ..events.queries import by_slug
from ..lists.merging import alike, merge
from ..lists.models import Registration
from ..lists.queries import person_at
from ..questions.queries import questions_of
from ..questions.rules import answers_in_words
from .blueprint import blueprint
from .people import TWO, refs_in
from .person import back

WHICH = "Choose which address stays."


@blueprint.route("/events/<slug:slug>/people/merge", methods=["GET", "POST"])
@DESK
def merge_people(slug: str) -> ResponseReturnValue:
    """Without two, those who may be one; with two (`ref` twice), both side by side. POST makes one of them."""
    event = by_slug(db.session(), slug, organiser().labels)
    if request.method == "GET":
        return _page(event, _pair(event, refs_in(request.args)))
    both = _pair(event, refs_in(request.form))
    refs = [each.ref for each in both]
    keep = next(iter(refs_in(request.form, "keep")), 0)
    if not both:
        return _page(event, both, TWO), Refused.status
    if keep not in refs:
        return _page(event, both, WHICH), Refused.status
    stays = merge(slug, refs, keep, actor=organiser().actor, now=clock.now())
    flash(f"{stays.name} is on the list once now.")
    return back(slug, f"p{stays.ref}")


def _pair(event: Event, refs: list[int]) -> list[Registration]:
    """Two of this event. Raises NotFound: of another event, or on the other list, nobody is there."""
    if len(refs) != 2:
        return []
    return sorted((person_at(db.session(), event, ref) for ref in refs), key=lambda each: each.place)


def _page(event: Event, both: list[Registration], problem: str = "") -> str:
    session = db.session()
    asked = questions_of(session, event.id)
    return render_template(
        "desk/merge.html",
        event=event,
        rules=event.rules,
        both=both,
        answers=[answers_in_words(asked, each.answers) for each in both],
        alike=[] if both else alike(session, event),
        past=event.is_past(clock.now()),
        problem=problem,
    )

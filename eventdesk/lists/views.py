"""A registered person's own page: see, leave, take the calendar file. Its address is the person's key to it."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock, ics
from ..access import PERSONAL, links
from ..db import db
from ..errors import NotFound
from ..events.models import Event
from ..links import Purpose
from ..programmes.models import ProgrammeVersion
from ..questions.queries import questions_of
from ..questions.rules import answers_in_words
from .calendars import entry_for
from .held import was_declined, was_let_in
from .models import Registration, State
from .queries import ahead_of, by_ref
from .service import leave

blueprint = Blueprint("lists", __name__)


@blueprint.get("/r/<token:token>")
@PERSONAL
def manage(token: str) -> str:
    """How the registration stands."""
    person = _person(token)
    event = db.session.get_one(Event, person.event_id)
    let_in = was_let_in(db.session(), person)
    seen = db.session.get(ProgrammeVersion, person.programme_version_id) if person.programme_version_id else None
    return render_template(
        "lists/manage.html",
        event=event,
        rules=event.rules,
        promise=event.promise,
        person=person,
        ahead=ahead_of(db.session(), person) if person.is_waiting else 0,
        past=event.is_past(clock.now()),
        cancelled=event.is_cancelled,
        answers=answers_in_words(questions_of(db.session(), event.id), person.answers),
        declined=person.state is State.CANCELLED and was_declined(db.session(), person),
        calendar_url=None if person.is_held else url_for("lists.calendar", token=token),
        page_url=event.url(links()) if event.is_public or let_in else None,
        programme=event.programme,
        seen=seen.said if seen else {},
        is_newest=seen is not None and seen.number == event.programme.version,
    )


@blueprint.post("/r/<token:token>")
@PERSONAL
def act(token: str) -> ResponseReturnValue:
    """Cancel, by the page's own button; a mail scanner that opens the link does not."""
    person = _person(token)
    if request.form.get("act") == "cancel":
        leave(person.audience, person.ref, now=clock.now())
    return redirect(url_for("lists.manage", token=token), 303)


@blueprint.get("/r/<token:token>.ics")
@PERSONAL
def calendar(token: str) -> Response:
    """The event as this person's calendar should show it: a seat, a place in line, or nothing (yet, or any more)."""
    person = _person(token)
    event = db.session.get_one(Event, person.event_id)
    entry = entry_for(person, event, links(), let_in=was_let_in(db.session(), person))
    disposition = f'attachment; filename="{event.slug}.ics"'
    return Response(
        ics.calendar([entry]),
        content_type=ics.CONTENT_TYPE,
        headers={"Content-Disposition": disposition},
    )


def _person(token: str) -> Registration:
    keys = links().keys
    audience, ref = keys.row(Purpose.MANAGE, token)
    person = by_ref(db.session(), audience, ref)
    if person is None or not keys.holds(token, person.generation):
        raise NotFound("This link is not valid.")
    return person

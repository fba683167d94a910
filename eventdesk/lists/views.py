"""A registered person's own page: see, leave, take the calendar file. Its address is the person's key to it."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock, ics
from ..access import PERSONAL, links, settings
from ..db import db
from ..errors import NotFound
from ..events.models import Event
from ..links import Purpose, Subscribe
from ..programmes.models import ProgrammeVersion
from ..questions.queries import questions_of
from ..questions.rules import answers_in_words
from .calendars import address_of, entry_for
from .held import was_declined, was_let_in
from .models import Registration, State
from .queries import ahead_of, by_ref, calendar_of
from .service import leave, move_calendar

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
        subscribe=_own_feed(person) if let_in else None,
    )


@blueprint.post("/r/<token:token>")
@PERSONAL
def act(token: str) -> ResponseReturnValue:
    """Cancel, or move the calendar, by the page's own buttons; a mail scanner that opens the link does neither."""
    person = _person(token)
    match request.form.get("act"):
        case "cancel":
            leave(person.audience, person.ref, now=clock.now())
        case "calendar":
            move_calendar(person.audience, person.email_key, now=clock.now())
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


def _own_feed(person: Registration) -> Subscribe | None:
    """The feed of the person's address. Without mail a link of ours proves no address, so it is not shown then."""
    calendar = calendar_of(db.session(), person.audience, person.email_key) if settings().smtp_url else None
    return Subscribe(address_of(calendar, links())) if calendar else None


def _person(token: str) -> Registration:
    keys = links().keys
    audience, ref = keys.row(Purpose.MANAGE, token)
    person = by_ref(db.session(), audience, ref)
    if person is None or not keys.holds(token, person.generation):
        raise NotFound("This link is not valid.")
    return person

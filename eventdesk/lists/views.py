"""A registered person's own page: see, leave, take the calendar file. Its address is the person's key to it."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock, ics
from ..access import PERSONAL, links, network, settings
from ..db import db
from ..errors import Conflict, NotFound, Refused
from ..evenings.page import giving, notes_at
from ..events.models import Event
from ..feedback.page import question
from ..links import Purpose
from ..programmes.models import ProgrammeVersion
from ..questions.queries import questions_of
from ..questions.rules import answers_in_words
from ..suggestions.rules import has_voice
from ..wording import moment
from .calendars import entry_for
from .crossing import ask_to_cross, crossing_of
from .forms import CrossForm, RemindForm
from .held import ended_by, was_let_in, was_taken_off, with_old_link
from .line import told_to_them
from .models import Registration, State
from .offers import claim
from .queries import ahead_of, by_link
from .reminders import choose_reminder
from .rules import deadline, has_code
from .service import leave

blueprint = Blueprint("lists", __name__)
MERGED = "You were registered more than once; the organisers made one registration of it. The mail to the address that stays has its link."
TOO_LATE = "That came too late: the time to take the seat was over, and it was passed on."


@blueprint.get("/r/<token:token>")
@PERSONAL
def manage(token: str) -> str:
    """How the registration stands."""
    return _page(token, _person(token), RemindForm())


@blueprint.post("/r/<token:token>")
@PERSONAL
def act(token: str) -> ResponseReturnValue:
    """Cancel, take or pass on a seat on offer, choose a reminder: by the page's own buttons, so that no mail scanner does."""
    person, now, wanted = _person(token), clock.now(), request.form.get("act")
    if wanted == "cancel":
        leave(person.audience, person.ref, now=now)
    elif wanted == "claim":
        person = claim(person.audience, person.ref, now=now)
        if person.state is State.CANCELLED:
            return _page(token, person, RemindForm(), problem=TOO_LATE), Conflict.status
    elif wanted == "remind":
        form = RemindForm(request.form)
        if not form.validate():
            return _page(token, person, form), Refused.status
        try:
            choose_reminder(person.audience, person.ref, form.hours, now=now)
        except Refused as error:
            form.remind.errors = error.problems["remind"]
            return _page(token, person, form), error.status
    return redirect(url_for("lists.manage", token=token), 303)


@blueprint.post("/r/<token:token>/cross")
@PERSONAL
def cross(token: str) -> ResponseReturnValue:
    """Ask, by a form of its own, to hear of the other label's events. The answer is the same for every address."""
    person = _person(token)
    audience, ref, email, form = person.audience, person.ref, person.email, CrossForm(request.form)
    if not form.validate():
        return _page(token, person, RemindForm(), crossing_form=form), Refused.status
    try:
        said, now = form.said.data or "", clock.now()
        rules = ask_to_cross(audience, ref, said=said, network=network(), links=links(), now=now)
    except Refused as error:
        form.agreed.errors, form.agreed.data = error.problems["agreed"], False  # these words nobody has agreed to
        return _page(token, _person(token), RemindForm(), crossing_form=form), error.status
    return render_template("lists/crossing_asked.html", email=email, mail=bool(settings().smtp_url), rules=rules)


def _page(
    token: str,
    person: Registration,
    form: RemindForm,
    problem: str = "",
    *,
    crossing_form: CrossForm | None = None,
) -> str:
    session, now = db.session(), clock.now()
    event = session.get_one(Event, person.event_id)
    let_in = was_let_in(session, person)
    seen = session.get(ProgrammeVersion, person.programme_version_id) if person.programme_version_id else None
    until = deadline(person, event) if person.is_offered else None
    crossing = crossing_of(session, person, event)
    return render_template(
        "lists/manage.html",
        event=event,
        rules=event.rules,
        promise=event.promise,
        person=person,
        ahead=ahead_of(session, person) if person.is_waiting else 0,
        past=event.is_past(now),
        cancelled=event.is_cancelled,
        answers=answers_in_words(questions_of(session, event.id), person.answers),
        ended_by=ended_by(session, person) if person.state is State.CANCELLED else None,
        taken_off=person.state is State.CANCELLED and was_taken_off(session, person),
        until=moment(until.astimezone(event.starts.tzinfo)) if until else "",
        too_late=until is not None and until <= now,
        problem=problem,
        form=form.of(event, person, now),
        asked=question(session, person, event, now),
        told=[
            (each.at.astimezone(event.starts.tzinfo), each.what) for each in told_to_them(session, event.id, person.ref)
        ],
        notes_url=notes_at(session, event, token, event.url(links()) if event.is_public or let_in else None),
        giving=giving(session, person, event, links(), now),
        code_url=url_for("door.code", token=token) if has_code(person, event, now) else None,
        calendar_url=None if person.is_held else url_for("lists.calendar", token=token),
        page_url=event.url(links()) if event.is_public or let_in else None,
        programme=event.programme,
        seen=seen.said if seen else {},
        is_newest=seen is not None and seen.number == event.programme.version,
        heard=has_voice(person, event),
        crossing=crossing,
        crossing_form=(crossing_form or CrossForm()).of(crossing.said) if crossing else None,
        token=token,
    )


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
    try:
        return by_link(db.session(), links().keys, Purpose.MANAGE, token)
    except NotFound:
        if with_old_link(db.session(), links().keys, token):
            raise NotFound(MERGED) from None
        raise

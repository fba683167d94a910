"""The invite link: the event's page for who holds it, and the registration it is for."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import PUBLIC, links, network, settings
from ..db import db
from ..errors import Conflict, Refused
from ..events.models import Event
from ..events.page import shown
from ..events.queries import by_code
from ..lists.forms import RegistrationForm, form_for
from ..lists.service import register
from ..questions.queries import questions_of

blueprint = Blueprint("invites", __name__)


@blueprint.get("/i/<token:code>")
@PUBLIC
def page(code: str) -> str:
    """Who invites, to what, under which label and promise; then the form. Looking changes nothing."""
    event = by_code(db.session(), code)
    return _page(event, _asking(event)() if event.takes_registrations(clock.now()) else None)


@blueprint.post("/i/<token:code>")
@PUBLIC
def submit(code: str) -> ResponseReturnValue:
    """Register. The answer is the same whether or not the address was known: what is personal goes by mail."""
    event = by_code(db.session(), code)
    if not event.takes_registrations(clock.now()):
        raise Conflict("Registration is closed: the event is over, or was called off.")
    form = _asking(event)(request.form)
    if not form.validate():
        return _page(event, form), Refused.status
    event_id, details = event.id, form.details(event.label)
    name, email = form.name.data or "", form.email.data or ""
    outcome = register(
        event_id,
        name=name,
        email=email,
        details=details,
        answers=form.answers,
        network=network(),
        now=clock.now(),
    )
    event = by_code(db.session(), code)
    sends_mail = bool(settings().smtp_url)
    manage_url = None
    if outcome.new and not sends_mail:
        manage_url = links().manage(event.rules.audience, outcome.ref, outcome.generation)
    answer = render_template(
        "lists/registered.html",
        event=event,
        rules=event.rules,
        promise=event.promise,
        email=email,
        full=outcome.full,
        mail=sends_mail,
        manage_url=manage_url,
    )
    return answer, 200, {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def _asking(event: Event) -> type[RegistrationForm]:
    return form_for(event.label, questions_of(db.session(), event.id))


def _page(event: Event, form: RegistrationForm | None) -> str:
    context = shown(event, links(), clock.now())
    return render_template("events/event.html", form=form, action=links().invite_path(event.code), **context)

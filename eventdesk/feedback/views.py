"""The one question to who was there, asked on their own page; the answer is kept apart from them."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import PERSONAL, links
from ..db import db
from ..errors import Conflict, Refused
from ..events.models import Event
from ..links import Purpose
from ..lists.models import Registration
from ..lists.queries import by_link
from .forms import KeptForm
from .page import Question, question
from .rules import refusal
from .service import ANSWERED, answer

blueprint = Blueprint("feedback", __name__)


@blueprint.get("/r/<token:token>/kept")
@PERSONAL
def kept(token: str) -> str:
    """The question alone, or the thanks for having answered."""
    _, event, asked = _asked(token)
    return _page(token, event, asked)


@blueprint.post("/r/<token:token>/kept")
@PERSONAL
def keep(token: str) -> ResponseReturnValue:
    """Answer it, once."""
    person, event, asked = _asked(token)
    form = KeptForm(request.form).of(event.rules)
    if asked.form is None:
        raise Conflict(ANSWERED)
    if not form.validate():
        return _page(token, event, Question(form, asked.until)), Refused.status
    answer(person.audience, person.ref, form.answer, now=clock.now())
    return redirect(url_for("feedback.kept", token=token), 303)


def _asked(token: str) -> tuple[Registration, Event, Question]:
    session, now = db.session(), clock.now()
    person = by_link(session, links().keys, Purpose.MANAGE, token)
    event = session.get_one(Event, person.event_id)
    asked = question(session, person, event, now)
    if asked is None:
        raise Conflict(refusal(event, now))
    return person, event, asked


def _page(token: str, event: Event, asked: Question) -> str:
    return render_template(
        "feedback/kept.html", token=token, event=event, rules=event.rules, promise=event.promise, asked=asked
    )

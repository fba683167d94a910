"""The desk's pages about an event's own questions: what is asked in addition, why, and what is frozen."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import DESK, organiser
from ..db import db
from ..errors import Conflict, NotFound, Refused
from ..events.models import Event
from ..events.queries import by_slug
from ..events.service import NOT_CHANGED_ANY_MORE
from ..questions import service
from ..questions.bank import offered, pick, picked_for
from ..questions.forms import KINDS, PickForm, QuestionForm, form_of
from ..questions.models import Question
from ..questions.queries import questions_of
from .blueprint import blueprint, show_problems

MOVES = {"up": -1, "down": 1}


@blueprint.route("/events/<slug:slug>/questions", methods=["GET", "POST"])
@DESK
def questions(slug: str) -> ResponseReturnValue:
    """What the event asks, in order; POST asks one thing more."""
    event = _event(slug)
    if request.method == "GET":
        return _page(event, QuestionForm())
    form = QuestionForm(request.form)
    try:
        service.ask(event.id, event.label, form.draft(), actor=organiser().actor, now=clock.now())
    except Refused as error:
        show_problems(form, error)
        return _page(event, form), error.status
    flash("Added. Whoever registers from now on is asked.")
    return redirect(url_for(".questions", slug=slug), 303)


@blueprint.route("/events/<slug:slug>/questions/<int(max=9223372036854775807):ref>", methods=["GET", "POST"])
@DESK
def question(slug: str, ref: int) -> ResponseReturnValue:
    """One question, to put it otherwise as long as nobody has answered it."""
    event = _event(slug)
    found = _question(event, ref)
    form = QuestionForm(request.form) if request.method == "POST" else form_of(found)
    if request.method == "GET":
        return _page(event, form, found)
    try:
        service.change(event.id, event.label, ref, form.draft(), actor=organiser().actor, now=clock.now())
    except Refused as error:
        show_problems(form, error)
        return _page(event, form, found), error.status
    flash("Saved.")
    return redirect(url_for(".questions", slug=slug), 303)


@blueprint.post("/events/<slug:slug>/questions/pick")
@DESK
def pick_question(slug: str) -> ResponseReturnValue:
    """Ask one question of the programme's bank, in place of the one picked before."""
    event = _event(slug)
    form = PickForm(request.form).of(offered(db.session(), event.programme))
    if not form.validate():
        return _page(event, QuestionForm(), picking=form), Refused.status
    try:
        ref, actor = int(form.bank.data), organiser().actor
        pick(event.id, event.label, event.programme_id, ref, actor=actor, now=clock.now())
    except Refused as error:
        show_problems(form, error)
        return _page(event, QuestionForm(), picking=form), error.status
    flash("Picked. Whoever registers from now on is asked.")
    return redirect(url_for(".questions", slug=slug), 303)


@blueprint.post("/events/<slug:slug>/questions/<int(max=9223372036854775807):ref>/act")
@DESK
def question_act(slug: str, ref: int) -> ResponseReturnValue:
    """Move a question up or down, or remove it."""
    event, act = _event(slug), request.form.get("act", "")
    actor, now = organiser().actor, clock.now()
    if act in MOVES:
        service.move(event.id, event.label, ref, MOVES[act], actor=actor, now=now)
    elif act == "remove":
        service.remove(event.id, event.label, ref, actor=actor, now=now)
        flash("Removed.")
    return redirect(url_for(".questions", slug=slug), 303)


def _event(slug: str) -> Event:
    event = by_slug(db.session(), slug, organiser().labels)
    if event.is_cancelled and request.method == "POST":
        raise Conflict(NOT_CHANGED_ANY_MORE)
    return event


def _question(event: Event, ref: int) -> Question:
    for each in questions_of(db.session(), event.id):
        if each.ref == ref and each.answered:
            raise Conflict(service.FROZEN.format(prompt=each.prompt))
        if each.ref == ref and each.bank_id is not None:
            raise Conflict(service.FROM_BANK.format(prompt=each.prompt))
        if each.ref == ref:
            return each
    raise NotFound(service.GONE)


def _page(event: Event, form: QuestionForm, changed: Question | None = None, *, picking: PickForm | None = None) -> str:
    session = db.session()
    return render_template(
        "desk/questions.html",
        event=event,
        rules=event.rules,
        asked=questions_of(session, event.id),
        kinds=KINDS,
        form=form,
        picking=picking or _picking(event),
        changed=changed,
    )


def _picking(event: Event) -> PickForm:
    """The bank, with the one ticked that is asked."""
    there, picked = offered(db.session(), event.programme), picked_for(db.session(), event.id)
    ticked = next((str(each.ref) for each in there if picked and each.id == picked.bank_id), None)
    return PickForm(data={"bank": ticked}).of(there)

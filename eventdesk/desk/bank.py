"""The desk's pages about questions worth asking: a programme's bank, the one an event picked of it, and what was answered."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import DESK, organiser
from ..db import db
from ..errors import NotFound, Refused
from ..events.queries import by_slug as event_by_slug
from ..lists.answers import sheet_of
from ..programmes.models import Programme
from ..programmes.queries import by_slug
from ..questions import bank as questions
from ..questions.forms import BankForm
from ..questions.models import BankQuestion
from ..retention.models import EventFigures
from ..sheets import FILES, SHEETS
from .blueprint import blueprint, show_problems
from .questions import MOVES


@blueprint.route("/programmes/<slug:slug>/bank", methods=["GET", "POST"])
@DESK
def bank(slug: str) -> ResponseReturnValue:
    """What the programme's hosts may pick from; POST adds one."""
    programme = by_slug(db.session(), slug, organiser().labels)
    if request.method == "GET":
        return _page(programme, BankForm())
    form = BankForm(request.form)
    try:
        questions.add(programme.id, form.draft(), now=clock.now())
    except Refused as error:
        show_problems(form, error)
        return _page(programme, form), error.status
    flash("Added. It can be picked on the questions page of each event.")
    return redirect(url_for(".bank", slug=slug), 303)


@blueprint.post("/programmes/<slug:slug>/bank/begin")
@DESK
def begin_bank(slug: str) -> ResponseReturnValue:
    """Begin with the questions that the label brings."""
    questions.begin(by_slug(db.session(), slug, organiser().labels).id, now=clock.now())
    flash("Added. Change what you would put otherwise.")
    return redirect(url_for(".bank", slug=slug), 303)


@blueprint.route("/programmes/<slug:slug>/bank/<int(max=9223372036854775807):ref>", methods=["GET", "POST"])
@DESK
def bank_question(slug: str, ref: int) -> ResponseReturnValue:
    """One question, to put it otherwise as long as it was never picked."""
    session = db.session()
    programme = by_slug(session, slug, organiser().labels)
    found = questions.found((each.question for each in questions.bank_of(session, programme)), ref)
    questions.may_be_changed(session, found)
    if request.method == "GET":
        return _page(programme, BankForm(data={"question": found.prompt, "reason": found.reason}), found)
    form = BankForm(request.form)
    try:
        questions.change(programme.id, ref, form.draft(), now=clock.now())
    except Refused as error:
        show_problems(form, error)
        return _page(programme, form, found), error.status
    flash("Saved.")
    return redirect(url_for(".bank", slug=slug), 303)


@blueprint.post("/programmes/<slug:slug>/bank/<int(max=9223372036854775807):ref>/act")
@DESK
def bank_act(slug: str, ref: int) -> ResponseReturnValue:
    """Move a question up or down, retire it, or offer it again."""
    programme, act = by_slug(db.session(), slug, organiser().labels), request.form.get("act", "")
    questions.found((each.question for each in questions.bank_of(db.session(), programme)), ref)
    if act in MOVES:
        questions.move(programme.id, ref, MOVES[act])
    elif act == "retire":
        questions.retire(programme.id, ref, now=clock.now())
        flash("Retired. Events that ask it keep it.")
    elif act == "offer":
        questions.offer_again(programme.id, ref)
    return redirect(url_for(".bank", slug=slug), 303)


@blueprint.get("/events/<slug:slug>/answers")
@DESK
def answers(slug: str) -> str:
    """What people answered to the question of the bank, as a sheet to prepare the evening with."""
    session = db.session()
    event = event_by_slug(session, slug, organiser().labels)
    gone = session.get(EventFigures, event.id)
    return render_template(
        "desk/answers.html",
        event=event,
        rules=event.rules,
        sheet=sheet_of(session, event),
        gone=gone.registered if gone else 0,
        files={form: FILES[form].title for form in SHEETS},
    )


@blueprint.get("/events/<slug:slug>/answers.csv", defaults={"form": "csv"})
@blueprint.get("/events/<slug:slug>/answers.xlsx", defaults={"form": "xlsx"})
@DESK
def answers_file(slug: str, form: str) -> Response:
    """The same as a file. No passphrase is asked for: it holds no name and no address of anybody."""
    event = event_by_slug(db.session(), slug, organiser().labels)
    sheet = sheet_of(db.session(), event)
    if sheet is None:
        raise NotFound("This event asks no question of the bank.")
    disposition = f'attachment; filename="{event.slug}-answers.{form}"'
    kind = FILES[form]
    return Response(
        kind.write(sheet.table), content_type=kind.content_type, headers={"Content-Disposition": disposition}
    )


def _page(programme: Programme, form: BankForm, changed: BankQuestion | None = None) -> str:
    there = questions.bank_of(db.session(), programme)
    return render_template(
        "desk/bank.html",
        programme=programme,
        rules=programme.rules,
        there=[each for each in there if each.question.retired_at is None],
        retired=[each for each in there if each.question.retired_at is not None],
        form=form,
        changed=changed,
    )

"""The pages of what is held: of one registration behind its own link, of all of one list behind a link that is mailed."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import PERSONAL, links, settings
from ..cells import cell
from ..consent.models import MailChoice
from ..consent.queries import choice_by_ref
from ..db import db
from ..errors import NotFound, Refused, TooMany
from ..evenings.queries import given
from ..evenings.service import withdraw
from ..events.models import Event
from ..labels import RULES_BY_AUDIENCE, LabelRules
from ..links import Purpose
from ..lists.forms import RegistrationForm
from ..lists.models import Registration
from ..lists.queries import by_ref
from ..personal import REGISTRATIONS
from ..questions.models import Question
from ..questions.queries import questions_of
from ..standing.queries import by_ref as standing_by_ref
from .forms import NameForm, correction_of, said_of
from .queries import held_about, known_as, told
from .rules import Row, as_json, as_table, dated, good_days, plain
from .service import NOT_GOOD, correct, correct_name, erase, erase_registration, mail_link

blueprint = Blueprint("rights", __name__)
NOT_SURE = "Tick the box to say that you mean it: what is erased cannot be brought back."


@blueprint.get("/r/<token:token>/held")
@PERSONAL
def own(token: str) -> ResponseReturnValue:
    """What one registration holds, and what can be done about it."""
    return _own_page(token, _person(token))


@blueprint.post("/r/<token:token>/held")
@PERSONAL
def act_own(token: str) -> ResponseReturnValue:
    """Correct it, erase it, or have the link to everything mailed: by the page's own buttons."""
    person, wish = _person(token), request.form.get("act")
    if wish == "mail":
        return _mailed(person.audience, person.email_key)
    if wish == "erase":
        if not request.form.get("sure"):
            return _own_page(token, person, problem=NOT_SURE)
        erase_registration(person.audience, person.ref, keys=links().keys, now=clock.now())
        return _erased(RULES_BY_AUDIENCE[person.audience], whole=False)
    if wish == "correct":
        form = _correction(person, typed=True)
        if not form.validate():
            return _own_page(token, person, form)
        said = {"name": form.name.data or "", **form.details(person.label)}
        correct(person.audience, person.ref, said, form.answers if form.questions else None, now=clock.now())
    return redirect(url_for(".own", token=token), 303)


@blueprint.get("/r/<token:token>/held.json")
@PERSONAL
def own_file(token: str) -> Response:
    """The same as a file."""
    person = _person(token)
    return _file(RULES_BY_AUDIENCE[person.audience], [told(db.session(), REGISTRATIONS, person)])


@blueprint.post("/standing/<token:token>/held")
@PERSONAL
def mail_by_standing(token: str) -> ResponseReturnValue:
    """Have the link to everything mailed to who is on a standing list."""
    audience, ref = links().keys.row(Purpose.STANDING, token)
    entry = standing_by_ref(db.session(), audience, ref)
    if entry is None or not links().keys.holds(token, entry.generation):
        raise NotFound(NOT_GOOD)
    return _mailed(audience, entry.email_key)


@blueprint.get("/held/<token:token>")
@PERSONAL
def everything(token: str) -> ResponseReturnValue:
    """All that one list holds about an address; looking changes nothing."""
    return _whole_page(_choice(token))


@blueprint.post("/held/<token:token>")
@PERSONAL
def act(token: str) -> ResponseReturnValue:
    """Correct the name everywhere, withdraw the words one is quoted with, or erase all of it."""
    choice, wish = _choice(token), request.form.get("act")
    if wish == "withdraw":
        withdraw(choice.audience, choice.ref, now=clock.now())
    if wish == "erase":
        if not request.form.get("sure"):
            return _whole_page(choice, problem=NOT_SURE)
        erase(choice.audience, choice.ref, keys=links().keys, now=clock.now())
        return _erased(RULES_BY_AUDIENCE[choice.audience], whole=True)
    if wish == "correct":
        form = NameForm(request.form)
        if not form.validate():
            return _whole_page(choice, form)
        correct_name(choice.audience, choice.ref, form.name.data or "", now=clock.now())
    return redirect(url_for(".everything", token=token), 303)


@blueprint.get("/held/<token:token>.json")
@PERSONAL
def file(token: str) -> Response:
    """The same for a program."""
    choice = _choice(token)
    return _file(RULES_BY_AUDIENCE[choice.audience], _rows(choice))


@blueprint.get("/held/<token:token>.csv")
@PERSONAL
def table(token: str) -> Response:
    """The same for a spreadsheet."""
    out = io.StringIO()
    csv.writer(out).writerows([cell(each) for each in line] for line in as_table(_rows(_choice(token))))
    return Response(out.getvalue(), content_type="text/csv; charset=utf-8", headers=_named("csv"))


def _own_page(
    token: str, person: Registration, form: RegistrationForm | None = None, problem: str = ""
) -> ResponseReturnValue:
    session = db.session()
    event = session.get_one(Event, person.event_id)
    page = render_template(
        "rights/own.html",
        token=token,
        event=event,
        rules=event.rules,
        promise=event.promise,
        row=told(session, REGISTRATIONS, person),
        form=form or _correction(person, typed=False),
        problem=problem,
        past=event.is_past(clock.now()),
    )
    return page, Refused.status if problem or form else 200


def _whole_page(choice: MailChoice, form: NameForm | None = None, problem: str = "") -> ResponseReturnValue:
    rules = RULES_BY_AUDIENCE[choice.audience]
    name, email = known_as(db.session(), choice.audience, choice.email_key)
    page = render_template(
        "rights/held.html",
        token=request.view_args and request.view_args["token"],
        rules=rules,
        email=email,
        rows=_rows(choice),
        form=form or NameForm(data={"name": name}),
        named=bool(name),
        problem=problem,
        standing=given(db.session(), rules.label, choice.ref),
    )
    return page, Refused.status if problem or form else 200


def _mailed(audience: Any, email_key: str) -> ResponseReturnValue:
    """The answer names no address: who looks may have been handed the link."""
    rules, problem, status = RULES_BY_AUDIENCE[audience], "", 200
    try:
        mail_link(audience, email_key, links=links(), now=clock.now())
    except TooMany as error:
        problem, status = error.message, error.status
    mail = bool(settings().smtp_url)
    return render_template("rights/mailed.html", rules=rules, mail=mail, problem=problem), status


def _erased(rules: LabelRules, *, whole: bool) -> str:
    return render_template("rights/erased.html", rules=rules, whole=whole)


def _correction(person: Registration, *, typed: bool) -> RegistrationForm:
    questions = _open_questions(person)
    form = correction_of(person.label, questions)
    return form(request.form) if typed else form(data=said_of(person, questions))


def _open_questions(person: Registration) -> Sequence[Question]:
    """Those to which another answer still helps: while the event is to come."""
    event = db.session.get_one(Event, person.event_id)
    return questions_of(db.session(), event.id) if event.takes_registrations(clock.now()) else ()


def _rows(choice: MailChoice) -> list[Row]:
    return held_about(db.session(), choice.audience, choice.email_key)


def _file(rules: LabelRules, rows: Sequence[Row]) -> Response:
    answer = jsonify(list=rules.list_name, at=plain(clock.now()), held=as_json(rows))
    answer.headers.update(_named("json"))
    return answer


def _named(form: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="held-about-me.{form}"'}


def _person(token: str) -> Registration:
    audience, ref = links().keys.row(Purpose.MANAGE, token)
    person = by_ref(db.session(), audience, ref)
    if person is None or not links().keys.holds(token, person.generation):
        raise NotFound("This link is not valid.")
    return person


def _choice(token: str) -> MailChoice:
    audience, ref = links().keys.row(Purpose.RIGHTS, token)
    choice = choice_by_ref(db.session(), audience, ref)
    days = good_days(clock.now())
    if choice is None or not any(links().keys.holds(token, dated(choice.generation, day)) for day in days):
        raise NotFound(NOT_GOOD)
    return choice

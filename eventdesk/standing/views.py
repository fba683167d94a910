"""The pages of the standing lists: ask to be told, say that it was you, end it. Looking changes nothing."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import PERSONAL, PUBLIC, links, network, settings
from ..db import db
from ..errors import NotFound, Refused
from ..labels import RULES, RULES_BY_AUDIENCE, Label
from ..links import Purpose
from .forms import AskForm
from .models import StandingEntry
from .page import sign_up
from .queries import by_ref
from .rules import NOT_GOOD, is_too_late
from .service import ask as ask_by_mail
from .service import confirm, end

blueprint = Blueprint("standing", __name__)
UNSEEN = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@blueprint.get("/<label:label>/standing")
@PUBLIC
def form(label: Label) -> str:
    """The form alone, for a link to it."""
    return _asking(label)


@blueprint.post("/<label:label>/standing")
@PUBLIC
def ask(label: Label) -> ResponseReturnValue:
    """Ask to be told. The answer is the same whether or not the address was known: what is personal goes by mail."""
    typed = AskForm(request.form)
    if not typed.validate():
        return _asking(label, typed), Refused.status
    try:
        ask_by_mail(
            label,
            name=typed.name.data or "",
            email=typed.email.data or "",
            said=request.form.get("said"),
            network=network(),
            links=links(),
            now=clock.now(),
        )
    except Refused as error:
        typed.form_errors = [said for each in error.problems.values() for said in each]
        return _asking(label, typed), error.status
    email, mail = typed.email.data, bool(settings().smtp_url)
    return render_template("standing/asked.html", email=email, mail=mail, rules=RULES[label]), 200, UNSEEN


@blueprint.get("/standing/<token:token>")
@PERSONAL
def entry(token: str) -> str:
    """Whether it was they: a button; once they have said so, how to end it."""
    found = _entry(token)
    return render_template("standing/entry.html", entry=found, rules=RULES_BY_AUDIENCE[found.audience])


@blueprint.post("/standing/<token:token>")
@PERSONAL
def act(token: str) -> ResponseReturnValue:
    """Say that it was they, or end it, by the page's own buttons; a mail scanner that opens the link does neither."""
    found = _entry(token)
    audience, ref, wish = found.audience, found.ref, request.form.get("act")
    if wish == "end":
        end(audience, ref, now=clock.now())
        return render_template("standing/ended.html", rules=RULES_BY_AUDIENCE[audience])
    if wish == "confirm":
        confirm(audience, ref, now=clock.now())
    return redirect(url_for(".entry", token=token), 303)


def _asking(label: Label, typed: AskForm | None = None) -> str:
    asking = sign_up(label, typed)
    return render_template("standing/ask.html", asking=asking, rules=asking.rules)


def _entry(token: str) -> StandingEntry:
    keys = links().keys
    audience, ref = keys.row(Purpose.STANDING, token)
    found = by_ref(db.session(), audience, ref)
    if found is None or not keys.holds(token, found.generation):
        raise NotFound(NOT_GOOD)
    if found.confirmed_at is None and is_too_late(found.asked_at, clock.now()):
        raise NotFound(NOT_GOOD)
    return found

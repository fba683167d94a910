"""The pages of the standing lists: ask to be told, say that it was you, come over by a crossing, end it. Looking changes nothing."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import PERSONAL, PUBLIC, links, network, settings
from ..consent.rules import version_of
from ..db import db
from ..errors import NotFound, Refused
from ..labels import RULES, RULES_BY_AUDIENCE, Label
from ..links import Purpose
from .crossing import Wish, come_over, entry_of, wish_in
from .forms import AskForm
from .models import StandingEntry
from .page import sign_up
from .queries import by_ref
from .rules import NOT_GOOD, OTHER_WORDS, is_too_late
from .service import ask as ask_by_mail
from .service import confirm, end, words_of

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


@blueprint.get("/cross/<sealed:sealed>")
@PERSONAL
def crossing(sealed: str) -> ResponseReturnValue:
    """Whether it was they who asked, on their page of the other label, to hear of this one's events: a button."""
    wish = wish_in(sealed, links(), clock.now())
    known = entry_of(db.session(), wish, links().keys)
    return _to_entry(known) if known and known.confirmed_at else _crossing(wish)


@blueprint.post("/cross/<sealed:sealed>")
@PERSONAL
def cross(sealed: str) -> ResponseReturnValue:
    """It was they. The page that follows takes it back as easily."""
    wish = wish_in(sealed, links(), clock.now())
    try:
        return _to_entry(come_over(wish, said=request.form.get("said"), keys=links().keys, now=clock.now()))
    except Refused as error:
        return _crossing(wish, error.problems["said"]), error.status


def _crossing(wish: Wish, problems: Sequence[str] = ()) -> str:
    said = words_of(db.session(), wish.label)
    if version_of(said) != wish.version:
        problems = problems or [OTHER_WORDS]
    return render_template("standing/crossing.html", wish=wish, said=said, problems=problems, rules=RULES[wish.label])


def _to_entry(entry: StandingEntry) -> ResponseReturnValue:
    address = links().standing(entry.audience, entry.ref, entry.generation)
    return redirect(url_for(".entry", token=address.rpartition("/")[2]), 303)


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

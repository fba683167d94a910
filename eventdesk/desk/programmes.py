"""The desk's pages about programmes."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..access import DESK, organiser
from ..db import db
from ..errors import Refused
from ..programmes import queries
from ..programmes.forms import ProgrammeForm
from ..programmes.service import give_postal_address
from .blueprint import blueprint


@blueprint.get("/programmes")
@DESK
def programmes() -> str:
    """The programmes one organises."""
    return render_template("desk/programmes.html", programmes=queries.programmes(db.session(), organiser().labels))


@blueprint.route("/programmes/<slug:slug>", methods=["GET", "POST"])
@DESK
def programme(slug: str) -> ResponseReturnValue:
    """One programme, and the seller's address where its label asks for it."""
    found = queries.by_slug(db.session(), slug, organiser().labels)
    form = ProgrammeForm(request.form, found) if found.rules.needs_postal_address else None
    status = 200
    if form and request.method == "POST":
        if form.validate():
            give_postal_address(slug, organiser().labels, form.postal_address.data or "")
            flash("Saved.")
            return redirect(url_for(".programme", slug=slug), 303)
        status = Refused.status
    return render_template("desk/programme.html", programme=found, rules=found.rules, form=form), status

"""The owner's page about the installation: whose it is, and where its events are."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..access import OWNERS
from ..db import db
from ..errors import Refused
from ..findings.reading import fault
from ..organisers import queries
from ..organisers.forms import InstallationForm
from ..organisers.service import name_installation
from .blueprint import blueprint


@blueprint.route("/installation", methods=["GET", "POST"])
@OWNERS
def installation() -> ResponseReturnValue:
    """The organisation's name, and the time zone in which new events begin."""
    form, status = InstallationForm(request.form, queries.installation(db.session())), 200
    if request.method == "POST":
        if form.validate():
            name_installation(organisation=form.organisation.data or "", timezone=form.timezone.data or "")
            flash("Saved.")
            return redirect(url_for(".installation"), 303)
        status = Refused.status
    return render_template("desk/installation.html", form=form, fault=fault()), status

"""The pages of the first start and of signing in and out."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import ENTRANCE, HELPERS, links, network
from ..db import db
from ..errors import DomainError, NotFound, Refused
from ..links import Purpose
from ..programmes.service import set_up as begin
from .forms import SetUpForm, SignInForm
from .queries import installation
from .service import SignInFailed
from .service import sign_in as begin_sign_in
from .service import sign_out as end_sign_in

blueprint = Blueprint("organisers", __name__)


@blueprint.route("/setup/<token:token>", methods=["GET", "POST"])
@ENTRANCE
def set_up(token: str) -> ResponseReturnValue:
    """The first start, through the link on the console; once done, there is nothing here."""
    links().keys.row(Purpose.SET_UP, token)
    if not links().keys.holds(token, 0) or installation(db.session()):
        raise NotFound("This link was used already, or is not valid.")
    form = SetUpForm(request.form)
    if request.method != "POST":
        return render_template("organisers/setup.html", form=form)
    if not form.validate():
        return render_template("organisers/setup.html", form=form), Refused.status
    begin(now=clock.now(), base_url=links().base_url, **{field.name: field.data for field in form})
    return _signed_in(form.email.data or "", form.passphrase.data or "", "")


@blueprint.route("/sign-in", methods=["GET", "POST"])
@ENTRANCE
def sign_in() -> ResponseReturnValue:
    """The way to the desk."""
    form = SignInForm(request.form)
    wanted = request.args.get("next", "")
    if request.method != "POST":
        return render_template("organisers/sign_in.html", form=form, next=wanted)
    refusal: DomainError | None = None
    if form.validate():
        try:
            return _signed_in(form.email.data or "", form.passphrase.data or "", wanted)
        except SignInFailed as error:
            refusal = error
            form.passphrase.errors = [error.message]
    return render_template(
        "organisers/sign_in.html", form=form, next=wanted
    ), refusal.status if refusal else Refused.status


@blueprint.post("/sign-out")
@HELPERS
def sign_out() -> ResponseReturnValue:
    """End this browser's sign-in."""
    end_sign_in(session.get("sign_in", ""))
    session.clear()
    return redirect(url_for("web.front"), 303)


def _signed_in(email: str, passphrase: str, wanted: str) -> ResponseReturnValue:
    secret = begin_sign_in(email, passphrase, links=links(), network=network(), now=clock.now())
    session.clear()  # whatever this browser held before the sign-in is not carried into it
    session["sign_in"] = secret
    session.permanent = True
    return redirect(wanted if _is_ours(wanted) else url_for("desk.start"), 303)


def _is_ours(path: str) -> bool:
    """Only a path below /desk: nothing that a browser could read as another site's address."""
    return path.startswith("/desk") and path.isprintable() and not set(path) & set("\\") and "//" not in path

"""The pages of the first start, of signing in and out, of joining, and of a passphrase that was forgotten."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import ENTRANCE, HELPERS, links, network, settings
from ..db import db
from ..errors import DomainError, NotFound, Refused
from ..links import Purpose
from ..programmes.service import set_up as begin
from .forms import ForgotForm, JoinForm, PassphraseForm, SetUpForm, SignInForm
from .models import Organiser
from .passphrases import NOT_GOOD, ask_reset, reset_passphrase
from .queries import installation, invitation_by_ref, reset_by_ref
from .rules import browser_words, role_words
from .service import NOT_RIGHT, SignInFailed
from .service import sign_in as begin_sign_in
from .service import sign_out as end_sign_in
from .team import accept

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


@blueprint.route("/join/<token:token>", methods=["GET", "POST"])
@ENTRANCE
def join(token: str) -> ResponseReturnValue:
    """Saying yes to an invitation. Who has an account already shows its passphrase; all others choose one.

    The page is the same for both, since a link may have been handed over by who does not know which it is. The last step
    cannot be: a passphrase that is not the account's is refused, where without an account it would have made one.
    """
    ref = links().desk_ref(Purpose.JOIN, token)
    invitation = invitation_by_ref(db.session(), ref, clock.now())
    if invitation is None:
        raise NotFound("This link was used already, was taken back, or is not valid any more.")
    form = JoinForm(request.form, name=invitation.name)
    status = 200
    if request.method == "POST":
        status = Refused.status
        if form.validate():
            try:
                secret = accept(
                    ref,
                    name=form.name.data or "",
                    passphrase=form.passphrase.data or "",
                    links=links(),
                    network=network(),
                    browser=_browser(),
                    now=clock.now(),
                )
                return _begun(secret, "")
            except SignInFailed:
                form.passphrase.errors = [NOT_RIGHT]
    task = role_words(invitation.role) if invitation.role else ""
    inviter = db.session.get_one(Organiser, invitation.invited_by).name
    context = {"form": form, "invitation": invitation, "task": task, "inviter": inviter}
    return render_template("organisers/join.html", **context), status


@blueprint.route("/forgot", methods=["GET", "POST"])
@ENTRANCE
def forgot() -> ResponseReturnValue:
    """Asking for a link to choose a new passphrase; the answer is the same for known and unknown addresses."""
    form, asked = ForgotForm(request.form), False
    if request.method == "POST" and form.validate():
        ask_reset(form.email.data or "", links=links(), network=network(), now=clock.now())
        asked = True
    status = Refused.status if form.errors else 200
    return render_template(
        "organisers/forgot.html", form=form, asked=asked, sends_mail=bool(settings().smtp_url)
    ), status


@blueprint.route("/reset/<token:token>", methods=["GET", "POST"])
@ENTRANCE
def reset(token: str) -> ResponseReturnValue:
    """Choosing a new passphrase, through a link that is good once; all sign-ins end."""
    ref = links().desk_ref(Purpose.RESET, token)
    if reset_by_ref(db.session(), ref, clock.now()) is None:
        raise NotFound(NOT_GOOD)
    form = PassphraseForm(request.form)
    if request.method != "POST":
        return render_template("organisers/reset.html", form=form)
    if not form.validate():
        return render_template("organisers/reset.html", form=form), Refused.status
    reset_passphrase(ref, form.passphrase.data or "", now=clock.now())
    session.clear()
    flash("Your new passphrase is kept. Sign in with it.")
    return redirect(url_for("organisers.sign_in"), 303)


def _signed_in(email: str, passphrase: str, wanted: str) -> ResponseReturnValue:
    said: dict[str, Any] = {"links": links(), "network": network(), "browser": _browser(), "now": clock.now()}
    return _begun(begin_sign_in(email, passphrase, **said), wanted)


def _browser() -> str:
    """The program this request was made with, in words."""
    return browser_words(request.user_agent.string)


def _begun(secret: str, wanted: str) -> ResponseReturnValue:
    session.clear()  # whatever this browser held before the sign-in is not carried into it
    session["sign_in"] = secret
    session.permanent = True
    return redirect(wanted if _is_ours(wanted) else url_for("desk.start"), 303)


def _is_ours(path: str) -> bool:
    """Only a path of the desk, or of a code read at a door: nothing that a browser could read as another site's address."""
    return (
        path.startswith(("/desk", "/door/")) and path.isprintable() and not set(path) & set("\\") and "//" not in path
    )

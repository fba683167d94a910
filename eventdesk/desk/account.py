"""The desk's page about oneself: name, passphrase, and where one is signed in."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import HELPERS, links, network, organiser
from ..db import db
from ..errors import Refused
from ..events.queries import with_doors
from ..organisers import service
from ..organisers.forms import ChangePassphraseForm, NameForm
from ..organisers.passphrases import change_passphrase
from ..organisers.queries import digest, sign_ins
from ..organisers.rules import ROLES, role_words
from .blueprint import blueprint


@blueprint.get("/account")
@HELPERS
def account() -> str:
    """One's own name, passphrase and sign-ins."""
    return _page()


@blueprint.post("/account")
@HELPERS
def rename() -> ResponseReturnValue:
    """Call oneself otherwise."""
    form = NameForm(request.form)
    if not form.validate():
        return _page(named=form), Refused.status
    service.rename(form.name.data or "", actor=organiser().actor)
    flash("Saved.")
    return redirect(url_for(".account"), 303)


@blueprint.post("/account/passphrase")
@HELPERS
def passphrase() -> ResponseReturnValue:
    """Choose another passphrase."""
    form, now = ChangePassphraseForm(request.form), clock.now()
    if not form.validate():
        return _page(changed=form), Refused.status
    old, new = form.old.data or "", form.passphrase.data or ""
    try:
        change_passphrase(
            old, new, secret=_secret(), actor=organiser().actor, links=links(), network=network(), now=now
        )
    except service.SignInFailed as error:
        form.old.errors = ["This is not the passphrase you have used until now."]
        return _page(changed=form), error.status
    flash("Your new passphrase is kept. All other sign-ins have ended.")
    return redirect(url_for(".account"), 303)


@blueprint.post("/account/sign-ins/<int(max=2147483647):sign_in>/end")
@HELPERS
def end_sign_in(sign_in: int) -> ResponseReturnValue:
    """End one of one's own sign-ins; ending this one is signing out."""
    service.end_sign_in(sign_in, actor=organiser().actor)
    flash("Ended. That browser has to sign in again.")
    return redirect(url_for(".account"), 303)


@blueprint.post("/account/sign-ins/end")
@HELPERS
def end_other_sign_ins() -> ResponseReturnValue:
    """End all of one's sign-ins but this one."""
    service.end_other_sign_ins(_secret(), actor=organiser().actor)
    flash("All others have ended.")
    return redirect(url_for(".account"), 303)


def _secret() -> str:
    found: str = session.get("sign_in", "")
    return found


def _page(named: NameForm | None = None, changed: ChangePassphraseForm | None = None) -> str:
    mine, now = organiser(), clock.now()
    held = {each.role for each in mine.roles}
    return render_template(
        "desk/account.html",
        named=named or NameForm(name=mine.name),
        changed=changed or ChangePassphraseForm(),
        tasks=[role_words(role).capitalize() for role in ROLES if role in held],
        doors=with_doors(db.session(), mine.doors, now),
        sign_ins=sign_ins(db.session(), mine.id, now),
        this=digest(_secret()),
    )

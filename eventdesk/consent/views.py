"""The page behind the link that stops mail. Looking changes nothing; a mail program may act for its user (RFC 8058)."""

from flask import Blueprint, render_template, request

from .. import clock
from ..access import ONE_CLICK, is_one_click, links
from ..channels import CHANNELS
from ..db import db
from ..errors import DomainError, NotFound
from ..invites.rules import hint
from ..labels import RULES_BY_AUDIENCE
from ..links import Purpose
from ..standing.service import stop_mail
from .models import MailChoice, Source
from .queries import choice_by_ref

blueprint = Blueprint("consent", __name__)


@blueprint.get("/u/<token:token>")
@ONE_CLICK
def stop(token: str) -> str:
    """What would stop and what would still come, and a button."""
    return _page(_choice(token))


@blueprint.post("/u/<token:token>")
@ONE_CLICK
def stop_now(token: str) -> str:
    """Stop it: for the page's own button, and for a mail program with nothing but the address. Again is once."""
    by_itself = is_one_click()
    if not by_itself and request.form.get("act") != "stop":
        raise DomainError(
            "This is no request to stop mail. Open the link of the mail, and use the button there; nothing was changed."
        )
    choice = _choice(token)
    source = Source.ONE_CLICK if by_itself else Source.LINK
    stop_mail(choice.audience, choice.ref, source=source, now=clock.now())
    return _page(_choice(token))


def _page(choice: MailChoice) -> str:
    rules = RULES_BY_AUDIENCE[choice.audience]
    return render_template(
        "consent/stop.html",
        rules=rules,
        hint=hint(choice.email_key),
        stopped=choice.refused_at is not None,
        kinds=[place.title for place in CHANNELS.values() if place.stoppable],
    )


def _choice(token: str) -> MailChoice:
    keys = links().keys
    audience, ref = keys.row(Purpose.STOP, token)
    choice = choice_by_ref(db.session(), audience, ref)
    if choice is None or not keys.holds(token, choice.generation):
        raise NotFound("This link is not valid.")
    return choice

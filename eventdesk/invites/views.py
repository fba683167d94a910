"""What stands behind an invite link: the event's page for who holds it, and the registration it is for.

Codes are public: the event's own open link, and campaign links, which are counted and may end. A personal link is signed,
and bound to an address; its answers are private.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import PERSONAL, PUBLIC, links, network, settings
from ..consent.queries import refusing
from ..db import db
from ..errors import Conflict, Refused
from ..evenings.page import evening_of
from ..events.models import Event
from ..events.page import shown
from ..lists.forms import RegistrationForm, form_for
from ..lists.service import CLOSED, Outcome, register
from ..questions.queries import questions_of
from ..standing.page import sign_up, when_over
from .arrivals import Arrivals
from .models import Invitation, InviteLink
from .queries import by_link, by_token
from .rules import Ended, hint
from .service import decline, invite_no_more

blueprint = Blueprint("invites", __name__)
#: What who was invited may answer instead of registering.
ACTS: Mapping[str, Callable[..., None]] = {"decline": decline, "no-more": invite_no_more}
UNSEEN = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


@dataclass(frozen=True)
class Way:
    """An event, and the link by which somebody came to it; neither link for the open one."""

    event: Event
    #: As it stands in the address.
    code: str
    link: InviteLink | None = None
    invitation: Invitation | None = None

    @property
    def closed(self) -> str:
        """Why the link takes nobody any more; blank while it does."""
        ending = self.link.ending(clock.now()) if self.link else None
        return ending.value if ending else ""


@blueprint.get("/i/<token:code>")
@PUBLIC
def page(code: str) -> str:
    """Who invites, to what, under which label and promise; then the form. Looking changes nothing but a count, later."""
    way = _public(code)
    if way.link and request.method == "GET":
        counted: Arrivals = current_app.extensions["arrivals"]
        counted.count(way.link.id)
    return _look(way)


@blueprint.post("/i/<token:code>")
@PUBLIC
def submit(code: str) -> ResponseReturnValue:
    """Register. The answer is the same whether or not the address was known: what is personal goes by mail."""
    return _register(_public(code))


@blueprint.get("/i/<signed:token>")
@PERSONAL
def personal(token: str) -> str:
    """The same page for one person, with a hint of whom the link was made for."""
    return _look(_bound(token))


@blueprint.post("/i/<signed:token>")
@PERSONAL
def submit_personal(token: str) -> ResponseReturnValue:
    """Register with the address of the link, or with another and be held; or say that one cannot, or wants no more of it."""
    way = _bound(token)
    if act := ACTS.get(request.form.get("act", "")):
        assert way.invitation
        act(way.invitation.audience, way.invitation.ref, now=clock.now())
        return redirect(url_for(".personal", token=token, _anchor="answer"), 303)
    return _register(way)


def _public(code: str) -> Way:
    event, link = by_link(db.session(), code)
    return Way(event, code, link)


def _bound(token: str) -> Way:
    event, invitation = by_token(db.session(), links().keys, token)
    return Way(event, token, invitation=invitation)


def _look(way: Way) -> str:
    open_now = way.event.takes_registrations(clock.now())
    if way.closed:
        return _page(way, None, way.closed if open_now else "")
    return _page(way, _asking(way.event)() if open_now else None)


def _register(way: Way) -> ResponseReturnValue:
    event, code = way.event, way.code
    if not event.takes_registrations(clock.now()):
        raise Conflict(CLOSED)
    if way.closed:
        return _page(way, None, way.closed), Ended.status
    form = _asking(event)(request.form)
    if not form.validate():
        return _page(way, form), Refused.status
    event_id = event.id
    try:
        outcome = register(
            event_id,
            name=form.name.data or "",
            email=form.email.data or "",
            details=form.details(event.label),
            answers=form.answers,
            version=request.form.get("version", type=int),
            network=network(),
            link_id=way.link.id if way.link else None,
            invitation_ref=way.invitation.ref if way.invitation else None,
            now=clock.now(),
        )
    except Ended as error:  # somebody else was quicker
        return _page(_public(code), None, error.message), error.status
    event = db.session.get_one(Event, event_id)
    return _thanks(event, form.name.data or "", form.email.data or "", outcome), 200, UNSEEN


def _asking(event: Event) -> type[RegistrationForm]:
    return form_for(event.label, questions_of(db.session(), event.id))


def _thanks(event: Event, name: str, email: str, outcome: Outcome) -> str:
    sends_mail = bool(settings().smtp_url)
    manage_url = None
    if outcome.new and not sends_mail:
        manage_url = links().manage(event.rules.audience, outcome.ref, outcome.generation)
    return render_template(
        "lists/registered.html",
        event=event,
        rules=event.rules,
        promise=event.promise,
        email=email,
        full=outcome.full and not outcome.held,
        held=outcome.held,
        mail=sends_mail,
        manage_url=manage_url,
        asking=sign_up(event.label, name=name, email=email),
    )


def _page(way: Way, form: RegistrationForm | None, closed: str = "") -> str:
    event, mine, now = way.event, links().invite(way.code), clock.now()
    context = shown(event, links(), now) | evening_of(db.session(), event)
    if not event.is_public:  # its open link is for those who were sent that one
        context |= {"page_url": mine, "structured": None if way.link or way.invitation else context["structured"]}
    return render_template(
        "events/event.html",
        form=form,
        action=links().invite_path(way.code),
        closed=closed,
        asking=when_over(event, now),
        bound_to=hint(way.invitation.email) if way.invitation else "",
        invited=_invited(way.invitation) if way.invitation else None,
        **context,
    )


def _invited(invitation: Invitation) -> dict[str, bool]:
    """What who was invited has answered so far."""
    refused = refusing(db.session(), invitation.audience, [invitation.email_key], links().keys)
    return {"declined": invitation.declined_at is not None, "no_more": bool(refused)}

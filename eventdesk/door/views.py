"""The code that somebody shows at the door: as a picture for them, and as a page for who keeps the door."""

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from .. import clock, qr
from ..access import HELPERS, PERSONAL, SHOWN, links, organiser, visitor
from ..db import db
from ..errors import NotFound
from ..events.models import Event
from ..events.queries import by_door
from ..links import Purpose
from ..lists.attendance import mark, not_yet
from ..lists.models import Registration
from ..lists.queries import by_link
from ..lists.rules import has_code
from ..organisers.models import Organiser
from .rules import NO_SEAT, said_of

blueprint = Blueprint("door", __name__)


@blueprint.get("/r/<token:token>/door.svg")
@PERSONAL
def code(token: str) -> Response:
    """The code, for the person's own page; only while there is a seat to come to."""
    person = by_link(db.session(), links().keys, Purpose.MANAGE, token)
    if not has_code(person, db.session.get_one(Event, person.event_id), clock.now()):
        raise NotFound("There is nothing to show at the door.")
    return Response(qr.svg(links().door(person.audience, person.ref, person.generation)), content_type=qr.SVG)


@blueprint.get("/door/<token:token>")
@SHOWN
def scanned(token: str) -> str:
    """What the code leads to: for who keeps the door, who it is; for all others, nothing of the person or the event."""
    person, helper = _person(token), visitor()
    event = _door_of(helper, person) if helper else None
    if event is None:
        return render_template("door/code.html", signed_in=helper is not None)
    g.organiser = helper
    return render_template(
        "door/scanned.html",
        event=event,
        rules=event.rules,
        person=person,
        no_seat=NO_SEAT.get(person.state),
        not_yet=not_yet(event, True, clock.now()),
    )


@blueprint.post("/door/<token:token>")
@HELPERS
def let_in(token: str) -> ResponseReturnValue:
    """Whoever showed the code is here; of many who say so at once, one is told that it was new."""
    person = _person(token)
    if _door_of(organiser(), person) is None:
        raise NotFound("There is no such registration.")
    name = person.name
    new = mark(person.audience, person.ref, True, actor=organiser().actor, now=clock.now())
    flash(said_of(name, new))
    return redirect(url_for(".scanned", token=token), 303)


def _person(token: str) -> Registration:
    return by_link(db.session(), links().keys, Purpose.DOOR, token)


def _door_of(helper: Organiser, person: Registration) -> Event | None:
    """The event somebody has come to, if this is who keeps its door."""
    session = db.session()
    try:
        return by_door(session, session.get_one(Event, person.event_id).slug, helper.labels, helper.doors, clock.now())
    except NotFound:
        return None

"""The desk's pages about doors: which ones somebody keeps, who comes in there, and who is asked to help."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import DESK, HELPERS, organiser
from ..db import db
from ..door.forms import WalkInForm, walk_in_form
from ..door.rules import said_of
from ..errors import Conflict, DomainError, NotFound, Refused
from ..events.doors import dismiss, invite_to_door, take_back_from_door
from ..events.models import Event
from ..events.queries import by_door, by_slug, with_doors
from ..lists import walk_ins
from ..lists.attendance import mark, not_yet
from ..lists.queries import Arriving, arriving, by_ref
from ..organisers.forms import AskForm
from ..organisers.queries import keepers, open_invitations
from .blueprint import asked, blueprint, mail_missing, show_problems
from .team import asked as asked_people
from .team import asked_in_words

JSON = "application/json"


@dataclass(frozen=True)
class Count:
    """How many have a seat, and are here."""

    seats: int
    here: int


def doors() -> str:
    """The start page of who only helps at a door: the doors they keep, and nothing else."""
    return render_template("desk/doors.html", events=with_doors(db.session(), organiser().doors, clock.now()))


@blueprint.get("/events/<slug:slug>/door")
@HELPERS
def door(slug: str) -> str:
    """Who has a seat, by name alone: no address, nothing they answered; `part=list` is that list by itself."""
    event = _door(slug)
    if request.args.get("part") == "list":
        return _door_page(event, walk_in_form(event.label)(), "desk/door_list.html")
    return _door_page(event, walk_in_form(event.label)())


@blueprint.get("/events/<slug:slug>/door/here")
@HELPERS
def here(slug: str) -> ResponseReturnValue:
    """How many are here, and who by reference, for a page that is open: JSON, without a name."""
    people = arriving(db.session(), _door(slug))
    present = [str(person.ref) for person in people if person.attended]
    return jsonify(**vars(_count(people)), list=_mark_of(people), present=present)


@blueprint.post("/events/<slug:slug>/door/<int(max=9223372036854775807):ref>")
@HELPERS
def arrive(slug: str, ref: int) -> ResponseReturnValue:
    """Somebody is here. Who organises the event may take it back; who helps may not.

    Answers with the page, or to who asks for JSON with a sentence, `said`: by that a page that was offline tells what
    was kept from what must be sent again.
    """
    try:
        said, status = _arrived(_door(slug), ref, undo=request.form.get("act") == "undo"), 200
    except DomainError as error:
        if request.accept_mimetypes.best != JSON:
            raise
        said, status = error.message, error.status
    if request.accept_mimetypes.best == JSON:
        return jsonify(said=said), status
    flash(said)
    return redirect(url_for(".door", slug=slug), 303)


@blueprint.post("/events/<slug:slug>/door/walk-in")
@HELPERS
def walk_in(slug: str) -> ResponseReturnValue:
    """Somebody is here who has no seat: added, if one is free. Only who organises the event may add a seat."""
    event = _door(slug)
    form = walk_in_form(event.label)(request.form)
    if not form.validate():
        return _door_page(event, form), Refused.status
    try:
        found = walk_ins.walk_in(
            event.id,
            name=form.name.data or "",
            email=form.email.data or "",
            details=form.details(event.label),
            once=form.once.data or "",
            add_seat=bool(form.add_seat.data) and event.label in organiser().labels,
            actor=organiser().actor,
            now=clock.now(),
        )
    except Conflict as error:
        return _door_page(event, form, problem=error.message), error.status
    flash(f"{'On the list already. ' if found.known else ''}{said_of(found.name, found.new)}")
    return redirect(url_for(".door", slug=slug), 303)


@blueprint.get("/events/<slug:slug>/team")
@DESK
def event_team(slug: str) -> str:
    """Who helps at the door of an event."""
    return _team_page(by_slug(db.session(), slug, organiser().labels), AskForm())


@blueprint.post("/events/<slug:slug>/team")
@DESK
def invite_helper(slug: str) -> ResponseReturnValue:
    """Ask somebody to help at the door."""
    event, form = by_slug(db.session(), slug, organiser().labels), AskForm(request.form)
    if not form.validate():
        return _team_page(event, form), Refused.status
    said = {"name": form.name.data or "", "email": form.email.data or ""}
    try:
        invite_to_door(slug, **said, actor=organiser().actor, now=clock.now())
    except Refused as error:
        show_problems(form, error)
        return _team_page(event, form), error.status
    flash(asked_in_words(said["name"]))
    return redirect(url_for(".event_team", slug=slug), 303)


@blueprint.post("/events/<slug:slug>/team/asked/<int(max=2147483647):invitation>/take-back")
@DESK
def take_back_helper(slug: str, invitation: int) -> ResponseReturnValue:
    """Make an invitation to a door open nothing any more."""
    take_back_from_door(slug, invitation, actor=organiser().actor, now=clock.now())
    flash("Taken back. Its link opens nothing any more.")
    return redirect(url_for(".event_team", slug=slug), 303)


@blueprint.post("/events/<slug:slug>/team/helpers/<int(max=2147483647):person>/dismiss")
@DESK
def dismiss_helper(slug: str, person: int) -> ResponseReturnValue:
    """Somebody helps at this door no longer."""
    dismiss(slug, person, actor=organiser().actor)
    flash("They do not see this door any more.")
    return redirect(url_for(".event_team", slug=slug), 303)


def _door(slug: str) -> Event:
    """The event, for who keeps its door. Raises NotFound."""
    return by_door(db.session(), slug, organiser().labels, organiser().doors, clock.now())


def _door_page(event: Event, form: WalkInForm, template: str = "desk/door.html", problem: str = "") -> str:
    everyone, search = arriving(db.session(), event), asked("q")
    people = arriving(db.session(), event, search) if search else everyone
    return render_template(
        template,
        event=event,
        rules=event.rules,
        people=people,
        list_mark=_mark_of(people),
        count=_count(everyone),
        full=event.seats.full,
        too_early=not_yet(event, True, clock.now()),
        form=form,
        problem=problem,
        q=search,
    )


def _count(people: Sequence[Arriving]) -> Count:
    return Count(len(people), sum(bool(person.attended) for person in people))


def _mark_of(people: Sequence[Arriving]) -> str:
    """Another where somebody else is on the list."""
    return sha256(" ".join(str(person.ref) for person in people).encode()).hexdigest()[:16]


def _arrived(event: Event, ref: int, *, undo: bool) -> str:
    """Mark somebody, or take it back; what is said of it. Raises NotFound, and Conflict for who has no seat."""
    person = by_ref(db.session(), event.rules.audience, ref)
    if person is None or person.event_id != event.id or (undo and event.label not in organiser().labels):
        raise NotFound("There is no such registration.")
    name, audience = person.name, event.rules.audience
    new = mark(audience, ref, None if undo else True, actor=organiser().actor, now=clock.now())
    return f"{name} is not here after all." if undo else said_of(name, new)


def _team_page(event: Event, form: AskForm) -> str:
    offered = open_invitations(db.session(), clock.now(), event.id)
    return render_template(
        "desk/event_team.html",
        event=event,
        rules=event.rules,
        form=form,
        helpers=keepers(db.session(), event.id),
        asked=asked_people(
            offered, lambda invitation: url_for(".take_back_helper", slug=event.slug, invitation=invitation)
        ),
        mail_missing=mail_missing(),
    )

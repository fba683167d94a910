"""The desk's pages about doors: which ones somebody keeps, who comes in there, and who is asked to help."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import DESK, HELPERS, organiser
from ..db import db
from ..errors import NotFound, Refused
from ..events.doors import dismiss, invite_to_door, take_back_from_door
from ..events.models import Event
from ..events.queries import by_door, by_slug, with_doors
from ..lists.attendance import mark, not_yet
from ..lists.queries import arriving, by_ref
from ..organisers.forms import AskForm
from ..organisers.queries import keepers, open_invitations
from .blueprint import asked, blueprint, mail_missing, show_problems
from .team import asked as asked_people
from .team import asked_in_words


def doors() -> str:
    """The start page of who only helps at a door: the doors they keep, and nothing else."""
    return render_template("desk/doors.html", events=with_doors(db.session(), organiser().doors, clock.now()))


@blueprint.get("/events/<slug:slug>/door")
@HELPERS
def door(slug: str) -> str:
    """Who has a seat, by name alone: no address, nothing they answered."""
    session, mine = db.session(), organiser()
    event = by_door(session, slug, mine.labels, mine.doors, clock.now())
    everyone, search = arriving(session, event), asked("q")
    return render_template(
        "desk/door.html",
        event=event,
        rules=event.rules,
        people=arriving(session, event, search) if search else everyone,
        seats=len(everyone),
        here=sum(bool(person.attended) for person in everyone),
        too_early=not_yet(event, True, clock.now()),
        q=search,
    )


@blueprint.post("/events/<slug:slug>/door/<int(max=9223372036854775807):ref>")
@HELPERS
def arrive(slug: str, ref: int) -> ResponseReturnValue:
    """Somebody is here. Who organises the event may take it back; who helps may not."""
    session, mine = db.session(), organiser()
    event = by_door(session, slug, mine.labels, mine.doors, clock.now())
    person = by_ref(session, event.rules.audience, ref)
    undo = request.form.get("act") == "undo"
    if person is None or person.event_id != event.id or (undo and event.label not in mine.labels):
        raise NotFound("There is no such registration.")
    was, name, audience = person.attended, person.name, event.rules.audience
    mark(audience, ref, None if undo else True, actor=mine.actor, now=clock.now())
    flash(f"{name} is not here after all." if undo else f"{name} is in already." if was else f"{name} is in.")
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

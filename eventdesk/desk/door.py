"""The desk's pages for those who stand at a door: which doors they keep, and who comes in."""

from flask import render_template

from .. import clock
from ..access import HELPERS, organiser
from ..db import db
from ..events.queries import by_door, with_doors
from ..lists.queries import arriving
from .blueprint import asked, blueprint


def doors() -> str:
    """The start page of who only helps at a door: the doors they keep, and nothing else."""
    return render_template("desk/doors.html", events=with_doors(db.session(), organiser().doors, clock.now()))


@blueprint.get("/events/<slug:slug>/door")
@HELPERS
def door(slug: str) -> str:
    """Who has a seat, by name alone: no address, nothing they answered."""
    session, mine = db.session(), organiser()
    event = by_door(session, slug, mine.labels, mine.doors)
    everyone, search = arriving(session, event), asked("q")
    return render_template(
        "desk/door.html",
        event=event,
        rules=event.rules,
        people=arriving(session, event, search) if search else everyone,
        seats=len(everyone),
        here=sum(bool(person.attended) for person in everyone),
        q=search,
    )

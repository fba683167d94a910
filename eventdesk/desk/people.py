"""The desk's page about one event's people: the list by state, and what can be done to several of them at once."""

from functools import partial

from flask import render_template, url_for

from .. import clock
from ..access import DESK, organiser
from ..db import db
from ..events.queries import by_slug
from ..lists.attendance import not_yet
from ..lists.held import invitations_behind
from ..lists.models import Standing
from ..lists.queries import counts, how_many, listed
from ..lists.stages import followed
from ..organisers.queries import names
from ..questions.queries import questions_of
from ..questions.rules import answers_in_words
from .blueprint import Tab, asked, blueprint, pages_of
from .person import SAID


@blueprint.get("/events/<slug:slug>/people")
@DESK
def people(slug: str) -> str:
    """Who is on the event's list, by state."""
    session, now = db.session(), clock.now()
    event = by_slug(session, slug, organiser().labels)
    standing, search = standing_asked(), asked("q")
    numbers = counts(session, event)
    titles = [
        ("", "All", sum(numbers.values())),
        *((each.value, each.value.capitalize(), numbers[each]) for each in Standing),
    ]
    current = standing.value if standing else ""
    tabs = [
        Tab(key, title, count, url_for(".people", slug=slug, tab=key or None, q=search or None), key == current)
        for key, title, count in titles
    ]
    pages = pages_of(how_many(session, event, standing, search))
    shown = listed(session, event, standing, search, skip=pages.before, limit=pages.size)
    held = [person.ref for person in shown if person.is_held]
    return render_template(
        "desk/people.html",
        event=event,
        rules=event.rules,
        tabs=tabs,
        answers_of=partial(answers_in_words, questions_of(session, event.id)),
        people=shown,
        behind=invitations_behind(session, event, held) if held else {},
        open_now=event.takes_registrations(now),
        q=search,
        tab=current,
        past=event.is_past(now),
        may_mark={name: not not_yet(event, attended, now) for name, attended in SAID.items()},
        unmarked=numbers[Standing.CONFIRMED],
        pages=pages,
        owners=names(session, {each.owner_id for each in map(followed, shown) if each and each.owner_id}),
        here={"slug": slug, "tab": current or None, "q": search or None},
    )


def standing_asked() -> Standing | None:
    """The tab that is open: one standing; None for all."""
    value = asked("tab")
    return Standing(value) if value in set(Standing) else None

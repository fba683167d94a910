"""The desk's pages about one event's people: the list by state, and the list as a file."""

import csv
import io
from functools import partial

from flask import Response, render_template, url_for

from .. import clock
from ..access import DESK, organiser
from ..cells import cell
from ..db import db
from ..events.queries import by_slug
from ..lists.attendance import not_yet
from ..lists.held import invitations_behind
from ..lists.models import Registration, Standing
from ..lists.queries import counts, listed
from ..questions.queries import questions_of
from ..questions.rules import answers_in_words, told
from .blueprint import Tab, asked, blueprint
from .person import SAID


@blueprint.get("/events/<slug:slug>/people")
@DESK
def people(slug: str) -> str:
    """Who is on the event's list, by state."""
    session, now = db.session(), clock.now()
    event = by_slug(session, slug, organiser().labels)
    standing, search = _standing(asked("tab")), asked("q")
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
    shown = listed(session, event, standing, search)
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
        csv_url=url_for(".people_csv", slug=slug, tab=current or None, q=search or None),
    )


@blueprint.get("/events/<slug:slug>/people.csv")
@DESK
def people_csv(slug: str) -> Response:
    """The same list as a file whose cells are text, never formulas."""
    event = by_slug(db.session(), slug, organiser().labels)
    asks, questions = event.rules.asks, questions_of(db.session(), event.id)
    out = io.StringIO()
    rows = csv.writer(out, quoting=csv.QUOTE_ALL)
    own = [cell(question.prompt) for question in questions]
    rows.writerow(["Name", "Email", *(ask.title for ask in asks), "State", "Registered (UTC)", *own])
    for person in listed(db.session(), event, _standing(asked("tab")), asked("q")):
        rows.writerow(
            [
                cell(value)
                for value in (
                    person.name,
                    person.email,
                    *(getattr(person, ask.name) for ask in asks),
                    person.standing.value,
                    _moment(person),
                    *(told(question, person.answers.get(str(question.ref))) for question in questions),
                )
            ]
        )
    disposition = f'attachment; filename="{slug}-{event.rules.people}.csv"'
    return Response(
        "\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8", headers={"Content-Disposition": disposition}
    )


def _moment(person: Registration) -> str:
    return f"{person.made_at:%Y-%m-%d %H:%M}"


def _standing(value: str) -> Standing | None:
    return Standing(value) if value in set(Standing) else None

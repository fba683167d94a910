"""The desk's pages by which people are added to an event's list: from a file or a pasted table, looked at first, or by hand.

Nothing is kept between the steps: what was read travels in the form.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from werkzeug.datastructures import CombinedMultiDict

from .. import clock
from ..access import DESK, links, organiser
from ..db import db
from ..errors import Conflict, DomainError, Refused
from ..events.models import Event
from ..events.queries import by_slug
from ..lists.attendance import not_yet
from ..lists.files import Listed, source_of
from ..lists.import_forms import HandForm, ImportForm, PlacesForm, hand_form, places_form
from ..lists.imports import Plan, bring_in, left_out_words, no_adding, plan
from ..lists.models import PeopleImport
from ..lists.sources import BY_HAND
from ..organisers.queries import names
from .blueprint import blueprint, mail_missing, show_problems

FAULTS_SHOWN, ROWS_SHOWN, COLUMNS_SHOWN = 100, 5, 20


@dataclass(frozen=True)
class Added:
    """People added before, told in words; `at` is aware, in the event's zone."""

    kept: PeopleImport
    who: str
    left_out: Sequence[str]


@blueprint.get("/events/<slug:slug>/people/import")
@DESK
def import_people(slug: str) -> ResponseReturnValue:
    """The forms to add people, and who was added before."""
    return _begin(by_slug(db.session(), slug, organiser().labels))


@blueprint.post("/events/<slug:slug>/people/import")
@DESK
def look_at_import(slug: str) -> ResponseReturnValue:
    """Look at what would become of the people in a table; with `act=add`, add them."""
    event = by_slug(db.session(), slug, organiser().labels)
    form = ImportForm(CombinedMultiDict([request.form, request.files])).under(event.rules)
    if not form.validate():
        return _begin(event, form, refusal=Refused({}))
    places = places_form(form.table, event.rules.asks, request.form)
    listed = places.listed if places.validate() else None
    if listed is None or request.form.get("act") != "add":
        return _look(event, form, places, listed, None if listed else Refused({}))
    try:
        kept, made = bring_in(
            slug,
            listed,
            made_for=source_of(form.table).name,
            statement=form.statement,
            leave_out=form.leave_out.data,
            keep_came=form.keep_came.data,
            looked_at=form.looked_at.data,
            actor=organiser().actor,
            keys=links().keys,
            now=clock.now(),
        )
    except (Conflict, Refused) as error:
        if isinstance(error, Refused):
            show_problems(form, error)
        return _look(by_slug(db.session(), slug, organiser().labels), form, places, listed, error)
    return _done(slug, kept, made)


@blueprint.post("/events/<slug:slug>/people/add")
@DESK
def add_person(slug: str) -> ResponseReturnValue:
    """Add one person by hand."""
    event, now = by_slug(db.session(), slug, organiser().labels), clock.now()
    form = hand_form(event.rules, request.form)
    if not form.validate():
        return _begin(event, hand=form, refusal=Refused({}))
    try:
        kept, made = bring_in(
            slug,
            form.listed,
            made_for=BY_HAND,
            statement=form.statement,
            actor=organiser().actor,
            keys=links().keys,
            now=now,
        )
    except Conflict as error:
        return _begin(by_slug(db.session(), slug, organiser().labels), hand=form, refusal=error)
    return _done(slug, kept, made)


def _done(slug: str, kept: PeopleImport, made: Plan) -> ResponseReturnValue:
    """Back to the list, and what became of them."""
    waiting = f" {_people(len(made.waiting))} on the waiting list." if made.waiting else ""
    left = f" Left out: {'; '.join(left_out_words(kept.left_out))}." if kept.left_out else ""
    missing = f" Mail waits until {mail_missing()} is set." if mail_missing() else ""
    flash(f"{_people(kept.people)} added.{waiting}{left}{missing}")
    return redirect(url_for(".people", slug=slug), 303)


def _people(number: int) -> str:
    return f"{number:,} {'person is' if number == 1 else 'people are'}"


def _begin(
    event: Event, form: ImportForm | None = None, hand: HandForm | None = None, refusal: DomainError | None = None
) -> ResponseReturnValue:
    page = render_template(
        "desk/people_import.html",
        event=event,
        rules=event.rules,
        form=form or ImportForm().under(event.rules),
        hand=hand or hand_form(event.rules),
        wrong=next((each for each in (form, hand) if each and each.errors), None),
        problem=refusal.message if refusal else "",
        closed=no_adding(event, clock.now()),
        past=event.is_past(clock.now()),
        before=_added_before(event),
    )
    return page, refusal.status if refusal else 200


def _added_before(event: Event) -> list[Added]:
    mine = select(PeopleImport).where(PeopleImport.event_id == event.id).order_by(PeopleImport.id.desc()).limit(50)
    those = db.session().scalars(mine).all()
    known = names(db.session(), {each.made_by for each in those})
    return [Added(each, known[each.made_by], left_out_words(each.left_out)) for each in those]


def _look(
    event: Event, form: ImportForm, places: PlacesForm, listed: Listed | None, refusal: DomainError | None
) -> ResponseReturnValue:
    made = plan(db.session(), event, listed, links().keys) if listed else None
    form.looked_at.data = made.mark if made else ""
    faults = listed.faults if listed else ()
    page = render_template(
        "desk/people_look.html",
        event=event,
        rules=event.rules,
        form=form,
        places=places,
        source=source_of(form.table),
        problem=refusal.message if refusal else "",
        plan=made,
        rows=len(form.table.rows),
        preview=made.people[:ROWS_SHOWN] if made else (),
        left=left_out_words(made.left_out) if made else (),
        faults=faults[:FAULTS_SHOWN],
        more_faults=len(faults[FAULTS_SHOWN:]),
        not_kept=places.not_kept[:COLUMNS_SHOWN] if listed else (),
        more_not_kept=len(places.not_kept[COLUMNS_SHOWN:]) if listed else 0,
        came=sum(each.came for each in made.seated) if made and not not_yet(event, True, clock.now()) else 0,
        closed=no_adding(event, clock.now()),
        past=event.is_past(clock.now()),
    )
    return page, refusal.status if refusal else 200

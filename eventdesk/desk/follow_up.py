"""The desk's pages on how those who may buy are followed up: what comes next with whom, and the form on one's own page."""

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import FOLLOWERS, organiser
from ..db import db
from ..errors import Conflict, NotFound, Refused
from ..events.models import Event
from ..events.queries import by_slug
from ..labels import LabelRules, Stage
from ..lists.models import BuyerRegistration, Registration
from ..lists.queries import person_at
from ..lists.stage_forms import FollowForm
from ..lists.stages import NOBODY, follow_up, followed_labels, next_steps, step_counts
from ..organisers.queries import names, organisers_of
from .blueprint import Tab, asked, blueprint, pages_of, show_problems
from .needs import Look
from .person import REF, owners_for, person_page


@dataclass(frozen=True)
class Step:
    """What comes next with one person."""

    person: BuyerRegistration
    event: Event
    owner: str
    overdue: bool
    today: bool


@blueprint.get("/follow-up")
@FOLLOWERS
def next_with_whom() -> str:
    """The people with a next step, by its day: the overdue first."""
    session, [rules, *_] = db.session(), followed_labels(organiser().labels)
    team = organisers_of(session, rules.label)
    stage, owner = _stage(rules, asked("tab")), asked("owner")
    owner = owner if owner in (NOBODY, *(str(each.id) for each in team)) else ""
    numbers = step_counts(session, rules.audience, owner)
    titles = [
        ("", "All", sum(numbers.values())),
        *((each.value, each.value.capitalize(), numbers[each]) for each in rules.stages),
    ]
    current = stage.value if stage else ""
    pages = pages_of(numbers[stage] if stage else sum(numbers.values()))
    found = next_steps(session, rules.audience, stage, owner, skip=pages.before, limit=pages.size)
    known = names(session, {person.owner_id for person, _ in found if person.owner_id})
    day = Look(session, organiser(), clock.now()).today
    return render_template(
        "desk/follow_up.html",
        rules=rules,
        tabs=[
            Tab(key, title, count, url_for(".next_with_whom", tab=key or None, owner=owner or None), key == current)
            for key, title, count in titles
            if count or key in ("", current)
        ],
        steps=[
            Step(
                person, event, known.get(person.owner_id or 0, ""), _is_before(person, day), person.next_step_on == day
            )
            for person, event in found
        ],
        team=[(str(each.id), "Mine" if each.id == organiser().id else each.name) for each in team],
        owner=owner,
        nobody=NOBODY,
        tab=current,
        pages=pages,
        here={"tab": current or None, "owner": owner or None},
    )


@blueprint.post(f"/events/<slug:slug>/people/<{REF}:ref>/follow-up")
@FOLLOWERS
def follow(slug: str, ref: int) -> ResponseReturnValue:
    """Keep how somebody is followed up."""
    event, found = _found(slug, ref)
    form = FollowForm(request.form).of(event.rules, owners_for(event, found))
    if not form.validate():
        return person_page(event, found, follow=form, status=Refused.status)
    try:
        made_from = form.made_from.data or ""
        follow_up(found.audience, ref, form.wanted, made_from=made_from, actor=organiser().actor, now=clock.now())
    except Refused as error:
        event, found = _found(slug, ref)
        show_problems(form, error)
        return person_page(event, found, follow=form, status=error.status)
    except Conflict as error:
        event, found = _found(slug, ref)
        return person_page(event, found, problem=error.message, status=error.status)
    flash("Saved.")
    return redirect(url_for(".person", slug=slug, ref=ref), 303)


def _found(slug: str, ref: int) -> tuple[Event, Registration]:
    event = by_slug(db.session(), slug, organiser().labels)
    if not event.rules.stages:
        raise NotFound("There is no such page.")
    return event, person_at(db.session(), event, ref)


def _stage(rules: LabelRules, value: str) -> Stage | None:
    return next((each for each in rules.stages if each.value == value), None)


def _is_before(person: BuyerRegistration, day: date) -> bool:
    return person.next_step_on is not None and person.next_step_on < day

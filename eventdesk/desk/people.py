"""The desk's page about one event's people: the list by state, and what can be done to several of them at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from .. import clock
from ..access import DESK, organiser
from ..db import db
from ..errors import Refused
from ..events.models import Event
from ..events.queries import by_slug
from ..lists.deeds import Deed, act_on, not_now, why_not
from ..lists.held import invitations_behind
from ..lists.models import Registration, Standing
from ..lists.queries import counts, how_many, listed
from ..lists.stages import followed
from ..organisers.queries import names
from ..questions.queries import questions_of
from ..questions.rules import answers_in_words
from .blueprint import Tab, asked, blueprint, pages_of
from .person import back

#: What the buttons say, in the order in which they stand.
BUTTONS: Mapping[Deed, str] = {
    Deed.APPROVE: "Approve",
    Deed.DECLINE: "Decline",
    Deed.ATTENDED: "Attended",
    Deed.NO_SHOW: "No-show",
    Deed.UNMARK: "Take the mark back",
    Deed.END: "Take off the list",
}
NOBODY = "Tick somebody first, or all."
WHAT = "Choose what to do with them."
TWO = "Tick two: the same person, registered twice."


@blueprint.get("/events/<slug:slug>/people")
@DESK
def people(slug: str) -> str:
    """Who is on the event's list, by state."""
    return _page(by_slug(db.session(), slug, organiser().labels))


@blueprint.post("/events/<slug:slug>/people/act")
@DESK
def act_on_people(slug: str) -> ResponseReturnValue:
    """Do something (`act`) to those who are ticked (`ref`), or with `all` to all of the tab and search that are open."""
    event, act = by_slug(db.session(), slug, organiser().labels), request.form.get("act", "")
    refs = refs_in(request.form)
    if act == "merge":
        if len(set(refs)) != 2:
            return _page(event, TWO, refs), Refused.status
        return redirect(url_for(".merge_people", slug=slug, ref=refs), 303)
    if request.form.get("all"):
        refs = [person.ref for person in listed(db.session(), event, standing_asked(), asked("q"))]
    if act not in set(Deed) or not refs:
        return _page(event, NOBODY if act in set(Deed) else WHAT, refs), Refused.status
    tally = act_on(slug, refs, Deed(act), actor=organiser().actor, now=clock.now())
    flash(tally.said)
    return back(slug, f"p{refs[0]}" if len(refs) == 1 else None)


def refs_in(said: MultiDict[str, str], name: str = "ref") -> list[int]:
    """The references that a form or an address names; what no reference can be is left out."""
    numbers = (int(each) for each in said.getlist(name) if each.isdecimal() and len(each) < 20)
    return [number for number in numbers if number < 2**63]


def standing_asked() -> Standing | None:
    """The tab that is open: one standing; None for all."""
    value = asked("tab")
    return Standing(value) if value in set(Standing) else None


def _page(event: Event, problem: str = "", ticked: Sequence[int] = ()) -> str:
    session, now = db.session(), clock.now()
    standing, search = standing_asked(), asked("q")
    numbers = counts(session, event)
    pages = pages_of(how_many(session, event, standing, search))
    shown = listed(session, event, standing, search, skip=pages.before, limit=pages.size)
    held = [person.ref for person in shown if person.is_held]
    current = standing.value if standing else ""
    return render_template(
        "desk/people.html",
        event=event,
        rules=event.rules,
        tabs=_tabs(event, numbers, current, search),
        answers_of=partial(answers_in_words, questions_of(session, event.id)),
        people=shown,
        behind=invitations_behind(session, event, held) if held else {},
        buttons={each.value: BUTTONS[each] for each in _deeds(event, shown, now)},
        q=search,
        tab=current,
        past=event.is_past(now),
        unmarked=numbers[Standing.CONFIRMED],
        pages=pages,
        owners=names(session, {each.owner_id for each in map(followed, shown) if each and each.owner_id}),
        here={"slug": event.slug, "tab": current or None, "q": search or None},
        problem=problem,
        ticked=ticked,
    )


def _tabs(event: Event, numbers: Mapping[Standing, int], current: str, search: str) -> list[Tab]:
    titles = {"": "All"} | {each.value: each.value.capitalize() for each in Standing}
    counted = {"": sum(numbers.values())} | {each.value: numbers[each] for each in Standing}
    return [
        Tab(
            key,
            title,
            counted[key],
            url_for(".people", slug=event.slug, tab=key or None, q=search or None),
            key == current,
        )
        for key, title in titles.items()
    ]


def _deeds(event: Event, shown: Sequence[Registration], now: datetime) -> list[Deed]:
    """What can be done at this moment to somebody who is shown."""
    return [
        deed for deed in BUTTONS if not not_now(deed, event, now) and any(not why_not(deed, each) for each in shown)
    ]

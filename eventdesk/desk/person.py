"""The desk's page about one registration: what they said, what was noted, sent and done; and whether they came."""

from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from .. import clock
from ..access import DESK, organiser
from ..db import db
from ..errors import Refused
from ..events.models import Event
from ..events.queries import by_slug
from ..history.queries import entries
from ..invites.models import InviteLink
from ..lists.attendance import mark, mark_rest, not_yet
from ..lists.forms import NoteForm
from ..lists.line import line_before
from ..lists.models import PeopleImport, Registration, State
from ..lists.notes import keep_note
from ..lists.queries import person_at
from ..lists.rules import REMINDS, deadline
from ..lists.stage_forms import FollowForm
from ..lists.stages import FollowUp, followed, last_currency
from ..lists.words import of_others
from ..organisers.queries import names, organisers_of
from ..outbox.models import Progress
from ..outbox.queries import of_person
from ..questions.queries import questions_of
from ..questions.rules import answers_in_words
from ..wording import moment
from .blueprint import asked, blueprint
from .history import Happening, told
from .messages import STATES, WORDS

REF = "int(max=9223372036854775807)"
SAID = {"yes": True, "no": False, "": None}
#: Done, and no letter left: something else had said it, it was true no more, or its reader has refused such mail.
LEFT_OUT = "Left out: there was nothing to say any more, or they want no such mail"


@dataclass(frozen=True)
class Mail:
    """One mail to the person; `at` is aware, in the event's zone."""

    kind: str
    state: str
    error: str
    at: datetime


@blueprint.get(f"/events/<slug:slug>/people/<{REF}:ref>")
@DESK
def person(slug: str, ref: int) -> ResponseReturnValue:
    """One registration."""
    event, found = _found(slug, ref)
    return person_page(event, found)


@blueprint.post(f"/events/<slug:slug>/people/<{REF}:ref>/note")
@DESK
def note(slug: str, ref: int) -> ResponseReturnValue:
    """Keep a note about it."""
    event, found = _found(slug, ref)
    form = NoteForm(request.form)
    if not form.validate():
        return person_page(event, found, note=form, status=Refused.status)
    keep_note(found.audience, ref, form.note.data or "", actor=organiser().actor, now=clock.now())
    flash("Saved.")
    return redirect(url_for(".person", slug=slug, ref=ref), 303)


@blueprint.post(f"/events/<slug:slug>/people/<{REF}:ref>/attendance")
@DESK
def attendance(slug: str, ref: int) -> Response:
    """Keep that they came (`attended=yes`), did not (`no`), or take that back (nothing)."""
    _, found = _found(slug, ref)
    attended = SAID.get(request.form.get("attended", ""))
    mark(found.audience, ref, attended, actor=organiser().actor, now=clock.now())
    return back(slug, f"p{ref}")


@blueprint.post("/events/<slug:slug>/people/no-shows")
@DESK
def no_shows(slug: str) -> Response:
    """Keep that everyone else with a seat did not come."""
    event = by_slug(db.session(), slug, organiser().labels)
    marked = mark_rest(event.id, actor=organiser().actor, now=clock.now())
    flash(f"{marked} {'person is' if marked == 1 else 'people are'} marked as no-show.")
    return back(slug, None)


def back(slug: str, anchor: str | None) -> Response:
    """To the page it was said on: the person's own, or the list under the tab, search and page that were open."""
    if request.form.get("on") == "person" and anchor:
        return redirect(url_for(".person", slug=slug, ref=anchor[1:]), 303)
    tab, q, page = (asked(name) or None for name in ("tab", "q", "page"))
    return redirect(url_for(".people", slug=slug, tab=tab, q=q, page=page, _anchor=anchor), 303)


def _found(slug: str, ref: int) -> tuple[Event, Registration]:
    event = by_slug(db.session(), slug, organiser().labels)
    return event, person_at(db.session(), event, ref)


def owners_for(event: Event, found: Registration) -> dict[int, str]:
    """The names of those who may see to somebody, by id; who does so now is among them, whatever became of their role."""
    session, person = db.session(), followed(found)
    team = {each.id: each.name for each in organisers_of(session, event.label)}
    return team | (names(session, {person.owner_id}) if person and person.owner_id else {})


def person_page(
    event: Event,
    found: Registration,
    *,
    note: NoteForm | None = None,
    follow: FollowForm | None = None,
    problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """The page about one registration, with the forms as they were sent, where they were."""
    session, now = db.session(), clock.now()
    link = session.get(InviteLink, found.link_id) if found.link_id else None
    added = session.get(PeopleImport, found.import_id) if found.import_id else None
    until = deadline(found, event) if found.is_offered else None
    return render_template(
        "desk/person.html",
        event=event,
        rules=event.rules,
        promise=event.promise,
        past=event.is_past(now),
        person=found,
        made_at=found.made_at.astimezone(event.starts.tzinfo),
        link=link.name if link else None,
        added=added,
        answers=answers_in_words(questions_of(session, event.id), found.answers),
        form=note or NoteForm(obj=found),
        follow=follow or _follow_form(event, found),
        problem=problem,
        may_mark={name: not not_yet(event, attended, now) for name, attended in SAID.items()},
        may_end=event.takes_registrations(now) and found.state is not State.CANCELLED and found.attended is None,
        mails=_mails(event, found),
        until=moment(until.astimezone(event.starts.tzinfo)) if until else "",
        reminds=REMINDS,
        happenings=_happenings(event, found),
    ), status


def _follow_form(event: Event, found: Registration) -> FollowForm | None:
    """How somebody is followed up; None where nobody is."""
    person = followed(found)
    if person is None:
        return None
    form = FollowForm.showing(FollowUp.of(person), last_currency(db.session(), event.label))
    return form.of(event.rules, owners_for(event, found))


def _happenings(event: Event, found: Registration) -> list[Happening]:
    """What happened to it, and before it in line while it waited, the newest first."""
    session, zone = db.session(), event.starts.tzinfo
    own = entries(session, event.id, found.ref)
    said = {entry.id: happening for entry, happening in zip(own, told(session, event, own), strict=True)}
    for move in line_before(session, own):
        said[move.id] = Happening(move.at.astimezone(zone), "By itself", of_others(move, "They are"))
    return [said[number] for number in sorted(said, reverse=True)]


def _mails(event: Event, found: Registration) -> list[Mail]:
    return [
        Mail(
            WORDS[job.kind],
            LEFT_OUT if job.progress is Progress.DONE and job.told is None else STATES[job.progress],
            job.error,
            job.run_at.astimezone(event.starts.tzinfo),
        )
        for job in of_person(db.session(), event.label, found.ref)
    ]

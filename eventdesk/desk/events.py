"""The desk's pages about events: the start page, the form with its preview, one event's state and acts."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import DESK, HELPERS, links, organiser
from ..channels import Channel
from ..db import db
from ..errors import Conflict, Refused
from ..events.copydesk import notes_of
from ..events.files import answer, carried
from ..events.filled import begin_with, copied, form_of, offer_programmes
from ..events.forms import EventForm
from ..events.models import Event
from ..events.queries import TABS, at_desk, by_slug, desk_counts
from ..events.recurrence import Scope
from ..events.rules import Draft, Status, unanswered
from ..events.search import found_in
from ..events.series import cancel_series, change_series, create_series, foreseen
from ..events.service import CHANGED_MEANWHILE, NOT_CHANGED_ANY_MORE, create, publish_event
from ..events.twins import make_twin
from ..feedback.queries import tallies
from ..labels import RULES, joined
from ..lists.queries import counts
from ..organisers.queries import installation
from ..programmes.queries import by_slug as programme_by_slug
from ..programmes.queries import programmes
from ..questions.queries import questions_of
from ..questions.rules import QuestionDraft, never_asked
from ..retention.queries import kept
from .blueprint import Tab, asked, blueprint, mail_missing, show_problems, told
from .copies import copy_of
from .door import doors
from .needs import needs
from .notes import keep_reasons, noted_in
from .preview import Preview, preview_of
from .series import place_of, reaches
from .telling import Telling, farewell, heard_by, telling_of
from .twins import begun, may_make_twin, source_of, twin_at_desk


@blueprint.get("/", strict_slashes=False)
@HELPERS
def start() -> str:
    """The events one organises, and what needs doing; for who only helps at a door, those doors."""
    session, now, labels = db.session(), clock.now(), organiser().labels
    if not labels:
        return doors()
    tab, search = asked("tab"), asked("q")
    tab = tab if tab in TABS else "all" if search else "coming"
    numbers = desk_counts(session, labels, now, search)
    tabs = [
        Tab(key, title, numbers[key], url_for(".start", tab=key, q=search or None), key == tab)
        for key, title in TABS.items()
    ]
    events = at_desk(session, labels, tab, now, search)
    return render_template(
        "desk/start.html",
        tabs=tabs,
        events=events,
        found={each.id: joined(found_in(each, search)) for each in events} if search else {},
        needs=needs(session, organiser(), now),
        q=search,
        tab=tab,
    )


@blueprint.route("/events/new", methods=["GET", "POST"])
@DESK
def new_event() -> ResponseReturnValue:
    """A new event: the label first.

    `?like=` begins with what another event says, `?twin=` with what a twin may share, `?programme=` with default answers.
    """
    if request.method == "POST":
        return _save(None, _typed(None))
    session = db.session()
    if like := asked("like"):
        return form_page(None, copied(by_slug(session, like, organiser().labels)))
    if twin := asked("twin"):
        return form_page(None, begun(twin))
    own = installation(session)
    form = EventForm(timezone=own.timezone if own else None)
    if slug := asked("programme"):
        begin_with(form, programme_by_slug(session, slug, organiser().labels))
    return form_page(None, form)


@blueprint.post("/events/preview")
@DESK
def preview_new() -> ResponseReturnValue:
    """What the label would say of the event being typed; nothing is kept."""
    return _preview(None, _typed(None))


@blueprint.route("/events/<slug:slug>/edit", methods=["GET", "POST"])
@DESK
def edit_event(slug: str) -> ResponseReturnValue:
    """The same form, for an event there is."""
    event = by_slug(db.session(), slug, organiser().labels)
    if event.is_cancelled:
        raise Conflict(NOT_CHANGED_ANY_MORE)
    return _save(event, _typed(event)) if request.method == "POST" else form_page(event, form_of(event))


@blueprint.post("/events/<slug:slug>/preview")
@DESK
def preview_event(slug: str) -> ResponseReturnValue:
    """What the label would say of the changed event; nothing is kept."""
    event = by_slug(db.session(), slug, organiser().labels)
    return _preview(event, _typed(event))


@blueprint.get("/events/<slug:slug>")
@DESK
def event(slug: str) -> str:
    """One event: its links, its copy, who comes, and what can be done with it."""
    return show(by_slug(db.session(), slug, organiser().labels))


@blueprint.post("/events/<slug:slug>/publish")
@DESK
def publish(slug: str) -> ResponseReturnValue:
    """Publish; the label is locked from here on."""
    accepted = bool(request.form.get("charter"))
    try:
        publish_event(slug, charter_accepted=accepted, actor=organiser().actor, links=links(), now=clock.now())
    except Refused as error:
        found = by_slug(db.session(), slug, organiser().labels)
        return show(found, [sentence for said in error.problems.values() for sentence in said]), error.status
    missing = mail_missing()
    flash(f"Published. Its link is ready to hand out.{f' Mail waits until {missing} is set.' if missing else ''}")
    return redirect(url_for(".event", slug=slug), 303)


@blueprint.post("/events/<slug:slug>/cancel")
@DESK
def cancel(slug: str) -> ResponseReturnValue:
    """Call it off; everyone registered is told."""
    if not request.form.get("sure"):
        found = by_slug(db.session(), slug, organiser().labels)
        return show(found, ["Tick the box to say that you mean it: everyone registered will be told."]), Refused.status
    wanted = request.form.get("scope") or Scope.ONE
    if wanted not in set(Scope):
        raise Conflict("Choose which events do not take place.")
    gone = cancel_series(slug, Scope(wanted), actor=organiser().actor, links=links(), now=clock.now())
    several = f" {len(gone)} events." if len(gone) > 1 else ""
    flash(f"Cancelled.{several} {told('Everyone registered is being told.')}")
    return redirect(url_for(".event", slug=slug), 303)


def show(event: Event, problems: list[str] | None = None) -> str:
    """The page of one event, with what was refused."""
    published = event.status is not Status.DRAFT
    missing = (
        [] if published else [sentence for said in unanswered(event.rules, event.brief).values() for sentence in said]
    )
    return render_template(
        "desk/event.html",
        event=event,
        rules=event.rules,
        promise=event.promise,
        past=event.is_past(clock.now()),
        invitation=copy_of(Channel.INVITE, event.facts(links())),
        links=answer(event, links())["urls"],
        missing=missing,
        notes=notes_of(db.session(), event),
        problems=problems or [],
        charter=event.programme.charter_lines,
        mail_missing=mail_missing(),
        counts=counts(db.session(), event),
        series=place_of(event),
        reaches=reaches(event),
        kept=tallies(db.session(), [event])[event.id],
        keeping=kept(db.session(), event) if published else None,
        twin=twin_at_desk(event),
        twin_rules=may_make_twin(event),
        heard=heard_by(db.session(), [event]),
        farewell=farewell(event, event.facts(links())),
    )


def form_page(
    event: Event | None,
    form: EventForm,
    shown: Preview | None = None,
    problem: str = "",
    status: int = 200,
    filled: Mapping[str, Any] | None = None,
) -> ResponseReturnValue:
    """The form of an event, new or one there is; `filled`: what is to be said of the file it was filled from."""
    source = source_of(form)
    labels = frozenset({source.rules.crosses_to}) if source else organiser().labels
    offered = programmes(db.session(), labels)
    offer_programmes(form, offered)
    context: dict[str, Any] = {
        "form": form,
        "event": event,
        "preview": shown,
        "notes": noted_in(form, event),
        "filled": filled,
        "source": source,
        "problem": problem,
        "labels": labels,
        "several_programmes": len(offered) > len(labels),
        "locked": event is not None and event.status is not Status.DRAFT,
        "rules": event.rules if event else None,
    }
    return render_template("desk/event_form.html", **context), status


def _typed(event: Event | None) -> EventForm:
    """The form as it was sent; the label of a published event is not asked again."""
    form = EventForm(request.form)
    if event is None:
        form.asked = carried(request.form.get("questions", ""))
    elif event.status is not Status.DRAFT:
        form.label.data = event.label.value
    return form


def _save(event: Event | None, form: EventForm) -> ResponseReturnValue:
    actor, now, tell = organiser().actor, clock.now(), request.form.get("tell", "")
    left = _ask_alike(form) if event is None else []
    if tell == "back":
        return form_page(event, form)
    try:
        if event is None and form.twin_of.data:
            saved = [make_twin(form.twin_of.data, form.draft(), actor=actor, links=links(), now=now)]
        elif event is None and (plan := form.plan()):
            saved = create_series(plan, actor=actor, links=links(), now=now)
        elif event is None:
            saved = [create(form.draft(), actor=actor, links=links(), now=now)]
        else:
            seen = form.revision.data or ""
            revision = int(seen) if seen.isdecimal() and len(seen) < 10 else 0
            draft, scope = form.draft(), form.chosen_scope
            keep_reasons(event, draft)
            if tell not in ("yes", "no") and (telling := _telling(event, draft, scope, revision)):
                return _ask_before(event, form, telling)
            given: dict[str, Any] = {"revision": revision, "tell": tell != "no"}
            saved = change_series(event.slug, draft, scope, **given, actor=actor, links=links(), now=now)
    except Refused as error:
        show_problems(form, error)
        return form_page(event, form, problem=" ".join(error.problems.get("tell", ())), status=error.status)
    except Conflict as error:
        if event:  # whoever reads the sentence and saves again means it
            form.revision.data = str(by_slug(db.session(), event.slug, organiser().labels).revision)
        return form_page(event, form, problem=error.message, status=error.status)
    several = f": {len(saved)} events" if len(saved) > 1 else ""
    hear = {"yes": told("Those who registered are being told."), "no": "Nobody is told."}.get(tell, "")
    flash(f"Saved{several}. {hear}".rstrip())
    if left:
        flash(f"Left out, because a {saved[0].rules.noun} never asks it: {joined(left)}.")
    return redirect(url_for(".event", slug=saved[0].slug), 303)


def _telling(event: Event, draft: Draft, scope: Scope, revision: int) -> Telling | None:
    """What people would read of a change. Raises Conflict where the form is older than the event."""
    if revision != event.revision:
        raise Conflict(CHANGED_MEANWHILE)
    effects = foreseen(event, draft, scope, to_save=True, actor=organiser().actor, links=links(), now=clock.now())
    return telling_of(db.session(), effects)


def _ask_before(event: Event, form: EventForm, telling: Telling) -> str:
    """The step before saving: nothing is kept yet, and the page carries what was typed."""
    typed = [(name, value) for name, value in request.form.items(multi=True) if name in form]
    return render_template(
        "desk/event_telling.html",
        event=event,
        rules=event.rules,
        promise=event.promise,
        telling=telling,
        typed=typed,
        mail_missing=mail_missing(),
    )


def _ask_alike(form: EventForm) -> list[str]:
    """Let a new event ask what the one asks from which it was begun; returns what its label never asks, left out."""
    rules = RULES.get(form.label.data)
    if not form.like.data or rules is None:
        return []
    asked = questions_of(db.session(), by_slug(db.session(), form.like.data, organiser().labels).id)
    drafts = [QuestionDraft.of(question) for question in asked]
    form.asked = tuple(each for each in drafts if not never_asked(rules, each))
    return [f"“{each.prompt}”" for each in drafts if each not in form.asked]


def _preview(event: Event | None, form: EventForm) -> ResponseReturnValue:
    """The whole page for the button; the preview alone, also of half a form, for who types on (`part=preview`)."""
    found = preview_of(form, over=event, actor=organiser().actor, links=links(), now=clock.now())
    if asked("part") == "preview":
        locked = event is not None and event.status is not Status.DRAFT
        return render_template("desk/typed.html", preview=found, notes=noted_in(form, event), locked=locked)
    if found.refused:
        show_problems(form, found.refused)
    return form_page(event, form, status=Refused.status) if form.errors else form_page(event, form, found)

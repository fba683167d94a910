"""The desk's pages about what members say: what waits for an answer, and one thread with all that hosts do about it."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from .. import clock
from ..access import LISTENERS, links, organiser
from ..db import db
from ..errors import Conflict, Refused
from ..events.models import Event
from ..labels import RULES, Label
from ..organisers.queries import names
from ..programmes.models import Programme
from ..programmes.queries import programmes
from ..suggestions import hosting, inbox
from ..suggestions.breaches import BREACHES
from ..suggestions.hosting_forms import ALL_STATES, HideForm, ReplyForm, RouteForm
from ..suggestions.inbox import Sought, Thread
from ..suggestions.models import Contribution, Route
from ..suggestions.rules import WORKED_ON
from .blueprint import Tab, asked, blueprint, mail_missing, pages_of, show_problems, told
from .person import REF

TABS = {
    inbox.Tab.OPEN: "Waiting for an answer",
    inbox.Tab.ANSWERED: "Answered",
    inbox.Tab.PLANNED: "Planned",
    inbox.Tab.DONE: "Done",
    inbox.Tab.DECLINED: "Declined",
    inbox.Tab.COMMENTS: "Comments",
    inbox.Tab.HIDDEN: "Hidden",
}
#: What to do, or to know, where nothing is.
NOTHING = {
    inbox.Tab.OPEN: "Members suggest and ask on their own page, by the link in the mail about their registration. Tell them at "
    "the next session that what they say is answered; it then stands here, the oldest first.",
    inbox.Tab.COMMENTS: "Members comment on the notes of a session once these are published, on its page Evening.",
    inbox.Tab.HIDDEN: "Only attacks on a person and advertising ever are. What is hidden can be shown again.",
}
ONE = f"/suggestions/<{REF}:ref>"


@blueprint.get("/suggestions")
@LISTENERS
def suggestions() -> str:
    """What members suggest and ask, by how far it is."""
    session, there = db.session(), programmes(db.session(), _labels())
    search, slug = asked("q"), asked("programme")
    of_one = next((each for each in there if each.slug == slug), None)
    tab = next((each for each in TABS if each.value == asked("tab")), inbox.Tab.OPEN)
    sought = Sought(labels=_labels(), programme_id=of_one.id if of_one else None, search=search)
    numbers, now = inbox.counts(session, sought), clock.now()
    pages = pages_of(numbers[tab])
    here = {"tab": tab.value, "q": search or None, "programme": of_one.slug if of_one else None}
    return render_template(
        "desk/suggestions.html",
        tabs=[
            Tab(each.value, title, numbers[each], _url(each, search, of_one), each is tab)
            for each, title in TABS.items()
        ],
        nothing=NOTHING.get(tab, "What is answered moves to the tab of its state."),
        entries=inbox.listed(session, sought, tab, now, skip=pages.before, limit=pages.size),
        pages=pages,
        here=here,
        q=search,
        programmes={each.id: each for each in there},
        programme=of_one,
    )


@blueprint.get(ONE)
@LISTENERS
def suggestion(ref: int) -> ResponseReturnValue:
    """One thread."""
    return _page(ref)


@blueprint.post(f"{ONE}/reply")
@LISTENERS
def reply_to_suggestion(ref: int) -> ResponseReturnValue:
    """Answer it, and say how far it is."""
    form = ReplyForm(request.form).under(RULES[_found(ref).label]).of(ALL_STATES)
    if not form.validate():
        return _page(ref, reply=form, status=Refused.status)
    state, words = form.answer
    try:
        hosting.reply(ref, state, words, seen=form.last_seen, actor=organiser().actor, now=clock.now())
    except Conflict as error:
        return _page(ref, reply=form, problem=error.message, status=error.status)
    flash(told("Answered. Those who asked and those who voted get it by mail."))
    return _back(ref)


@blueprint.post(f"{ONE}/route")
@LISTENERS
def route_suggestion(ref: int) -> ResponseReturnValue:
    """Ask somebody who can act."""
    form = RouteForm(request.form).under(RULES[_found(ref).label])
    if not form.validate():
        return _page(ref, route=form, status=Refused.status)
    name, email, note = form.name.data or "", form.email.data or "", form.note.data or ""
    try:
        hosting.route(ref, name, email, note, actor=organiser().actor, now=clock.now())
    except Refused as error:
        show_problems(form, error)
        return _page(ref, route=form, status=error.status)
    except Conflict as error:
        return _page(ref, problem=error.message, status=error.status)
    flash(f"{name} is asked by mail." if not mail_missing() else f"Now give {name} the link below.")
    return _back(ref)


@blueprint.post(f"{ONE}/routes/<{REF}:route>/close")
@LISTENERS
def close_route(ref: int, route: int) -> ResponseReturnValue:
    """Withdraw a link."""
    hosting.close_route(ref, route, actor=organiser().actor, now=clock.now())
    flash("The link is withdrawn, and opens nothing any more.")
    return _back(ref)


@blueprint.post(f"{ONE}/hide")
@LISTENERS
def hide_suggestion(ref: int) -> ResponseReturnValue:
    """Hide it, by one of the two rules."""
    form = HideForm(request.form)
    if not form.validate():
        return _page(ref, hide=form, status=Refused.status)
    try:
        hosting.hide(ref, form.broken, actor=organiser().actor, now=clock.now())
    except Conflict as error:
        return _page(ref, problem=error.message, status=error.status)
    flash(told("Hidden. Its author gets the rule by mail, and how to ask for another look."))
    return _back(ref)


@blueprint.post(f"{ONE}/show")
@LISTENERS
def show_suggestion(ref: int) -> ResponseReturnValue:
    """Let it be read again."""
    hosting.show(ref, actor=organiser().actor)
    flash("It can be read again.")
    return _back(ref)


def _url(tab: inbox.Tab, search: str, programme: Programme | None) -> str:
    slug = programme.slug if programme else None
    return url_for(".suggestions", tab=tab.value, q=search or None, programme=slug)


def _labels() -> list[Label]:
    """The labels that the organiser opens and whose people are heard."""
    return [label for label, rules in RULES.items() if rules.heard and label in organiser().labels]


def _found(ref: int) -> Contribution:
    return inbox.by_ref(db.session(), ref, _labels())


def _back(ref: int) -> Response:
    return redirect(url_for(".suggestion", ref=ref), 303)


def _page(
    ref: int,
    *,
    reply: ReplyForm | None = None,
    route: RouteForm | None = None,
    hide: HideForm | None = None,
    problem: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """A thread, with the forms as they were sent, where they were."""
    session, contribution = db.session(), _found(ref)
    rules, thread = RULES[contribution.label], inbox.thread(session, contribution)
    reply = reply or ReplyForm().under(rules).of(ALL_STATES)
    return render_template(
        "desk/suggestion.html",
        rules=rules,
        programme=session.get_one(Programme, contribution.programme_id),
        event=session.get(Event, contribution.event_id) if contribution.event_id else None,
        thread=thread,
        said_by=_said_by(thread),
        hidden_by=names(session, {contribution.hidden_by or 0}).get(contribution.hidden_by or 0, ""),
        broken=BREACHES[contribution.breach] if contribution.breach else "",
        worked_on=contribution.kind in WORKED_ON,
        readable=not (contribution.hidden_at or contribution.taken_back_at),
        routes=[(each, _standing(thread, each), _route_url(each)) for each in thread.routes],
        mail_missing=mail_missing(),
        reply=reply.after(thread),
        route=route or RouteForm().under(rules),
        hide=hide or HideForm(),
        problem=problem,
    ), status


def _said_by(thread: Thread) -> Mapping[int, str]:
    """Who said each reply: an organiser, or whom they asked."""
    team = names(db.session(), {each.made_by for each in thread.replies if each.made_by})
    routed = {each.id: each.name for each in thread.routes}
    return {each.id: team.get(each.made_by or 0, "") or routed.get(each.route_id or 0, "") for each in thread.replies}


def _standing(thread: Thread, route: Route) -> str:
    """How it stands with who was asked."""
    if route.closed_at:
        return "withdrawn"
    if route.ends_at <= clock.now():
        return "ended"
    return "answered" if any(each.route_id == route.id for each in thread.replies) else "waiting"


def _route_url(route: Route) -> str:
    return links().route(RULES[route.label].audience, route.ref, route.generation)

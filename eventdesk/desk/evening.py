"""The desk's page of an event's evening: its notes, from draft to published and back, and the words that may stand beside them."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import DESK, links, named_ref, organiser
from ..db import db
from ..errors import Conflict, Refused
from ..evenings.forms import EveningForm, form_of, said_of
from ..evenings.models import Evening
from ..evenings.queries import answered, how_many_to_quote, to_quote
from ..evenings.rules import not_yet
from ..evenings.service import put_on, save, take_back, take_off
from ..events.models import Event
from ..events.queries import by_slug
from ..findings.reading import advised
from ..organisers.queries import names
from ..suggestions.queries import comments_on
from ..suggestions.rules import HOSTS
from .blueprint import asked, blueprint, pages_of, show_problems

#: As many as weigh, with the form above them, under 60 kB.
QUOTED_TO_A_PAGE = COMMENTS_MOST = 12


@blueprint.route("/events/<slug:slug>/evening", methods=["GET", "POST"])
@DESK
def evening(slug: str) -> ResponseReturnValue:
    """The notes as they stand, and the form; POST keeps, publishes or takes them back."""
    event = by_slug(db.session(), slug, organiser().labels)
    kept = db.session.get(Evening, event.id)
    if request.method == "GET":
        return _page(event, form_of(event.rules)(data=said_of(kept) if kept else None))
    now, actor = clock.now(), organiser().actor
    if refusal := not_yet(event, now):
        raise Conflict(refusal)
    if asked("act") == "take back":
        take_back(slug, actor=actor, now=now)
        flash("Taken back. Nobody sees the notes now; what they say stands here as a draft.")
        return redirect(url_for(".evening", slug=slug), 303)
    form = form_of(event.rules)(request.form).under(event.rules)
    if not form.validate():
        return _page(event, form, status=Refused.status)
    publish = asked("act") == "publish"
    try:
        done = save(slug, form.notes, publish=publish, revision=form.seen, actor=actor, now=now)
    except Refused as error:
        show_problems(form, error)
        return _page(event, form, status=error.status)
    except Conflict as error:  # whoever reads the sentence and saves again means it
        event = by_slug(db.session(), slug, organiser().labels)
        kept = db.session.get(Evening, event.id)
        form.revision.data = str(kept.revision if kept else 0)
        return _page(event, form, problem=error.message, status=error.status)
    flash("Published: the notes stand on the event’s page." if done.published_at else "Saved as a draft.")
    return redirect(url_for(".evening", slug=slug), 303)


@blueprint.post("/events/<slug:slug>/evening/quotations")
@DESK
def quote(slug: str) -> ResponseReturnValue:
    """Put words that somebody gave on the event's page, or take them off it."""
    event = by_slug(db.session(), slug, organiser().labels)
    ref, actor, now = named_ref(), organiser().actor, clock.now()
    if asked("act") == "take off":
        take_off(event.slug, ref, actor=actor, now=now)
        flash("Taken off the page.")
    else:
        put_on(event.slug, ref, actor=actor, now=now)
        flash("It stands on the event’s page now.")
    return redirect(url_for(".evening", slug=slug, _anchor="quotations"), 303)


def _page(event: Event, form: EveningForm, *, problem: str = "", status: int = 200) -> ResponseReturnValue:
    session, rules = db.session(), event.rules
    kept = session.get(Evening, event.id)
    comments = comments_on(session, event, reader=HOSTS) if rules.heard else ()
    pages = pages_of(how_many_to_quote(session), QUOTED_TO_A_PAGE) if rules.sells else None
    page = render_template(
        "desk/evening.html",
        event=event,
        rules=rules,
        form=form,
        problem=problem,
        refusal=not_yet(event, clock.now()),
        kept=kept,
        who=names(session, {kept.updated_by}).get(kept.updated_by) if kept and kept.updated_by else None,
        notes=advised(rules, form.read),
        page_url=event.url(links()),
        questions=answered(session, event, reader=HOSTS),
        comments=comments[::-1][:COMMENTS_MOST],
        said=len(comments),
        pages=pages,
        quotations=to_quote(session, event, skip=pages.before, limit=pages.size) if pages else (),
    )
    return page, status

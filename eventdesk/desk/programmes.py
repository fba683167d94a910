"""The desk's pages about programmes: what each says, what it said before, its logo, and a new one."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import DESK, links, organiser
from ..db import db
from ..errors import Conflict, DomainError, Refused
from ..events.entries import say_of_programme
from ..findings.reading import advised
from ..labels import RULES
from ..organisers.queries import installation, names
from ..programmes import queries
from ..programmes.forms import LogoForm, NewProgrammeForm, ProgrammeForm, form_of
from ..programmes.models import Programme
from ..programmes.rules import Strategy
from ..programmes.service import make, put_logo
from .blueprint import blueprint, show_problems


@blueprint.get("/programmes")
@DESK
def programmes() -> str:
    """The programmes one organises."""
    return render_template("desk/programmes.html", programmes=queries.programmes(db.session(), organiser().labels))


@blueprint.route("/programmes/new", methods=["GET", "POST"])
@DESK
def new_programme() -> ResponseReturnValue:
    """A new programme: its label and its name; what else it says is asked on its own page."""
    form, status = NewProgrammeForm(request.form), 200
    if request.method == "POST":
        status = Refused.status
        if form.validate():
            own = installation(db.session())
            rules = RULES[form.chosen]
            strategy = Strategy(
                name=form.name.data or "",
                purpose=rules.first_programme.purpose,
                sender=own.organisation if own else rules.plural,
            )
            try:
                made = make(form.chosen, strategy, actor=organiser().actor, now=clock.now())
            except Refused as error:
                show_problems(form, error)
            else:
                flash("Made. Now say what it is for.")
                return redirect(url_for(".programme", slug=made.slug), 303)
    return render_template("desk/programme_new.html", form=form, labels=organiser().labels), status


@blueprint.route("/programmes/<slug:slug>", methods=["GET", "POST"])
@DESK
def programme(slug: str) -> ResponseReturnValue:
    """What a programme says for all its events."""
    found = queries.by_slug(db.session(), slug, organiser().labels)
    if request.method != "POST":
        return _show(found, form_of(found))
    form = form_of(found, request.form)
    if not form.validate():
        return _show(found, form, refusal=Refused({}))
    try:
        say_of_programme(
            slug,
            form.strategy(),
            seen=form.seen,
            reason=form.reason.data or "",
            actor=organiser().actor,
            links=links(),
            now=clock.now(),
        )
    except Refused as error:
        show_problems(form, error)
        return _show(queries.by_slug(db.session(), slug, organiser().labels), form, refusal=error)
    except Conflict as error:
        return _show(queries.by_slug(db.session(), slug, organiser().labels), form, refusal=error)
    flash("Saved. What was said before is kept.")
    return redirect(url_for(".programme", slug=slug), 303)


@blueprint.post("/programmes/<slug:slug>/logo")
@DESK
def programme_logo(slug: str) -> ResponseReturnValue:
    """Show another logo, or none."""
    found = queries.by_slug(db.session(), slug, organiser().labels)
    form = LogoForm(request.files)
    if request.form.get("act") == "remove":
        put_logo(slug, None, labels=organiser().labels)
    elif form.validate():
        put_logo(slug, form.picture, labels=organiser().labels)
    else:
        return _show(found, form_of(found), logo=form, refusal=Refused({}))
    flash("Saved.")
    return redirect(url_for(".programme", slug=slug), 303)


@blueprint.get("/programmes/<slug:slug>/versions")
@DESK
def programme_versions(slug: str) -> str:
    """What a programme said from time to time, and what changed, in words."""
    session = db.session()
    found = queries.by_slug(session, slug, organiser().labels)
    told = queries.told(session, found)
    return render_template(
        "desk/programme_versions.html",
        programme=found,
        rules=found.rules,
        versions=told,
        names=names(session, {version.made_by for version, _ in told if version.made_by}),
    )


def _show(
    found: Programme, form: ProgrammeForm, *, logo: LogoForm | None = None, refusal: DomainError | None = None
) -> ResponseReturnValue:
    page = render_template(
        "desk/programme.html",
        programme=found,
        rules=found.rules,
        form=form,
        notes=advised(found.rules, form.purpose.data or ""),
        logo=logo or LogoForm(),
        problem=refusal.message if isinstance(refusal, Conflict) else "",
        public_url=links().programme(found.slug),
        calendar_url=links().programme_calendar(found.slug),
    )
    return page, refusal.status if refusal else 200

"""What members say to each other and to their hosts: on their own pages, and to read where a programme is open to all."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import PERSONAL, PUBLIC, network
from ..db import db
from ..desk.blueprint import asked, show_problems
from ..errors import Conflict, NotFound, Refused, TooMany
from ..events.queries import by_slug as event_by_slug
from ..labels import RULES
from ..programmes.models import Programme
from ..programmes.queries import by_slug
from .forms import SayForm
from .models import Kind
from .page import LISTS, Member, answers_page, list_asked, listing, member_of
from .queries import NO_CONTRIBUTION, Shown, contribution_at, parent_of, said_by
from .rules import EVERYBODY
from .service import contribute, take_back, take_vote_back, vote

blueprint = Blueprint("suggestions", __name__)
REF = "int(max=9223372036854775807)"


@blueprint.get("/r/<token:token>/suggestions")
@PERSONAL
def page(token: str) -> str:
    """What members suggest, or ask of coming sessions, with a form to do so oneself."""
    return _page(member_of(db.session(), token))


@blueprint.post("/r/<token:token>/suggestions")
@PERSONAL
def say(token: str) -> ResponseReturnValue:
    """Suggest something, or ask a question (`what`)."""
    session = db.session()
    member, kind = member_of(session, token), LISTS.get(asked("what"), Kind.SUGGESTION)
    form = member.form(session, kind, clock.now(), typed=request.form)
    if not form.validate():
        return _page(member, form), Refused.status
    event_id = event_by_slug(session, form.event.data, {member.event.label}).id if kind is Kind.QUESTION else None
    try:
        ref = _kept(member, kind, form, event_id=event_id)
    except (Refused, TooMany) as error:
        return _page(member_of(session, token), form, _told(form, error)), error.status
    return redirect(url_for(".one", token=token, ref=ref), 303)


@blueprint.get(f"/r/<token:token>/suggestions/<{REF}:ref>")
@PERSONAL
def one(token: str, ref: int) -> str:
    """One suggestion or question with all that was said to it, and a form to answer it."""
    member = member_of(db.session(), token)
    return _one(member, contribution_at(db.session(), member.programme, ref, reader=member.reader))


@blueprint.post(f"/r/<token:token>/suggestions/<{REF}:ref>")
@PERSONAL
def act(token: str, ref: int) -> ResponseReturnValue:
    """Answer it, vote for it, or take either back (`act`)."""
    session, now, wanted = db.session(), clock.now(), request.form.get("act", "answer")
    member = member_of(session, token, speaks=wanted not in ("vote back", "take back"))
    mine = member.person.audience, member.person.ref, ref
    parent = parent_of(session, ref)
    if wanted == "vote":
        vote(*mine, now=now)
    elif wanted == "vote back":
        take_vote_back(*mine, now=now)
    elif wanted == "take back":
        take_back(*mine, now=now)
        return redirect(url_for(".mine", token=token), 303)
    else:
        return _answer(member, ref)
    if here := list_asked():
        return redirect(url_for(".page", token=token, **here, _anchor=f"c{ref}"), 303)
    return redirect(url_for(".one", token=token, ref=parent or ref, _anchor=f"c{ref}"), 303)


@blueprint.get("/r/<token:token>/suggestions/mine")
@PERSONAL
def mine(token: str) -> str:
    """All that one said oneself, to take back."""
    session, member = db.session(), member_of(db.session(), token, speaks=False)
    said = said_by(session, member.event.label, member.reader)
    return render_template("suggestions/mine.html", said=said, **member.shown)


@blueprint.get("/programmes/<slug:slug>/suggestions")
@PUBLIC
def to_read(slug: str) -> str:
    """The same for everybody to read, where the programme says so: what was said since then, and no more."""
    programme = _open_to_all(slug)
    found = listing(db.session(), programme, EVERYBODY, ".to_read", slug=slug)
    return render_template("suggestions/public.html", listing=found, **_public(programme))


@blueprint.get(f"/programmes/<slug:slug>/suggestions/<{REF}:ref>")
@PUBLIC
def to_read_one(slug: str, ref: int) -> str:
    """One of them, with what was said to it."""
    programme = _open_to_all(slug)
    shown = contribution_at(db.session(), programme, ref, reader=EVERYBODY)
    return render_template("suggestions/public_one.html", shown=shown, pages=answers_page(shown), **_public(programme))


def _answer(member: Member, ref: int) -> ResponseReturnValue:
    session = db.session()
    shown = contribution_at(session, member.programme, ref, reader=member.reader)
    form = member.form(session, Kind.ANSWER, clock.now(), for_all=shown.contribution.for_all, typed=request.form)
    if not form.validate():
        return _one(member, shown, form), Refused.status
    try:
        made = _kept(member, Kind.ANSWER, form, parent_ref=ref)
    except (Refused, TooMany, Conflict) as error:
        member = member_of(session, member.token)
        shown = contribution_at(session, member.programme, ref, reader=member.reader)
        return _one(member, shown, form, _told(form, error)), error.status
    return redirect(url_for(".one", token=member.token, ref=ref, _anchor=f"c{made}"), 303)


def _kept(member: Member, kind: Kind, form: SayForm, **about: Any) -> int:
    """Keep what was typed; its reference."""
    person = member.person
    said: dict[str, Any] = {"name": form.name.data or "", "told_all": form.told_all, **about}
    made = contribute(
        person.audience, person.ref, kind, form.words.data or "", **said, network=network(), now=clock.now()
    )
    return made.ref


def _told(form: SayForm, error: Refused | TooMany | Conflict) -> str:
    """What of a refusal belongs to no field."""
    if isinstance(error, Refused):
        show_problems(form, error)
        return ""
    return error.message


def _page(member: Member, form: SayForm | None = None, problem: str = "") -> str:
    session = db.session()
    found = listing(session, member.programme, member.reader, ".page", token=member.token)
    return render_template(
        "suggestions/page.html",
        listing=found,
        form=form or member.form(session, found.kind, clock.now()),
        problem=problem,
        crossing=member.crossing(session),
        **member.shown,
    )


def _one(member: Member, shown: Shown, form: SayForm | None = None, problem: str = "") -> str:
    session, for_all = db.session(), shown.contribution.for_all
    return render_template(
        "suggestions/one.html",
        shown=shown,
        pages=answers_page(shown),
        form=form or (member.form(session, Kind.ANSWER, clock.now(), for_all=for_all) if shown.takes_answers else None),
        problem=problem,
        crossing=member.crossing(session),
        **member.shown,
    )


def _open_to_all(slug: str) -> Programme:
    """A programme of which everybody reads what its members say. Raises NotFound."""
    programme = by_slug(db.session(), slug, RULES)
    if not (programme.rules.heard and programme.open_to_all):
        raise NotFound(NO_CONTRIBUTION)
    return programme


def _public(programme: Programme) -> dict[str, Any]:
    promise = programme.rules.promise_of((), programme.sender)
    return {"programme": programme, "rules": programme.rules, "promise": promise}

"""What who was there does about an evening: comment on its notes, and give words to be quoted, or withdraw them."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import PERSONAL, links, named_ref, network
from ..consent.models import MailChoice
from ..consent.queries import choice_by_ref, choice_of
from ..db import db
from ..errors import Conflict, NotFound, Refused, TooMany
from ..events.models import Event
from ..labels import RULES_BY_AUDIENCE
from ..links import Purpose
from ..lists.held import was_let_in
from ..lists.models import Registration
from ..lists.queries import by_link
from ..suggestions.models import Kind
from ..suggestions.queries import reader_of
from ..suggestions.rules import EVERYBODY, has_voice
from ..suggestions.service import contribute, take_back
from .forms import CommentForm, QuotationForm
from .page import giving, talk
from .queries import given, told
from .service import NOT_THERE, give, withdraw

blueprint = Blueprint("evenings", __name__)
NO_NOTES = "There are no notes of this evening. If they were here before, the organisers took them back."
NO_COMMENTS = "The notes of a {noun} stand on its page. Nobody comments on them."


@blueprint.get("/r/<token:token>/comments")
@PERSONAL
def comments(token: str) -> str:
    """The notes with all that members read: the questions, and what was said to them."""
    return _comments_page(token, CommentForm())


@blueprint.post("/r/<token:token>/comments")
@PERSONAL
def comment(token: str) -> ResponseReturnValue:
    """Say something to the notes, or take back what one said."""
    form = CommentForm(request.form)
    person, event = _member(token)
    audience, ref, now = person.audience, person.ref, clock.now()
    if request.form.get("act") == "take back":
        take_back(audience, ref, named_ref(), now=now)
        return redirect(url_for(".comments", token=token, _anchor="comments"), 303)
    if told(db.session(), event) is None:
        raise Conflict(NO_NOTES)
    if not form.validate():
        return _comments_page(token, form), Refused.status
    words, told_all = form.words.data or "", bool(form.told_all.data)
    said: dict[str, Any] = {"name": form.name.data or "", "event_id": event.id, "told_all": told_all}
    try:
        contribute(audience, ref, Kind.COMMENT, words, **said, network=network(), now=now)
    except TooMany as error:
        return _comments_page(token, form, error.message), error.status
    return redirect(url_for(".comments", token=token, _anchor="comments"), 303)


@blueprint.get("/r/<token:token>/quotation")
@PERSONAL
def quotation(token: str) -> ResponseReturnValue:
    """The words one may be quoted with, alone."""
    return _quotation_page(token, QuotationForm())


@blueprint.post("/r/<token:token>/quotation")
@PERSONAL
def act(token: str) -> ResponseReturnValue:
    """Give words to be quoted, or withdraw them: by the page's own buttons, so that no mail scanner does."""
    person, form, now = _person(token), QuotationForm(request.form), clock.now()
    audience, ref = person.audience, person.ref
    if request.form.get("act") == "withdraw":
        if choice := choice_of(db.session(), audience, person.email_key):
            withdraw(audience, choice.ref, now=now)
        return redirect(url_for("lists.manage", token=token, _anchor="quotation"), 303)
    if not form.validate():
        return _quotation_page(token, form)
    try:
        give(audience, ref, form.words.data or "", form.name.data or "", said=form.said.data or "", now=now)
    except Refused as error:
        form.agreed.errors, form.agreed.data = error.problems["agreed"], False  # these words nobody has agreed to
        return _quotation_page(token, form)
    return redirect(url_for("lists.manage", token=token, _anchor="quotation"), 303)


@blueprint.get("/quoted/<token:token>")
@PERSONAL
def quoted(token: str) -> str:
    """What somebody is quoted with, for as long as they are; their registration may be gone by then."""
    choice = _choice(token)
    rules = RULES_BY_AUDIENCE[choice.audience]
    standing = given(db.session(), rules.label, choice.ref)
    return render_template("evenings/quoted.html", rules=rules, standing=standing, token=token)


@blueprint.post("/quoted/<token:token>")
@PERSONAL
def withdraw_there(token: str) -> ResponseReturnValue:
    """Withdraw it."""
    choice = _choice(token)
    withdraw(choice.audience, choice.ref, now=clock.now())
    return redirect(url_for(".quoted", token=token), 303)


def _comments_page(token: str, form: CommentForm, problem: str = "") -> str:
    person, event = _member(token)
    session = db.session()
    reader = reader_of(session, person) if has_voice(person, event) else EVERYBODY
    notes = told(session, event, reader=reader)
    if notes is None:
        raise Conflict(NO_NOTES)
    return render_template(
        "evenings/comments.html",
        event=event,
        rules=event.rules,
        promise=event.promise,
        programme=event.programme,
        evening=notes,
        form=form if reader.is_member else None,
        for_all=event.programme.open_to_all and event.is_public,
        token=token,
        problem=problem,
        **talk(session, event, reader),
    )


def _quotation_page(token: str, form: QuotationForm) -> ResponseReturnValue:
    person, session = _person(token), db.session()
    event = session.get_one(Event, person.event_id)
    asked = giving(session, person, event, links(), clock.now(), form)
    if asked is None:
        raise Conflict(NOT_THERE)
    context = {"event": event, "rules": event.rules, "promise": event.promise, "giving": asked, "token": token}
    return render_template("evenings/quotation.html", **context), Refused.status if form.errors else 200


def _person(token: str) -> Registration:
    return by_link(db.session(), links().keys, Purpose.MANAGE, token)


def _member(token: str) -> tuple[Registration, Event]:
    """Whose page it is, of a label that is heard. Raises NotFound, Conflict."""
    person = _person(token)
    event = db.session.get_one(Event, person.event_id)
    if not event.rules.heard:
        raise Conflict(NO_COMMENTS.format(noun=event.rules.noun))
    if not event.is_public and not was_let_in(db.session(), person):
        raise Conflict(NO_NOTES)
    return person, event


def _choice(token: str) -> MailChoice:
    audience, ref = links().keys.row(Purpose.QUOTED, token)
    choice = choice_by_ref(db.session(), audience, ref)
    if choice is None or not links().keys.holds(token, choice.generation):
        raise NotFound("This link is not valid any more: nothing is held about who it was for.")
    return choice

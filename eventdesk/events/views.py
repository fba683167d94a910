"""Public pages of events: one per label, one per event."""

from flask import Blueprint, render_template

from .. import clock
from ..access import PUBLIC, links
from ..db import db
from ..evenings.page import evening_of
from ..labels import RULES, Label
from ..links import Subscribe
from ..lists.forms import form_for
from ..programmes.queries import programmes
from ..questions.queries import questions_of
from ..standing.page import sign_up, when_over
from .page import for_sponsors, shown
from .queries import coming, past, public_event

blueprint = Blueprint("events", __name__)


@blueprint.get("/<label:label>")
@PUBLIC
def label_page(label: Label) -> str:
    """Coming and past events of one label."""
    session, now = db.session(), clock.now()
    address = links().label_calendar(label)
    return render_template(
        "events/label.html",
        rules=RULES[label],
        coming=coming(session, label, now),
        past=past(session, label, now),
        subscribe=Subscribe(address),
        feed_url=address,
        news_url=links().label_news(label),
        programmes=programmes(session, {label}),
        asking=sign_up(label),
    )


@blueprint.get("/events/<slug:slug>")
@PUBLIC
def page(slug: str) -> str:
    """An event that everyone may find, with the form of its open link."""
    session, now = db.session(), clock.now()
    event = public_event(session, slug)
    form = form_for(event.label, questions_of(session, event.id))() if event.takes_registrations(now) else None
    return render_template(
        "events/event.html",
        form=form,
        action=links().invite_path(event.code),
        asking=when_over(event, now),
        **shown(event, links(), now),
        **evening_of(session, event),
    )


@blueprint.get("/events/<slug:slug>/sponsors")
@PUBLIC
def sponsors(slug: str) -> str:
    """What a sponsor of an event that everyone may find may and may not do: an address to hand out, a sheet to print."""
    return render_template("events/sponsors.html", **for_sponsors(public_event(db.session(), slug), links()))

"""The desk's page about those who host or speak: what is said of each, and their pledge."""

from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..access import DESK, links, organiser
from ..db import db
from ..errors import Conflict, Refused
from ..events.models import Event
from ..events.queries import by_slug
from ..events.service import NOT_CHANGED_ANY_MORE
from ..findings.reading import advised
from ..findings.rules import Notes
from ..speakers.forms import BiographyForm
from ..speakers.models import Speaker
from ..speakers.queries import speakers_of
from ..speakers.rules import part_of
from ..speakers.service import describe, new_link
from ..wording import Channel, Text, write
from .blueprint import blueprint
from .copies import Copy, mailto

OWN_PAGE = "Your own page, with all of this and the place for your answer:"


@dataclass(frozen=True, kw_only=True)
class Guest:
    """One who hosts or speaks, as the desk shows them."""

    ref: int
    name: str
    part: str
    pledged_at: datetime | None
    url: str
    #: Opens one's own mail program with the brief and their own link.
    mailto: str
    form: BiographyForm
    notes: Notes


@blueprint.get("/events/<slug:slug>/speakers")
@DESK
def speakers(slug: str) -> str:
    """Hosts and speakers, each with their biography, their pledge and their own link."""
    return _page(by_slug(db.session(), slug, organiser().labels))


@blueprint.post("/events/<slug:slug>/speakers/<int(max=9223372036854775807):speaker>")
@DESK
def speaker(slug: str, speaker: int) -> ResponseReturnValue:
    """Say who somebody is."""
    event = _event(slug)
    form = BiographyForm(request.form).under(event.rules)
    if not form.validate():
        return _page(event, speaker, form), Refused.status
    describe(event.id, speaker, form.biography.data or "")
    flash("Saved.")
    return redirect(url_for(".speakers", slug=slug), 303)


@blueprint.post("/events/<slug:slug>/speakers/<int(max=9223372036854775807):speaker>/link")
@DESK
def speaker_link(slug: str, speaker: int) -> ResponseReturnValue:
    """Make somebody's link invalid, and another."""
    event = _event(slug)
    new_link(event.id, speaker)
    flash("There is a new link. The one before is not valid any more.")
    return redirect(url_for(".speakers", slug=slug), 303)


def _event(slug: str) -> Event:
    event = by_slug(db.session(), slug, organiser().labels)
    if event.is_cancelled:
        raise Conflict(NOT_CHANGED_ANY_MORE)
    return event


def _page(event: Event, typed_for: int = 0, typed: BiographyForm | None = None) -> str:
    known = speakers_of(db.session(), event.id)
    text = write(Channel.SPEAKER, event.facts(links()))
    guests = [
        _guest(event, known[name], text, typed if known[name].ref == typed_for else None)
        for name in event.appearing
        if name in known
    ]
    return render_template(
        "desk/speakers.html",
        event=event,
        rules=event.rules,
        guests=guests,
        words=Copy("What to write to them", text.subject, text.body, "copy-speaker"),
    )


def _guest(event: Event, known: Speaker, brief: Text, typed: BiographyForm | None) -> Guest:
    form = typed or BiographyForm(data={"biography": known.biography})
    form.biography.id = f"biography-{known.ref}"  # there is one on the page for each of them
    url = links().pledge(event.rules.audience, known.ref, known.generation)
    return Guest(
        ref=known.ref,
        name=known.name,
        part=part_of(known.name, event.speakers, event.hosts),
        pledged_at=known.pledged_at,
        url=url,
        mailto=mailto(brief.subject, f"{brief.body}\n{OWN_PAGE}\n{url}\n"),
        form=form,
        notes=advised(event.rules, form.biography.data or ""),
    )

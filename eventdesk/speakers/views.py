"""The page of somebody who hosts or speaks: the charter to pledge to, and their biography. Its address is their key."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import PERSONAL, links
from ..db import db
from ..errors import Conflict, NotFound, Refused
from ..events.models import Event
from ..findings.reading import advised
from ..links import Purpose
from ..wording import Channel, write
from .forms import BiographyForm
from .models import Speaker
from .queries import by_ref
from .rules import part_of
from .service import describe, pledge, take_back

blueprint = Blueprint("speakers", __name__)


@blueprint.get("/pledge/<token:token>")
@PERSONAL
def page(token: str) -> str:
    """What they are asked to promise, and what is said of them. Looking promises nothing."""
    speaker, event = _speaker(token)
    return _page(speaker, event, BiographyForm(data={"biography": speaker.biography}))


@blueprint.post("/pledge/<token:token>")
@PERSONAL
def act(token: str) -> ResponseReturnValue:
    """Keep the biography; pledge, or take the pledge back, by the page's own buttons."""
    speaker, event = _speaker(token)
    now, wish, ref = clock.now(), request.form.get("act"), speaker.ref
    if not event.rules.pledge and wish in ("pledge", "take back"):
        raise Conflict(f"A {event.rules.noun} knows no pledge.")
    if event.is_cancelled or event.is_past(now):
        raise Conflict("The event is over, or was called off; nothing is changed any more.")
    if wish == "take back":
        if event.starts_at <= now:
            raise Conflict("The event has begun; a pledge is not taken back any more.")
        take_back(event.id, event.label, ref, now=now)
        return redirect(url_for("speakers.page", token=token), 303)
    form = BiographyForm(request.form).under(event.rules)
    if not form.validate():
        return _page(speaker, event, form), Refused.status
    event_id, label, programme_id = event.id, event.label, event.programme_id
    describe(event_id, ref, form.biography.data or "")
    if wish == "pledge":
        pledge(event_id, label, programme_id, ref, version=request.form.get("version", type=int), now=now)
    return redirect(url_for("speakers.page", token=token), 303)


def _page(speaker: Speaker, event: Event, form: BiographyForm) -> str:
    now, facts = clock.now(), event.facts(links())
    return render_template(
        "speakers/pledge.html",
        event=event,
        rules=event.rules,
        promise=event.promise,
        speaker=speaker,
        part=part_of(speaker.name, event.speakers, event.hosts),
        charter=facts.charter,
        words=write(Channel.SPEAKER, replace(facts, charter=())).after_promise,
        form=form,
        notes=advised(event.rules, form.biography.data or ""),
        version=event.programme.newest.id if event.programme.newest else None,
        begun=event.starts_at <= now,
        over=event.is_past(now),
        cancelled=event.is_cancelled,
        page_url=event.url(links()) if event.published_at else None,
    )


def _speaker(token: str) -> tuple[Speaker, Event]:
    keys = links().keys
    audience, ref = keys.row(Purpose.PLEDGE, token)
    speaker = by_ref(db.session(), ref)
    event = db.session.get(Event, speaker.event_id) if speaker else None
    if not speaker or not event or event.rules.audience is not audience or not keys.holds(token, speaker.generation):
        raise NotFound("This link is not valid.")
    return speaker, event

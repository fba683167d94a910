"""The desk's page of an event's rounds of invitations, and the forms to make one from each source."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import CombinedMultiDict

from .. import clock
from ..access import DESK, links, organiser
from ..db import db
from ..errors import Conflict, DomainError, NotFound, Refused
from ..events.models import Event
from ..events.queries import by_slug, titles
from ..invites.models import InvitationRound, Source
from ..messages.service import NO_ADDRESS
from ..organisers.queries import names
from ..rounds.forms import FORMS, FileForm, PastForm, SourceForm
from ..rounds.queries import Figures, figures, past_events, rounds_of
from ..rounds.rules import MOST, Stage, left_out_words, no_inviting, stage_at
from ..rounds.service import make
from ..standing.queries import counts
from .blueprint import blueprint

FAULTS_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A round as the desk shows it; times are aware, in the event's zone."""

    id: int
    source: str
    who: str
    made_at: datetime
    send_at: datetime | None
    stage: Stage
    said: str
    statement: str
    left_out: Sequence[str]
    figures: Figures
    nudged: bool


@blueprint.get("/events/<slug:slug>/rounds")
@DESK
def rounds(slug: str) -> ResponseReturnValue:
    """The event's rounds, and the forms to make one."""
    return _show(by_slug(db.session(), slug, organiser().labels))


@blueprint.post("/events/<slug:slug>/rounds")
@DESK
def make_round(slug: str) -> ResponseReturnValue:
    """Make a round from one of the three sources; nothing is sent yet."""
    event, now = by_slug(db.session(), slug, organiser().labels), clock.now()
    typed = request.form.get("from", "")
    if typed not in set(Source):
        raise NotFound("There is no such source of addresses.")
    source = Source(typed)
    form = FORMS[source](CombinedMultiDict([request.form, request.files])).under(event.rules)
    if not form.validate():
        return _show(event, form, refusal=Refused({}))
    try:
        made = make(slug, source, **form.said, actor=organiser().actor, keys=links().keys, now=now)
    except (Conflict, NotFound) as error:
        return _show(by_slug(db.session(), slug, organiser().labels), form, refusal=error)
    flash("The round is made. Nothing is sent yet: look at it first.")
    return redirect(url_for(".invitation_round", slug=slug, number=made.id), 303)


def shown(event: Event, those: Collection[InvitationRound]) -> list[Shown]:
    """These rounds of an event, told in words."""
    session, now = db.session(), clock.now()
    known = names(session, {each.made_by for each in those})
    before = titles(session, {each.source_event_id for each in those if each.source_event_id})
    counted = figures(session, event) if those else {}
    return [_shown(event, each, known, before, counted.get(each.id, Figures()), now) for each in those]


def _shown(
    event: Event,
    each: InvitationRound,
    known: dict[int, str],
    before: dict[int, str],
    counted: Figures,
    now: datetime,
) -> Shown:
    sources = {
        Source.STANDING: "Standing list",
        Source.EVENT: f"“{before.get(each.source_event_id or 0, '')}”",
        Source.FILE: "A file",
    }
    zone = ZoneInfo(event.zone)
    return Shown(
        id=each.id,
        source=sources[each.source],
        who=known[each.made_by],
        made_at=each.made_at.astimezone(zone),
        send_at=each.send_at.astimezone(zone) if each.send_at else None,
        stage=stage_at(each.send_at, now),
        said=_said(event, each, counted, now),
        statement=each.statement,
        left_out=left_out_words(each.left_out),
        figures=counted,
        nudged=each.nudged_at is not None,
    )


def _said(event: Event, each: InvitationRound, counted: Figures, now: datetime) -> str:
    """How far a round is, in a sentence."""
    stage = stage_at(each.send_at, now)
    people = f"{counted.people:,} {'person' if counted.people == 1 else 'people'}"
    if stage is Stage.DRAFT:
        return f"A draft: nothing is sent to its {people} yet."
    if stage is Stage.PLANNED:
        late = no_inviting(event, each.send_at or now)
        return f"It does not go out. {late}" if late else f"It goes to {people} when its time has come."
    if not (counted.waiting or counted.sent or counted.failed):
        late = no_inviting(event, now)
        return f"Not sent. {late}" if late else "On its way."
    failed = f" {counted.failed:,} could not be delivered." if counted.failed else ""
    return f"Sent to {counted.sent:,} of {people}.{failed}"


def _show(event: Event, form: SourceForm | None = None, refusal: DomainError | None = None) -> ResponseReturnValue:
    session, now = db.session(), clock.now()
    before = past_events(session, event, now)
    file = form if isinstance(form, FileForm) else FileForm().under(event.rules)
    past = form if isinstance(form, PastForm) else PastForm().under(event.rules)
    page = render_template(
        "desk/rounds.html",
        event=event,
        rules=event.rules,
        rounds=shown(event, rounds_of(session, event)),
        problem=refusal.message if refusal else "",
        wrong=form if form and form.errors else None,
        closed=no_inviting(event, now),
        no_address=NO_ADDRESS if event.programme.lacks_postal_address else "",
        standing=counts(session, event.rules.audience).get(True, 0),
        past=past.among(before) if before else None,
        file=file,
        faults=file.faults[:FAULTS_SHOWN],
        more_faults=len(file.faults[FAULTS_SHOWN:]),
        most=MOST,
    )
    return page, refusal.status if refusal else 200

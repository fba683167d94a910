"""The public pages of programmes: what each stands for and what comes, and its logo."""

from collections.abc import Iterable
from datetime import date, timedelta

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from .. import clock
from ..access import PUBLIC, links
from ..db import db
from ..events.models import Event
from ..events.queries import coming, past
from ..feedback.page import kept_lately
from ..feedback.queries import taken_place
from ..labels import RULES
from ..links import Subscribe
from ..organisers.queries import today
from ..retention.page import growth
from ..standing.page import sign_up
from .cadence import Record, record
from .logos import SVG
from .models import Programme
from .queries import by_slug, last_reason, logo_of, rhythms, told
from .rules import PROMISES

blueprint = Blueprint("programmes", __name__)

#: A picture opened by itself is a document: it may do nothing, and it is saved rather than shown.
LOGO_POLICY = "default-src 'none'; style-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"
#: More than twelve months of calendars, whatever day it is.
LATELY = timedelta(days=400)
KEPT_FOR, ASKED_AGAIN = "public, max-age=31536000, immutable", "public, max-age=300"


@blueprint.get("/programmes/<slug:slug>")
@PUBLIC
def page(slug: str) -> str:
    """What a programme is for, its charter and commitment, and its events."""
    session, now = db.session(), clock.now()
    programme = by_slug(session, slug, RULES)
    address, day = links().programme_calendar(slug), today(session, now)
    lately = taken_place(session, programme.label, now, since=now - LATELY, programme=programme)
    records = _records(session, programme, lately, day)
    return render_template(
        "programmes/programme.html",
        programme=programme,
        rules=programme.rules,
        promise=programme.rules.promise_of((), programme.sender),
        coming=coming(session, programme.label, now, programme=programme),
        past=past(session, programme.label, now, programme=programme),
        kept=kept_lately(session, programme, now),
        record=next((each for each in records if not each.promised.gone), None),
        earlier=[each for each in records if each.promised.gone and each.marks],
        reason=last_reason(session, programme),
        growth=growth(session, [event for event in lately if event.is_public], day),
        subscribe=Subscribe(address),
        feed_url=address,
        news_url=links().label_news(programme.label),
        page_url=links().programme(slug),
        asking=sign_up(programme.label),
    )


@blueprint.get("/programmes/<slug:slug>/changes")
@PUBLIC
def history(slug: str) -> str:
    """What changed in what a programme promises, when and why; not by whom."""
    session = db.session()
    programme = by_slug(session, slug, RULES)
    return render_template(
        "programmes/changes.html",
        programme=programme,
        rules=programme.rules,
        promise=programme.rules.promise_of((), programme.sender),
        changes=[(version, said) for version, said in told(session, programme, PROMISES) if said],
    )


@blueprint.get("/programmes/<slug:slug>/logo")
@PUBLIC
def logo(slug: str) -> Response:
    """Its logo; under the digest of its bytes (`?v=`) it may be kept for ever."""
    found = logo_of(db.session(), slug)
    answer = Response(found.image, content_type=found.content_type)
    answer.set_etag(found.digest)
    answer.headers["Content-Security-Policy"] = LOGO_POLICY
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="{slug}.{"svg" if found.content_type == SVG else "png"}"'
    )
    answer.headers["Cache-Control"] = KEPT_FOR if request.args.get("v") == found.digest else ASKED_AGAIN
    answer.make_conditional(request)
    return answer


def _records(session: Session, programme: Programme, lately: Iterable[Event], day: date) -> list[Record]:
    """How it kept each rhythm that it promised, the latest first.

    Events by invitation count as well: it is told that something took place, not what.
    """
    days = {event.starts.date() for event in lately}
    return [record(each, days, day) for each in reversed(rhythms(session, programme))]

"""Calendar feeds and files over HTTP: strong ETags, 304 without building anything, HEAD for free."""

import re
from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from hashlib import sha256
from uuid import NAMESPACE_URL, uuid5

from flask import Blueprint, Response, current_app, render_template, request

from .. import clock, ics
from ..access import PERSONAL, PUBLIC, links
from ..db import db
from ..errors import NotFound
from ..events.queries import entry_of, feed_entries, feed_revision, public_event
from ..labels import RULES, RULES_BY_AUDIENCE, Label
from ..links import Purpose, Subscribe
from ..lists.calendars import address_of, feed
from ..lists.held import was_let_in
from ..lists.models import PersonalCalendar
from ..lists.queries import calendar_by_ref, registered_by
from ..lists.service import move_calendar
from ..programmes.models import Programme
from ..programmes.queries import by_slug
from .news import entries_of

blueprint = Blueprint("feeds", __name__)
PUBLIC_FOR, PRIVATE_FOR = "public, max-age=300", "private, no-cache"
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
ATOM = "application/atom+xml; charset=utf-8"
#: What XML 1.0 has no way to say.
_UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@blueprint.get("/calendars/<label:label>.ics")
@PUBLIC
def label_calendar(label: Label) -> Response:
    """All public events of one label; revision and entries are of one snapshot."""
    rules = RULES[label]
    return _calendar(
        label, None, str(label), lambda entries: ics.calendar(entries, feed=rules, name=rules.calendar_name)
    )


@blueprint.get("/calendars/programmes/<slug:slug>.ics")
@PUBLIC
def programme_calendar(slug: str) -> Response:
    """The public events of one programme, likewise."""
    programme = by_slug(db.session(), slug, RULES)
    rules, name = programme.rules, programme.calendar_name
    key = f"programme-{programme.id}.{programme.version}"
    return _calendar(programme.label, programme, key, lambda entries: ics.calendar(entries, feed=rules, name=name))


@blueprint.get("/calendars/mine/<token:token>.ics")
@PERSONAL
def personal_calendar(token: str) -> Response:
    """What one address is registered for under one label, and nothing of the other. Its address is the key to it."""
    session, now, calendar = db.session(), clock.now(), _mine(token)
    registered = [each for each in registered_by(session, calendar, now) if was_let_in(session, each[0])]
    body = feed(calendar, registered, links())
    # no Last-Modified: nothing says when a registration last changed
    return _answer(body, _digest(body), None, kept=PRIVATE_FOR)


@blueprint.get("/calendars/mine/<token:token>")
@PERSONAL
def own_feed(token: str) -> str:
    """What one's own feed is for, and the way to end its address; only who has the address has this page."""
    calendar = _mine(token)
    rules = RULES_BY_AUDIENCE[calendar.audience]
    return render_template("feeds/mine.html", rules=rules, subscribe=Subscribe(address_of(calendar, links())))


@blueprint.post("/calendars/mine/<token:token>")
@PERSONAL
def end_address(token: str) -> str:
    """End the address. The new one goes out by mail alone: who ends this one may have found it."""
    calendar = _mine(token)
    audience, email_key = calendar.audience, calendar.email_key
    move_calendar(audience, email_key, now=clock.now())
    return render_template("feeds/mine.html", rules=RULES_BY_AUDIENCE[audience], moved=True)


@blueprint.get("/events/<slug:slug>.ics")
@PUBLIC
def event_calendar(slug: str) -> Response:
    """One event as it stands now; after a cancellation, its tombstone."""
    event = public_event(db.session(), slug)
    body = ics.calendar([entry_of(db.session(), event.id)])
    answer = _answer(body, _digest(body), event.updated_at)
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}.ics"'
    return answer


@blueprint.get("/feeds/<label:label>.atom")
@PUBLIC
def label_news(label: Label) -> Response:
    """What was published or changed under one label, for feed readers (RFC 4287)."""
    entries = entries_of(db.session(), label, links())
    address = links().label_news(label)
    text = render_template(
        "feeds/label.xml",
        id=uuid5(NAMESPACE_URL, address).urn,
        rules=RULES[label],
        feed_url=address,
        page_url=f"{links().base_url}/{label}",
        updated=max((each.updated_at for each in entries), default=NEVER),
        entries=entries,
    )
    body = _UNSPEAKABLE.sub("", text).encode()
    # no Last-Modified: what was taken back is gone, and leaves no moment behind
    return _answer(body, _digest(body), None, content_type=ATOM)


def _calendar(label: Label, programme: Programme | None, key: str, build: Callable[[list[bytes]], bytes]) -> Response:
    """The feed of a label or of one of its programmes; joined once for each revision and kept until the next."""
    session = db.session()
    revision, changed_at = feed_revision(session, label, programme) or (0, NEVER)
    etag = f"{key}-{ics.FORMAT}-{revision}-{changed_at:%Y%m%d%H%M%S}"
    if request.if_none_match.contains(etag):
        return _answer(None, etag, changed_at)
    kept: dict[Hashable, tuple[str, bytes]] = current_app.extensions.setdefault("feeds", {})
    place = programme.id if programme else label
    known = kept.get(place)
    if known is None or known[0] != etag:
        known = kept[place] = (etag, build(list(feed_entries(session, label, programme))))
    return _answer(known[1], etag, changed_at)


def _mine(token: str) -> PersonalCalendar:
    keys = links().keys
    audience, ref = keys.row(Purpose.CALENDAR, token)
    calendar = calendar_by_ref(db.session(), audience, ref)
    if calendar is None or not keys.holds(token, calendar.generation):
        raise NotFound("This link is not valid.")
    return calendar


def _digest(body: bytes) -> str:
    return sha256(body).hexdigest()[:32]


def _answer(
    body: bytes | None,
    etag: str,
    changed_at: datetime | None,
    *,
    kept: str = PUBLIC_FOR,
    content_type: str = ics.CONTENT_TYPE,
) -> Response:
    """`body`, or 304 when there is none or the client has it already."""
    answer = Response(body, status=200 if body is not None else 304, content_type=content_type)
    answer.set_etag(etag)
    if changed_at:
        answer.last_modified = changed_at
    answer.headers["Cache-Control"] = kept
    answer.make_conditional(request)
    return answer

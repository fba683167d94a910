"""Calendar feeds and files over HTTP: strong ETags, 304 without building anything, HEAD for free."""

from datetime import UTC, datetime
from hashlib import sha256

from flask import Blueprint, Response, current_app, request

from .. import ics
from ..access import PUBLIC
from ..db import db
from ..events.queries import entry_of, feed_entries, feed_revision, public_event
from ..labels import RULES, Label

blueprint = Blueprint("feeds", __name__)
PUBLIC_FOR = "public, max-age=300"
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@blueprint.get("/calendars/<label:label>.ics")
@PUBLIC
def label_calendar(label: Label) -> Response:
    """All public events of one label; revision and entries are of one snapshot."""
    revision, changed_at = feed_revision(db.session(), label) or (0, NEVER)
    etag = f"{label}-{ics.FORMAT}-{revision}-{changed_at:%Y%m%d%H%M%S}"
    if request.if_none_match.contains(etag):
        return _answer(None, etag, changed_at)
    return _answer(_feed(label, revision), etag, changed_at)


@blueprint.get("/events/<slug:slug>.ics")
@PUBLIC
def event_calendar(slug: str) -> Response:
    """One event as it stands now; after a cancellation, its tombstone."""
    event = public_event(db.session(), slug)
    body = ics.calendar([entry_of(db.session(), event.id)])
    answer = _answer(body, sha256(body).hexdigest()[:32], event.updated_at)
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}.ics"'
    return answer


def _feed(label: Label, revision: int) -> bytes:
    """The feed's bytes; joined once for each revision and kept until the next."""
    kept: dict[Label, tuple[int, bytes]] = current_app.extensions.setdefault("feeds", {})
    known = kept.get(label)
    if known is None or known[0] != revision:
        rules = RULES[label]
        known = kept[label] = (
            revision,
            ics.calendar(feed_entries(db.session(), label), feed=rules, name=rules.calendar_name),
        )
    return known[1]


def _answer(body: bytes | None, etag: str, changed_at: datetime) -> Response:
    """`body`, or 304 when there is none or the client has it already."""
    answer = Response(body, status=200 if body is not None else 304, content_type=ics.CONTENT_TYPE)
    answer.set_etag(etag)
    answer.last_modified = changed_at
    answer.headers["Cache-Control"] = PUBLIC_FOR
    answer.make_conditional(request)
    return answer

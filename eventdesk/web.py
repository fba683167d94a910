"""Assembly of the web side: blueprints, headers, error pages, what templates may call."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.routing import BaseConverter

from . import access, clock, error_pages
from .access import PUBLIC
from .channels import Channel
from .config import Settings
from .consent.views import blueprint as consent
from .db import db
from .desk.views import blueprint as desk
from .door.views import blueprint as door
from .evenings.views import blueprint as evenings
from .events.models import Event
from .events.queries import coming
from .events.views import blueprint as events
from .feedback.views import blueprint as feedback
from .feeds.views import blueprint as feeds
from .invites.views import blueprint as invites
from .labels import RULES, Label
from .links import TOKEN_LENGTH
from .lists.views import blueprint as lists
from .markdown import markdown
from .organisers.queries import installation
from .organisers.views import blueprint as organisers
from .outbox.queries import pulse
from .programmes.views import blueprint as programmes
from .rights.views import blueprint as rights
from .speakers.views import blueprint as speakers
from .standing.views import blueprint as standing
from .suggestions.route_views import blueprint as routes
from .suggestions.views import blueprint as suggestions

blueprint = Blueprint("web", __name__)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-DNS-Prefetch-Control": "off",
    "Cache-Control": "no-cache",
}
#: Pages that show mails in frames of their own.
FRAMING = {
    "desk.words",
    "desk.own_words",
    "desk.programme_words",
    "desk.own_programme_words",
    "desk.gallery",
    "desk.invitation_round",
    "desk.act_on_round",
}
#: Answers that belong to one person, or to the desk.
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
YEAR_SECONDS = 31_536_000


class LabelConverter(BaseConverter):
    """A label in an address."""

    regex = "|".join(RULES)

    def to_python(self, value: str) -> Label:
        """The label of this name."""
        return Label(value)


class ChannelConverter(BaseConverter):
    """A channel in an address."""

    regex = "|".join(Channel)

    def to_python(self, value: str) -> Channel:
        """The channel of this name."""
        return Channel(value)


class TokenConverter(BaseConverter):
    """The secret part of a personal link, or an invite code."""

    regex = r"[A-Za-z0-9_-]{1,80}"


class SignedConverter(BaseConverter):
    """The secret part of a personal link alone, where an invite code may stand as well: it is asked first."""

    regex = rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}"
    weight = 50


class SealedConverter(BaseConverter):
    """What a link carries itself, encrypted and signed."""

    regex = r"[A-Za-z0-9_-]{60,2400}"


class SlugConverter(BaseConverter):
    """The readable part of an address."""

    regex = r"[a-z0-9-]{1,80}"


def init_app(app: Flask, settings: Settings) -> None:
    """Everything a request meets."""
    app.url_map.converters |= {
        "label": LabelConverter,
        "token": TokenConverter,
        "signed": SignedConverter,
        "sealed": SealedConverter,
        "channel": ChannelConverter,
        "slug": SlugConverter,
    }
    access.init_app(app)
    for each in (
        blueprint,
        organisers,
        desk,
        programmes,
        events,
        invites,
        lists,
        rights,
        speakers,
        feeds,
        feedback,
        consent,
        standing,
        door,
        suggestions,
        evenings,
        routes,
    ):
        app.register_blueprint(each)
    headers = HEADERS | HTTPS_ONLY if settings.is_https else HEADERS
    if settings.is_https:
        headers |= {"Content-Security-Policy": headers["Content-Security-Policy"] + "; upgrade-insecure-requests"}
    app.after_request(lambda answer: _with_headers(answer, headers))
    error_pages.init_app(app)
    app.jinja_env.filters |= {
        "md": markdown,
        "when": lambda event: event.when,
        "day": _day,
        "clock": _clock,
        "date": _date,
        "iso": _iso,
    }
    app.jinja_env.globals |= {"RULES": RULES, "static": static}
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.context_processor(_context)


@blueprint.get("/")
@PUBLIC
def front() -> str:
    """The front page: one door for each label."""
    session, now = db.session(), clock.now()
    doors = [(rules, coming(session, label, now, limit=3)) for label, rules in RULES.items()]
    return render_template("front.html", doors=doors, ready=installation(session) is not None)


@blueprint.get("/healthz")
@PUBLIC
def health() -> ResponseReturnValue:
    """Whether the database answers, how long the oldest message has waited, and when a worker was last heard of.

    Says nothing else. 503 only for what somebody must see to: mail that a server puts off leaves by itself in the end.
    """
    now = clock.now()
    try:
        found = pulse(db.session(), now)
    except SQLAlchemyError:
        return jsonify(status="database does not answer"), 503
    numbers = {
        "oldest_unsent_seconds": found.waiting.total_seconds(),
        "worker_heard_seconds": (now - found.heard_at).total_seconds() if found.heard_at else None,
    }
    if found.stands_still:
        return jsonify(status="no worker carries out what waits", **numbers), 503
    return jsonify(status="ok", **numbers)


@cache
def static(path: str) -> str:
    """The address of a static file with a digest of its bytes, so that it may be kept for ever."""
    return url_for("static", filename=path, v=_digest(Path(str(current_app.static_folder)) / path))


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()[:10]


def _day(event: Event) -> str:
    return f"{event.starts:%a} {event.starts.day} {event.starts:%b %Y}"


def _date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _clock(event: Event) -> str:
    return f"{event.starts:%H:%M}"


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _context() -> dict[str, Any]:
    try:
        found = installation(db.session())
    except SQLAlchemyError:  # an error page is shown all the same
        found = None
    return {"organisation": found.organisation if found else "Eventdesk", "organiser": g.get("organiser")}


def _with_headers(answer: Response, headers: Mapping[str, str]) -> Response:
    policy = g.get("policy")
    if policy and policy.private:
        headers = {**headers, **PRIVATE}
    if request.endpoint in FRAMING:
        headers = {**headers, "Content-Security-Policy": f"{headers['Content-Security-Policy']}; frame-src 'self'"}
    for name, value in headers.items():
        answer.headers.setdefault(name, value)
    if request.endpoint == "static" and "v" in request.args and answer.status_code == 200:
        answer.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    return answer

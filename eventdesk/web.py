"""Assembly of the web side: blueprints, headers, error pages, what templates may call."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markdown_it import MarkdownIt
from markupsafe import Markup
from nh3 import clean
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.routing import BaseConverter

from . import access, clock
from .access import PUBLIC
from .config import Settings
from .db import Busy, db
from .desk.views import blueprint as desk
from .errors import DomainError
from .events.models import Event
from .events.queries import coming
from .events.views import blueprint as events
from .feeds.views import blueprint as feeds
from .invites.views import blueprint as invites
from .labels import RULES, Label
from .links import redact
from .lists.views import blueprint as lists
from .organisers.queries import installation
from .organisers.views import blueprint as organisers
from .outbox.queries import oldest_unsent

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


class TokenConverter(BaseConverter):
    """The secret part of a personal link, or an invite code."""

    regex = r"[A-Za-z0-9_-]{1,80}"


class SlugConverter(BaseConverter):
    """The readable part of an address."""

    regex = r"[a-z0-9-]{1,80}"


def init_app(app: Flask, settings: Settings) -> None:
    """Everything a request meets."""
    app.url_map.converters |= {"label": LabelConverter, "token": TokenConverter, "slug": SlugConverter}
    access.init_app(app)
    for each in (blueprint, organisers, desk, events, invites, lists, feeds):
        app.register_blueprint(each)
    headers = HEADERS | HTTPS_ONLY if settings.is_https else HEADERS
    if settings.is_https:
        headers |= {"Content-Security-Policy": headers["Content-Security-Policy"] + "; upgrade-insecure-requests"}
    app.after_request(lambda answer: _with_headers(answer, headers))
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(
        OperationalError,
        lambda error: _domain_error(Busy("The database is not answering. Please try again in a moment.")),
    )
    app.register_error_handler(Exception, _unexpected)
    app.jinja_env.filters |= {
        "md": markdown,
        "when": lambda event: event.when,
        "day": _day,
        "clock": _clock,
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
    """Whether the database answers, and how long the oldest message has been waiting. Says nothing else."""
    try:
        db.session.execute(text("SELECT 1"))
        waiting = oldest_unsent(db.session(), clock.now())
    except SQLAlchemyError:
        return jsonify(status="database does not answer"), 503
    return jsonify(status="ok", oldest_unsent_seconds=waiting)


@lru_cache(maxsize=256)
def markdown(source: str) -> Markup:
    """Markdown as safe HTML: no raw HTML, no images, links to http, https and mailto only."""
    rendered = _markdown().render(source)
    allowed = {
        "p",
        "br",
        "em",
        "strong",
        "a",
        "ul",
        "ol",
        "li",
        "blockquote",
        "code",
        "pre",
        "h3",
        "h4",
        "h5",
        "hr",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
    return Markup(clean(rendered, tags=allowed, url_schemes={"http", "https", "mailto"}, link_rel="noopener nofollow"))  # noqa: S704 - cleaned by an allow-list


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


@cache
def static(path: str) -> str:
    """The address of a static file with a digest of its bytes, so that it may be kept for ever."""
    return url_for("static", filename=path, v=_digest(Path(str(current_app.static_folder)) / path))


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()[:10]


def _day(event: Event) -> str:
    return f"{event.starts:%a} {event.starts.day} {event.starts:%b %Y}"


def _clock(event: Event) -> str:
    return f"{event.starts:%H:%M}"


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _context() -> dict[str, Any]:
    found = None if g.get("broken") else installation(db.session())
    return {"organisation": found.organisation if found else "Eventdesk", "organiser": g.get("organiser")}


def _with_headers(answer: Response, headers: Mapping[str, str]) -> Response:
    policy = g.get("policy")
    if policy and policy.private:
        headers = {**headers, **PRIVATE}
    for name, value in headers.items():
        answer.headers.setdefault(name, value)
    if request.endpoint == "static" and "v" in request.args and answer.status_code == 200:
        answer.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    return answer


def _page(status: int, title: str, message: str) -> ResponseReturnValue:
    if status >= 500:
        g.broken = True
    return render_template("error.html", status=status, title=title, message=message), status


TITLES = {
    403: "That cannot be done from there",
    404: "Not found",
    409: "Not now",
    413: "That is too much",
    429: "Too many attempts",
    503: "One moment",
}


def _domain_error(error: DomainError) -> ResponseReturnValue:
    return _page(error.status, TITLES.get(error.status, "That cannot be done"), error.message)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if isinstance(error, SecurityError):  # a forged Host: no page can be built whose links would be ours
        return "This is not the address of this desk.", status, {"Content-Type": "text/plain; charset=utf-8"}
    said = {
        404: "There is no such page, or its link is no longer valid.",
        413: "Send at most 1 MiB at once. Nothing was changed.",
    }
    page = current_app.make_response(
        _page(status, TITLES.get(status, "That cannot be done"), said.get(status, str(error.description)))
    )
    for name, value in error.get_headers():
        if name == "Allow":
            page.headers[name] = value
    return page


def _unexpected(error: Exception) -> ResponseReturnValue:
    if current_app.testing:
        raise error
    current_app.logger.error("error on %s %s", request.method, redact(request.path), exc_info=error)
    return _page(500, "Something broke", "It is our fault, and it is written in the log. Nothing of yours was changed.")

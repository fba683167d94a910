"""Refusals and errors as pages: plain words, the right status, nothing of the inside."""

from flask import Flask, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, SecurityError

from . import clock
from .audit.models import Refusal
from .audit.service import record_refusal
from .db import Busy
from .errors import DomainError, OtherList
from .labels import Label
from .links import redact
from .lists.guard import ListsMixed

TITLES = {
    403: "That cannot be done from there",
    404: "Not found",
    409: "Not now",
    413: "That is too much",
    429: "Too many attempts",
    500: "Something broke",
    503: "One moment",
}
SAID = {
    404: "There is no such page, or its link is no longer valid.",
    413: "Send at most 1 MiB at once. Nothing was changed.",
}
RETRY_SECONDS = "5"


def init_app(app: Flask) -> None:
    """Answer every refusal and error with a page."""
    app.register_error_handler(DomainError, _refusal)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(PoolTimeout, _busy)
    app.register_error_handler(Exception, _unexpected)


def _page(status: int, message: str, headers: dict[str, str] | None = None) -> ResponseReturnValue:
    title = TITLES.get(status, "That cannot be done")
    return render_template("error.html", status=status, title=title, message=message), status, headers or {}


def _refusal(error: DomainError) -> ResponseReturnValue:
    if isinstance(error, OtherList):
        _keep(Refusal.OTHER_LIST, Label(error.label))
    return _page(error.status, error.message, {"Retry-After": RETRY_SECONDS} if error.status == Busy.status else None)


def _busy(_error: Exception) -> ResponseReturnValue:
    return _refusal(Busy("The database is not answering. Please try again in a moment."))


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if isinstance(error, SecurityError):  # a forged Host: no page can be built whose links would be ours
        return "This is not the address of this desk.", status, {"Content-Type": "text/plain; charset=utf-8"}
    page = make_response(_page(status, SAID.get(status, str(error.description))))
    page.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
    return page


def _keep(refusal: Refusal, label: Label | None) -> None:
    """Keep that it was tried, for the firewall report; what keeps it from being kept is said in the log."""
    who = g.organiser.id if "organiser" in g else None
    try:
        record_refusal(refusal, label=label, at_route=request.endpoint or "", organiser_id=who, now=clock.now())
    except DomainError:
        current_app.logger.exception("a refused attempt could not be kept")


def _unexpected(error: Exception) -> ResponseReturnValue:
    if isinstance(error, ListsMixed):
        _keep(Refusal.BOTH_LISTS, None)
    if current_app.testing:
        raise error
    current_app.logger.error("error on %s %s", request.method, redact(request.path), exc_info=error)
    return _page(500, "It is our fault, and it is written in the log. Nothing of yours was changed.")

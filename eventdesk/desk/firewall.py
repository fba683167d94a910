"""The owner's page about the wall between the two lists, and the same as a text to hand to somebody."""

from flask import Response, render_template

from .. import clock
from ..access import OWNERS
from ..audit.models import Refusal, Taken
from ..db import db
from ..firewall.queries import ROWS, Report, report
from .blueprint import blueprint

#: What was refused, in words.
REFUSED = {
    Refusal.OTHER_LIST: "Somebody asked for a page of a list that they do not work with",
    Refusal.BOTH_LISTS: "A fault of the program named both lists at once, and was stopped",
    Refusal.EXPORT: "A file was asked for without the right passphrase",
}
TAKEN = {
    Taken.LIST: "an event’s list",
    Taken.HANDOVER: "an event’s list for a CRM",
    Taken.STANDING: "the standing list",
}


@blueprint.get("/firewall")
@OWNERS
def firewall() -> str:
    """How the lists are kept apart, in numbers: nobody of either list is on it."""
    return _told("desk/firewall.html", report(db.session(), clock.now()))


@blueprint.get("/firewall.txt")
@OWNERS
def firewall_text() -> Response:
    """The same, to hand to whoever answers for the data or doubts it."""
    said = _told("desk/firewall.txt", report(db.session(), clock.now()))
    name = f'attachment; filename="firewall-report-{clock.now():%Y-%m-%d}.txt"'
    return Response(said, content_type="text/plain; charset=utf-8", headers={"Content-Disposition": name})


def _told(template: str, found: Report) -> str:
    return render_template(template, report=found, refused=REFUSED, taken=TAKEN, rows=ROWS)

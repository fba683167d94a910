"""What the desk's pages note beside words while they are written."""

from flask import request

from .. import clock
from ..access import organiser
from ..copycheck import Level
from ..db import db
from ..events.copydesk import faults, let_stand, report_of, stands_in
from ..events.forms import EventForm
from ..events.models import Event
from ..events.rules import Draft, Status
from ..findings.reading import prepare, read
from ..findings.rules import Notes, noted
from ..labels import BRIEF_NAMES, RULES, Brief, Label


def noted_in(form: EventForm, event: Event | None) -> Notes | None:
    """What is to be noted beside the form as it is typed; None while there is no label, or nothing to read."""
    title, text = form.title.data or "", form.description.data or ""
    brief = Brief(**{name: form[f"brief_{name}"].data or "" for name in BRIEF_NAMES})
    if form.label.data not in RULES or not (title or text):
        prepare()
        return None
    label = Label(form.label.data)
    report = read(label, title, text, brief)
    stands = stands_in(db.session(), event) if event else {}
    return noted(RULES[label], report, title, text, stands)


def keep_reasons(event: Event, draft: Draft) -> None:
    """Let stand, in a change of what is public, what the form gives a reason for. Raises Refused."""
    if event.status is Status.DRAFT or not faults(db.session(), event, draft):
        return
    given = {name.removeprefix("reason-"): said for name, said in request.form.items() if name.startswith("reason-")}
    for finding in report_of(draft).findings:
        reason = given.get(finding.key, "").strip()
        if finding.level is Level.BLOCKS and reason:
            let_stand(event.slug, finding.key, reason, said=draft, actor=organiser().actor, now=clock.now())

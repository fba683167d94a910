"""The desk's page about mail on its way: what waits, what failed and why."""

from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import DESK, organiser
from ..db import db
from ..events.queries import titles
from ..outbox.models import Kind, Progress
from ..outbox.queries import UNFINISHED, counts, of_progress
from ..outbox.service import retry as try_again
from .blueprint import Tab, asked, blueprint, mail_missing

TABS = {
    "waiting": ("Waiting", UNFINISHED),
    "failed": ("Failed", (Progress.FAILED,)),
    "done": ("Sent", (Progress.DONE,)),
}
WORDS = {
    Kind.FILL: "Free seats for those who wait",
    Kind.TELL: "News to everyone registered",
    Kind.REGISTERED: "Confirmation",
    Kind.PROMOTED: "A seat for someone who waited",
    Kind.CHANGED: "A change of the event",
    Kind.CANCELLED: "The event’s cancellation",
    Kind.LEFT: "A seat released",
    Kind.AGAIN: "Their link once more",
    Kind.HELD: "Word that a registration is held",
    Kind.DECLINED: "Word that it was declined",
    Kind.JOIN: "An invitation to the desk",
    Kind.RESET: "A link for a new passphrase",
    Kind.REMINDER: "Reminder",
    Kind.MESSAGE: "A message to all who come",
    Kind.OFFERED: "A seat on offer",
    Kind.LAPSED: "An offer that has ended",
    Kind.THANKS: "Thanks afterwards",
    Kind.ROUND: "A round of invitations",
    Kind.INVITED: "An invitation",
    Kind.NUDGED: "An invitation once more",
    Kind.TEST: "A test to oneself",
    Kind.OPT_IN: "Whether it was they who asked",
}


@dataclass(frozen=True)
class Message:
    """One job as the desk shows it: what it is about, never to whom."""

    id: int
    kind: str
    event_title: str
    state: str
    failed: bool
    attempts: int
    error: str
    run_at: datetime


@blueprint.get("/messages")
@DESK
def messages() -> str:
    """Mail by state."""
    session, labels = db.session(), organiser().mail_labels
    tab = asked("tab")
    tab = tab if tab in TABS else "waiting"
    numbers = counts(session, labels)
    tabs = [
        Tab(key, title, sum(numbers.get(each, 0) for each in those), url_for(".messages", tab=key), key == tab)
        for key, (title, those) in TABS.items()
    ]
    jobs = of_progress(session, labels, TABS[tab][1])
    named = titles(session, {job.event_id for job in jobs})
    shown = [
        Message(
            job.id,
            WORDS[job.kind],
            named.get(job.event_id, "Standing list" if job.label else "The desk"),
            TABS[tab][0],
            job.progress is Progress.FAILED,
            job.attempts,
            job.error,
            job.run_at,
        )
        for job in jobs
    ]
    return render_template("desk/messages.html", tabs=tabs, messages=shown, mail_missing=mail_missing())


@blueprint.post("/messages/<int(max=2147483647):job>/retry")
@DESK
def retry(job: int) -> ResponseReturnValue:
    """Put a failed message back in line."""
    try_again(job, organiser().mail_labels, clock.now())
    flash("It will be tried again in a moment.")
    return redirect(url_for(".messages", tab="failed"), 303)

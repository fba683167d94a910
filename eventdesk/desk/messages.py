"""The desk's page about mail on its way: what waits, what failed and why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from .. import clock
from ..access import DESK, organiser
from ..clock import lasting
from ..db import db
from ..events.queries import titles
from ..labels import RULES, Label
from ..organisers.queries import installation
from ..outbox.models import Job, Kind, Progress
from ..outbox.queries import SHOWN, UNFINISHED, counts, of_progress, pulse, reasons
from ..outbox.refusals import meaning_of
from ..outbox.service import MINUTE
from ..outbox.service import retry as try_again
from ..outbox.service import retry_all as try_all_again
from .blueprint import Tab, asked, blueprint, mail_missing
from .needs import slow

TABS = {
    "waiting": ("Waiting", UNFINISHED),
    "failed": ("Failed", (Progress.FAILED,)),
    "done": ("Sent", (Progress.DONE,)),
}
STATES = {
    Progress.WAITING: "Waiting",
    Progress.CLAIMED: "Being sent",
    Progress.DONE: "Sent",
    Progress.FAILED: "Not delivered",
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
    Kind.CROSSING: "A link they asked for",
    Kind.RIGHTS: "A link to what is held about them",
    Kind.ROUTED: "A suggestion, to who can act on it",
    Kind.HEARD: "What became of a suggestion",
    Kind.HIDDEN: "Word that something was hidden",
}


#: What the moment beside a message is, by tab.
MOMENTS = {"waiting": "Due", "failed": "Last tried", "done": "Sent"}


@dataclass(frozen=True)
class Message:
    """One job as the desk shows it: what it is about, never to whom; `at` is aware, in the installation's zone."""

    id: int
    kind: str
    event_title: str
    state: str
    failed: bool
    attempts: int
    error: str
    meaning: str
    at: datetime


@dataclass(frozen=True)
class Reason:
    """Why some messages failed: what it means, if that is known, in how many words a server said it, and of how many."""

    said: str
    meaning: str
    number: int


@blueprint.get("/messages")
@DESK
def messages() -> str:
    """Mail by state."""
    session, labels, own = db.session(), organiser().mail_labels, installation(db.session())
    tab = asked("tab")
    tab = tab if tab in TABS else "waiting"
    numbers = counts(session, labels)
    tabs = [
        Tab(key, title, sum(numbers.get(each, 0) for each in those), url_for(".messages", tab=key), key == tab)
        for key, (title, those) in TABS.items()
    ]
    jobs = of_progress(session, labels, TABS[tab][1])
    named = titles(session, {job.event_id for job in jobs})
    zone = own.timezone if own else "UTC"
    failed = reasons(session, labels) if tab == "failed" else {}
    return render_template(
        "desk/messages.html",
        tabs=tabs,
        messages=[_shown(job, named, zone) for job in jobs],
        moment_is=MOMENTS[tab],
        zone=zone,
        most=SHOWN,
        reasons=[Reason(said, meaning_of(said), number) for said, number in failed.items()],
        slow=_slow(session, labels, clock.now()) if tab == "waiting" else "",
        mail_missing=mail_missing(),
    )


def _shown(job: Job, named: Mapping[int, str], zone: str) -> Message:
    return Message(
        job.id,
        WORDS[job.kind],
        named.get(job.event_id, RULES[job.label].plural.capitalize() if job.label else "The desk"),
        STATES[job.progress],
        job.progress is Progress.FAILED,
        job.attempts,
        job.error,
        meaning_of(job.error),
        job.run_at.astimezone(ZoneInfo(zone)),
    )


def _slow(session: Session, labels: Collection[Label | None], now: datetime) -> str:
    """That nothing goes out, or how long the oldest has waited; blank under a minute."""
    found = pulse(session, now, labels)
    if found.stands_still and not mail_missing():
        return slow(found, now)
    return f"The oldest has waited for {lasting(found.waiting)}." if found.waiting >= MINUTE else ""


@blueprint.post("/messages/<int(max=2147483647):job>/retry")
@DESK
def retry(job: int) -> ResponseReturnValue:
    """Put a failed message back in line."""
    try_again(job, organiser().mail_labels, clock.now())
    flash("It will be tried again in a moment.")
    return redirect(url_for(".messages", tab="failed"), 303)


@blueprint.post("/messages/retry")
@DESK
def retry_all() -> ResponseReturnValue:
    """Put back in line all that failed for one reason."""
    number = try_all_again(request.form.get("reason", ""), organiser().mail_labels, clock.now())
    many = f"{number} messages" if number > 1 else "One message"
    flash(f"{many} will be tried again in a moment." if number else "There is no such message left to try again.")
    return redirect(url_for(".messages", tab="failed"), 303)

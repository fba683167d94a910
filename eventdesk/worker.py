"""The list of ticks that carry jobs out: mail, news to everyone registered, what leaves the feeds."""

import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy.orm import Session

from . import clock, limits
from .config import Settings
from .consent.letters import passed
from .db import db, writing
from .events.entries import leave_feeds
from .invites.arrivals import Arrivals
from .links import Links
from .lists.letters import letter_of
from .lists.reminders import remind
from .lists.service import fill, tell
from .organisers.letters import desk_letter_of
from .outbox.mail import Letter, NotDelivered, Post, compose, post
from .outbox.models import Job, Kind
from .outbox.queries import any_due
from .outbox.service import claim, fail, finish
from .standing.letters import opt_in_of
from .standing.service import forget_unconfirmed

log = logging.getLogger(__name__)
PAUSE_SECONDS = 1.0
MINUTE_SECONDS = 60.0
HOUR_SECONDS = 3600.0
#: Letters sent before other jobs have their turn again.
MAIL_AT_ONCE = 50
#: How long mail rests when its server cannot be reached.
OUTAGE = timedelta(seconds=15)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

#: Jobs that change the database and nothing else.
CARRIERS: Mapping[Kind, Callable[[Job, datetime], None]] = {Kind.FILL: fill, Kind.TELL: tell}
#: Jobs that are one mail to one person, and who writes it when it is sent; None when there is nothing left to say.
WRITERS: Mapping[Kind, Callable[[Session, Job, Links, datetime], Letter | None]] = {
    Kind.REGISTERED: letter_of,
    Kind.PROMOTED: letter_of,
    Kind.CHANGED: letter_of,
    Kind.CANCELLED: letter_of,
    Kind.LEFT: letter_of,
    Kind.AGAIN: letter_of,
    Kind.HELD: letter_of,
    Kind.DECLINED: letter_of,
    Kind.REMINDER: letter_of,
    Kind.MESSAGE: letter_of,
    Kind.OPT_IN: opt_in_of,
    Kind.JOIN: desk_letter_of,
    Kind.RESET: desk_letter_of,
}


@dataclass
class Worker:
    """Carries jobs out until told to stop; several may run, in threads and in processes."""

    app: Flask
    stopping: threading.Event = field(default_factory=threading.Event)
    mail_rests_until: datetime = LONG_AGO
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}")

    @property
    def settings(self) -> Settings:
        """Those of the application."""
        found: Settings = self.app.extensions["eventdesk"]
        return found

    @property
    def arrivals(self) -> Arrivals:
        """Those counted by the server beside this worker; none where it runs alone."""
        found: Arrivals = self.app.extensions["arrivals"]
        return found

    def run(self) -> None:
        """Tick until `stopping` is set. An error is logged and the work goes on: nothing is lost, leases end."""
        next_minute = next_hour = 0.0
        while not self.stopping.is_set():
            try:
                with self.app.app_context():
                    now = clock.now()
                    if now.timestamp() >= next_hour:
                        next_hour = now.timestamp() + HOUR_SECONDS
                        self.hourly(now)
                    self.arrivals.flush()
                    if now.timestamp() >= next_minute:
                        next_minute = now.timestamp() + MINUTE_SECONDS
                        remind(now)
                    self.carry_out()
            except Exception:
                log.exception("the worker met an error and goes on")
            self.stopping.wait(PAUSE_SECONDS)
        self._last_words()

    def _last_words(self) -> None:
        """Write down who arrived since the last tick, as the server beside this worker has ended."""
        try:
            with self.app.app_context():
                self.arrivals.flush()
        except Exception:
            log.exception("the last arrivals by campaign links could not be counted")

    def hourly(self, now: datetime) -> None:
        """What the clock alone brings about."""
        leave_feeds(now)
        forget_unconfirmed(now)
        with writing() as session:
            limits.sweep(session, now)

    def carry_out(self) -> int:
        """Do what is due; returns how many jobs were done. Mail waits while there is no SMTP server to take it."""
        done = self._drain(tuple(CARRIERS), None)
        now = clock.now()
        if self.settings.smtp_url and now >= self.mail_rests_until and any_due(db.session(), now, tuple(WRITERS)):
            with post(self.settings.smtp_url) as office:
                try:
                    office.connect()  # before any job is taken: an outage is no job's failure
                    done += self._drain(tuple(WRITERS), office, most=MAIL_AT_ONCE)
                except NotDelivered as error:
                    log.warning("mail waits: %s", error)
                    self.mail_rests_until = now + OUTAGE
        return done

    def _drain(self, kinds: tuple[Kind, ...], office: Post | None, most: int | None = None) -> int:
        done = 0
        while not self.stopping.is_set() and done != most:
            now = clock.now()
            job = claim(now, self.name, kinds) if any_due(db.session(), now, kinds) else None
            if job is None or not self._carry(job, office, now):
                break
            done += 1
        return done

    def _carry(self, job: Job, office: Post | None, now: datetime) -> bool:
        """Do one job; False when the next one had better wait for the next tick."""
        told = None
        try:
            if office:
                told = self._send(job, office, now)
            else:
                CARRIERS[job.kind](job, now)
        except NotDelivered as error:
            fail(job, self.name, str(error), now, final=error.final)
            return office is not None and office.is_open
        except Exception as error:  # a program error in one job must not stop the others
            log.exception("job %s failed", job.id)
            fail(job, self.name, f"a program error: {type(error).__name__}", now, final=False)
            return True
        finish(job.id, self.name, told)
        return True

    def _send(self, job: Job, office: Post, now: datetime) -> int | None:
        """Send the job's letter, if it still has one; returns the event's sequence that it told of."""
        links = self.settings.links
        letter = passed(WRITERS[job.kind], db.session(), job, links, now)
        if letter is None:
            return None
        message = compose(letter, mailbox=links.mailbox, host=links.host, key=job.key, now=now)
        db.session.rollback()  # no snapshot is held open while the network is waited for
        office.send(message, links.mailbox, letter.email)
        return letter.sequence

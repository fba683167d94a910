"""The list of ticks that carry jobs out: mail, news to everyone registered, what leaves the feeds."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy.orm import Session

from . import clock, limits
from .audit.models import Refusal
from .audit.service import record_refusal
from .config import Settings
from .consent.letters import passed
from .db import Busy, db, writing
from .events.entries import leave_feeds
from .invites.arrivals import Arrivals
from .links import Links
from .lists.crossing import crossing_letter
from .lists.guard import ListsMixed
from .lists.letters import letter_of
from .lists.offers import lapse_offers
from .lists.reminders import remind, remind_by_choice
from .lists.service import fill, tell
from .lists.thanks import thank
from .organisers.letters import desk_letter_of
from .outbox.mail import Letter, NotDelivered, compose
from .outbox.models import Job, Kind
from .outbox.post import Post, Unreachable, post
from .outbox.queries import any_due
from .outbox.rules import BEAT
from .outbox.service import beat, claim, claim_some, fail, finish, forget_silent, pace, put_back, rest
from .retention.service import keep_no_longer
from .rights.letters import rights_letter
from .rights.replay import complete
from .rounds.carrying import carry
from .rounds.letters import invitation_letter, sample_letter
from .standing.letters import opt_in_of
from .standing.service import forget_unconfirmed
from .suggestions.hosting import forget_addresses
from .suggestions.letters import heard_letter, hidden_letter, routed_letter

log = logging.getLogger(__name__)
PAUSE_SECONDS = 1.0
MINUTE_SECONDS = 60.0
HOUR_SECONDS = 3600.0
#: How long letters are sent before other jobs have their turn again.
TURN_SECONDS = 10.0
#: Letters claimed at once, and how often it is tried to note that one was sent.
CLAIMED_AT_ONCE = 10
NOTED_AFTER = 20
#: How long mail rests when its server cannot be reached.
OUTAGE = timedelta(seconds=15)
#: How far back the journal is looked over each minute; each hour it is from its beginning.
JUST_NOW = timedelta(minutes=10)
PROGRAM_ERROR = "job %s failed"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def sweep_limits(now: datetime) -> None:
    """Forget what was counted for rate limits that have ended."""
    with writing() as session:
        limits.sweep(session, now)


#: What the clock alone brings about, looked for each hour.
EVERY_HOUR: Sequence[Callable[[datetime], object]] = (
    leave_feeds,
    forget_unconfirmed,
    forget_silent,
    sweep_limits,
    keep_no_longer,
    forget_addresses,
)
#: What the clock brings about for people, looked for each minute.
EVERY_MINUTE: Sequence[Callable[[datetime], None]] = (lapse_offers, remind, remind_by_choice, thank)
#: Jobs that change the database and nothing else.
CARRIERS: Mapping[Kind, Callable[[Job, datetime], None]] = {Kind.FILL: fill, Kind.TELL: tell, Kind.ROUND: carry}
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
    Kind.CROSSING: crossing_letter,
    Kind.RIGHTS: rights_letter,
    Kind.ROUTED: routed_letter,
    Kind.HEARD: heard_letter,
    Kind.HIDDEN: hidden_letter,
    Kind.INVITED: invitation_letter,
    Kind.NUDGED: invitation_letter,
    Kind.TEST: sample_letter,
    Kind.OFFERED: letter_of,
    Kind.LAPSED: letter_of,
    Kind.THANKS: letter_of,
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
        started_at, next_beat = clock.now(), LONG_AGO
        next_minute = next_hour = 0.0
        while not self.stopping.is_set():
            try:
                with self.app.app_context():
                    now = clock.now()
                    if now >= next_beat:
                        next_beat = now + BEAT
                        beat(self.name, started_at, now)
                    if now.timestamp() >= next_hour:
                        next_hour = now.timestamp() + HOUR_SECONDS
                        self.hourly(now)
                    self.arrivals.flush()
                    if now.timestamp() >= next_minute:
                        next_minute = now.timestamp() + MINUTE_SECONDS
                        self.minutely(now)
                    busy = self.carry_out() > 0
            except Exception:
                log.exception("the worker met an error and goes on")
                busy = False
            self.stopping.wait(0 if busy else PAUSE_SECONDS)
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
        self._tick(EVERY_HOUR, now)
        self._write_down(LONG_AGO)

    def minutely(self, now: datetime) -> None:
        """What the clock brings about for people."""
        self._tick(EVERY_MINUTE, now)
        self._write_down(now - JUST_NOW)

    def _tick(self, ticks: Sequence[Callable[[datetime], object]], now: datetime) -> None:
        """All of these; what one of them cannot do keeps the others from nothing."""
        for tick in ticks:
            try:
                tick(now)
            except Exception:
                db.session.rollback()
                log.exception("the tick %s failed", tick.__name__)

    def _write_down(self, since: datetime) -> None:
        """Who had themselves erased, or stopped mail, since then: in the journal beside the key, for a restore."""
        complete(self.settings.instance, self.settings.links.keys, since)

    def carry_out(self) -> int:
        """Do what is due; returns how many jobs were done. Mail waits while there is no SMTP server to take it."""
        done = 0
        while not self.stopping.is_set() and (job := self._next_change()):
            self._change(job)
            done += 1
        if self.settings.smtp_url and clock.now() >= self.mail_rests_until:
            with post(self.settings.smtp_url) as office:
                done += self._send_due(office)
        return done

    def _next_change(self) -> Job | None:
        now, kinds = clock.now(), tuple(CARRIERS)
        return claim(now, self.name, kinds) if any_due(db.session(), now, kinds) else None

    def _change(self, job: Job) -> None:
        """Do a job that changes the database. A program error in it must not stop the others."""
        now = clock.now()
        try:
            CARRIERS[job.kind](job, now)
        except Exception as error:
            log.exception(PROGRAM_ERROR, job.id)
            self._broken(job, error, now)
        else:
            self._note(job.id, None)

    def _send_due(self, office: Post) -> int:
        """Send what is due, for one turn; returns how many letters were taken up. Mail rests where its server is out of reach."""
        done, ends, reason = 0, time.monotonic() + TURN_SECONDS, None
        claimed: list[Job] = []
        try:
            while (
                not self.stopping.is_set() and time.monotonic() < ends and (claimed := claimed or self._next_letters())
            ):
                office.connect()  # before the letter is taken up: an outage is no letter's failure
                self._send(claimed.pop(0), office)
                done += 1
                if not office.is_open:  # that one may have taken its time: other jobs have their turn first
                    break
        except Unreachable as error:
            reason = str(error)
            log.warning("mail waits: %s", reason)
            self.mail_rests_until = clock.now() + OUTAGE
        finally:
            put_back(claimed, self.name, reason)
        return done

    def _next_letters(self) -> list[Job]:
        now, kinds = clock.now(), tuple(WRITERS)
        return claim_some(now, self.name, kinds, most=CLAIMED_AT_ONCE) if any_due(db.session(), now, kinds) else []

    def _send(self, job: Job, office: Post) -> None:
        """Send the job's letter, if it still has one and its host may have it now. Raises Unreachable, the job put back."""
        now, number = clock.now(), job.id
        try:
            letter = passed(WRITERS[job.kind], db.session(), job, self.settings.links, now)
            if letter and not self._hand_over(job, letter, office, now):
                return
        except Unreachable as error:
            put_back([job], self.name, str(error))
            raise
        except Busy:
            put_back([job], self.name)
            raise
        except NotDelivered as error:
            fail(job, self.name, str(error), now, final=error.final, slow=error.slow)
        except Exception as error:
            log.exception(PROGRAM_ERROR, number)
            self._broken(job, error, now)
        else:
            self._note(number, letter.sequence if letter else None)

    def _broken(self, job: Job, error: Exception, now: datetime) -> None:
        """A program error in a job: it is tried again later. One that named both lists is kept for the firewall report."""
        if isinstance(error, ListsMixed):
            record_refusal(Refusal.BOTH_LISTS, label=None, at_route=f"worker.{job.kind}", organiser_id=None, now=now)
        fail(job, self.name, f"a program error: {type(error).__name__}", now, final=False)

    def _hand_over(self, job: Job, letter: Letter, office: Post, now: datetime) -> bool:
        """Give a letter to the server; False, and the job is put back, where its host has had enough. Raises NotDelivered."""
        links = self.settings.links
        host = links.keys.digest("mail host", letter.email.rpartition("@")[2].casefold())
        if not pace(job, self.name, host, now, most=self.settings.mail_per_minute):
            return False
        message = compose(letter, mailbox=links.mailbox, host=links.host, key=job.key, now=now)
        db.session.rollback()  # no snapshot is held open while the network is waited for
        try:
            office.send(message, links.mailbox, letter.email)
        except NotDelivered as error:
            if error.crowded:
                rest(host, now)
            raise
        return True

    def _note(self, number: int, told: int | None) -> None:
        """The job is done: noted also where the database is busy or starts anew just now, or it would be done again."""
        for _ in range(NOTED_AFTER):
            try:
                return finish(number, self.name, told, at=clock.now())
            except Busy:
                self.stopping.wait(PAUSE_SECONDS)
        return finish(number, self.name, told, at=clock.now())

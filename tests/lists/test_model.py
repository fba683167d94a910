"""Seats against a model that cannot be wrong: whatever happens in whatever order, both tell the same."""

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from eventdesk import create_app
from eventdesk.config import load
from eventdesk.db import db
from eventdesk.errors import Refused
from eventdesk.events.models import Event, Seats
from eventdesk.events.service import change
from eventdesk.labels import Audience
from eventdesk.lists.models import UserRegistration
from eventdesk.lists.offers import claim as take
from eventdesk.lists.offers import lapse_offers
from eventdesk.lists.service import leave
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.models import Kind
from eventdesk.outbox.service import claim, finish
from eventdesk.programmes.service import set_up
from eventdesk.worker import CARRIERS, WRITERS
from tests.cast import ADA, PASSPHRASE, Person
from tests.conftest import NOW
from tests.factories import make_draft, make_event, sign_up

PEOPLE = [Person(f"User {number}", f"user{number}@users.example") for number in range(6)]
ASKED = timedelta(hours=24)
SOMEBODY = st.sampled_from(range(len(PEOPLE)))


class SeatsMachine(RuleBasedStateMachine):
    """`seated`, `offered` and `waiting` are people in order; a change of capacity is carried out by its job at once."""

    migrated: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="eventdesk-"))
        shutil.copy(self.migrated, self.folder / "eventdesk.db")
        app = create_app(load({"EVENTDESK_INSTANCE": str(self.folder), "EVENTDESK_BASE_URL": "http://desk.example"}))
        self.context = app.app_context()
        self.context.push()
        account = {"name": ADA.name, "email": ADA.email, "passphrase": PASSPHRASE}
        set_up(organisation="Us", timezone="UTC", **account, now=NOW)
        self.links = app.extensions["eventdesk"].links
        event = make_event(self.links, capacity=2)
        self.event_id, self.slug, self.capacity = event.id, event.slug, 2
        self.refs: dict[int, int] = {}
        self.now, self.asks = NOW, False
        self.seated: list[int] = []
        self.offered: dict[int, datetime] = {}
        self.waiting: list[int] = []

    def teardown(self) -> None:
        for engine in db.engines.values():
            engine.dispose()
        self.context.pop()
        shutil.rmtree(self.folder)

    def _fill(self) -> None:
        while self.waiting and len(self.seated) + len(self.offered) < self.capacity:
            who = self.waiting.pop(0)
            if self.asks:
                self.offered[who] = self.now + ASKED
            else:
                self.seated.append(who)

    @rule(who=SOMEBODY)
    def register(self, who: int) -> None:
        self.refs[who] = sign_up(db.session.get_one(Event, self.event_id), PEOPLE[who], self.now).ref
        if who in (*self.seated, *self.offered, *self.waiting):
            return
        if self.waiting or len(self.seated) + len(self.offered) >= self.capacity:
            self.waiting.append(who)
        else:
            self.seated.append(who)

    @precondition(lambda self: self.refs)
    @rule(data=st.data())
    def leave(self, data: Any) -> None:
        who = data.draw(st.sampled_from(sorted(self.refs)))
        leave(Audience.USERS, self.refs[who], now=self.now)
        self._gone(who)
        self._fill()

    def _gone(self, who: int) -> None:
        self.seated, self.waiting = ([each for each in those if each != who] for those in (self.seated, self.waiting))
        self.offered.pop(who, None)

    @rule(capacity=st.integers(1, 5), asks=st.booleans())
    def change_event(self, capacity: int, asks: bool) -> None:
        draft = make_draft(capacity=capacity, offer_hours=24 if asks else 0)
        held = len(self.seated) + len(self.offered)
        try:
            change(self.slug, draft, revision=None, actor=COMMAND_LINE, links=self.links, now=self.now)
        except Refused:
            assert capacity < held
            return
        assert capacity >= held
        self.capacity, self.asks = capacity, asks
        while job := claim(self.now, "worker", (Kind.FILL,)):
            CARRIERS[job.kind](job, self.now)
            finish(job.id, "worker")
        self._fill()

    @precondition(lambda self: self.refs)
    @rule(data=st.data())
    def take_seat(self, data: Any) -> None:
        who = data.draw(st.sampled_from(sorted(self.offered) or sorted(self.refs)))
        take(Audience.USERS, self.refs[who], now=self.now)
        if who in self.offered:
            del self.offered[who]
            self.seated.append(who)

    @rule(hours=st.sampled_from([1, 23, 24]))
    def time_passes(self, hours: int) -> None:
        while job := claim(self.now, "worker", tuple(WRITERS)):
            finish(job.id, "worker")
        self.now += timedelta(hours=hours)
        lapse_offers(self.now)
        for who in [who for who, until in self.offered.items() if until <= self.now]:
            self._gone(who)
        self._fill()

    @invariant()
    def both_tell_the_same(self) -> None:
        db.session.rollback()
        people = db.session.scalars(select(UserRegistration).order_by(UserRegistration.place)).all()
        numbers = {ref: who for who, ref in self.refs.items()}
        by_state = {
            state: [numbers[each.ref] for each in people if each.state == state]
            for state in ("confirmed", "offered", "waitlisted")
        }
        seats = db.session.get_one(Seats, self.event_id)
        assert by_state["waitlisted"] == self.waiting
        assert sorted(by_state["confirmed"]) == sorted(self.seated)
        assert by_state["offered"] == list(self.offered)
        assert (seats.taken, seats.waiting) == (len(self.seated) + len(self.offered), len(self.waiting))
        assert seats.taken <= self.capacity == seats.capacity


@pytest.mark.usefixtures("_hash_once", "now")
def test_seats_are_given_and_taken_as_a_simple_model_says(migrated: Path) -> None:
    SeatsMachine.migrated = migrated

    run_state_machine_as_test(
        SeatsMachine,
        settings=settings(
            max_examples=5,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )

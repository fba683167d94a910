"""What people, organisers, the worker and the clock can do, one act after the other, and what must hold after each."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from datetime import timedelta
from typing import Any

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from eventdesk.consent.letters import passed
from eventdesk.consent.models import Source
from eventdesk.consent.queries import choice_of
from eventdesk.consent.rules import version_of
from eventdesk.db import db
from eventdesk.errors import DomainError
from eventdesk.evenings.models import Quotation
from eventdesk.evenings.rules import Notes
from eventdesk.evenings.service import give, put_on, save, take_off, withdraw
from eventdesk.events.models import Event
from eventdesk.events.service import cancel_event, change
from eventdesk.events.twins import make_twin, part
from eventdesk.feedback.models import Kept
from eventdesk.feedback.rules import Answer
from eventdesk.feedback.service import answer
from eventdesk.labels import RULES, Label, Stage
from eventdesk.lists.attendance import mark, mark_rest
from eventdesk.lists.files import Listed
from eventdesk.lists.files import Person as InFile
from eventdesk.lists.imports import bring_in
from eventdesk.lists.merging import merge
from eventdesk.lists.models import LISTS
from eventdesk.lists.offers import claim as take_offer
from eventdesk.lists.queries import by_ref
from eventdesk.lists.service import leave
from eventdesk.lists.stages import FollowUp, follow_up, followed
from eventdesk.lists.walk_ins import walk_in
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.mail import NotDelivered
from eventdesk.outbox.service import claim, finish
from eventdesk.rights.service import correct, erase, erase_registration
from eventdesk.rounds.service import send
from eventdesk.standing.crossing import Wish, come_over
from eventdesk.standing.queries import by_email
from eventdesk.standing.service import end, stop_mail, words_of
from eventdesk.suggestions.models import Contribution
from eventdesk.suggestions.models import Kind as Said
from eventdesk.suggestions.service import contribute, take_back, take_vote_back, vote
from eventdesk.verify.examination import verify
from eventdesk.worker import CARRIERS, EVERY_MINUTE, WRITERS, Worker
from tests.cast import BEA, BOB, UGO, UMA, Person
from tests.conftest import Clock
from tests.factories import make_draft, make_event, make_invitation, make_round, make_standing, sign_up, signing

#: The same people are on both lists, so that there is somebody whom a mixture would show.
PEOPLE = st.sampled_from([Person(each.name, each.email, "Beacon Ltd", "Owner") for each in (BEA, BOB, UGO, UMA)])
LABELS = st.sampled_from(list(RULES))
SOME = st.integers(0, 3)
#: Opens a fresh installation, and lets it go.
Opened = Callable[[], AbstractContextManager[Flask]]


class Acts(RuleBasedStateMachine):
    """Two events of each label at most are to come; what is refused in words is refused, and changes nothing."""

    opened: Opened
    now: Clock

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.app = self.stack.enter_context(self.opened())
        self.links = self.app.extensions["eventdesk"].links
        self.events: dict[Label, list[int]] = {label: [] for label in RULES}

    def teardown(self) -> None:
        self.stack.close()

    def event(self, label: Label, number: int) -> Event:
        """One of the newest two events of a label."""
        newest = self.events[label][-2:]
        if number % 2 >= len(newest):
            soon = (self.now.time + timedelta(days=2)).replace(hour=18, minute=0, tzinfo=None)
            self.events[label].append(make_event(self.links, label, capacity=2, starts_at=soon).id)
            newest = self.events[label][-1:]
        return db.session.get_one(Event, newest[number % len(newest)])

    def ref(self, label: Label, number: int) -> int:
        """Somebody's registration under a label; 0 while there is none."""
        refs = db.session.query(LISTS[RULES[label].audience].ref).order_by(LISTS[RULES[label].audience].id.desc())
        known = [ref for (ref,) in refs.limit(4)]
        db.session.rollback()
        return known[number % len(known)] if known else 0

    @rule(label=LABELS, number=SOME, who=PEOPLE)
    def register(self, label: Label, number: int, who: Person) -> None:
        with suppress(DomainError):
            sign_up(self.event(label, number), who)

    @rule(label=LABELS, number=SOME)
    def leave(self, label: Label, number: int) -> None:
        with suppress(DomainError):
            leave(RULES[label].audience, self.ref(label, number), now=self.now.time)

    @rule(label=LABELS, number=SOME)
    def take_the_seat_on_offer(self, label: Label, number: int) -> None:
        with suppress(DomainError):
            take_offer(RULES[label].audience, self.ref(label, number), now=self.now.time)

    @rule(label=LABELS, number=SOME, capacity=st.integers(1, 4), asks=st.booleans())
    def change_the_seats(self, label: Label, number: int, capacity: int, asks: bool) -> None:
        event = self.event(label, number)
        start = event.wall_start
        draft = make_draft(label, capacity=capacity, offer_hours=24 if asks else 0, starts_at=start)
        with suppress(DomainError):
            change(event.slug, draft, revision=None, actor=COMMAND_LINE, links=self.links, now=self.now.time)

    @rule(label=LABELS, number=SOME)
    def cancel(self, label: Label, number: int) -> None:
        with suppress(DomainError):
            cancel_event(self.event(label, number).slug, actor=COMMAND_LINE, links=self.links, now=self.now.time)

    @rule(label=LABELS, number=SOME, came=st.sampled_from([True, False, None]))
    def mark(self, label: Label, number: int, came: bool | None) -> None:
        with suppress(DomainError):
            mark(RULES[label].audience, self.ref(label, number), came, actor=COMMAND_LINE, now=self.now.time)

    @rule(label=LABELS, number=SOME)
    def mark_the_rest(self, label: Label, number: int) -> None:
        with suppress(DomainError):
            mark_rest(self.event(label, number).id, actor=COMMAND_LINE, now=self.now.time)

    @rule(label=LABELS, number=SOME, who=PEOPLE, by=PEOPLE)
    def register_by_an_invitation(self, label: Label, number: int, who: Person, by: Person) -> None:
        with suppress(DomainError):
            invitation = make_invitation(self.event(label, number), who)
            sign_up(self.event(label, number), by, invitation_ref=invitation.ref)

    @rule(label=LABELS, number=SOME, who=PEOPLE)
    def invite_a_round(self, label: Label, number: int, who: Person) -> None:
        with suppress(DomainError):
            event = self.event(label, number)
            sent = make_round(event, who)
            send(event.slug, sent.id, at=self.now.time, actor=COMMAND_LINE, now=self.now.time)

    @rule(label=LABELS, who=PEOPLE, confirmed=st.booleans())
    def ask_to_be_told(self, label: Label, who: Person, confirmed: bool) -> None:
        with suppress(DomainError):
            make_standing(self.links, label, who, confirmed=confirmed)

    @rule(label=LABELS, who=PEOPLE)
    def be_told_no_more(self, label: Label, who: Person) -> None:
        entry = by_email(db.session(), RULES[label].audience, who.email)
        db.session.rollback()
        if entry:
            end(RULES[label].audience, entry.ref, now=self.now.time)

    @rule(label=LABELS, who=PEOPLE)
    def stop_all_mail(self, label: Label, who: Person) -> None:
        choice = choice_of(db.session(), RULES[label].audience, who.email)
        db.session.rollback()
        if choice:
            stop_mail(RULES[label].audience, choice.ref, now=self.now.time)

    @rule(label=LABELS, who=PEOPLE)
    def cross(self, label: Label, who: Person) -> None:
        words = words_of(db.session(), label)
        db.session.rollback()
        wish = Wish(
            label=label,
            name=who.name,
            email=who.email,
            version=version_of(words),
            source=Source.CROSSING,
            asked_at=self.now.time,
        )
        with suppress(DomainError):
            come_over(wish, said=None, keys=self.links.keys, now=self.now.time)

    @rule(label=LABELS, number=SOME, who=PEOPLE, known=st.booleans(), more=st.booleans())
    def walk_in(self, label: Label, number: int, who: Person, known: bool, more: bool) -> None:
        said: dict[str, Any] = {"name": who.name, "email": who.email if known else "", "details": who.details}
        once = f"{number:032x}"
        with suppress(DomainError):
            walk_in(
                self.event(label, number).id, **said, once=once, add_seat=more, actor=COMMAND_LINE, now=self.now.time
            )

    @rule(label=LABELS, number=SOME, people=st.lists(PEOPLE, min_size=1, max_size=3), came=st.booleans())
    def add_from_a_file(self, label: Label, number: int, people: list[Person], came: bool) -> None:
        rows = [InFile(row, each.name, each.email, each.details, came) for row, each in enumerate(people, 2)]
        with suppress(DomainError):
            bring_in(
                self.event(label, number).slug,
                Listed(rows),
                made_for="other",
                statement="Ours.",
                keep_came=came,
                actor=signing(),
                keys=self.links.keys,
                now=self.now.time,
            )

    @rule(label=LABELS, number=SOME, two=st.permutations(range(4)))
    def merge_two(self, label: Label, number: int, two: list[int]) -> None:
        refs = [self.ref(label, each) for each in two[:2]]
        with suppress(DomainError):
            merge(self.event(label, number).slug, refs, refs[0], actor=COMMAND_LINE, now=self.now.time)

    @rule(label=LABELS, number=SOME, stage=st.sampled_from(Stage), value=st.one_of(st.none(), st.integers(0, 9)))
    def follow_up(self, label: Label, number: int, stage: Stage, value: int | None) -> None:
        audience, ref = RULES[label].audience, self.ref(label, number)
        person = followed(by_ref(db.session(), audience, ref))
        made_from = FollowUp.of(person).mark if person else ""
        wanted = FollowUp(stage, value=value, currency="" if value is None else "EUR")
        with suppress(DomainError):
            follow_up(audience, ref, wanted, made_from=made_from, actor=COMMAND_LINE, now=self.now.time)

    @rule(label=LABELS, number=SOME)
    def make_a_twin(self, label: Label, number: int) -> None:
        event, other = self.event(label, number), RULES[label].crosses_to
        with suppress(DomainError):
            draft = make_draft(other, starts_at=event.wall_start)
            make_twin(event.slug, draft, actor=COMMAND_LINE, links=self.links, now=self.now.time)

    @rule(label=LABELS, number=SOME)
    def part_twins(self, label: Label, number: int) -> None:
        with suppress(DomainError):
            part(self.event(label, number).slug, actor=COMMAND_LINE, now=self.now.time)

    @rule(label=LABELS, number=SOME, kept=st.sampled_from(Kept))
    def say_whether_it_was_kept(self, label: Label, number: int, kept: Kept) -> None:
        with suppress(DomainError):
            answer(RULES[label].audience, self.ref(label, number), Answer(kept=kept), now=self.now.time)

    @rule(label=LABELS, number=SOME)
    def erase_a_registration(self, label: Label, number: int) -> None:
        with suppress(DomainError):
            erase_registration(RULES[label].audience, self.ref(label, number), keys=self.links.keys, now=self.now.time)

    @rule(label=LABELS, who=PEOPLE)
    def erase_everything(self, label: Label, who: Person) -> None:
        choice = choice_of(db.session(), RULES[label].audience, who.email)
        db.session.rollback()
        if choice:
            erase(RULES[label].audience, choice.ref, keys=self.links.keys, now=self.now.time)

    @rule(label=LABELS, number=SOME, who=PEOPLE)
    def correct_a_name(self, label: Label, number: int, who: Person) -> None:
        said = {"name": who.name} | {ask.name: "Else" for ask in RULES[label].asks}
        with suppress(DomainError):
            correct(RULES[label].audience, self.ref(label, number), said, None, now=self.now.time)

    def contribution(self, number: int) -> int:
        """One of the newest things that were said; 0 while nothing was."""
        refs = db.session.query(Contribution.ref).order_by(Contribution.id.desc())
        known = [ref for (ref,) in refs.limit(4)]
        db.session.rollback()
        return known[number % len(known)] if known else 0

    @rule(label=LABELS, number=SOME, kind=st.sampled_from(Said), other=SOME)
    def say(self, label: Label, number: int, kind: Said, other: int) -> None:
        event_id = self.event(label, other).id if kind in (Said.QUESTION, Said.COMMENT) else None
        parent = self.contribution(other) if kind is Said.ANSWER else None
        words, name = f"More of {number} and {other}, please.", "Uma" if other else ""
        said: dict[str, Any] = {"name": name, "event_id": event_id, "parent_ref": parent, "now": self.now.time}
        with suppress(DomainError):
            contribute(RULES[label].audience, self.ref(label, number), kind, words, **said)

    @rule(label=LABELS, number=SOME, other=SOME, act=st.sampled_from([vote, take_vote_back, take_back]))
    def vote_or_take_back(self, label: Label, number: int, other: int, act: Callable[..., None]) -> None:
        with suppress(DomainError):
            act(RULES[label].audience, self.ref(label, number), self.contribution(other), now=self.now.time)

    @rule(label=LABELS, number=SOME, again=st.booleans())
    def give_a_quotation(self, label: Label, number: int, again: bool) -> None:
        words, said = "It held for a year." if again else "We sleep at night now.", RULES[label].quoted_said
        with suppress(DomainError):
            give(RULES[label].audience, self.ref(label, number), words, "Uma", said=said, now=self.now.time)

    @rule(label=LABELS, who=PEOPLE)
    def withdraw_a_quotation(self, label: Label, who: Person) -> None:
        choice = choice_of(db.session(), RULES[label].audience, who.email)
        db.session.rollback()
        if choice:
            withdraw(RULES[label].audience, choice.ref, now=self.now.time)

    @rule(label=LABELS, number=SOME, other=SOME, act=st.sampled_from([put_on, take_off]))
    def quote(self, label: Label, number: int, other: int, act: Callable[..., None]) -> None:
        refs = [ref for (ref,) in db.session.query(Quotation.ref).order_by(Quotation.id.desc()).limit(4)]
        db.session.rollback()
        with suppress(DomainError):
            if refs:
                act(self.event(label, number).slug, refs[other % len(refs)], actor=signing(), now=self.now.time)

    @rule(label=LABELS, number=SOME, publish=st.booleans())
    def write_up(self, label: Label, number: int, publish: bool) -> None:
        event = self.event(label, number)
        way: dict[str, Any] = {"way_to_buy": "Ask", "way_to": "https://x.example"} if RULES[label].sells else {}
        said: dict[str, Any] = {"publish": publish, "revision": 0, "actor": COMMAND_LINE, "now": self.now.time}
        with suppress(DomainError):
            save(event.slug, Notes(words="We met.", **way), **said)

    @rule()
    def the_worker_works(self) -> None:
        while job := claim(self.now.time, "worker", tuple(CARRIERS)):
            CARRIERS[job.kind](job, self.now.time)
            finish(job.id, "worker", at=self.now.time)
        while job := claim(self.now.time, "worker", tuple(WRITERS)):
            with suppress(NotDelivered):
                passed(WRITERS[job.kind], db.session(), job, self.links, self.now.time)
            finish(job.id, "worker", at=self.now.time)

    @rule(hours=st.sampled_from([1, 24, 50, 24 * 100, 24 * 800]))
    def time_passes(self, hours: int) -> None:
        self.now.pass_by(hours=hours)
        for tick in EVERY_MINUTE:
            tick(self.now.time)
        Worker(self.app).hourly(self.now.time)

    @invariant()
    def everything_holds(self) -> None:
        db.session.rollback()
        assert [each for each in verify(db.session(), self.links.keys, self.now.time) if each.broken] == []

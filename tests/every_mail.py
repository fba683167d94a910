"""One message of every kind of a label, by the real services, outbox and worker, as they reach a real SMTP server."""

from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventdesk.db import db, writing
from eventdesk.events.models import Event
from eventdesk.events.rules import thanks_at
from eventdesk.events.service import cancel_event, change
from eventdesk.labels import RULES, Brief, Label
from eventdesk.links import Links
from eventdesk.lists import approval
from eventdesk.lists.service import Outcome, leave
from eventdesk.messages import service as messages
from eventdesk.migrations import upgrade
from eventdesk.organisers import passphrases, team
from eventdesk.organisers.models import Installation
from eventdesk.organisers.queries import by_email
from eventdesk.organisers.rules import COMMAND_LINE, OWNER
from eventdesk.organisers.service import add_organiser
from eventdesk.outbox.models import Job, Kind
from eventdesk.programmes.models import Programme
from eventdesk.rights.service import mail_link
from eventdesk.rounds import service as rounds
from eventdesk.suggestions import hosting
from eventdesk.suggestions.models import Breach
from eventdesk.suggestions.models import State as Reached
from eventdesk.suggestions.service import vote
from eventdesk.worker import EVERY_MINUTE, Worker
from tests.cast import ADA, PASSPHRASE, UDO, UGO, UMA, ZED, Person
from tests.conftest import Clock, begin, let_go, loaded, made
from tests.factories import (
    make_contribution,
    make_crossing,
    make_draft,
    make_event,
    make_invitation,
    make_round,
    make_standing,
    sign_up,
    signing,
)
from tests.servers import Delivery, Mailbox

#: What somebody types into a field that they fill, in place of the usual.
Say = Callable[[str, str], str]


def as_usual(_field: str, usual: str) -> str:
    """Nobody types anything strange."""
    return usual


@dataclass(frozen=True)
class Piece:
    """One message as it came, and what it is."""

    kind: Kind
    delivery: Delivery

    @property
    def html(self) -> str:
        """Its HTML part, with the pictures that came beside it in their places."""
        part = self.delivery.message.get_body(("html",))
        assert part is not None, f"{self.kind} has no HTML"
        page = str(part.get_content())
        for beside in self.delivery.message.walk():
            if cid := beside["Content-ID"]:
                picture = b64encode(beside.get_content()).decode()
                page = page.replace(f"cid:{cid.strip('<>')}", f"data:{beside.get_content_type()};base64,{picture}")
        return page


class Scene:
    """An installation in which all that mail tells of happens once under a label; `say` is what people type."""

    def __init__(self, app: Flask, clock: Clock, mailbox: Mailbox, label: Label, say: Say = as_usual) -> None:
        self.app, self.clock, self.mailbox, self.label, self.say = app, clock, mailbox, label, say
        app.extensions["eventdesk"] = replace(app.extensions["eventdesk"], smtp_url=mailbox.url, mail_per_minute=0)
        self.links: Links = app.extensions["eventdesk"].links
        self.audience = RULES[label].audience

    def play(self) -> Iterator[list[Piece]]:
        """What came, scene by scene; after each, all that it speaks of is still as it says."""
        with self.app.app_context():
            self._furnish()
            for act in (
                self._desk,
                self._standing,
                self._rounds,
                self._offers,
                self._cancelled,
                self._heard,
                self._evening,
            ):
                for _ in act():
                    yield self._sent()

    # What happens

    def _furnish(self) -> None:
        with writing() as session:
            session.get_one(Installation, 1).organisation = self.say("organisation", "Lathe Lane Software")
            for programme in session.scalars(select(Programme)):
                programme.postal_address = self.say("address", "Mill Road 9, 0150 Oslo")
                programme.sender = self.say("sender", "Lathe Lane Software")

    def _desk(self) -> Iterator[None]:
        owner, now = signing(), self.clock.time
        name, email = self.say("name", ZED.name), f"zed@{self.label}.example"
        team.invite(name=name, email=email, role=OWNER, actor=owner, now=now)
        add_organiser(name=self.say("name", UDO.name), email=UDO.email, passphrase=PASSPHRASE, role=self.label, now=now)
        colleague = by_email(db.session(), UDO.email)
        assert colleague
        passphrases.ask_reset(ADA.email, links=self.links, network="test", now=now)
        passphrases.make_reset(colleague.id, actor=owner, now=now)
        yield

    def _standing(self) -> Iterator[None]:
        make_standing(self.links, self.label, self._person(UMA), confirmed=False)
        event = self._event()
        make_crossing(self.links, event, self._come(event, UDO))
        mail_link(self.audience, UMA.email, links=self.links, now=self.clock.time)
        yield

    def _rounds(self) -> Iterator[None]:
        event, owner = self._event(), signing()
        made = make_round(event, self._person(UGO))
        for kind in (Kind.INVITED, Kind.NUDGED):
            rounds.try_out(event.slug, made.id, kind, actor=owner, now=self.clock.pass_by(seconds=1))
        rounds.send(event.slug, made.id, at=None, actor=owner, now=self.clock.time)
        yield
        rounds.nudge(event.slug, made.id, actor=owner, now=self.clock.pass_by(minutes=1))
        yield

    def _offers(self) -> Iterator[None]:
        event = self._event(capacity=1, offer_hours=24)
        first, _second = self._come(event, UGO), self._come(event, UMA)
        yield
        leave(self.audience, first.ref, now=self.clock.time)
        yield
        self._tick(self.clock.time + timedelta(hours=25))
        yield

    def _cancelled(self) -> Iterator[None]:
        event = self._event()
        self._come(event, UGO)
        self._sent()
        cancel_event(event.slug, actor=COMMAND_LINE, links=self.links, now=self.clock.time)
        yield

    def _heard(self) -> Iterator[None]:
        if not RULES[self.label].heard:
            return
        event, asked = self._event(), self.say("words", "More about sensors, please")
        ugo, uma = self._come(event, UGO), self._come(event, UMA)
        said = make_contribution(event, ugo, words=asked, name=self.say("signature", UGO.name))
        hidden = make_contribution(event, ugo, words=f"{asked} Buy ours")
        vote(self.audience, uma.ref, said.ref, now=self.clock.time)
        self._sent()
        name, note = self.say("name", ZED.name), self.say("note", "You know it best.\n\nBefore May?")
        hosting.route(said.ref, name, "act@elsewhere.example", note, actor=signing(), now=self.clock.time)
        hosting.reply(said.ref, Reached.PLANNED, self.say("reply", "In May."), actor=signing(), now=self.clock.time)
        hosting.hide(hidden.ref, Breach.ADVERTISING, actor=signing(), now=self.clock.time)
        yield

    def _evening(self) -> Iterator[None]:
        event = self._event(capacity=1)
        first, _second = self._come(event, UGO), self._come(event, UMA)
        yield
        self.clock.pass_by(hours=1)
        self._come(event, UGO)
        held = self._come(event, ZED, invitation_ref=make_invitation(event, self._person(UDO)).ref)
        yield
        approval.decline(event.slug, held.ref, actor=COMMAND_LINE, now=self.clock.time)
        leave(self.audience, first.ref, now=self.clock.time)
        yield
        draft = make_draft(self.label, **self._said(capacity=1, venue=self.say("venue", "Quay Street 6, Oslo")))
        change(event.slug, draft, revision=None, actor=COMMAND_LINE, links=self.links, now=self.clock.time)
        subject, body = self.say("subject", "Which door"), self.say("message", "Ring twice.\n\nThe front door is shut.")
        messages.send(event.slug, subject=subject, body=body, after=0, actor=signing(), now=self.clock.time)
        yield
        db.session.expire_all()
        assert event.remind_at
        self._tick(event.remind_at)
        yield
        self._tick(thanks_at(event.wall_end, event.zone))
        yield

    # How

    def _said(self, **said: Any) -> dict[str, Any]:
        names = {"hosts": (self.say("host", "Harbour User Group"),), "speakers": (self.say("speaker", "Dilek Yılmaz"),)}
        asked = {
            question.name: self.say("answer", f"What is said of the {question.name}.")
            for question in RULES[self.label].brief
        }
        usual = {"title": self.say("title", "An evening"), "venue": self.say("venue", "Quay Street 4, Oslo")}
        online = {"online_url": "https://meet.example/room?a=b"}
        return names | usual | online | {"brief": Brief(**asked)} | said

    def _event(self, **said: Any) -> Event:
        return make_event(self.links, self.label, **self._said(**said))

    def _person(self, who: Person) -> Person:
        company, role = self.say("company", "Beacon Ltd"), self.say("role", "Head of buying")
        own = {"company": company, "role": role} if RULES[self.label].asks else {}
        return replace(who, name=self.say("name", who.name), **own)

    def _come(self, event: Event, who: Person, **by: Any) -> Outcome:
        return sign_up(event, self._person(who), self.clock.time, **by)

    def _tick(self, moment: datetime) -> None:
        self.clock.time = moment
        for tick in EVERY_MINUTE:
            tick(moment)

    def _sent(self) -> list[Piece]:
        """Let a worker do all that is due; what came since the last time."""
        before = len(self.mailbox.deliveries)
        while Worker(self.app).carry_out():
            pass
        db.session.rollback()
        kinds = {
            f"<{sha256(job.key.encode()).hexdigest()[:32]}@{self.links.host}>": job.kind
            for job in db.session.scalars(select(Job))
        }
        came = self.mailbox.deliveries[before:]
        return [Piece(kinds[str(each.message["Message-ID"])], each) for each in came]


def at_length(field: str, usual: str) -> str:
    """Somebody types as much as there is room for, without a blank."""
    return "W" * LONGEST[field] if field in LONGEST else usual


#: What fields for a line hold at most, by the names that `Say` gives them.
LONGEST = {
    "title": 200,
    "venue": 300,
    "name": 100,
    "sender": 100,
    "organisation": 100,
    "host": 120,
    "speaker": 120,
    "subject": 150,
}


def by_name(folder: Path, say: Say = as_usual) -> Iterator[tuple[str, Piece]]:
    """All messages of all labels, without a test around, by name: “mail-LABEL-KIND”, and a number for a second one."""
    for label in RULES:
        mailbox, clock, here = Mailbox(), Clock(), folder / label
        here.mkdir()
        mailbox.start()
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("eventdesk.clock.now", lambda clock=clock: clock.time)
            settings = loaded(here, f"sqlite:///{here / 'eventdesk.db'}")
            upgrade(settings.database_url)
            app = made(settings)
            begin(app)
            numbers: Counter[Kind] = Counter()
            for piece in (piece for scene in Scene(app, clock, mailbox, label, say).play() for piece in scene):
                numbers[piece.kind] += 1
                more = f"-{numbers[piece.kind]}" if numbers[piece.kind] > 1 else ""
                yield f"mail-{label}-{piece.kind}{more}", piece
            let_go(app)
        mailbox.stop()

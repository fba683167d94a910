"""Each act of the year as the application's own services carry it out, at the act's own time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from eventdesk.consent.models import Source as Said
from eventdesk.consent.queries import choice_of
from eventdesk.consent.rules import version_of
from eventdesk.consent.service import open_choices
from eventdesk.db import db
from eventdesk.evenings.rules import Notes, Slides
from eventdesk.evenings.service import save
from eventdesk.events.rules import Draft
from eventdesk.events.service import add, cancel_event
from eventdesk.feedback.models import Kept
from eventdesk.feedback.rules import Answer
from eventdesk.feedback.service import answer
from eventdesk.invites.models import INVITATIONS, Source
from eventdesk.invites.service import add_link, invite
from eventdesk.labels import RULES, Audience, Brief, Label, LabelRules, Stage
from eventdesk.links import Links
from eventdesk.lists.attendance import mark
from eventdesk.lists.queries import by_ref
from eventdesk.lists.service import leave, register
from eventdesk.lists.stages import FollowUp, follow_up, followed
from eventdesk.lists.walk_ins import walk_in
from eventdesk.organisers.rules import Actor
from eventdesk.outbox.service import claim, finish
from eventdesk.programmes.models import Cadence
from eventdesk.programmes.rules import Strategy
from eventdesk.programmes.service import say
from eventdesk.rights.service import erase, erase_registration
from eventdesk.rounds.rules import Guest
from eventdesk.rounds.service import make, send
from eventdesk.standing.crossing import Wish, come_over
from eventdesk.standing.queries import by_email
from eventdesk.standing.service import ask, confirm, end, stop_mail_to, words_of
from eventdesk.suggestions import service as members
from eventdesk.suggestions.hosting import hide, reply, show
from eventdesk.suggestions.models import Breach, Kind, State
from eventdesk.worker import CARRIERS
from tests.cast import Person
from tests.factories import ANSWERS
from tests.year.acts import Act, Meeting, Year

HOSTS = {Label.COMMUNITY: "Harbour User Group", Label.COMMERCIAL: "Lathe Lane Software"}
CONDUCT = "Let others finish.\nTalk about things, not about people.\nNo photographs of who does not want to be on one."
SAID_BY_THEM = "They signed our book at the fair."
NOTES = (
    "We heard how alarms are kept quiet in the cold, and saw **four dashboards**.\n\n- Limits by temperature\n- Who is "
    "called at night\n- What to do with old sensors"
)


class Deeds:
    """How each act is carried out on one installation. `actors` are who organises the events of each label; `programmes` its programmes, by key."""

    def __init__(self, year: Year, links: Links, actors: Mapping[str, Actor], programmes: Mapping[str, str]) -> None:
        self.year, self.links, self.actors, self.programmes = year, links, actors, programmes
        self.slugs: dict[int, str] = {}
        self.events: dict[int, int] = {}
        self.registered: dict[tuple[int, int], int] = {}
        self.invitations: dict[tuple[int, int], int] = {}
        self.campaigns: dict[int, int] = {}
        self.said: dict[int, int] = {}

    def work(self, now: datetime) -> None:
        """What waits for the worker, but for the mail."""
        while job := claim(now, "year", tuple(CARRIERS)):
            CARRIERS[job.kind](job, now)
            finish(job.id, "year", at=now)

    def _rules(self, act: Act) -> LabelRules:
        return RULES[Label(act.label)]

    def _audience(self, act: Act) -> Audience:
        return self._rules(act).audience

    def _person(self, act: Act) -> Person:
        return self.year.people[act.who]

    def _by(self, act: Act) -> dict[str, Any]:
        return {"actor": self.actors[act.label], "now": act.at}

    def _ref(self, act: Act) -> int:
        return self.registered[act.event, act.who]

    def promise(self, act: Act) -> None:
        each = next(each for each in self.year.series if each.key == act.said["series"])
        strategy = Strategy(
            name=each.name,
            purpose=self._rules(act).first_programme.purpose,
            sender=HOSTS[self._rules(act).label],
            conduct=CONDUCT,
            commitment=f"We meet {each.cadence}.",
            commitment_until=each.until,
            cadence=Cadence(each.cadence),
            open_to_all=True,
        )
        why = "So that everybody can plan for it."
        say(self.programmes[each.key], strategy, seen=None, reason=why, **self._by(act))

    def publish(self, act: Act) -> None:
        each = self.year.meetings[act.event]
        event = add(self._draft(each, act), publish=True, links=self.links, **self._by(act))
        self.slugs[act.event], self.events[act.event] = event.slug, event.id

    def _draft(self, each: Meeting, act: Act) -> Draft:
        rules = self._rules(act)
        return Draft(
            label=rules.label,
            programme=self.programmes[each.series],
            title=each.title,
            description="Bring a question; write down the answer.",
            starts_at=each.starts.replace(tzinfo=None),
            ends_at=each.ends.replace(tzinfo=None),
            timezone=each.zone,
            fold=None,
            venue="Quay Street 4, Oslo",
            online_url="",
            hosts=(HOSTS[rules.label],),
            speakers=each.speakers,
            capacity=each.seats,
            brief=ANSWERS if rules.brief else Brief(),
            visibility="public",
        )

    def call_off(self, act: Act) -> None:
        cancel_event(self.slugs[act.event], links=self.links, **self._by(act))
        self.work(act.at)

    def link(self, act: Act) -> None:
        said = {"name": act.said["name"], "ends_at": None, "most_uses": None}
        self.campaigns[act.said["link"]] = add_link(self.slugs[act.event], **said, **self._by(act)).id

    def invite(self, act: Act) -> None:
        person = self._person(act)
        made = invite(self.slugs[act.event], name=person.name, email=person.email, **self._by(act))
        self.invitations[act.event, act.who] = made.ref

    def invite_round(self, run: Sequence[Act]) -> None:
        act, slug = run[0], self.slugs[run[0].event]
        those = {self._person(each).email: each.who for each in run}
        guests = [Guest(self._person(each).name, self._person(each).email) for each in run]
        signed: dict[str, Any] = {"guests": guests, "statement": SAID_BY_THEM, "keys": self.links.keys}
        made = make(slug, Source.FILE, **signed, **self._by(act))
        send(slug, made.id, at=None, **self._by(act))
        self.work(act.at)
        table = INVITATIONS[self._audience(act)]
        for email_key, ref in db.session.execute(select(table.email_key, table.ref).where(table.round_id == made.id)):
            self.invitations[act.event, those[email_key]] = ref

    def write_up(self, act: Act) -> None:
        slides = [Slides("Slides of the evening", "https://slides.example/evening")]
        save(self.slugs[act.event], Notes(words=NOTES, slides=slides), publish=True, revision=0, **self._by(act))

    def register(self, act: Act) -> None:
        person = self._person(act)
        by_link = self.campaigns[act.said["link"]] if "link" in act.said else None
        invited = self.invitations[act.event, act.who] if act.said.get("invited") else None
        outcome = register(
            self.events[act.event],
            name=person.name,
            email=person.email,
            details=person.details,
            network="year",
            link_id=by_link,
            invitation_ref=invited,
            now=act.at,
        )
        self.registered[act.event, act.who] = outcome.ref

    def leave(self, act: Act) -> None:
        leave(self._audience(act), self._ref(act), now=act.at)

    def let_in(self, act: Act) -> None:
        said = {"name": self._person(act).name, "email": "", "details": {}, "once": f"{act.who:032x}"}
        walk_in(self.events[act.event], **said, **self._by(act))  # type: ignore[arg-type]

    def mark(self, act: Act) -> None:
        mark(self._audience(act), self._ref(act), act.said["came"], **self._by(act))

    def stage(self, act: Act) -> None:
        person = followed(by_ref(db.session(), self._audience(act), self._ref(act)))
        assert person
        wanted = FollowUp(Stage(act.said["stage"]), value=act.said["value"], currency=act.said["currency"])
        made_from = FollowUp.of(person).mark
        follow_up(self._audience(act), self._ref(act), wanted, made_from=made_from, **self._by(act))

    def answer(self, act: Act) -> None:
        kept = Kept(act.said["kept"])
        because = () if kept is Kept.YES else (self._rules(act).because[act.who % 2].code,)
        answer(self._audience(act), self._ref(act), Answer(kept=kept, because=because), now=act.at)

    def ask(self, act: Act) -> None:
        person = self._person(act)
        said = {"name": person.name, "email": person.email, "network": f"year {act.who}"}
        ask(self._rules(act).label, **said, links=self.links, now=act.at)

    def confirm(self, act: Act) -> None:
        confirm(self._audience(act), self._entry(act), now=act.at)

    def _entry(self, act: Act) -> int:
        entry = by_email(db.session(), self._audience(act), self._person(act).email)
        assert entry
        return entry.ref

    def cross(self, act: Act) -> None:
        person, label = self._person(act), self._rules(act).label
        wish = Wish(
            label=label,
            name=person.name,
            email=person.email,
            version=version_of(words_of(db.session(), label)),
            source=Said.CROSSING,
            asked_at=act.at,
        )
        come_over(wish, said=None, keys=self.links.keys, now=act.at)

    def end(self, act: Act) -> None:
        end(self._audience(act), self._entry(act), now=act.at)

    def stop(self, act: Act) -> None:
        stop_mail_to(db.session(), self._audience(act), self._person(act).email, act.at)

    def say(self, act: Act) -> None:
        said, on = act.said, act.said.get("on")
        made = members.contribute(
            self._audience(act),
            self._ref(act),
            Kind(said["kind"]),
            said["words"],
            name=self._person(act).name if act.who % 2 else "",
            event_id=None if on is None else self.events[on],
            parent_ref=self.said[said["to"]] if "to" in said else None,
            now=act.at,
        )
        self.said[said["number"]] = made.ref

    def vote(self, act: Act) -> None:
        members.vote(self._audience(act), self._ref(act), self.said[act.said["on"]], now=act.at)

    def take_back(self, act: Act) -> None:
        members.take_back(self._audience(act), self._ref(act), self.said[act.said["on"]], now=act.at)

    def reply(self, act: Act) -> None:
        reply(self.said[act.said["on"]], State(act.said["state"]), act.said["words"], **self._by(act))

    def hide(self, act: Act) -> None:
        hide(self.said[act.said["on"]], Breach(act.said["breach"]), **self._by(act))

    def show(self, act: Act) -> None:
        show(self.said[act.said["on"]], actor=self.actors[act.label])

    def erase(self, act: Act) -> None:
        """By the link that is mailed to who asks for it, as everybody may."""
        audience, email = self._audience(act), self._person(act).email
        open_choices(db.session(), audience, [email], act.at)
        choice = choice_of(db.session(), audience, email)
        assert choice
        erase(audience, choice.ref, keys=self.links.keys, now=act.at)

    def erase_one(self, act: Act) -> None:
        erase_registration(self._audience(act), self._ref(act), keys=self.links.keys, now=act.at)

"""What the paths of routes may name: two events of each label, with someone registered and all that hangs on them.

A route whose path names something new needs one line in `values_of`: the fragment of its rule before the name, and what
stands there, as in "messages/<job>".
"""

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from eventdesk import clock
from eventdesk.channels import Channel
from eventdesk.consent.models import Source
from eventdesk.consent.queries import choice_of, stop_url
from eventdesk.consent.rules import version_of
from eventdesk.consent.service import open_choices
from eventdesk.db import db, writing
from eventdesk.events.doors import invite_to_door
from eventdesk.events.models import Event
from eventdesk.invites.queries import links_of, made_alone
from eventdesk.labels import RULES, Label, Stage
from eventdesk.links import Links, Purpose
from eventdesk.lists.calendars import address_of
from eventdesk.lists.queries import calendar_of, listed
from eventdesk.lists.service import Outcome
from eventdesk.lists.stages import FollowUp, follow_up
from eventdesk.organisers.models import SignIn
from eventdesk.organisers.passphrases import make_reset
from eventdesk.organisers.queries import by_email
from eventdesk.organisers.rules import COMMAND_LINE, OWNER
from eventdesk.organisers.service import add_organiser, begin_sign_in
from eventdesk.organisers.team import invite
from eventdesk.outbox.models import Job, Progress
from eventdesk.programmes.logos import checked
from eventdesk.programmes.models import Programme
from eventdesk.programmes.service import put_logo
from eventdesk.questions.bank import bank_of, begin, pick
from eventdesk.questions.models import Kind
from eventdesk.questions.queries import questions_of
from eventdesk.questions.rules import QuestionDraft
from eventdesk.questions.service import ask
from eventdesk.rights.rules import dated
from eventdesk.rounds.queries import recipients, round_of
from eventdesk.speakers.queries import speakers_of
from eventdesk.standing.crossing import Wish
from eventdesk.standing.queries import listed as standing_list
from eventdesk.suggestions import hosting
from eventdesk.suggestions.models import Contribution
from eventdesk.suggestions.models import Kind as Said
from tests.cast import ADA, PASSPHRASE, Person
from tests.factories import (
    LOGO,
    make_contribution,
    make_event,
    make_helper,
    make_invitation,
    make_link,
    make_round,
    make_standing,
    sign_up,
    signing,
)

#: The reference of what somebody suggested.
SUGGESTED = 4711
WORRY = QuestionDraft(prompt="What worries you?", kind=Kind.TEXT, reason="To speak about it.")
NAMED = re.compile(r"([\w-]*)/<[^<>]*?(\w+)>")


@dataclass(frozen=True)
class Place:
    """One event, the marks by which whatever belongs to it is recognised in an answer, and what paths name of it."""

    label: Label
    #: The one that paths name; False: another of the same label.
    here: bool
    event_id: int
    #: What the event is called, and what the person is called and written to: nowhere else are these words.
    marks: dict[str, str]
    values: dict[str, Any]


Places = dict[tuple[Label, bool], Place]


def named_in(rule: Rule) -> list[tuple[str, str]]:
    """Each name in a rule's path, with its fragment: ("slug", "events/<slug>")."""
    return [(name, f"{before}/<{name}>") for before, name in NAMED.findall(rule.rule)]


def make_places(app: Flask, links: Links) -> Places:
    """By label: the event that paths name (True), and another (False)."""
    with app.app_context():
        return {(label, here): _make(links, label, here) for label in RULES for here in (True, False)}


def _make(links: Links, label: Label, here: bool) -> Place:
    mark = f"{'Here' if here else 'Elsewhere'}-{label}"
    marks = {"title": f"Title-{mark}", "name": f"Name-{mark}", "email": f"email-{mark}@people.example".lower()}
    event = make_event(links, label, title=marks["title"])
    event_id = event.id
    put_logo(event.programme.slug, checked(LOGO), labels=RULES)
    person = sign_up(event, Person(marks["name"], marks["email"], "Company", "Role"))
    make_link(event)
    if event.rules.stages:
        _follow_up(event, person.ref)
    invitation = make_invitation(event, Person(marks["name"], marks["email"]))
    sign_up(event, Person("Another", "another@people.example", "Company", "Role"), invitation_ref=invitation.ref)
    with writing() as session:
        job = session.scalars(select(Job).where(Job.event_id == event_id, Job.ref == person.ref)).one()
        job.progress = Progress.FAILED
    if here:  # a list is a label's, not an event's
        make_standing(links, label, Person(marks["name"], marks["email"]))
    with writing() as session:
        open_choices(session, RULES[label].audience, [marks["email"]], clock.now())
    round_id = make_round(event, Person(f"{marks['name']} too", f"other-{marks['email']}")).id
    ask(event_id, label, WORRY, actor=COMMAND_LINE, now=clock.now())
    if event.rules.heard and here:
        _suggest(event)
    _pick(event)
    routed = _routed(event, SUGGESTED if here else None, person, links)
    with writing() as session:
        values = values_of(session.get_one(Event, event_id), job, round_id, links) | routed
    return Place(label, here, event_id, marks, values)


def _suggest(event: Event) -> None:
    """Have somebody suggest something that everybody may read; it is the programme's, whichever event they come to."""
    with writing() as session:
        programme = session.get_one(Programme, event.programme_id)
        programme.open_to_all = True
        about: dict[str, Any] = {"label": event.label, "programme_id": programme.id, "for_all": True}
        said = {"kind": Said.SUGGESTION, "name": "", "words": "More of it, please.", "made_at": clock.now()}
        session.add(Contribution(ref=SUGGESTED, author=1, **about, **said))


def _pick(event: Event) -> None:
    """Ask a question of the programme's bank, which has begun with the first event of its label."""
    if not bank_of(db.session(), event.programme):
        begin(event.programme.id, now=clock.now())
    ref = bank_of(db.session(), event.programme)[0].question.ref
    pick(event.id, event.label, event.programme.id, ref, actor=COMMAND_LINE, now=clock.now())


def _follow_up(event: Event, ref: int) -> None:
    """Have a next step with somebody."""
    new = FollowUp(Stage.NEW)
    step = FollowUp(Stage.PROPOSAL, value=5, currency="EUR", next_step="Call them.")
    follow_up(event.rules.audience, ref, step, made_from=new.mark, actor=COMMAND_LINE, now=clock.now())


def _routed(event: Event, suggested: int | None, person: Outcome, links: Links) -> dict[str, Any]:
    """Somebody asked to act on what was suggested, or on what `person` suggests; where nobody is heard, what leads nowhere."""
    route = 1
    if event.rules.heard:
        ref = suggested or make_contribution(event, person).ref
        asked: dict[str, Any] = {"actor": signing(), "now": clock.now()}
        route = hosting.route(ref, "A colleague", f"asked-of-{event.slug}@elsewhere.example", "", **asked).ref
    token = links.route(event.rules.audience, route, 0).rpartition("/")[2]
    return {"routes/<route>": route, "route/<token>": token}


def _team_of(event: Event, links: Links) -> dict[str, Any]:
    """Who helps at an event's door, who is asked to, who is asked to organise its label, and a colleague of the owner."""
    owner, now = by_email(db.session(), ADA.email), clock.now()
    assert owner
    mark = event.slug
    helper = make_helper(Person("A helper", f"helper-{mark}@desk.example"), event.id)
    asked: dict[str, Any] = {
        "name": "Somebody asked",
        "email": f"asked-{mark}@desk.example",
        "actor": owner.actor,
        "now": now,
    }
    to_door, to_role = invite_to_door(event.slug, **asked), invite(role=event.label.value, **asked)
    address = f"colleague-{mark}@desk.example"
    colleague = add_organiser(name="A colleague", email=address, passphrase=PASSPHRASE, role=OWNER, now=now)
    with writing() as session:
        begin_sign_in(session, colleague.id, "", now)
    signed = db.session.scalars(select(SignIn).where(SignIn.organiser_id == colleague.id)).one()
    return {
        "join/<token>": links.desk_token(Purpose.JOIN, to_role.ref),
        "reset/<token>": links.desk_token(Purpose.RESET, make_reset(colleague.id, actor=owner.actor, now=now)),
        "team/<person>": colleague.id,
        "offers/<offer>": to_role.id,
        "helpers/<person>": helper.id,
        "asked/<invitation>": to_door.id,
        "sign-ins/<sign_in>": signed.id,
    }


def values_of(event: Event, job: Job, round_id: int, links: Links) -> dict[str, Any]:
    """What stands in paths for an event, by the fragment of the rule."""
    people = listed(db.session(), event)
    [held] = [each for each in people if each.is_held]
    [person] = [each for each in people if not each.is_held]
    [link], [invitation] = links_of(db.session(), event), made_alone(db.session(), event)
    calendar = calendar_of(db.session(), person.audience, person.email_key)
    assert calendar
    choice = choice_of(db.session(), person.audience, person.email_key)
    assert choice
    [speaker] = speakers_of(db.session(), event.id).values()
    [entry] = standing_list(db.session(), person.audience)
    return {
        "/<label>": event.label,
        "calendars/<label>": event.label,
        "feeds/<label>": event.label,
        "mine/<token>": address_of(calendar, links).rpartition("/")[2].removesuffix(".ics"),
        "static/<filename>": "eventdesk.css",
        "setup/<token>": links.set_up_token(),
        "events/<slug>": event.slug,
        "i/<code>": event.code,
        "r/<token>": links.manage(person.audience, person.ref, person.generation).rpartition("/")[2],
        "programmes/<slug>": event.programme.slug,
        "messages/<job>": job.id,
        "speakers/<speaker>": speaker.ref,
        "pledge/<token>": links.pledge(person.audience, speaker.ref, speaker.generation).rpartition("/")[2],
        "u/<token>": stop_url(db.session(), person.audience, person.email_key, links).rpartition("/")[2],
        "cross/<sealed>": Wish(
            label=event.label,
            name=entry.name,
            email=f"crossing-{entry.email}",
            version=version_of(entry.said),
            source=Source.CROSSING,
            asked_at=clock.now(),
        )
        .sealed(links, clock.now())
        .rpartition("/")[2],
        "quoted/<token>": links.quoted(person.audience, choice.ref, choice.generation).rpartition("/")[2],
        "held/<token>": links.held(
            person.audience, choice.ref, dated(choice.generation, clock.now().date())
        ).rpartition("/")[2],
        "standing/<token>": links.standing(entry.audience, entry.ref, entry.generation).rpartition("/")[2],
        "standing/<label>": event.label,
        "scorecards/<label>": event.label,
        "entries/<ref>": entry.ref,
        "findings/<finding>": "0123456789abcdef",
        "suggestions/<ref>": SUGGESTED if event.rules.heard else 0,
        "questions/<ref>": questions_of(db.session(), event.id)[0].ref,
        "bank/<ref>": bank_of(db.session(), event.programme)[-1].question.ref,
        "people/<ref>": held.ref,
        "links/<code>": link.code,
        "invitations/<invitation>": invitation.id,
        "rounds/<number>": round_id,
        "mail/<invitation>": recipients(db.session(), event, round_of(db.session(), event, round_id))[0].invitation.id,
        "i/<token>": links.personal_invite(invitation.audience, invitation.ref, 0).rpartition("/")[2],
        "door/<ref>": person.ref,
        "door/<token>": links.door(person.audience, person.ref, person.generation).rpartition("/")[2],
        **_team_of(event, links),
        "words/<channel>": Channel.INVITE.value,
        "mail/<channel>": Channel.INVITE.value,
        "gallery/<label>": next(iter(RULES)),  # samples of both labels are for everyone at the desk
        "/<channel>": Channel.INVITE.value,
    }

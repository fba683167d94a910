"""A fictional user group and its vendor, to look around in: nobody in here exists."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from ..db import db
from ..errors import Conflict
from ..events.queries import by_slug
from ..events.recurrence import plan
from ..events.rules import Draft
from ..events.series import create_series, publish_series
from ..events.service import add, cancel_event, publish_event
from ..events.twins import make_twin
from ..feedback.service import answer as answer_kept
from ..invites.models import Source
from ..invites.service import add_link, invite
from ..labels import RULES, Brief, LabelRules
from ..links import Links
from ..lists.attendance import mark, mark_rest
from ..lists.queries import listed
from ..lists.service import register
from ..organisers.queries import by_email, installation
from ..organisers.rules import COMMAND_LINE
from ..programmes.service import give_postal_address, set_up
from ..questions.models import Kind, Question
from ..questions.queries import questions_of
from ..rounds.service import make
from ..speakers.queries import speakers_of
from ..speakers.service import describe, pledge
from ..standing.queries import listed as asked_to_be_told
from ..standing.service import ask as ask_to_be_told
from ..standing.service import confirm
from .sketches import BUYERS, PEOPLE, SKETCHES, Sketch
from .voices import promise, speak, write_up

OWNER = "owner@harbour.example"
ZONE = "Europe/Oslo"
BEFORE = timedelta(days=60)
#: Shorter ago than any month is long: nothing of it is due yet.
PROMISED = timedelta(days=25)
SERIES_LASTS = timedelta(days=35)


def fill_demo(links: Links, now: datetime) -> dict[str, str]:
    """Fill an empty installation; returns how to sign in. Raises Conflict when there is anything in it."""
    if installation(db.session()):
        raise Conflict("There is something in this installation already; the demo wants an empty one.")
    passphrase = "-".join(secrets.token_hex(3) for _ in range(4))
    set_up(
        organisation="Lathe Lane Software",
        timezone=ZONE,
        name="Olga Owner",
        email=OWNER,
        passphrase=passphrase,
        now=now - BEFORE,
    )
    give_postal_address("commercial-briefings", "Mill Road 9\n0150 Oslo", actor=COMMAND_LINE, now=now - BEFORE)
    promise(now - PROMISED)
    for sketch in SKETCHES:
        _hold(sketch, links, now)
    for rules in RULES.values():
        _have_asked([each[0] for each in BUYERS] if rules.asks else PEOPLE, rules, links, now)
    speak(now)
    write_up(now)
    if owner := by_email(db.session(), OWNER):
        make("show-your-worst-dashboard", Source.STANDING, actor=owner.actor, keys=links.keys, now=now)
    return {"email": OWNER, "passphrase": passphrase}


def _hold(sketch: Sketch, links: Links, today: datetime) -> None:
    now = today - BEFORE if sketch.days < 0 else today  # what is over was made while it was still to come
    slug = _made(sketch, _draft(sketch, today), links, now)
    event_id, rules = (event := by_slug(db.session(), slug, COMMAND_LINE.labels)).id, event.rules
    for name, biography in sketch.introduced:
        ref = speakers_of(db.session(), event_id)[name].ref
        describe(event_id, ref, biography)
        if rules.pledge:
            pledge(event_id, event.label, event.programme_id, ref, now=now)
    cast = BUYERS if rules.asks else tuple((name, "", "") for name in PEOPLE)
    questions = questions_of(db.session(), event_id)
    for number, (name, company, role) in enumerate(cast[: sketch.come]):
        register(
            event_id,
            name=name,
            email=_address(name, rules.people),
            details={"company": company, "role": role},
            answers={question.ref: answer for question in questions if (answer := _answer(question, number))},
            network="demo",
            now=now,
        )
    if sketch.links:
        _hand_out(slug, event_id, rules.people, now)
    if sketch.cancelled:
        cancel_event(slug, actor=COMMAND_LINE, links=links, now=now)
    if sketch.attended:
        there = [(person.audience, person.ref) for person in listed(db.session(), event)]
        for audience, ref in there[: sketch.attended]:
            mark(audience, ref, True, actor=COMMAND_LINE, now=today)
        mark_rest(event_id, actor=COMMAND_LINE, now=today)
        for (audience, ref), said in zip(there, sketch.answers, strict=False):
            answer_kept(audience, ref, said, now=today)


def _have_asked(names: Sequence[str], rules: LabelRules, links: Links, now: datetime) -> None:
    """Every second one wants to be told of the next one; all but the last to ask have said that it was they."""
    for days, name in enumerate(reversed(names[::2])):
        said = {"name": name, "email": _address(name, rules.people)}
        ask_to_be_told(rules.label, **said, network="demo", links=links, now=now - timedelta(days=days))
    for entry in asked_to_be_told(db.session(), rules.audience, confirmed=False)[1:]:
        confirm(entry.audience, entry.ref, now=entry.asked_at + timedelta(hours=1))


def _address(name: str, people: str) -> str:
    return f"{name.split(maxsplit=1)[0].casefold()}@{people}.example".encode("ascii", "ignore").decode()


def _hand_out(slug: str, event_id: int, people: str, now: datetime) -> None:
    """A campaign link that two came by, and three personal ones: one is used by somebody else, who waits for our word."""
    letter = add_link(slug, name="Harbour letter", ends_at=None, most_uses=50, actor=COMMAND_LINE, now=now).id
    add_link(
        slug, name="Poster at the quay", ends_at=now + timedelta(days=7), most_uses=None, actor=COMMAND_LINE, now=now
    )
    asked = [
        invite(slug, name=name, email=_address(name, people), actor=COMMAND_LINE, now=now)
        for name in ("Sara Lund", "Tor Vik", "Ulla Hagen")
    ]
    stranger = {"name": "Viggo Dahl", "email": "viggo@elsewhere.example", "invitation_ref": asked[0].ref}
    for given in (
        {"name": "Runa Eide", "email": _address("Runa Eide", people), "link_id": letter},
        {"name": "Sigurd Aas", "email": _address("Sigurd Aas", people), "link_id": letter},
        stranger,
    ):
        register(event_id, details={}, network="demo", now=now, **given)  # type: ignore[arg-type]


def _answer(question: Question, number: int) -> Any:
    """What the person of this number says; most write nothing where they may write."""
    match question.kind:
        case Kind.CHOICE:
            return question.options[number % len(question.options)]
        case Kind.SEVERAL:
            return question.options[number % 3 : number % 3 + 2]
        case Kind.YES_NO:
            return "yes" if number == 4 else "no"
    return "How often do you really look at the alarms?" if number % 6 == 2 else None


def _made(sketch: Sketch, draft: Draft, links: Links, now: datetime) -> str:
    """The slug of the event, the first where it recurs."""
    if sketch.twin_of:
        twin = make_twin(sketch.twin_of, draft, actor=COMMAND_LINE, links=links, now=now)
        return publish_event(twin.slug, charter_accepted=True, actor=COMMAND_LINE, links=links, now=now).slug
    if sketch.rhythm is None:
        return add(draft, publish=sketch.published, actor=COMMAND_LINE, links=links, now=now).slug
    recurring = plan(draft, sketch.rhythm, draft.starts_at.date() + SERIES_LASTS)
    slug = create_series(recurring, actor=COMMAND_LINE, links=links, now=now)[0].slug
    publish_series(slug, charter_accepted=True, actor=COMMAND_LINE, links=links, now=now)
    return slug


def _draft(sketch: Sketch, today: datetime) -> Draft:
    starts = (today + timedelta(days=sketch.days)).replace(hour=sketch.hour, minute=0, second=0, tzinfo=None)
    blank = {
        "description": "",
        "venue": "",
        "online_url": "",
        "hosts": (),
        "speakers": (),
        "capacity": None,
        "brief": Brief(),
    }
    said = blank | sketch.draft
    return Draft(
        programme="",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        timezone=ZONE,
        fold=None,
        visibility="public",
        **said,
    )

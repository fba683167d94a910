"""A fictional user group and its vendor, to look around in: nobody in here exists."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .db import db
from .errors import Conflict
from .events.queries import by_slug
from .events.recurrence import Rhythm, plan
from .events.rules import Draft
from .events.series import create_series, publish_series
from .events.service import add, cancel_event
from .invites.models import Source
from .invites.service import add_link, invite
from .labels import RULES, Brief, Label, LabelRules
from .links import Links
from .lists.attendance import mark, mark_rest
from .lists.queries import listed
from .lists.service import register
from .organisers.queries import by_email, installation
from .organisers.rules import COMMAND_LINE
from .programmes.service import give_postal_address, set_up
from .questions.models import Kind, Question
from .questions.queries import questions_of
from .questions.rules import QuestionDraft
from .rounds.service import make
from .speakers.queries import speakers_of
from .speakers.service import describe, pledge
from .standing.queries import listed as asked_to_be_told
from .standing.service import ask as ask_to_be_told
from .standing.service import confirm

OWNER = "owner@harbour.example"
ZONE = "Europe/Oslo"
BEFORE = timedelta(days=60)
SERIES_LASTS = timedelta(days=35)
PEOPLE = (
    "Ada Lindqvist", "Bram de Wit", "Chidi Okafor", "Dilek Yılmaz", "Elif Aksoy", "Finn Larsen", "Grace Mwangi", "Hugo Martins",
    "Ines Novak", "Jonas Berg", "Kaja Moe", "Liam Byrne", "Mei Tanaka", "Noor Haddad", "Oskar Wik", "Priya Nair",
)  # fmt: skip
BUYERS = (
    ("Rosa Keller", "Keller Freight", "Head of operations"),
    ("Sven Dahl", "Fjord Ferries", "Purchasing"),
    ("Tara Quinn", "Quinn & Daughters", "Owner"),
    ("Umar Siddiq", "North Quay Terminals", "IT manager"),
    ("Vera Blum", "Blum Logistics", "Fleet manager"),
)


@dataclass(frozen=True, kw_only=True)
class Sketch:
    """One event of the demo: `days` from today, at `hour`, and how many of the cast register and were there."""

    draft: dict[str, Any]
    days: int
    hour: int = 18
    come: int = 0
    published: bool = True
    cancelled: bool = False
    attended: int = 0
    rhythm: Rhythm | None = None
    #: Whether links of its own are handed out, and used by others than they were for.
    links: bool = False
    #: Speakers with their biographies; they have pledged, where their label knows a pledge.
    introduced: tuple[tuple[str, str], ...] = ()


SKETCHES = (
    Sketch(
        days=12,
        come=16,
        links=True,
        introduced=(
            (
                "Dilek Yılmaz",
                "Runs Tire Server for **140 delivery vans**, and has switched off more alarms than most people ever see.",
            ),
        ),
        draft={
            "label": Label.COMMUNITY,
            "title": "Get the most out of Tire Server",
            "description": "Three of us show how we run it: **what we watch**, what we stopped doing, and one night that went wrong.\n\n"
            "- Dilek: pressure alarms without the noise\n- Jonas: a year of upgrades, and the two that hurt\n- everyone: bring a question",
            "venue": "Harbour House, Quay Street 4, Oslo",
            "hosts": ("Harbour User Group",),
            "speakers": ("Dilek Yılmaz", "Jonas Berg"),
            "capacity": 12,
            "questions": (
                QuestionDraft(
                    prompt="Which part shall we begin with?",
                    kind=Kind.CHOICE,
                    reason="The evening begins with what most of you choose.",
                    options=("Pressure alarms", "Upgrades", "The night that went wrong"),
                ),
                QuestionDraft(
                    prompt="What do you run it on?",
                    kind=Kind.SEVERAL,
                    reason="So that the examples are like yours.",
                    options=("Vans", "Lorries", "Forklifts", "Something else"),
                ),
                QuestionDraft(
                    prompt="Do you need a place without steps?",
                    kind=Kind.YES_NO,
                    reason="The back door has none; we open it then.",
                ),
                QuestionDraft(
                    prompt="What would you like to ask?",
                    kind=Kind.TEXT,
                    reason="The speakers read it before they come.",
                ),
            ),
        },
    ),
    Sketch(
        days=40,
        come=5,
        draft={
            "label": Label.COMMUNITY,
            "title": "Show your worst dashboard",
            "description": "Five minutes each, no slides. We laugh together, then we mend one of them.",
            "venue": "Harbour House, Quay Street 4, Oslo",
            "online_url": "https://meet.harbour.example/dashboards",
            "hosts": ("Harbour User Group",),
        },
    ),
    Sketch(
        days=47,
        come=2,
        rhythm=Rhythm.FORTNIGHTLY,
        draft={
            "label": Label.COMMUNITY,
            "title": "Open workbench",
            "description": "Bring what does not work. Whoever knows it sits down beside you.",
            "venue": "Harbour House, Quay Street 4, Oslo",
            "hosts": ("Harbour User Group",),
            "capacity": 8,
        },
    ),
    Sketch(
        days=26,
        come=3,
        cancelled=True,
        draft={
            "label": Label.COMMUNITY,
            "title": "An evening on the ferry",
            "description": "We would have met on the late crossing. The ferry is in the dock.",
            "venue": "Quay 3, Oslo",
            "hosts": ("Harbour User Group",),
        },
    ),
    Sketch(
        days=-20,
        come=9,
        attended=7,
        draft={
            "label": Label.COMMUNITY,
            "title": "Backups we have really restored",
            "description": "Who restored one this year, and what was missing.",
            "venue": "Harbour House, Quay Street 4, Oslo",
            "hosts": ("Harbour User Group",),
        },
    ),
    Sketch(
        days=19,
        hour=9,
        come=5,
        draft={
            "label": Label.COMMERCIAL,
            "title": "Tire Server for fleets of fifty and more",
            "description": "An hour with the people who sell and run it. Bring your fleet’s figures; you will leave with a price.",
            "venue": "Lathe Lane Software, Mill Road 9, Oslo",
            "hosts": ("Lathe Lane Software",),
            "capacity": 20,
            "brief": Brief(
                audience="Those who answer for fifty vehicles or more, and for what their downtime costs.",
                reason="You find out about a flat tire from the driver, and too late.",
                offer="Tire Server Fleet: the server, sensors, and somebody who answers at night.",
                payment="By vehicle and month, from 4 euros; no fee to begin, three months’ notice.",
            ),
        },
    ),
    Sketch(
        days=33,
        hour=9,
        published=False,
        draft={
            "label": Label.COMMERCIAL,
            "title": "What the spring release costs",
            "description": "",
            "venue": "Lathe Lane Software, Mill Road 9, Oslo",
            "hosts": ("Lathe Lane Software",),
            "brief": Brief(audience="Customers of the winter release."),
        },
    ),
)


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
        now=now,
    )
    give_postal_address("commercial-briefings", "Mill Road 9\n0150 Oslo", actor=COMMAND_LINE, now=now)
    for sketch in SKETCHES:
        _hold(sketch, links, now)
    for rules in RULES.values():
        _have_asked([each[0] for each in BUYERS] if rules.asks else PEOPLE, rules, links, now)
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

"""Who comes to the demo, and to what. Nobody in here exists."""

from dataclasses import dataclass
from typing import Any

from ..events.recurrence import Rhythm
from ..feedback.models import Kept
from ..feedback.rules import Answer
from ..labels import Brief, Label
from ..questions.models import Kind
from ..questions.rules import QuestionDraft

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
    #: The event, by its slug, of whose topic this is the twin.
    twin_of: str = ""
    #: What the first of those who were there say of the promise.
    answers: tuple[Answer, ...] = ()


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
        answers=(
            *(Answer(kept=Kept.YES),) * 5,
            Answer(kept=Kept.PARTLY, because=("little",), words="I had hoped to see one restored on the spot."),
        ),
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
        twin_of="get-the-most-out-of-tire-server",
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
        days=-26,
        hour=9,
        come=4,
        attended=3,
        draft={
            "label": Label.COMMERCIAL,
            "title": "What an hour of standstill costs",
            "description": "We reckon it through with you, and say from which fleet on our server pays.",
            "venue": "Lathe Lane Software, Mill Road 9, Oslo",
            "hosts": ("Lathe Lane Software",),
            "brief": Brief(
                audience="Those who answer for the downtime of twenty vehicles or more.",
                reason="You know what a tire costs, and not what its morning costs.",
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

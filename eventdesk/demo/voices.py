"""What the demo's members say, what their hosts answer, and what is told of an evening. Nobody in here exists."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..db import db
from ..evenings.rules import Notes, Objection, Slides
from ..evenings.service import save
from ..events.queries import by_slug as event_of
from ..labels import RULES, Label, Stage
from ..lists.queries import listed
from ..lists.stages import FollowUp, follow_up, followed
from ..organisers.rules import COMMAND_LINE
from ..programmes.models import Cadence
from ..programmes.queries import by_slug, first_of
from ..programmes.rules import Strategy
from ..programmes.service import say
from ..questions.bank import begin
from ..suggestions.hosting import reply
from ..suggestions.models import Kind, State
from ..suggestions.service import contribute, vote

HELD, TO_COME, SOLD = (
    "backups-we-have-really-restored",
    "get-the-most-out-of-tire-server",
    "what-an-hour-of-standstill-costs",
)


@dataclass(frozen=True, kw_only=True)
class Voice:
    """One thing that is said: by whom, counted along the list, how many find it good, and what is made of it."""

    words: str
    by: int
    days_ago: int
    kind: Kind = Kind.SUGGESTION
    votes: int = 0
    answers: tuple[tuple[int, str], ...] = ()
    replies: tuple[tuple[State, str], ...] = ()


VOICES = (
    Voice(
        words="An evening where each of us restores a backup on the spot, with the clock running.",
        by=1,
        days_ago=16,
        votes=6,
        answers=((3, "I would bring a spare machine, so that nobody has to touch their own."),),
        replies=(
            (State.ANSWERED, "We like it. The room has twelve sockets; we ask the ferry for more."),
            (State.PLANNED, "In March, on the ferry. Bring a backup you are not afraid of."),
        ),
    ),
    Voice(
        words="Please leave time to arrive: some of us come from the late shift, and hungry.",
        by=2,
        days_ago=14,
        votes=4,
        replies=((State.DONE, "The door opens at half past five now, and there is soup until we begin."),),
    ),
    Voice(
        words="Could somebody show a competitor of Tire Server next to it? I run both, and would bring mine.",
        by=4,
        days_ago=9,
        votes=3,
        answers=((0, "Yes please. I moved away from one last year and can say what I miss."),),
    ),
    Voice(
        words="Record the sessions, for those who have small children.",
        by=5,
        days_ago=8,
        votes=2,
        replies=((State.DECLINED, "People say here what did not work because nobody films. The notes tell the rest."),),
    ),
    Voice(
        words="How do you tell a slow leak from a cold morning, without waking anybody?",
        by=6,
        days_ago=5,
        kind=Kind.QUESTION,
        votes=5,
        answers=((7, "We compare both axles: the cold takes all wheels, a leak takes one."),),
    ),
)

NOTES = {
    HELD: Notes(
        words="Seven of us, four restored backups, and one that was empty since 2024.\n\n"
        "- **Whoever restores alone learns it at night.** Two now do it on the first Friday of each month, with a cake.\n"
        "- The empty one had a green light every day: the job ran, and saved nothing. *Count the files.*\n"
        "- Nobody had a plan for the keys of the backup itself. We talk about that in March.",
        slides=(Slides(title="Four restores, with their times", url="https://slides.harbour.example/restores"),),
    ),
    SOLD: Notes(
        words="We reckoned three fleets through, with the figures that their owners had brought.",
        way_to_buy="Ask for an offer for your fleet",
        way_to="https://lathelane.example/offer",
        objections=(
            Objection(
                asked="Our drivers look at the tires themselves.",
                answer="They do, and find two of three. The third is the one that costs you the morning.",
            ),
            Objection(
                asked="What if we want to leave?",
                answer="Three months’ notice, and your measurements leave with you as a table.",
            ),
        ),
    ),
}
#: How far those who came to the briefing are followed up, and what it may come to.
FOLLOWED = (
    FollowUp(Stage.WON, value=9_600, currency="EUR"),
    FollowUp(Stage.PROPOSAL, value=14_400, currency="EUR", next_step="Send the sheet for eighty vans"),
    FollowUp(Stage.FOLLOWED_UP, next_step="Ring up after the holidays"),
)


def promise(now: datetime) -> None:
    """The community meets each month, and everybody may read what its members say; each programme has questions to ask."""
    for label in RULES:
        begin(first_of(db.session(), label).id, now=now)
    programme = by_slug(db.session(), RULES[Label.COMMUNITY].first_programme.slug, COMMAND_LINE.labels)
    kept_up = Strategy(
        name=programme.name,
        purpose=programme.purpose,
        charter=programme.charter_lines[1:],
        commitment="We meet once a month, on the quay or near it.",
        commitment_until=(now + timedelta(days=425)).date(),
        cadence=Cadence.MONTHLY,
        open_to_all=True,
        sender=programme.sender,
        reply_to=programme.reply_to,
    )
    say(programme.slug, kept_up, seen=None, actor=COMMAND_LINE, now=now)


def speak(today: datetime) -> None:
    """What members say, of the next session and of all, and what came of it."""
    session = db.session()
    event = event_of(session, TO_COME, COMMAND_LINE.labels)
    people = [person.ref for person in listed(session, event)]
    event_id, audience = event.id, event.rules.audience
    for voice in VOICES:
        at = today - timedelta(days=voice.days_ago)
        said: dict[str, Any] = {"name": "", "event_id": event_id if voice.kind is Kind.QUESTION else None, "now": at}
        ref = contribute(audience, people[voice.by], voice.kind, voice.words, **said).ref
        for who in [each for each in people if each != people[voice.by]][: voice.votes]:
            vote(audience, who, ref, now=at + timedelta(hours=5))
        for who, words in voice.answers:
            answered: dict[str, Any] = {"name": "", "parent_ref": ref, "now": at + timedelta(hours=9)}
            contribute(audience, people[who], Kind.ANSWER, words, **answered)
        for number, (state, words) in enumerate(voice.replies, 1):
            reply(ref, state, words, actor=COMMAND_LINE, now=at + timedelta(days=2 * number))


def write_up(today: datetime) -> None:
    """What was said on the evenings that are over, and how those are followed up who may buy."""
    for slug, notes in NOTES.items():
        save(slug, notes, publish=True, revision=0, actor=COMMAND_LINE, now=today)
    people = [followed(person) for person in listed(db.session(), event_of(db.session(), SOLD, COMMAND_LINE.labels))]
    for person, wanted in zip(filter(None, people), FOLLOWED, strict=False):
        made_from = FollowUp.of(person).mark
        follow_up(person.audience, person.ref, wanted, made_from=made_from, actor=COMMAND_LINE, now=today)

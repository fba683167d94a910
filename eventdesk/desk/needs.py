"""What needs doing now, for the start page: one small function for each thing, in the order in which they are told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy.orm import Session

from ..clock import lasting
from ..events.models import Event
from ..events.queries import due_to_thank
from ..events.rules import unanswered
from ..events.waiting import late_drafts, unmarked, unpledged
from ..findings.reading import fault
from ..labels import RULES, Label, joined
from ..lists.held import held_by_event
from ..lists.models import State
from ..lists.stages import due_steps, followed_labels
from ..organisers.models import Organiser
from ..organisers.queries import installation
from ..outbox.models import Progress
from ..outbox.queries import UNFINISHED, Pulse, pulse
from ..outbox.queries import counts as message_counts
from ..outbox.rules import LATE
from ..programmes.queries import programmes
from ..retention.queries import coming_events
from ..suggestions.inbox import waiting
from .blueprint import Need, mail_missing

#: How many of a kind are named one by one.
NAMED = 3


@dataclass(frozen=True)
class Look:
    """Who looks, and when."""

    session: Session
    organiser: Organiser
    now: datetime

    @property
    def today(self) -> date:
        """The day it is where the installation is."""
        found = installation(self.session)
        return self.now.astimezone(ZoneInfo(found.timezone if found else "UTC")).date()

    @property
    def labels(self) -> frozenset[Label]:
        """The labels they may open."""
        return self.organiser.labels


def needs(session: Session, organiser: Organiser, now: datetime) -> list[Need]:
    """All that waits for an organiser. The number of statements is the same however much it is."""
    look = Look(session, organiser, now)
    return [need for kind in KINDS for need in kind(look)]


def held(look: Look) -> list[Need]:
    """Somebody waits for an organiser's word."""
    return [
        Need(
            f"{'One registration waits' if number == 1 else f'{number} registrations wait'} for your word: {event.title}.",
            url_for(".people", slug=event.slug, tab=State.PENDING.value),
            "Look at it" if number == 1 else "Look at them",
        )
        for event, number in held_by_event(look.session, look.labels, look.now)
    ]


def drafts(look: Look) -> list[Need]:
    """A draft begins soon, or was to have begun."""
    late = late_drafts(look.session, look.labels, look.now)
    more = Need(f"{len(late) - NAMED} more drafts are near, or past.", url_for(".start", tab="drafts"), "See them")
    return _some([_draft(event, look.now) for event in late], more)


def _draft(event: Event, now: datetime) -> Need:
    begins = "begins" if event.starts_at > now else "was to begin"
    lacking = len(unanswered(event.rules, event.brief))
    lacks = f"; {lacking} {'answer is' if lacking == 1 else 'answers are'} missing" if lacking else ""
    text = f"“{event.title}” {begins} on {_day(event)} and is a draft{lacks}."
    return Need(text, url_for(".event", slug=event.slug), "Open it")


def pledges(look: Look) -> list[Need]:
    """An event with a charter is near, and not every speaker has pledged to keep to it."""
    chartered = [label for label, rules in RULES.items() if rules.charter and label in look.labels]
    return [
        Need(
            f"{joined(names)} {'has' if len(names) == 1 else 'have'} not pledged yet: “{event.title}”, {_day(event)}.",
            url_for(".speakers", slug=event.slug),
            "Ask again",
        )
        for event, names in unpledged(look.session, chartered, look.now)
    ]


def attendance(look: Look) -> list[Need]:
    """An event is over, and nobody has said who came."""
    over = unmarked(look.session, look.labels, look.now)
    more = Need(
        f"Of {len(over) - NAMED} more events it is not noted who came.", url_for(".start", tab="past"), "See them"
    )
    some = [
        Need(
            f"Of {number} {'person' if number == 1 else 'people'} at “{event.title}” it is not noted whether they came.",
            url_for(".people", slug=event.slug, tab=State.CONFIRMED.value),
            "Note it",
        )
        for event, number in over
    ]
    return _some(some, more)


def steps(look: Look) -> list[Need]:
    """The day has come on which somebody was to be followed up, by who looks or by nobody yet."""
    found = []
    for rules in followed_labels(look.labels):
        today, before = due_steps(look.session, rules.audience, look.today, look.organiser.id)
        due = [
            f"{number:,} next {'step is' if number == 1 else 'steps are'} {when}"
            for number, when in ((before, "overdue"), (today, "due today"))
            if number
        ]
        if due:
            found.append(Need(f"{joined(due)}.", url_for(".next_with_whom"), "See them"))
    return found


def unheard(look: Look) -> list[Need]:
    """Members suggest or ask something, and nobody has answered."""
    heard = [label for label, rules in RULES.items() if rules.heard and label in look.labels]
    number = waiting(look.session, heard) if heard else 0
    text = "One suggestion waits" if number == 1 else f"{number:,} suggestions wait"
    return [Need(f"{text} for an answer.", url_for(".suggestions"), "Answer")] if number else []


def thanks(look: Look) -> list[Need]:
    """An event is over, and nobody can be thanked for want of the seller's address."""
    found = [each for each in due_to_thank(look.session, look.labels, look.now) if each.programme.lacks_postal_address]
    return [
        Need(
            f"Nobody is thanked for coming to “{each.title}”: {each.programme.name} has no postal address.",
            url_for(".programme", slug=each.programme.slug),
            "Give it",
        )
        for each in found[:NAMED]
    ]


def removals(look: Look) -> list[Need]:
    """People are removed soon, as their time is over. No list is read: their number is on the event's own page."""
    found = []
    for rules in RULES.values():
        near = coming_events(look.session, look.labels, rules, look.now)
        whose = "whom nobody follows up any more are removed" if rules.keeping.followed_up else "are removed"
        some = [
            Need(
                f"From {at.day} {at:%B} on, people of “{event.title}” {whose}; the counts stay.",
                url_for(".people", slug=event.slug),
                "See them",
            )
            for event, at in near
        ]
        more = Need(f"So are people of {len(near) - NAMED} more events.", url_for(".start", tab="past"), "See them")
        found += _some(some, more)
    return found


def strategies(look: Look) -> list[Need]:
    """A programme lacks the seller's address, or its commitment has run out."""
    found = []
    for each in programmes(look.session, look.labels):
        url = url_for(".programme", slug=each.slug)
        if each.lacks_postal_address:
            text = "has no postal address yet: until it has, only mail about a registration is sent."
            found.append(Need(f"{each.name} {text}", url, "Give it"))
        if each.commitment_until and each.commitment_until < look.now.date():
            until = f"{each.commitment_until.day} {each.commitment_until:%B %Y}"
            found.append(Need(f"{each.name} gave its word until {until}, and that has passed.", url, "Renew it"))
    return found


def mail(look: Look) -> list[Need]:
    """Mail cannot leave, or could not be delivered."""
    numbers, missing = message_counts(look.session, look.organiser.mail_labels), mail_missing()
    waiting, failed = sum(numbers.get(each, 0) for each in UNFINISHED), numbers.get(Progress.FAILED, 0)
    found = []
    if missing:
        text = (
            f"Mail waits ({waiting}), because {missing} is not set."
            if waiting
            else f"No mail goes out: {missing} is not set."
        )
        found.append(Need(text, url_for(".messages"), "See more"))
    elif late := slow(pulse(look.session, look.now, look.organiser.mail_labels), look.now):
        found.append(Need(late, url_for(".messages"), "See what waits"))
    if failed:
        found.append(Need(f"Mail could not be delivered ({failed}).", url_for(".messages", tab="failed"), "See why"))
    return found


def slow(found: Pulse, now: datetime) -> str:
    """That what waits stands still, or is late; blank where neither is so."""
    if found.stands_still:
        since = f" for {lasting(now - found.heard_at)}" if found.heard_at else ""
        return f"Nothing has gone out{since}: Eventdesk’s worker is not running. Whoever looks after this installation can start it."
    return f"Mail is late: the oldest has waited for {lasting(found.waiting)}." if found.waiting > LATE else ""


def own_rules(look: Look) -> list[Need]:
    """A file of the organiser's own rules for copy cannot be used; owners can mend it."""
    wrong = fault() if look.organiser.is_owner else ""
    return [Need(wrong, url_for(".installation"), "See more")] if wrong else []


KINDS: Sequence[Callable[[Look], list[Need]]] = (
    held,
    drafts,
    pledges,
    attendance,
    steps,
    unheard,
    thanks,
    removals,
    strategies,
    mail,
    own_rules,
)


def _some(all_of_them: list[Need], more: Need) -> list[Need]:
    return all_of_them if len(all_of_them) <= NAMED + 1 else [*all_of_them[:NAMED], more]


def _day(event: Event) -> str:
    return f"{event.starts.day} {event.starts:%B}"

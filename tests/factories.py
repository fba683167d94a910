"""Events and registrations made plainly through the services, with no surprises: what is not said is the same each time."""

from datetime import datetime, timedelta
from typing import Any

from eventdesk import access, clock
from eventdesk.db import db, writing
from eventdesk.events.models import Event
from eventdesk.events.rules import Draft
from eventdesk.events.service import add, publish_event
from eventdesk.events.twins import make_twin
from eventdesk.invites.models import Invitation, InvitationRound, InviteLink, Source
from eventdesk.invites.service import add_link, invite
from eventdesk.labels import RULES, Brief, Label
from eventdesk.links import Links
from eventdesk.lists.crossing import ask_to_cross, crossing_of
from eventdesk.lists.models import Registration
from eventdesk.lists.queries import by_ref
from eventdesk.lists.service import Outcome, register
from eventdesk.organisers.models import DoorHelper, Organiser
from eventdesk.organisers.queries import by_email
from eventdesk.organisers.rules import COMMAND_LINE, Actor
from eventdesk.rounds.rules import Guest
from eventdesk.rounds.service import make
from eventdesk.standing.models import StandingEntry
from eventdesk.standing.queries import by_email as standing_of
from eventdesk.standing.service import ask as ask_to_be_told
from eventdesk.standing.service import confirm
from eventdesk.suggestions.models import Contribution
from eventdesk.suggestions.models import Kind as Said
from eventdesk.suggestions.service import contribute
from tests.cast import ADA, Person

ANSWERS = Brief(
    audience="Fleet managers with fifty vehicles or more.",
    reason="They learn of a flat tire too late.",
    offer="Tire Server Fleet, with sensors.",
    payment="By vehicle and month, from 4 euros.",
)
#: The least that an event's JSON says.
SAID: dict[str, Any] = {
    "label": "community",
    "title": "An evening",
    "starts_at": "2027-03-11T18:00",
    "ends_at": "2027-03-11T20:00",
    "timezone": "Europe/Oslo",
}
#: What each label has of its own.
OWN: dict[Label, dict[str, Any]] = {
    Label.COMMUNITY: {"title": "Get the most out of Tire Server", "hosts": ("Harbour User Group",)},
    Label.COMMERCIAL: {"title": "Tire Server for fleets", "hosts": ("Lathe Lane Software",), "brief": ANSWERS},
}


def make_helper(person: Person, *events: int) -> Organiser:
    """Someone who keeps the doors of these events, and no others; they can be signed in, but not by a passphrase."""
    with writing() as session:
        helper = by_email(session, person.email) or Organiser(
            name=person.name, email=person.email, email_key=person.email, passphrase="", made_at=clock.now()
        )
        helper.helps = [DoorHelper(event_id=event) for event in events]
        session.add(helper)
    return helper


#: A picture without fault.
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4" fill="green"></circle></svg>'


def make_draft(label: Label = Label.COMMUNITY, **said: Any) -> Draft:
    """What an organiser might say of an event, thirty days from now at six in the evening in Oslo."""
    starts = (clock.now() + timedelta(days=30)).replace(hour=18, minute=0, second=0, tzinfo=None)
    starts = said.pop("starts_at", starts)
    usual: dict[str, Any] = {
        "label": label,
        "programme": "",
        "description": "Bring a question.",
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=2),
        "timezone": "Europe/Oslo",
        "fold": None,
        "venue": "Quay Street 4, Oslo",
        "online_url": "",
        "speakers": (),
        "capacity": None,
        "brief": Brief(),
        "visibility": "public",
    }
    return Draft(**(usual | OWN[label] | said))


def make_event(links: Links, label: Label = Label.COMMUNITY, *, published: bool = True, **said: Any) -> Event:
    """An event of a label, published unless said otherwise."""
    return add(make_draft(label, **said), publish=published, actor=COMMAND_LINE, links=links, now=clock.now())


def make_twins(links: Links, *, published: bool = True, **said: Any) -> tuple[Event, Event]:
    """A pair: a community session and its twin, a commercial briefing a week later; `said` is of the briefing."""
    given: dict[str, Any] = {"actor": COMMAND_LINE, "links": links, "now": clock.now()}
    session = make_event(links, published=published)
    draft = make_draft(Label.COMMERCIAL, **{"starts_at": session.wall_start + timedelta(days=7)} | said)
    briefing = make_twin(session.slug, draft, **given)
    if published:
        publish_event(briefing.slug, charter_accepted=True, **given)
    return session, briefing


def sign_up(
    event: Event,
    person: Person,
    now: datetime | None = None,
    *,
    link_id: int | None = None,
    invitation_ref: int | None = None,
    answers: dict[int, Any] | None = None,
) -> Outcome:
    """Register a person for an event: by its open link unless another is named."""
    return register(
        event.id,
        name=person.name,
        email=person.email,
        details=person.details,
        answers=answers,
        network="test",
        link_id=link_id,
        invitation_ref=invitation_ref,
        now=now or clock.now(),
    )


def make_link(event: Event, **said: Any) -> InviteLink:
    """A campaign link of an event."""
    usual: dict[str, Any] = {"name": "Newsletter", "ends_at": None, "most_uses": None}
    return add_link(event.slug, **(usual | said), actor=COMMAND_LINE, now=clock.now())


def make_invitation(event: Event, person: Person) -> Invitation:
    """A personal link to an event, bound to a person's address."""
    return invite(event.slug, name=person.name, email=person.email, actor=COMMAND_LINE, now=clock.now())


def make_standing(links: Links, label: Label, person: Person, *, confirmed: bool = True) -> StandingEntry:
    """Somebody who asked to be told of a label's next events, and said so again by the link in their mail."""
    said: dict[str, Any] = {"name": person.name, "email": person.email, "network": "test"}
    ask_to_be_told(label, **said, links=links, now=clock.now())
    entry = standing_of(db.session(), RULES[label].audience, person.email.casefold())
    assert entry
    if confirmed:
        confirm(entry.audience, entry.ref, now=clock.now())
    return entry


def make_crossing(links: Links, event: Event, outcome: Outcome) -> str:
    """Somebody registered who asks, on their own page, to hear of the other label's events; the words they read."""
    crossing = crossing_of(db.session(), registered(event, outcome), event)
    assert crossing
    asked: dict[str, Any] = {"network": "test", "links": links, "now": clock.now()}
    ask_to_cross(event.rules.audience, outcome.ref, said=crossing.said, **asked)
    return crossing.said


def make_contribution(
    event: Event,
    outcome: Outcome,
    kind: Said = Said.SUGGESTION,
    words: str = "An evening on sensors, please.",
    **said: Any,
) -> Contribution:
    """What somebody registered says, as a suggestion unless said otherwise."""
    usual: dict[str, Any] = {"name": "", "now": clock.now()}
    return contribute(event.rules.audience, outcome.ref, kind, words, **(usual | said))


def signing() -> Actor:
    """The owner, who signs for what the command line cannot."""
    owner = by_email(db.session(), ADA.email)
    assert owner
    return owner.actor


def make_round(event: Event, *people: Person) -> InvitationRound:
    """A round of invitations to people from a file; nothing of it is sent yet."""
    guests = [Guest(person.name, person.email) for person in people]
    said = "They signed our book."
    return make(
        event.slug,
        Source.FILE,
        guests=guests,
        statement=said,
        actor=signing(),
        keys=access.links().keys,
        now=clock.now(),
    )


def registered(event: Event, outcome: Outcome) -> Registration:
    """The registration an outcome is about, as the database has it."""
    found = by_ref(db.session(), event.rules.audience, outcome.ref)
    assert found is not None
    return found

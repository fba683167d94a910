"""What tests of scorecards may ask for beyond what every test may: a spring of sessions, and one of briefings."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from types import MappingProxyType

import pytest
from sqlalchemy.orm import Session

from eventdesk.consent.models import Source
from eventdesk.db import db, writing
from eventdesk.events.models import Event
from eventdesk.feedback.models import Kept, KeptAnswer
from eventdesk.labels import Audience, Label, Stage
from eventdesk.links import Links
from eventdesk.lists.attendance import mark
from eventdesk.lists.models import BuyerRegistration
from eventdesk.lists.queries import by_ref
from eventdesk.lists.stages import FollowUp, follow_up
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.programmes.models import Cadence, Programme
from eventdesk.programmes.rules import Strategy
from eventdesk.programmes.service import say
from eventdesk.standing.service import end
from eventdesk.suggestions.models import Breach, Contribution, Kind, Reply, State
from tests.cast import BEA, BOB, UDO, UGO, UMA, ZED, Person
from tests.conftest import Clock
from tests.factories import make_event, make_invitation, make_link, make_standing, sign_up

NUMBERS = count(1)


def held(event: Event, now: Clock, *people: Person, by: Mapping[Person, int] = MappingProxyType({})) -> list[int]:
    """They registered, by a link where one is named, and came; it is over."""
    refs = [sign_up(event, person, link_id=by.get(person)).ref for person in people]
    now.time = max(now.time, event.ends_at)
    for ref in refs:
        mark(event.rules.audience, ref, True, actor=COMMAND_LINE, now=now.time)
    return refs


def answered(event: Event, *said: Kept) -> None:
    """So many answered whether it did what its label said."""
    with writing() as session:
        for each in said:
            session.add(
                KeptAnswer(ref=next(NUMBERS), event_id=event.id, label=event.label, kept=each, because=[], words="")
            )


def suggested(event: Event, made_at: datetime, replied: timedelta | None = None, **said: object) -> None:
    """Somebody suggested something in the programme of an event; it was answered so much later."""
    with writing() as session:
        common = {"label": event.label, "programme_id": event.programme_id, "author": 99, "name": ""}
        usual = common | {"kind": Kind.SUGGESTION, "words": "More tea.", "made_at": made_at}
        made = Contribution(ref=next(NUMBERS), **(usual | said))
        session.add(made)
        session.flush()
        if replied is not None:
            for state, at in ((State.OPEN, made_at + replied / 2), (State.PLANNED, made_at + replied)):
                session.add(Reply(contribution_id=made.id, label=event.label, state=state, words="Yes.", at=at))


@pytest.fixture
def sessions(session: Session, links: Links, now: Clock) -> list[Event]:
    """A spring and a summer of sessions."""
    return hold_sessions(links, now)


@pytest.fixture
def briefings(session: Session, links: Links, now: Clock) -> list[Event]:
    """A spring of briefings."""
    return hold_briefings(links, now)


def promise(programme: Programme, cadence: Cadence | None, at: datetime) -> None:
    """To meet so often, from this day on."""
    said = Strategy(name=programme.name, purpose=programme.purpose, sender=programme.sender, cadence=cadence)
    say(programme.slug, said, seen=None, reason="It suits us.", actor=COMMAND_LINE, now=at)


def hold_sessions(links: Links, now: Clock) -> list[Event]:
    """Three, of 11 March, 10 April and 10 August; the promise is to meet each month from March on."""
    begun = now.time
    first = make_event(links, speakers=("Tina Talks",))
    second, third = (
        make_event(links, title=f"After {days} days", starts_at=first.wall_start + timedelta(days=days), speakers=names)
        for days, names in ((30, ("tina  talks", "Tom Talks")), (152, ("Tina Talks",)))
    )
    promise(first.programme, Cadence.MONTHLY, datetime(2027, 3, 1, 9, tzinfo=UTC))
    for person in (UGO, UMA):
        make_standing(links, Label.COMMUNITY, person)
    held(first, now, UGO, UMA, ZED)
    suggested(first, begun + timedelta(days=1), timedelta(days=4))
    suggested(first, begun + timedelta(days=2), timedelta(days=9))
    suggested(first, begun + timedelta(days=40))
    suggested(first, begun, hidden_at=begun, breach=Breach.ATTACK)
    suggested(first, begun, words="", taken_back_at=begun + timedelta(days=1))
    suggested(first, begun, kind=Kind.COMMENT, event_id=first.id)
    held(second, now, UGO, UDO)
    entry = make_standing(links, Label.COMMUNITY, UDO)
    end(Audience.USERS, entry.ref, source=Source.DESK, now=now.time)
    held(third, now, UMA)
    answered(second, *[Kept.YES] * 4, Kept.NO)
    answered(third, Kept.NO)
    return [first, second, third]


def hold_briefings(links: Links, now: Clock) -> list[Event]:
    """Two, of 11 March and 10 April; one buyer came by a link, was offered something and won, another was lost."""
    first = make_event(links, Label.COMMERCIAL)
    second = make_event(links, Label.COMMERCIAL, title="The second", starts_at=first.wall_start + timedelta(days=30))
    link = make_link(first).id
    for person in (BEA, BOB):
        make_invitation(first, person)
    sign_up(first, ZED)
    bea, bob = held(first, now, BEA, BOB, by={BEA: link})
    staged(bea, now, (2, Stage.FOLLOWED_UP, None), (6, Stage.PROPOSAL, 900), (20, Stage.WON, 1200))
    staged(bob, now, (1, Stage.PROPOSAL, 500), (2, Stage.LOST, 500))
    held(second, now, BEA)
    return [first, second]


def staged(ref: int, now: Clock, *steps: tuple[int, Stage, int | None]) -> None:
    """So many days from now each, a buyer is put in a stage, with what it may come to."""
    begun = now.time
    for days, stage, value in steps:
        person = by_ref(db.session(), Audience.BUYERS, ref)
        assert isinstance(person, BuyerRegistration)
        made_from = FollowUp.of(person).mark
        db.session.rollback()
        wanted = FollowUp(stage, value=value, currency="EUR" if value else "")
        at = begun + timedelta(days=days)
        follow_up(Audience.BUYERS, ref, wanted, made_from=made_from, actor=COMMAND_LINE, now=at)

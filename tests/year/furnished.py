"""What stands on an installation beside the year that is over: events to come, a question from the bank, a quotation, a route."""

from datetime import datetime

from sqlalchemy import select

from eventdesk.db import db
from eventdesk.evenings.models import Quotation
from eventdesk.evenings.rules import Notes, Objection, Slides
from eventdesk.evenings.service import give, put_on, save
from eventdesk.events.models import Event
from eventdesk.labels import RULES, Label
from eventdesk.programmes.models import Programme
from eventdesk.questions import bank
from eventdesk.suggestions.hosting import route
from eventdesk.suggestions.models import Contribution, Kind, State
from tests.factories import make_event, sign_up
from tests.year.acts import What
from tests.year.deeds import NOTES
from tests.year.player import Player

ANSWERS = (
    "Alarms by mail: everybody filtered them away within a week.",
    "Two sensors on one wheel. They disagreed, and we believed neither.",
    "A spreadsheet that somebody forgot to keep.",
    "We asked the drivers to write down the pressure each Monday.",
    "The cheap sensors; the salt ate them in one winter.",
)
OBJECTIONS = (
    Objection("It is too much for ten vehicles.", "Then it is: below twenty vehicles the free edition is enough."),
    Objection("Our drivers will not look at it.", "They need not. It writes to the workshop."),
)
QUOTED = "Since we have it, nobody drives to a quay on a flat tire any more."


def furnish(player: Player, now: datetime) -> None:
    """All of it, as of `now`, which is the machine's own time."""
    session, _ = (_to_come(player, label, now) for label in RULES)
    _ask_from_the_bank(player, session, now)
    _quote(player, now)
    _have_somebody_act(player, now)


def _to_come(player: Player, label: Label, now: datetime) -> Event:
    key = next(each.key for each in player.year.series if each.label == label)
    event = make_event(player.links, label, title="Two winters with Tire Server", programme=player.programmes[key])
    bank.begin(event.programme_id, now=now)
    return event


def _ask_from_the_bank(player: Player, event: Event, now: datetime) -> None:
    programme = db.session.get_one(Programme, event.programme_id)
    wanted = bank.offered(db.session(), programme)[0].ref
    actor = player.actors[event.label]
    bank.pick(event.id, event.label, event.programme_id, wanted, actor=actor, now=now)
    picked = bank.picked_for(db.session(), event.id)
    assert picked
    for place, number in enumerate(range(60, 80)):
        answers = {picked.ref: ANSWERS[place]} if place < len(ANSWERS) else {}
        sign_up(event, player.year.people[number], now, answers=answers)


def _quote(player: Player, now: datetime) -> None:
    """Somebody who came to the last session but one gives words; they stand at the last briefing, which is written up."""
    came = next(
        act
        for act in reversed(player.year.acts)
        if act.what is What.MARKED and act.label in _heard() and act.said["came"]
    )
    rules = RULES[Label(came.label)]
    ref, name = player.registered[came.event, came.who], player.year.people[came.who].name
    give(rules.audience, ref, QUOTED, name, said=rules.quoted_said, now=now)
    last = next(each for each in reversed(player.year.meetings) if each.label not in _heard())
    actor = player.actors[last.label]
    quotation = db.session().scalars(select(Quotation.ref).order_by(Quotation.id.desc())).first()
    assert quotation
    put_on(player.slugs[last.number], quotation, actor=actor, now=now)
    notes = Notes(
        words=NOTES,
        slides=[Slides("What a flat tire costs", "https://slides.example/costs")],
        way_to_buy="Order Tire Server Fleet",
        way_to="orders@lathe-lane.example",
        objections=OBJECTIONS,
    )
    save(player.slugs[last.number], notes, publish=True, revision=0, actor=actor, now=now)


def _heard() -> set[str]:
    return {label.value for label, rules in RULES.items() if rules.heard}


def _have_somebody_act(player: Player, now: datetime) -> None:
    waiting = select(Contribution).where(
        Contribution.kind == Kind.QUESTION, Contribution.state == State.OPEN, Contribution.hidden_at.is_(None)
    )
    found = (
        db.session()
        .scalars(waiting.where(Contribution.taken_back_at.is_(None)).order_by(Contribution.id.desc()))
        .first()
    )
    assert found
    note = "You know this better than we do. Two lines are enough."
    route(found.ref, "Sol Engineer", "sol@lathe-lane.example", note, actor=player.actors[found.label], now=now)

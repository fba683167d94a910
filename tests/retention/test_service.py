"""People go when their time is over, not a day before; counts and marks are the same before and after."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from eventdesk.db import writing
from eventdesk.events.service import cancel_event, change
from eventdesk.feedback.models import Kept, KeptAnswer
from eventdesk.history.models import Act, Entry
from eventdesk.labels import RULES, Audience, Label, Stage
from eventdesk.links import Links
from eventdesk.lists.attendance import mark
from eventdesk.lists.models import LISTS, BuyerRegistration
from eventdesk.lists.queries import by_email, by_ref
from eventdesk.lists.service import leave
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.models import Job
from eventdesk.retention import service
from eventdesk.retention.models import EventFigures
from eventdesk.retention.queries import done, due, figures
from eventdesk.retention.rules import NOTICE, Figures
from eventdesk.retention.service import close_events, remove_due, report
from eventdesk.standing.queries import by_email as standing_of
from eventdesk.verify.invariants import INVARIANTS
from tests.cast import UDO, UGO, UMA, ZED, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_draft, make_event, make_invitation, make_standing, sign_up

USERS, BUYERS = Audience.USERS, Audience.BUYERS
pytestmark = ON_BOTH


def tick(now: Clock) -> dict[str, int]:
    """What the worker does each hour."""
    close_events(now.time)
    return remove_due(now.time)


def left(session: Session, audience: Audience) -> list[str]:
    """Who is on a list."""
    found = session.scalars(select(LISTS[audience].email).order_by(LISTS[audience].email)).all()
    session.rollback()
    return list(found)


def came(audience: Audience, refs: list[int], now: Clock) -> None:
    """They all attended."""
    for ref in refs:
        mark(audience, ref, True, actor=COMMAND_LINE, now=now.time)


def staged(session: Session, ref: int, stage: Stage, at: datetime) -> None:
    """Somebody set how far a buyer is followed up."""
    with writing() as writer:
        buyer = by_ref(writer, BUYERS, ref)
        assert isinstance(buyer, BuyerRegistration)
        buyer.stage, buyer.staged_at, buyer.value, buyer.currency = stage, at, 900, "EUR"


def test_on_the_ninetieth_day_and_not_before_users_are_removed_and_the_counts_stay(
    session: Session, links: Links, now: Clock
) -> None:
    first = make_event(links)
    second = make_event(links, title="The second", starts_at=first.wall_start + timedelta(days=7))
    refs = [sign_up(each, person).ref for each, person in ((first, UGO), (second, UGO), (second, UMA))]
    make_invitation(second, ZED)
    make_standing(links, Label.COMMUNITY, UMA)
    now.time = first.ends_at
    came(USERS, refs[:1], now)
    tick(now)
    now.time = second.ends_at
    came(USERS, refs[1:], now)
    tick(now)
    before = figures(session, second)
    session.rollback()

    now.time = second.ends_at + timedelta(days=90) - timedelta(seconds=1)
    tick(now)
    on_day_89 = left(session, USERS)
    coming = [(each.event.id, each.now, each.soon, each.at) for each in due(session, USERS, now.time)]
    session.rollback()
    now.pass_by(seconds=1)
    removed = tick(now)

    assert on_day_89 == [UGO.email, UMA.email]
    assert coming == [(second.id, 0, 3, second.ends_at + timedelta(days=90))]
    assert left(session, USERS) == []
    assert before == Figures(registered=2, attended=2, first_time=1, came_before=1)
    session.expire_all()
    assert figures(session, second) == before
    assert (second.seats.taken, session.get_one(EventFigures, second.id).emptied_at) == (0, now.time)
    assert removed == {"user_registration": 2, "user_invitation": 1, "user_calendar": 2, "user_mail_choice": 1}
    assert standing_of(session, USERS, UMA.email)
    assert session.scalars(select(Job).where(Job.event_id == second.id, Job.ref != 0)).all() == []
    acts = session.scalars(select(Entry.act).where(Entry.event_id == second.id).order_by(Entry.id)).all()
    assert (acts[-1], acts.count(Act.REGISTERED)) == (Act.EMPTIED, 2)
    session.rollback()
    assert tick(now) == {}
    assert [each.removed["user_registration"] for each in done(session, Label.COMMUNITY)] == [2, 1]


def test_buyers_go_once_nobody_follows_them_up_and_two_years_after_at_most(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links, Label.COMMERCIAL)
    people = [Person(f"Buyer {number}", f"buyer{number}@b.example", "x", "y") for number in range(4)]
    won, open_, new, cancelled = (sign_up(event, person).ref for person in people)
    leave(BUYERS, cancelled, now=now.time)
    now.time = event.ends_at
    came(BUYERS, [won, open_, new], now)
    tick(now)
    staged(session, won, Stage.WON, event.ends_at + timedelta(days=30))
    staged(session, open_, Stage.PROPOSAL, event.ends_at + timedelta(days=30))
    with writing() as writer:
        writer.execute(update(LISTS[BUYERS]).values(answered_kept=True))
        for number in (1, 2, 3, 4):
            writer.add(
                KeptAnswer(ref=number, event_id=event.id, label=event.label, kept=Kept.YES, because=[], words="")
            )
    before = figures(session, event)
    session.rollback()
    seen, wrong = {}, list[str]()
    for days in (89, 90, 119, 120, 729, 730):
        now.time = event.ends_at + timedelta(days=days)
        tick(now)
        seen[days] = [each[5] for each in left(session, BUYERS)]
        rules = RULES[Label.COMMERCIAL]
        wrong += [f"{each.__name__}, {days}" for each in INVARIANTS if list(each(session, rules, now.time))]
        session.rollback()

    assert seen == {
        89: ["0", "1", "2", "3"],
        90: ["0", "1", "2"],
        119: ["0", "1", "2"],
        120: ["1", "2"],
        729: ["1", "2"],
        730: [],
    }
    session.expire_all()
    assert figures(session, event) == before
    assert before.stages["won"] == {"people": 1, "value": {"EUR": 900}}
    assert before.registered == 4
    assert wrong == []


def test_of_an_event_that_was_called_off_people_are_removed_too(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    sign_up(event, UGO)
    cancel_event(event.slug, actor=COMMAND_LINE, links=links, now=now.time)
    now.time = event.ends_at
    tick(now)

    now.pass_by(days=90)
    tick(now)

    assert left(session, USERS) == []


def test_an_installation_that_is_brought_up_to_date_tells_first(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    sign_up(event, UGO)
    now.time = event.ends_at + timedelta(days=400)

    tick(now)
    told = [(each.now, each.soon, each.at) for each in due(session, USERS, now.time)]
    session.rollback()
    assert report(now.time) == [
        {"label": event.label, "slug": event.slug, "from": "2028-04-28T19:00:00Z", "now": 0, "soon": 1}
    ]
    now.pass_by(seconds=NOTICE.total_seconds() - 1)
    tick(now)
    kept = left(session, USERS)
    now.pass_by(seconds=1)
    tick(now)

    assert told == [(0, 1, event.ends_at + timedelta(days=400) + NOTICE)]
    assert (kept, left(session, USERS)) == ([UGO.email], [])


def test_a_worker_killed_between_two_batches_has_lost_nothing(
    session: Session, links: Links, now: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = make_event(links)
    for person in (UGO, UMA, UDO):
        sign_up(event, person)
    now.time = event.ends_at
    tick(now)
    before = figures(session, event)
    session.rollback()
    monkeypatch.setattr(service, "BATCH", 2)
    now.pass_by(days=90)

    service._remove_some(event.id, now.time)  # and then it is killed
    half = (left(session, USERS), figures(session, event))
    session.rollback()
    tick(now)

    assert half == ([UDO.email], before)
    session.expire_all()
    assert (left(session, USERS), figures(session, event)) == ([], before)
    assert len(done(session, Label.COMMUNITY)) == 2


def test_an_event_that_gets_another_date_is_over_anew(session: Session, links: Links, now: Clock) -> None:
    earlier = make_event(links)
    event = make_event(links, title="Each year", starts_at=earlier.wall_start + timedelta(days=7))
    first = sign_up(earlier, UGO)
    sign_up(event, UMA)
    now.time = earlier.ends_at
    came(USERS, [first.ref], now)
    now.time = event.ends_at
    tick(now)
    later = make_draft(title="Each year", starts_at=event.wall_start + timedelta(days=60))
    change(event.slug, later, revision=None, actor=COMMAND_LINE, links=links, now=now.time)
    sign_up(event, UGO)
    now.time = event.ends_at
    tick(now)

    found = by_email(session, event, UGO.email)
    assert found
    assert found.came_before
    now.pass_by(days=89)
    tick(now)
    assert left(session, USERS) == [UGO.email, UMA.email]
    now.pass_by(days=1)
    tick(now)
    assert left(session, USERS) == []
    now.pass_by(days=800)
    assert report(now.time) == []

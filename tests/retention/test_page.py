"""How many came to a programme's events by month: the same counts before and after the people are gone."""

from datetime import datetime

from sqlalchemy.orm import Session

from eventdesk.events.models import Event
from eventdesk.links import Links
from eventdesk.lists.attendance import mark
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.retention.page import growth
from eventdesk.retention.queries import figures
from eventdesk.retention.service import close_events, remove_due
from tests.cast import UDO, UGO, UMA, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event, sign_up

pytestmark = ON_BOTH


def evening(links: Links, now: Clock, day: str, *people: Person) -> Event:
    """An event that is over; of these people the first did not come, the others did."""
    event = make_event(links, starts_at=datetime.fromisoformat(f"2027-{day}T18:00"))
    there = [sign_up(event, person) for person in people]
    now.time = event.ends_at
    for number, person in enumerate(there):
        mark(event.rules.audience, person.ref, number > 0, actor=COMMAND_LINE, now=now.time)
    close_events(now.time)
    return event


def test_growth_is_counted_by_month_and_stays_when_the_people_are_gone(
    session: Session, links: Links, now: Clock
) -> None:
    days = ("03-11", "03-18", "05-04", "06-04")
    guests = ((UGO, UMA, UDO), (UGO, UMA), (UDO, UGO), ())
    events = [evening(links, now, day, *people) for day, people in zip(days, guests, strict=True)]
    today = now.time.date()

    before = growth(session, events, today)
    sums = [sum(getattr(figures(session, event), name) for event in events) for name in ("attended", "first_time")]
    now.pass_by(days=120)
    remove_due(now.time)
    after = growth(session, events, today)

    assert before
    assert (before.months[0], before.months[-4:]) == ("Jul 2026", ["Mar 2027", "Apr 2027", "May 2027", "Jun 2027"])
    assert before.came == [*[None] * 8, 3, None, 1, None]
    assert before.first_time == [*[None] * 8, 2, None, 1, None]
    assert before.said == f"{sums[0]} came, {sums[1]} of them for the first time"
    assert after == before
    assert figures(session, events[0]).attended == 2


def test_where_nobody_was_marked_or_it_was_long_ago_nothing_is_told(session: Session, links: Links, now: Clock) -> None:
    taken = evening(links, now, "03-11", UGO, UMA)
    untaken = evening(links, now, "03-12")

    assert growth(session, [untaken], now.time.date()) is None
    assert growth(session, [], now.time.date()) is None
    assert growth(session, [taken], now.time.date().replace(year=2028)) is None

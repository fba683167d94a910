"""Who returns, who was invited, and who came by which link stays known in numbers when people go, in whatever order."""

from datetime import timedelta

from sqlalchemy.orm import Session

from eventdesk.consent.queries import choice_of
from eventdesk.events.models import Event
from eventdesk.labels import Audience, Label
from eventdesk.links import Links
from eventdesk.lists.attendance import mark
from eventdesk.lists.merging import merge
from eventdesk.lists.queries import by_email, by_ref
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.retention.queries import figures, figures_by_link, invited
from eventdesk.retention.rules import Figures
from eventdesk.retention.service import close_events, remove_due
from eventdesk.rights.service import erase, erase_registration
from tests.cast import UDO, UGO, UMA, ZED, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event, make_invitation, make_link, sign_up

USERS, BUYERS = Audience.USERS, Audience.BUYERS
pytestmark = ON_BOTH


def held(links: Links, days: int, *people: Person, label: Label = Label.COMMUNITY, hours: int = 0) -> Event:
    """An event so many days after the first, and who is registered."""
    first = make_event(links, label, title="Each month")
    starts = first.wall_start + timedelta(days=days, hours=hours)
    event = make_event(links, label, title=f"After {days} days", starts_at=starts)
    for person in people:
        sign_up(event, person)
    return event


def all_came(session: Session, event: Event, now: Clock) -> None:
    """Everybody who is registered came."""
    now.time = max(now.time, event.ends_at)
    for person in (UGO, UMA, UDO, ZED):
        found = by_email(session, event, person.email)
        session.rollback()
        if found:
            mark(event.rules.audience, found.ref, True, actor=COMMAND_LINE, now=now.time)


def came(session: Session, *events: Event) -> list[tuple[int, int, int]]:
    """Of each event, how many were there for the first time, had come before, and came again."""
    session.expire_all()
    counted = [figures(session, event) for event in events]
    session.rollback()
    return [(each.first_time, each.came_before, each.came_again) for each in counted]


def test_who_returns_within_the_time_people_are_kept_is_known_whenever_the_tick_runs(
    session: Session, links: Links, now: Clock
) -> None:
    first = held(links, 0, UGO, UMA, UDO)
    in_time = held(links, 90, UGO, hours=1)  # summer has begun: it ends on the minute
    too_late = held(links, 91, UMA, UDO)
    assert in_time.ends_at - first.ends_at == first.rules.keeping.after
    for event in (first, in_time, too_late):
        all_came(session, event, now)
    expected = [(3, 0, 1), (0, 1, 0), (2, 0, 0)]

    seen = [came(session, first, in_time, too_late)]
    now.time = too_late.ends_at + timedelta(days=300)  # the worker was stopped all the time
    for step in (close_events, remove_due):
        step(now.time)
        seen.append(came(session, first, in_time, too_late))
    now.pass_by(days=14)
    removed = remove_due(now.time)
    seen.append(came(session, first, in_time, too_late))

    assert seen == [expected] * 4
    assert removed["user_registration"] == 6


def test_who_is_erased_after_they_came_again_is_not_forgotten_in_numbers(
    session: Session, links: Links, now: Clock
) -> None:
    later = held(links, 30, UGO, UMA)  # made first, so that it goes first
    first = held(links, 0, UGO, UMA)
    link, coming = make_link(first), held(links, 60)
    sign_up(first, UDO, link_id=link.id)
    for event, people in ((first, (UGO, ZED)), (coming, (UGO,))):
        for person in people:
            make_invitation(event, person)
    for event in (first, later):
        all_came(session, event, now)
    before = came(session, first, later)
    by_link = figures_by_link(session, [first])
    session.rollback()

    for person in (UGO, UDO):
        choice = choice_of(session, USERS, person.email)
        assert choice
        session.rollback()
        erase(USERS, choice.ref, keys=links.keys, now=now.time)
    session.expire_all()
    by_link_then, made = figures_by_link(session, [first]), invited(session, Label.COMMUNITY, [first.id, coming.id])
    after = came(session, first, later)
    close_events(now.time)
    now.pass_by(days=90)
    remove_due(now.time)

    assert before == after == came(session, first, later) == [(3, 0, 2), (0, 2, 0)]
    assert by_link == by_link_then == figures_by_link(session, [first])
    assert by_link == {link.id: Figures(registered=1, attended=1, first_time=1)}
    assert made == {first.id: 2, coming.id: 0}
    assert invited(session, Label.COMMUNITY, [first.id]) == {first.id: 2}


def test_who_is_erased_before_the_hourly_tick_had_come_before(session: Session, links: Links, now: Clock) -> None:
    first, later, coming = (held(links, days, UGO) for days in (0, 30, 60))
    for event in (first, later):
        all_came(session, event, now)
    [ref] = [row.ref for row in [by_email(session, first, UGO.email)] if row]
    session.rollback()

    erase_registration(USERS, ref, keys=links.keys, now=now.time)

    assert came(session, first, later) == [(1, 0, 1), (0, 1, 0)]
    before = [row.came_before for row in (by_email(session, each, UGO.email) for each in (later, coming)) if row]
    assert before == [True, None]  # of what is to come nothing is known from who is gone
    session.rollback()
    close_events(now.time)
    assert came(session, first, later) == [(1, 0, 1), (0, 1, 0)]


def test_who_came_again_stays_known_on_the_row_that_is_kept_longer(session: Session, links: Links, now: Clock) -> None:
    first, later = (held(links, days, UGO, UMA, label=Label.COMMERCIAL) for days in (0, 30))
    for event in (first, later):
        all_came(session, event, now)
    close_events(now.time)
    choice = choice_of(session, BUYERS, UGO.email)
    second_visit = by_email(session, later, UGO.email)
    assert choice
    assert second_visit
    ref = second_visit.ref
    session.rollback()

    erase_registration(BUYERS, ref, keys=links.keys, now=now.time)

    kept = {person.name: by_email(session, first, person.email) for person in (UGO, UMA)}
    assert {name: row and row.came_again for name, row in kept.items()} == {UGO.name: True, UMA.name: False}
    assert came(session, first, later) == [(2, 0, 2), (0, 2, 0)]


def test_two_registrations_made_one_forget_no_return_of_either_address(
    session: Session, links: Links, now: Clock
) -> None:
    first, second, third = held(links, 0, UGO), held(links, 15, UGO, UMA), held(links, 100, UGO)
    for event in (first, second):
        all_came(session, event, now)
    before = came(session, first, second)
    old, new = (by_email(session, second, each.email) for each in (UGO, UMA))
    assert old
    assert new
    refs = [old.ref, new.ref]
    session.rollback()

    merge(second.slug, refs, refs[1], actor=COMMAND_LINE, now=now.time)
    close_events(now.time)
    all_came(session, third, now)

    assert before == [(1, 0, 1), (1, 1, 0)]
    assert came(session, first, second, third) == [(1, 0, 1), (0, 1, 0), (1, 0, 0)]
    only = by_ref(session, USERS, refs[0])
    assert only
    assert (only.email, only.came_before) == (UMA.email, True)

"""Who came and who did not: when it can be said, by whom it was said, and what it rules out."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.errors import Conflict, NotFound
from eventdesk.events.models import Event
from eventdesk.events.service import cancel_event
from eventdesk.history.models import Act, Entry
from eventdesk.labels import Audience
from eventdesk.links import Links
from eventdesk.lists.attendance import mark, mark_rest
from eventdesk.lists.models import Standing
from eventdesk.lists.queries import counts, listed, person_at
from eventdesk.lists.service import leave
from eventdesk.organisers.rules import COMMAND_LINE
from tests.cast import UDO, UGO, UMA
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event, registered, sign_up

USERS = Audience.USERS


def marks(session: Session) -> list[tuple[int, bool | None]]:
    """What the history keeps: of whom, and what."""
    session.rollback()
    kept = session.scalars(select(Entry).where(Entry.act == Act.ATTENDED).order_by(Entry.id))
    return [(entry.ref, entry.details["attended"]) for entry in kept]


def at_start(event: Event, now: Clock, **later: float) -> None:
    now.time = event.starts_at
    now.pass_by(**later)


@ON_BOTH
def test_who_came_is_marked_once_and_can_be_taken_back(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    ugo = sign_up(event, UGO)
    at_start(event, now, hours=-6)

    for attended in (True, True, None):
        mark(USERS, ugo.ref, attended, actor=COMMAND_LINE, now=now.time)

    assert marks(session) == [(ugo.ref, True), (ugo.ref, None)]
    assert registered(event, ugo).standing is Standing.CONFIRMED


@pytest.mark.parametrize(
    ("attended", "hours", "said"),
    [(True, -6.01, "from 6 hours before the start"), (False, -0.01, "nobody has missed it yet")],
)
def test_nobody_is_marked_before_it_can_be_known(
    session: Session, links: Links, now: Clock, attended: bool, hours: float, said: str
) -> None:
    event = make_event(links)
    ugo = sign_up(event, UGO)
    at_start(event, now, hours=hours)

    with pytest.raises(Conflict, match=said):
        mark(USERS, ugo.ref, attended, actor=COMMAND_LINE, now=now.time)

    assert marks(session) == []


def test_only_who_has_a_seat_at_what_takes_place_is_marked(session: Session, links: Links, now: Clock) -> None:
    event, off = make_event(links, capacity=1), make_event(links)
    ugo, uma, lost = sign_up(event, UGO), sign_up(event, UMA), sign_up(off, UGO)
    cancel_event(off.slug, actor=COMMAND_LINE, links=links, now=now.time)
    at_start(event, now)

    for outcome, said in ((uma, "has a seat"), (lost, "was called off")):
        with pytest.raises(Conflict, match=said):
            mark(USERS, outcome.ref, True, actor=COMMAND_LINE, now=now.time)
    with pytest.raises(NotFound):
        mark(Audience.BUYERS, ugo.ref, True, actor=COMMAND_LINE, now=now.time)

    assert marks(session) == []


@ON_BOTH
def test_after_the_event_all_others_are_no_shows(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=2)
    ugo, uma, udo = (sign_up(event, person) for person in (UGO, UMA, UDO))
    at_start(event, now)
    mark(USERS, ugo.ref, True, actor=COMMAND_LINE, now=now.time)
    with pytest.raises(Conflict, match="somebody may still come"):
        mark_rest(event.id, actor=COMMAND_LINE, now=now.time)

    at_start(event, now, hours=2)
    marked = [mark_rest(event.id, actor=COMMAND_LINE, now=now.time) for _ in range(2)]

    assert marked == [1, 0]
    assert marks(session) == [(ugo.ref, True), (uma.ref, False)]
    assert {each: count for each, count in counts(session, event).items() if count} == {
        Standing.ATTENDED: 1,
        Standing.NO_SHOW: 1,
        Standing.WAITLISTED: 1,
    }
    assert [person.name for person in listed(session, event, Standing.NO_SHOW)] == [UMA.name]
    assert registered(event, udo).attended is None


@ON_BOTH
def test_who_was_there_cannot_leave_any_more(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=1)
    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
    at_start(event, now)
    mark(USERS, ugo.ref, True, actor=COMMAND_LINE, now=now.time)

    with pytest.raises(Conflict, match="noted already"):
        leave(USERS, ugo.ref, now=now.time)
    mark(USERS, ugo.ref, None, actor=COMMAND_LINE, now=now.time)
    leave(USERS, ugo.ref, now=now.time)
    mark(USERS, uma.ref, True, actor=COMMAND_LINE, now=now.time)

    assert registered(event, ugo).standing is Standing.CANCELLED
    assert registered(event, uma).standing is Standing.ATTENDED
    assert event.taken == 1


def test_a_reference_of_another_event_is_not_found(session: Session, links: Links) -> None:
    event, other = make_event(links), make_event(links)
    ugo = sign_up(event, UGO)

    assert person_at(session, event, ugo.ref).name == UGO.name
    with pytest.raises(NotFound):
        person_at(session, other, ugo.ref)

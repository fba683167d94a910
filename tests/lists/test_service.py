"""Registering, waiting, moving up, leaving: on both databases."""

from sqlalchemy.orm import Session

from eventdesk.events.models import Seats
from eventdesk.links import Links
from eventdesk.lists.models import State
from tests.cast import UGO, UMA
from tests.conftest import ON_BOTH
from tests.factories import make_event, registered, sign_up

pytestmark = ON_BOTH


def test_the_first_gets_the_seat_and_the_second_waits(session: Session, links: Links) -> None:
    event = make_event(links, capacity=1)

    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)

    assert registered(event, ugo).state is State.CONFIRMED
    assert registered(event, uma).state is State.WAITLISTED
    seats = session.get_one(Seats, event.id)
    assert (seats.taken, seats.waiting) == (1, 1)

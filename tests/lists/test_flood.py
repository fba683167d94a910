"""Many registrations from one network: a busy evening goes through, a flood does not."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.db import writing
from eventdesk.errors import TooMany
from eventdesk.events.models import Seats
from eventdesk.limits import count
from eventdesk.links import Links
from eventdesk.lists.models import State
from eventdesk.lists.service import REGISTRATIONS_PER_HOUR, register
from eventdesk.outbox.models import Job
from tests.cast import UDO, UGO, UMA, ZED
from tests.conftest import Clock
from tests.factories import make_event, registered, sign_up


def test_a_flood_from_one_network_is_refused_and_leaves_nothing(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    for person in (UGO, UMA):
        register(event.id, name=person.name, email=person.email, details={}, network="n", most=2, now=now.time)

    with pytest.raises(TooMany):
        register(event.id, name=UDO.name, email=UDO.email, details={}, network="n", most=2, now=now.time)
    register(event.id, name=ZED.name, email=ZED.email, details={}, network="another", most=2, now=now.time)
    later = now.time + timedelta(hours=1)
    register(event.id, name=UDO.name, email=UDO.email, details={}, network="n", most=2, now=later)

    assert session.get_one(Seats, event.id).taken == 4
    assert len(session.scalars(select(Job)).all()) == 4


def test_no_network_is_refused_below_a_thousand_registrations_an_hour(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links)
    with writing() as writer:
        for _ in range(999):
            count(writer, "register:test", now.time, most=REGISTRATIONS_PER_HOUR, seconds=3600)

    ugo = sign_up(event, UGO)

    assert registered(event, ugo).state is State.CONFIRMED

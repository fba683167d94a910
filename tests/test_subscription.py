"""Who subscribed and never came back to the site sees what moved and what was called off; every calendar is clean."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.cast import UGO, UMA
from tests.evening import cancel, change, fetch, manage_link, publish, register, send, set_up
from tests.ics_lint import lint
from tests.servers import Mailbox, Served
from tests.subscriber import Subscriber

pytestmark = pytest.mark.slow
MARCH = "2031-03-01"


def at(day: int, hour: int) -> datetime:
    """A time in that March, in Oslo."""
    return datetime(2031, 3, day, hour, tzinfo=ZoneInfo("Europe/Oslo"))


def test_a_subscriber_sees_what_moved_and_what_was_called_off(serve: Callable[..., Served], tmp_path: Path) -> None:
    served = serve()
    set_up(served)
    stays, goes = publish(served), publish(served, title="Sensors, and what they miss", starts_at="2031-03-11T17:00")
    briefing = publish(served, "commercial")
    feed, other = (f"{served.base_url}/calendars/{label}.ics" for label in ("community", "commercial"))
    person = Subscriber(tmp_path, feed)

    assert person.sync() == 2
    early, late = person.agenda(MARCH)
    assert (early.title, early.start) == ("Community session: Sensors, and what they miss", at(11, 17))
    assert (late.title, late.start) == ("Community session: Get the most out of Tire Server", at(11, 18))
    assert late.location == "Quay Street 4, Oslo"
    assert late.url == stays["urls"]["page"]
    assert late.description.startswith("This is a community session. Nobody may sell to you here.")
    other_before = fetch(other)

    change(served, stays["slug"], starts_at="2031-03-18T19:00", ends_at="2031-03-18T21:00")
    cancel(served, goes["slug"])

    assert person.sync() == 2
    off, moved = person.agenda(MARCH)
    assert (off.title, off.cancelled) == ("CANCELLED: Community session: Sensors, and what they miss", True)
    assert (moved.title, moved.start, moved.end) == (late.title, at(18, 19), at(18, 21))
    assert not moved.cancelled
    assert fetch(other) == other_before
    assert other_before.count(b"BEGIN:VEVENT") == 1
    assert briefing["uid"].encode() in other_before


def test_who_follows_a_programme_or_their_own_calendar_sees_the_same_change(
    serve: Callable[..., Served], mailbox: Mailbox, tmp_path: Path
) -> None:
    served = serve(EVENTDESK_SMTP_URL=mailbox.url)
    set_up(served)
    session = publish(served)
    register(session, UGO)
    [own] = re.findall(r"http\S+/calendars/mine/\S+\.ics", mailbox.wait(1)[0].text)
    addresses = {"programme": f"{served.base_url}/calendars/programmes/community-sessions.ics", "own": own}
    people = {name: Subscriber(tmp_path / name, address) for name, address in addresses.items()}
    assert {name: lint(fetch(address)) for name, address in addresses.items()} == {"programme": [], "own": []}
    assert [person.sync() for person in people.values()] == [1, 1]

    change(served, session["slug"], starts_at="2031-03-18T19:00", ends_at="2031-03-18T21:00")

    for person in people.values():
        person.sync()
        [moved] = person.agenda(MARCH)
        assert (moved.title, moved.start) == ("Community session: Get the most out of Tire Server", at(18, 19))


def test_no_calendar_has_anything_a_client_stumbles_over(serve: Callable[..., Served]) -> None:
    served = serve()
    set_up(served)
    feeds = [f"{served.base_url}/calendars/{label}.ics" for label in ("community", "commercial")]
    assert {address: lint(fetch(address)) for address in feeds} == {address: [] for address in feeds}
    nasty: dict[str, Any] = {
        "title": "Sensors; seals, \\Nuts 👩‍👩‍👧‍👦 " + "å" * 100,
        "description": "C:\\New\\notes\nline, two; three\n\n" + "ü🙂" * 300,
        "venue": 'Room "B"; floor 2, \\n Oslo',
        "hosts": ['The "Harbour"; Group, Oslo: users^all'],
        "online_url": "https://meet.example/room;a=1,2?x=y",
    }
    events = [publish(served, capacity=1, **nasty), publish(served, "commercial", **nasty), publish(served)]
    own = [manage_link(register(events[0], person)) for person in (UGO, UMA)]
    cancel(served, events[2]["slug"])
    calendars = [*feeds, *(event["urls"]["calendar"] for event in events), *(f"{link}.ics" for link in own)]

    found = {address: lint(fetch(address)) for address in calendars}
    assert found == {address: [] for address in calendars}

    send(own[0], {"act": "cancel"})
    assert [lint(fetch(f"{link}.ics")) for link in own] == [[], []]
    assert b"STATUS:CANCELLED" in fetch(f"{own[0]}.ics")
    assert b"STATUS:CONFIRMED" in fetch(f"{own[1]}.ics")

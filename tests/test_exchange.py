"""The whole exchange, step by step, by real letters: one event in each attendee's calendar, in the right state, each time.

Every object is read by icalendar and a small model of a client, by ical.js and by libical where they are, and the feeds
beside it by vdirsyncer and khal.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cast import UGO, UMA, Person
from tests.evening import cancel, change, fetch, manage_link, publish, register, send, set_up
from tests.readers import Said, icaljs, libical, missing
from tests.readers.client import Client, by_icalendar
from tests.servers import Mailbox, Served
from tests.subscriber import Subscriber

pytestmark = pytest.mark.slow
OWN_FEED = re.compile(r"http://\S+/calendars/mine/[\w-]+\.ics")
TITLE, NEW_TITLE = "Community session: Get the most out of Tire Server", "Community session: Tires, the long evening"


@dataclass(frozen=True)
class At:
    """What an attendee sees of the event."""

    summary: str
    start: datetime
    location: str


class Attendee:
    """One person's mail, and what comes of it: in a program that reads mail, and in one that opens their own file too."""

    def __init__(self, mailbox: Mailbox, person: Person) -> None:
        self.mailbox, self.person = mailbox, person
        self.by_mail, self.with_files = Client(), Client()
        self.objects: list[bytes] = []
        self.own_page = self.own_feed = ""

    def reads(self, letters: int, objects: int, expected: At | None) -> None:
        """Read what comes: this many letters so far, of which this many had a calendar part. Then see the event so, or none."""
        new = self._opened(letters, objects)
        self.objects += new
        for said in map(by_icalendar, new):
            assert said.attendees == (f"mailto:{self.person.email}",)
            for client in (self.by_mail, self.with_files):
                client.take(said)
        file, feed = (by_icalendar(fetch(address)) for address in (f"{self.own_page}.ics", self.own_feed))
        self.with_files.take(file)
        for client in (self.by_mail, self.with_files):
            shown = [At(each.summary, each.start, each.location) for each in client.shown]
            assert shown == ([expected] if expected else [])
        assert file == feed
        assert (feed.status == "CONFIRMED") == bool(expected)
        mailed = self.by_mail.entries.get(feed.uid)
        if expected:  # the file and the feed say what the mail said, and as new
            assert mailed
            assert (mailed.sequence, mailed.stamp, mailed.end) == (feed.sequence, feed.stamp, feed.end)
        elif mailed:
            assert feed.sequence >= mailed.sequence

    def _opened(self, letters: int, objects: int) -> list[bytes]:
        """The new calendar parts, once so much has come."""
        deadline = time.monotonic() + 15
        while len(came := self.mailbox.to(self.person.email)) < letters and time.monotonic() < deadline:
            time.sleep(0.05)
        calendars = [each.calendar for each in came if each.calendar]
        assert (len(came), len(calendars)) == (letters, objects), [each.subject for each in came]
        self.own_page, self.own_feed = manage_link(came[0].text), OWN_FEED.findall(came[0].text)[0]
        return calendars[len(self.objects) :]


@pytest.fixture
def desk(serve: Callable[..., Served], mailbox: Mailbox) -> Served:
    """A served installation that sends its mail to the mailbox."""
    served = serve(EVENTDESK_SMTP_URL=mailbox.url, EVENTDESK_MAIL_FROM="events@desk.example")
    set_up(served)
    return served


def test_one_event_in_the_right_state_whatever_happens(desk: Served, mailbox: Mailbox, tmp_path: Path) -> None:
    ugo, uma = Attendee(mailbox, UGO), Attendee(mailbox, UMA)
    event = publish(desk, capacity=1)

    def say(**said: Any) -> None:
        change(desk, event["slug"], **said)

    # Ugo has the seat, Uma waits for it.
    now = At(TITLE, datetime(2031, 3, 11, 17, tzinfo=UTC), "Quay Street 4, Oslo")
    register(event, UGO)
    ugo.reads(1, 1, now)
    register(event, UMA)
    uma.reads(1, 0, None)
    everybody = Subscriber(tmp_path / "all", f"{desk.base_url}/calendars/community.ics")
    his = Subscriber(tmp_path / "his", ugo.own_feed)

    # It moves to the next day and an hour later, gets another name, another zone, and a link to join.
    say(starts_at="2031-03-12T19:00", ends_at="2031-03-12T21:00")
    ugo.reads(2, 2, now := replace(now, start=datetime(2031, 3, 12, 18, tzinfo=UTC)))
    say(title="Tires, the long evening")
    ugo.reads(3, 3, now := replace(now, summary=NEW_TITLE))
    say(timezone="Europe/London")
    ugo.reads(4, 4, now := replace(now, start=datetime(2031, 3, 12, 19, tzinfo=UTC)))
    say(online_url="https://meet.example/tires")
    ugo.reads(5, 5, now)
    uma.reads(5, 0, None)
    assert b"CONFERENCE;FEATURE=VIDEO;LABEL=Join;VALUE=URI:https://meet.example/tires" in ugo.objects[-1]

    # Other words alone are no news to anybody's mail; the subscribed calendars have them all the same.
    say(description="Bring two questions.")
    assert mailbox.quiet_for(3)
    for subscriber in (everybody, his):
        subscriber.sync()
        [shown] = subscriber.agenda("2031-03-01")
        assert (shown.title, shown.start.astimezone(UTC), shown.cancelled) == (now.summary, now.start, False)
        assert "Bring two questions." in shown.description

    # Ugo leaves, so Uma has the seat; he comes back and waits; she leaves, and it is his again.
    send(ugo.own_page, {"act": "cancel"})
    ugo.reads(6, 6, None)
    uma.reads(6, 1, now)
    assert by_icalendar(ugo.objects[-1]).status is None
    register(event, UGO)
    ugo.reads(7, 6, None)
    uma.reads(6, 1, now)
    his.sync()
    assert len(his.agenda("2031-03-01")) == 1  # a place in line, marked as tentative
    send(uma.own_page, {"act": "cancel"})
    uma.reads(7, 2, None)
    ugo.reads(8, 7, now)

    # A last change, and it is called off. Uma, who left, hears of neither.
    say(venue="Quay Street 6, Oslo")
    ugo.reads(9, 8, replace(now, location="Quay Street 6, Oslo"))
    cancel(desk, event["slug"])
    ugo.reads(10, 9, None)
    uma.reads(7, 2, None)
    for subscriber in (everybody, his):
        subscriber.sync()
        [shown] = subscriber.agenda("2031-03-01")
        assert (shown.title, shown.cancelled) == (f"CANCELLED: {NEW_TITLE}", True)
    assert mailbox.quiet_for(2)
    read_by_others(ugo.objects, uma.objects)


def read_by_others(*everybody: list[bytes]) -> None:
    """Each message is allowed, says the same to every reader, and leads to one state in whatever order they come."""
    objects = [calendar for one in everybody for calendar in one]
    here = {"ical.js", "libical"} - missing().keys()  # who is missing is named by tests/test_readers.py
    if "libical" in here:
        assert libical(objects) == [[]] * len(objects)
    if "ical.js" in here:
        assert icaljs(objects) == [by_icalendar(each) for each in objects]
    for one in everybody:
        said = [by_icalendar(each) for each in one]
        assert len({each.uid for each in said}) == 1
        assert {each.organizer for each in said} == {"mailto:events@desk.example"}
        assert [each.sequence for each in said] == sorted({each.sequence for each in said})
        for turn in range(len(said)):
            client = Client()
            for each in (*said[turn:], *reversed(said[:turn])):
                client.take(each)
            assert client.entries == {said[-1].uid: said[-1]}


def test_the_model_of_a_client_is_not_a_friend_of_ours() -> None:
    """It shows twice what has two UIDs, and keeps what a cancellation that is not newer would take out."""
    made = {"stamp": datetime(2031, 1, 1, tzinfo=UTC), "start": datetime(2031, 3, 1, tzinfo=UTC)}
    said = Said(
        "REQUEST",
        "a",
        1,
        **made,
        end=made["start"],
        summary="",
        location="",
        status="CONFIRMED",
        organizer="",
        attendees=(),
    )
    client = Client()
    for each in (said, Said(**vars(said) | {"uid": "b"}), Said(**vars(said) | {"method": "CANCEL", "status": None})):
        client.take(each)

    assert [each.uid for each in client.shown] == ["a", "b"]

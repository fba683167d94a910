"""Mail as it arrives at a real SMTP server: the calendar messages of one registration, and what happens when it does not."""

import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from icalendar import Calendar

from tests.cast import BEA, UDO, UGO, UMA, Person
from tests.evening import cancel, change, desk_page, fetch, manage_link, publish, register, send, set_up
from tests.ics_lint import lint
from tests.servers import Delivery, Mailbox, Served

pytestmark = pytest.mark.slow
FROM = "events@desk.example"


@pytest.fixture
def desk(serve: Callable[..., Served], mailbox: Mailbox) -> Served:
    """A served installation that sends its mail to the mailbox."""
    served = serve(EVENTDESK_SMTP_URL=mailbox.url, EVENTDESK_MAIL_FROM=FROM)
    set_up(served)
    return served


def entry_of(delivery: Delivery, person: Person, event: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The method and the event of a calendar mail, once all that holds for every one of them was seen."""
    assert delivery.recipients == (person.email,)
    assert delivery.calendar is not None, delivery.subject
    assert lint(delivery.calendar) == []
    calendar = Calendar.from_ical(delivery.calendar)
    [found] = calendar.events
    entry: dict[str, Any] = dict(found)
    method = str(calendar["METHOD"])
    [part] = [each for each in delivery.message.walk() if each.get_content_type() == "text/calendar"]
    assert (part.get_param("method"), part.get_content_charset()) == (method, "utf-8")
    [file] = [each for each in delivery.message.walk() if each.get_content_type() == "application/ics"]
    assert file.get_payload(decode=True) == delivery.calendar
    assert delivery.message["From"].addresses[0].addr_spec == delivery.sender == FROM
    assert entry["ORGANIZER"] == f"mailto:{FROM}"
    assert entry["ATTENDEE"] == f"mailto:{person.email}"
    assert entry["ATTENDEE"].params["RSVP"] == "FALSE"
    assert entry["UID"] == event["uid"]
    return method, entry


def text_of(delivery: Delivery) -> str:
    """The words of a mail, once their first line was seen to be the community's promise."""
    assert delivery.text.splitlines()[0] == "This is a community session. Nobody may sell to you here."
    return delivery.text


def feed_entry(served: Served, label: str = "community") -> dict[str, Any]:
    """The one event of a label's feed."""
    feed = fetch(f"{served.base_url}/calendars/{label}.ics")
    assert lint(feed) == []
    [entry] = Calendar.from_ical(feed).events
    return dict(entry)


def test_a_registration_is_one_request_that_is_updated_and_cancelled(desk: Served, mailbox: Mailbox) -> None:
    event = publish(desk)
    register(event, UGO)
    [welcome] = mailbox.wait(1)
    method, entry = entry_of(welcome, UGO, event)
    assert (method, entry["STATUS"], entry["SEQUENCE"]) == ("REQUEST", "CONFIRMED", 0)
    own_page = manage_link(text_of(welcome))
    assert lint(fetch(own_page + ".ics")) == []

    change(desk, event["slug"], starts_at="2031-03-12T19:00", ends_at="2031-03-12T21:00")
    news = mailbox.wait(2)[1]
    method, moved = entry_of(news, UGO, event)
    assert (method, moved["SEQUENCE"], moved["DTSTART"].dt.hour) == ("REQUEST", 1, 18)
    said = " ".join(text_of(news).split())
    assert "The new time is Wednesday 12 March 2031, 19:00 to 21:00 (Europe/Oslo)." in said
    assert "It was Tuesday 11 March 2031, 18:00 to 20:00 (Europe/Oslo)." in said
    assert feed_entry(desk)["SEQUENCE"] == 1

    send(own_page, {"act": "cancel"})
    left = mailbox.wait(3)[2]
    method, dropped = entry_of(left, UGO, event)
    assert (method, "STATUS" in dropped, dropped["SEQUENCE"]) == ("CANCEL", False, 2)
    assert feed_entry(desk)["STATUS"] == "CONFIRMED"
    text_of(left)

    register(event, UGO)
    method, back = entry_of(mailbox.wait(4)[3], UGO, event)
    assert (method, back["STATUS"], back["SEQUENCE"]) == ("REQUEST", "CONFIRMED", 3)

    cancel(desk, event["slug"])
    off = mailbox.wait(5)[4]
    method, gone = entry_of(off, UGO, event)
    assert (method, gone["STATUS"], gone["SUMMARY"][:10]) == ("CANCEL", "CANCELLED", "CANCELLED:")
    assert gone["SEQUENCE"] > back["SEQUENCE"]
    assert "will not take place" in text_of(off)
    tombstone = feed_entry(desk)
    assert (tombstone["UID"], tombstone["STATUS"]) == (event["uid"], "CANCELLED")

    assert mailbox.quiet_for(2)
    assert len({delivery.message["Message-ID"] for delivery in mailbox.deliveries}) == 5


def test_who_waits_gets_words_alone_and_a_calendar_entry_with_the_seat(desk: Served, mailbox: Mailbox) -> None:
    event = publish(desk, capacity=1)
    for person in (UGO, UMA, UDO, UMA):  # Uma clicks twice
        register(event, person)
    register(event, UGO)
    mailbox.wait(3)
    assert mailbox.quiet_for(2)
    [welcome], [waits], [waits_too] = mailbox.to(UGO.email), mailbox.to(UMA.email), mailbox.to(UDO.email)
    assert (waits.calendar, waits_too.calendar) == (None, None)
    assert "waiting list" in text_of(waits)

    change(desk, event["slug"], venue="Quay Street 6, Oslo")
    mailbox.wait(6)
    assert [delivery.calendar for delivery in mailbox.to(UMA.email)] == [None, None]

    send(manage_link(welcome.text), {"act": "cancel"})
    mailbox.wait(8)
    seat = mailbox.to(UMA.email)[2]
    method, entry = entry_of(seat, UMA, event)
    assert (method, entry["STATUS"], entry["LOCATION"]) == ("REQUEST", "CONFIRMED", "Quay Street 6, Oslo")
    assert manage_link(text_of(seat)) == manage_link(waits.text)

    send(manage_link(waits_too.text), {"act": "cancel"})
    cancel(desk, event["slug"])
    mailbox.wait(10)
    assert mailbox.quiet_for(2)
    assert [delivery.calendar for delivery in mailbox.to(UDO.email)] == [None, None, None]
    assert entry_of(mailbox.to(UMA.email)[3], UMA, event)[0] == "CANCEL"
    assert len(mailbox.to(UGO.email)) == 3


def test_a_buyer_gets_the_briefing_and_hears_of_no_session(desk: Served, mailbox: Mailbox) -> None:
    briefing, session = publish(desk, "commercial"), publish(desk)
    register(briefing, BEA)
    register(session, UGO)
    mailbox.wait(2)

    [mail] = mailbox.to(BEA.email)
    method, entry = entry_of(mail, BEA, briefing)
    assert (method, entry["CATEGORIES"].to_ical()) == ("REQUEST", b"commercial briefing")
    promise = "This is a commercial briefing. Lathe Lane Software would like your business."
    assert mail.text.splitlines()[0] == promise
    assert str(entry["DESCRIPTION"]).splitlines()[0] == promise
    assert b"community" not in mail.raw.lower()
    assert feed_entry(desk, "commercial")["UID"] == briefing["uid"]


def test_who_wants_to_be_told_of_the_next_one_says_so_by_a_link_in_their_mailbox(
    desk: Served, mailbox: Mailbox
) -> None:
    said = send(f"{desk.base_url}/community/standing", UGO.form)
    [question] = mailbox.wait(1)
    link = re.search(r"http://\S+/standing/\S+", text_of(question))
    assert link
    assert (UGO.email in said, question.recipients) == (True, (UGO.email,))
    assert (question.message["List-Unsubscribe"], UGO.name in question.raw.decode()) == (None, False)

    fetch(link[0])  # as a mail scanner does
    assert UGO.email not in desk_page(desk, "/desk/standing")

    assert "Take me off this list" in send(link[0], {"act": "confirm"})
    assert UGO.email in desk_page(desk, "/desk/standing")
    assert "You are off the list" in send(link[0], {"act": "end"})
    assert UGO.email not in desk_page(desk, "/desk/standing")
    assert mailbox.quiet_for(1)


def test_messages_wait_until_there_is_a_mail_server(serve: Callable[..., Served], mailbox: Mailbox) -> None:
    served = serve()
    set_up(served)
    event = publish(served)
    shown_once = manage_link(register(event, UGO))
    change(served, event["slug"], title="Get more out of Tire Server")
    assert mailbox.quiet_for(2)
    assert "EVENTDESK_SMTP_URL" in desk_page(served, "/desk/messages")

    served.environment |= {"EVENTDESK_SMTP_URL": mailbox.url, "EVENTDESK_MAIL_FROM": FROM}
    served.restart()

    [welcome] = mailbox.wait(1)  # written from the state at the time of sending, so that the change is no news
    entry = entry_of(welcome, UGO, event)[1]
    assert (entry["SEQUENCE"], entry["SUMMARY"]) == (1, "Community session: Get more out of Tire Server")
    assert manage_link(welcome.text) == shown_once
    assert mailbox.quiet_for(2)


def progress(served: Served) -> list[tuple[str, int, str]]:
    """How the messages of an installation stand: progress, attempts, error."""
    with closing(sqlite3.connect(served.instance / "eventdesk.db", timeout=30)) as database:
        return database.execute("SELECT progress, attempts, error FROM outbox ORDER BY id").fetchall()


def wait_for(served: Served, *wanted: tuple[str, int]) -> list[str]:
    """Wait until the messages stand so, with so many attempts; their errors."""
    deadline = time.monotonic() + 15
    while [(state, attempts) for state, attempts, _ in progress(served)] != list(wanted):
        assert time.monotonic() < deadline, f"wanted {wanted}, got {progress(served)}"
        time.sleep(0.1)
    return [error for _, _, error in progress(served)]


def let_time_pass(served: Served) -> None:
    """Bring everything that is to be tried later forward to now."""
    with closing(sqlite3.connect(served.instance / "eventdesk.db", timeout=30)) as database, database:
        database.execute("UPDATE outbox SET run_at = made_at WHERE progress = 'waiting'")


def test_a_refusal_for_now_is_tried_again_and_a_final_one_is_shown(desk: Served, mailbox: Mailbox) -> None:
    mailbox.refuse(UGO.email, "451 4.7.1 come back later", at="data", times=2)
    mailbox.refuse(UMA.email, f"550 5.1.1 <{UMA.email}>: nobody of that name")
    event = publish(desk)

    register(event, UGO)
    register(event, UMA)
    later, never = wait_for(desk, ("waiting", 1), ("failed", 1))
    assert (later, never) == ("451 4.7.1 come back later", "550 5.1.1 <the recipient>: nobody of that name")
    assert mailbox.quiet_for(2)

    let_time_pass(desk)
    wait_for(desk, ("waiting", 2), ("failed", 1))
    let_time_pass(desk)
    [welcome] = mailbox.wait(1)
    assert entry_of(welcome, UGO, event)[0] == "REQUEST"
    wait_for(desk, ("done", 3), ("failed", 1))
    page = desk_page(desk, "/desk/messages?tab=failed")
    assert "nobody of that name" in page
    assert UMA.email not in page


def test_a_message_taken_without_an_answer_comes_again_as_the_same_message(desk: Served, mailbox: Mailbox) -> None:
    mailbox.drop(UGO.email, times=1)
    register(publish(desk), UGO)
    wait_for(desk, ("waiting", 1))

    let_time_pass(desk)

    first, again = mailbox.wait(2)
    assert first.message["Message-ID"] == again.message["Message-ID"]
    assert re.sub(rb"Date:.*|==+\w+==", b"", first.raw) == re.sub(rb"Date:.*|==+\w+==", b"", again.raw)

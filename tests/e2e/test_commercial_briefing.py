"""A commercial briefing, from the first start to a buyer's calendar, in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from icalendar import Calendar

from tests.browser import Visitor
from tests.cast import BEA, BOB
from tests.e2e.desk import fill_in, personal_link, promise_stands_before_form, register, set_up
from tests.servers import Mailbox, Served
from tests.subscriber import Subscriber

pytestmark = pytest.mark.e2e
PROMISE = "This is a commercial briefing. Lathe Lane Software would like your business."
BUTTON = "Register for the commercial briefing"
ANSWERS = {
    "Who is it for?": "Fleet managers with fifty vehicles or more.",
    "Why would they want to hear it?": "They learn of a flat tire too late.",
    "What is offered?": "Tire Server Fleet, with sensors.",
    "How do they pay for it?": "By vehicle and month, from 4 euros.",
}


def test_two_buyers_come_for_one_seat_at_a_commercial_briefing(
    serve: Callable[..., Served], visit: Callable[..., Visitor], mailbox: Mailbox, tmp_path: Path
) -> None:
    served = serve(EVENTDESK_SMTP_URL=mailbox.url)
    ada = visit(served.base_url)
    set_up(ada, served)

    # The desk asks for the seller's postal address, and does not refuse for want of it.
    ada.page.get_by_role("link", name="Give it").click()
    ada.page.get_by_label("Postal address").fill("Lathe Lane Software\nMill Road 9\n0150 Oslo")
    ada.page.get_by_role("button", name="Save").click()
    ada.examine()
    ada.photograph("programme")

    # Without its four answers it is a draft and stays one.
    ada.look("/desk/events/new")
    ada.page.get_by_role("radio", name="COMMERCIAL").check()
    fill_in(
        ada,
        {"Title": "Tire Server for fleets", "Venue": "Mill Road 9, Oslo", "Hosts": "Lathe Lane Software", "Seats": "1"},
    )
    fill_in(ada, {"Starts": "2031-04-01T09:00", "Ends": "2031-04-01T10:00"})
    ada.page.get_by_role("button", name="Save").click()
    ada.page.get_by_text("Answer “How do they pay for it?” before publishing.").wait_for()
    ada.examine()
    assert ada.page.get_by_role("button", name="Publish").count() == 0
    ada.page.get_by_role("link", name="Fill it in").click()
    fill_in(ada, ANSWERS)
    ada.page.get_by_role("button", name="Save").click()
    ada.page.get_by_role("button", name="Publish the commercial briefing").click()
    invite = ada.page.get_by_label("Invite link").input_value()

    # Bea reads the answers before the form; it asks her company and role too. Bob comes second, and waits.
    bea, bob = visit(served.base_url), visit(served.base_url, phone=True)
    bea.look(invite)
    bea.photograph("invite-commercial")
    assert promise_stands_before_form(bea, PROMISE)
    for answer in ANSWERS.values():
        assert bea.page.get_by_text(answer).bounding_box()["y"] < bea.page.get_by_label("Your name").bounding_box()["y"]  # type: ignore[index]
    register(bea, invite, BEA, BUTTON)
    confirmed = mailbox.wait(1)[0]
    register(bob, invite, BOB, BUTTON)
    bob.photograph("registered-waiting")
    waiting = mailbox.wait(2)[1]
    assert confirmed.text.startswith(PROMISE)
    assert "0150 Oslo" in confirmed.text
    assert "waiting list" in waiting.text
    assert waiting.calendar is None

    # Bea leaves: the seat is Bob's, by mail, with a link to release it.
    bea.look(personal_link(confirmed))
    bea.page.get_by_role("button", name="Cancel my registration").click()
    bea.page.get_by_text("You have cancelled.").wait_for()
    promoted = next(mail for mail in mailbox.wait(4) if mail.recipients == (BOB.email,) and mail.calendar)
    assert "The waiting is over" in promoted.text
    bob.look(personal_link(promoted))
    bob.page.get_by_text("You have a seat.").wait_for()

    # The buyers' list names them with their companies; nobody of it is a user.
    ada.look("/desk/events/tire-server-for-fleets/people")
    ada.photograph("buyers-list")
    assert ada.page.get_by_role("row", name=BOB.company).count() == 1

    # Cancelled: Bob's mail takes it out of his calendar, and the feed carries the tombstone.
    subscriber = Subscriber(tmp_path, f"{served.base_url}/calendars/commercial.ics")
    assert subscriber.sync() == 1
    ada.look("/desk/events/tire-server-for-fleets")
    ada.page.get_by_label("Yes, it does not take place").check()
    ada.page.get_by_role("button", name="Cancel the commercial briefing").click()
    ada.page.get_by_text("Everyone registered is being told").wait_for()
    ada.examine()
    cancelled = mailbox.wait(5)[4]
    assert cancelled.recipients == (BOB.email,)
    assert cancelled.calendar is not None
    gone = Calendar.from_ical(cancelled.calendar)
    assert (gone["METHOD"], gone.events[0]["STATUS"]) == ("CANCEL", "CANCELLED")
    assert subscriber.sync() == 1
    [shown] = subscriber.agenda("2031-03-01")
    assert shown.cancelled
    bea.look(invite)
    bea.photograph("cancelled")
    assert bea.page.get_by_role("button", name="Register for").count() == 0

"""A community session, from the first start to a user's calendar, in a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest

from eventdesk.samples import READER
from tests.browser import Visitor
from tests.cast import UGO
from tests.e2e.desk import entry_in, fill_in, personal_link, promise_stands_before_form, register, set_up
from tests.servers import Mailbox, Served
from tests.subscriber import Subscriber

pytestmark = pytest.mark.e2e
PROMISE = "This is a community session. Nobody may sell to you here."


def test_a_user_comes_to_a_community_session(
    serve: Callable[..., Served], visit: Callable[..., Visitor], mailbox: Mailbox, tmp_path: Path
) -> None:
    served = serve(EVENTDESK_SMTP_URL=mailbox.url)
    ada = visit(served.base_url)
    set_up(ada, served, looking=True)

    # Without a label there is no event; with it, the words are made from it.
    ada.look("/desk/events/new")
    ada.photograph("new-event")
    fill_in(
        ada,
        {
            "Title": "Get the most out of Tire Server",
            "Venue": "Quay Street 4, Oslo",
            "Hosts": "Harbour User Group",
            "Seats": "40",
        },
    )
    fill_in(ada, {"Starts": "2031-03-11T18:00", "Ends": "2031-03-11T20:00", "Description": "Bring **one** question."})
    ada.page.get_by_role("radio", name="COMMUNITY").evaluate("radio => radio.required = false")
    ada.page.get_by_role("button", name="Save").click()
    ada.page.get_by_text("Say first what it is").first.wait_for()
    ada.examine()
    ada.page.get_by_role("radio", name="COMMUNITY").check()
    ada.page.get_by_role("button", name="Preview the words").click()
    preview = ada.page.locator("pre").first
    preview.wait_for()
    ada.examine()
    ada.photograph("preview")
    assert preview.inner_text().startswith(PROMISE)
    assert ada.page.get_by_role("radio", name="COMMUNITY").is_checked()

    # Published with its charter, it has a link to hand out.
    ada.page.get_by_role("button", name="Save").click()
    ada.page.get_by_label("I accept this charter").check()
    ada.photograph("draft")
    ada.page.get_by_role("button", name="Publish the community session").click()
    invite = ada.page.get_by_label("Invite link").input_value()
    ada.examine()
    ada.photograph("event-at-desk")
    invitation = ada.page.locator("pre", has_text="invites you to “Get the most out of Tire Server”").first
    assert invitation.inner_text().startswith(PROMISE) or invitation.text_content()

    # Ugo opens it on his phone, far away: first what it is, then a form that asks two things.
    ugo = visit(served.base_url, phone=True, zone="America/New_York")
    ugo.look(invite)
    ugo.photograph("invite-community")
    assert promise_stands_before_form(ugo, PROMISE)
    ugo.page.get_by_text("Your time:").first.wait_for()
    assert ugo.page.locator("form input:visible").count() == 2
    assert ugo.page.get_by_label("Company").count() == 0
    register(ugo, invite, UGO, "Register for the community session")
    assert ugo.context.cookies() == []

    # His seat, his calendar entry and his own link come by mail; the feed shows the same event.
    [confirmation] = mailbox.wait(1)
    assert confirmation.recipients == (UGO.email,)
    assert confirmation.text.startswith(PROMISE)
    entry = entry_in(confirmation.calendar)
    subscriber = Subscriber(tmp_path, f"{served.base_url}/calendars/community.ics")
    subscriber.sync()
    [shown] = subscriber.agenda("2031-03-01")
    assert shown.title == "Community session: Get the most out of Tire Server"
    assert shown.start == entry.start

    # The session moves by an hour: his mail says so in words, and the calendar follows.
    ada.page.get_by_role("link", name="Change the event").click()
    fill_in(ada, {"Starts": "2031-03-11T19:00", "Ends": "2031-03-11T21:00"})
    ada.page.get_by_role("button", name="Save").click()
    ada.page.get_by_role("heading", name="Before you save").wait_for()
    ada.examine()
    ada.photograph("before-saving")
    said = ada.page.get_by_text("Hello Uma Example").inner_text()
    ada.page.get_by_role("button", name="Save and tell one person").click()
    ada.page.get_by_role("link", name="Change the event").wait_for()
    news = mailbox.wait(2)[1]
    assert "The new time is Tuesday 11 March 2031, 19:00 to 21:00 (Europe/Oslo)" in news.text
    # Word for word what the organiser saw, but for its reader's name and link.
    sample = said.replace("Uma Example", UGO.name).replace(
        READER.manage_url, served.base_url + personal_link(confirmation)
    )
    assert news.text.split() == sample.split()
    moved = entry_in(news.calendar)
    assert (moved.uid, moved.sequence) == (entry.uid, (entry.sequence or 0) + 1)
    subscriber.sync()
    [shown] = subscriber.agenda("2031-03-01")
    assert (shown.start, shown.start.hour) == (moved.start, 19)

    # He cannot come after all: opening the link does nothing, its button does.
    ugo.look(personal_link(confirmation))
    ugo.photograph("manage")
    ugo.page.get_by_text("You have a seat.").wait_for()
    ugo.page.get_by_role("button", name="Cancel my registration").click()
    ugo.page.get_by_text("You have cancelled.").wait_for()
    ugo.examine()
    assert b"METHOD:CANCEL" in (mailbox.wait(3)[2].calendar or b"")
    ada.look("/desk/events/get-the-most-out-of-tire-server/people?tab=cancelled")
    ada.photograph("users-list")
    assert ada.page.get_by_role("row", name=UGO.name).count() == 1


def test_the_public_pages_work_without_javascript(serve: Callable[..., Served], visit: Callable[..., Visitor]) -> None:
    served = serve()
    served.succeed("demo")
    plain = visit(served.base_url, javascript=False)

    register(plain, "/events/show-your-worst-dashboard", UGO, "Register for the community session")

    plain.page.get_by_text("Keep this link, it is shown once").wait_for()


def test_the_front_doors_and_feeds_look_right(serve: Callable[..., Served], visit: Callable[..., Visitor]) -> None:
    served = serve()
    served.succeed("demo")
    zed = visit(served.base_url)

    for name, address in {
        "front": "/",
        "label": "/community",
        "full": "/events/get-the-most-out-of-tire-server",
        "sign-in": "/sign-in",
    }.items():
        zed.look(address)
        zed.photograph(name)
    zed.look("/nothing-here", expect=404)
    zed.photograph("not-found")

    assert zed.page.get_by_role("heading", name="Not found").count() == 1

"""A personal link used with another address: held, looked at by the organiser, let in, and told by mail. In a real browser."""

from collections.abc import Callable

import pytest

from tests.browser import Visitor
from tests.cast import UGO, UMA, ZED
from tests.e2e.desk import fill_in, personal_link, register, set_up
from tests.servers import Mailbox, Served

pytestmark = pytest.mark.e2e
BUTTON = "Register for the community session"
EVENT = "/desk/events/get-the-most-out-of-tire-server"


def test_a_personal_link_that_was_passed_on_is_held_until_the_organiser_approves(
    serve: Callable[..., Served], visit: Callable[..., Visitor], mailbox: Mailbox
) -> None:
    served = serve(EVENTDESK_SMTP_URL=mailbox.url)
    ada = visit(served.base_url)
    set_up(ada, served)
    ada.look("/desk/events/new")
    ada.page.get_by_role("radio", name="COMMUNITY").check()
    fill_in(ada, {"Title": "Get the most out of Tire Server", "Venue": "Quay Street 4, Oslo", "Seats": "2"})
    fill_in(ada, {"Starts": "2031-03-11T18:00", "Ends": "2031-03-11T20:00"})
    ada.page.get_by_text("Only those who have its invite link").click()
    ada.page.get_by_role("button", name="Save").click()
    ada.page.get_by_label("I accept this charter").check()
    ada.page.get_by_role("button", name="Publish the community session").click()

    # A campaign link and a personal one stand in the table, each with a code for a camera.
    ada.page.get_by_role("link", name="Links", exact=True).click()
    ada.examine()
    fill_in(
        ada, {"Name of the link": "Newsletter in March", "Good until": "2031-03-01T09:00", "Most registrations": "1"}
    )
    ada.page.get_by_role("button", name="Make the link").click()
    ada.page.get_by_label("Address of “Newsletter in March”").wait_for()
    fill_in(ada, {"Their name": UGO.name, "Their email address": UGO.email})
    ada.page.get_by_role("button", name="Make the personal link").click()
    personal = ada.page.get_by_label(f"Address of “{UGO.name}”").input_value()
    campaign = ada.page.get_by_label("Address of “Newsletter in March”").input_value()
    ada.page.get_by_text("QR code of “Newsletter in March”").click()
    picture = ada.page.get_by_alt_text("QR code of “Newsletter in March”")
    picture.scroll_into_view_if_needed()
    ada.page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=picture.element_handle())
    ada.examine()
    ada.photograph("links")

    # Uma uses up the campaign link; who comes after her reads why it takes nobody any more.
    uma, zed = visit(served.base_url), visit(served.base_url, phone=True)
    register(uma, campaign, UMA, BUTTON)
    mailbox.wait(1)
    zed.look(campaign)
    zed.page.get_by_text("has been used as often as it may be").wait_for()
    zed.photograph("link-used-up")

    # Zed was passed Ugo's link. He is told beforehand and afterwards that the organisers look at it first.
    zed.look(personal)
    zed.page.get_by_text("u…@users.example").wait_for()
    zed.photograph("personal-link")
    register(zed, personal, ZED, BUTTON)
    zed.page.get_by_text("The organisers look at your registration first.").wait_for()
    zed.photograph("registered-held")
    held = mailbox.wait(2)[1]
    assert held.recipients == (ZED.email,)
    assert "has a look first" in held.text
    assert held.calendar is None
    zed.look(personal_link(held))
    zed.page.get_by_text("so you have no seat yet").wait_for()
    zed.photograph("manage-held")

    # The organiser sees on the start page that somebody waits, and lets him in; the mail brings his seat.
    ada.look("/desk/")
    ada.page.get_by_text("One registration waits for your word").wait_for()
    ada.page.get_by_role("link", name="Look at it").click()
    ada.page.get_by_text(f"By the link made for {UGO.name}, {UGO.email}.").wait_for()
    ada.examine()
    ada.photograph("held")
    ada.page.get_by_role("button", name=f"Approve {ZED.name}").click()
    ada.page.get_by_text(f"{ZED.name} has a seat, and hears of it by mail.").wait_for()
    ada.examine()
    seat = mailbox.wait(3)[2]
    assert seat.recipients == (ZED.email,)
    assert "You have a seat" in seat.text
    assert seat.calendar is not None
    zed.look(personal_link(seat))
    zed.page.get_by_text("You have a seat.").wait_for()

    # The table counts: one opened the campaign link twice over, one registered by it; the personal link is used.
    ada.page.wait_for_timeout(1500)
    ada.look(f"{EVENT}/links")
    row = ada.page.get_by_role("row", name="Newsletter in March")
    assert "Used up: 1 of 1 used" in row.inner_text()
    assert row.get_by_role("cell").all_inner_texts()[1:3] == ["2", "1"]
    ada.page.get_by_role("button", name=f"Withdraw “{UGO.name}”").click()
    ada.page.get_by_text("is no longer valid").wait_for()
    zed.look(personal, expect=404)

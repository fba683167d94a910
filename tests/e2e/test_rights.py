"""Erase oneself: from one's own page to the link in the mail, see all that is held, take it along, erase it, and be gone at the desk."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser import Visitor
from tests.cast import UGO, UMA
from tests.e2e.desk import fill_in, personal_link, register, set_up
from tests.servers import Mailbox, Served

pytestmark = pytest.mark.e2e
BUTTON = "Register for the community session"
EVENT = "/desk/events/get-the-most-out-of-tire-server"
WHOLE = re.compile(r"https?://\S+/held/[\w-]+")


def test_somebody_erases_themself_and_the_next_in_line_has_the_seat(
    serve: Callable[..., Served], visit: Callable[..., Visitor], mailbox: Mailbox
) -> None:
    served = serve(EVENTDESK_SMTP_URL=mailbox.url)
    ada = visit(served.base_url)
    set_up(ada, served)
    ada.look("/desk/events/new")
    ada.page.get_by_role("radio", name="COMMUNITY").check()
    fill_in(ada, {"Title": "Get the most out of Tire Server", "Venue": "Quay Street 4, Oslo", "Seats": "1"})
    fill_in(ada, {"Starts": "2031-03-11T18:00", "Ends": "2031-03-11T20:00"})
    ada.page.get_by_role("button", name="Save").click()
    ada.page.get_by_label("I accept this charter").check()
    ada.page.get_by_role("button", name="Publish the community session").click()
    invite = ada.page.get_by_label("Invite link").input_value()

    # Ugo has the seat, Uma waits. From his own page he comes to what is held, and corrects his name.
    ugo, uma = visit(served.base_url, phone=True), visit(served.base_url)
    register(ugo, invite, UGO, BUTTON)
    register(uma, invite, UMA, BUTTON)
    mails = {each.recipients[0]: each for each in mailbox.wait(2)}
    ugo.look(personal_link(mails[UGO.email]))
    ugo.page.get_by_role("link", name="See what is held").click()
    ugo.page.get_by_role("heading", name="This registration", exact=True).wait_for()
    ugo.examine()
    ugo.photograph("held-own")
    ugo.page.get_by_label("Your name").fill("Ugo Userson")
    ugo.page.get_by_role("button", name="Save").click()
    ugo.page.get_by_text("What is held about you was corrected.").wait_for(state="attached")

    # The link to everything goes by mail. Behind it he takes a file along.
    ugo.page.get_by_role("button", name="Mail me the link").click()
    ugo.page.get_by_role("heading", name="Look at your mail").wait_for()
    ugo.examine()
    ugo.photograph("held-mailed")
    letter = mailbox.wait(3)[2]
    assert letter.recipients == (UGO.email,)
    found = WHOLE.search(letter.text)
    assert found, letter.text
    whole = urlsplit(found[0]).path
    ugo.look(whole)
    ugo.photograph("held-whole")
    with ugo.page.expect_download() as taken:
        ugo.page.get_by_role("link", name="Take it with you (JSON)").click()
    said = json.loads(Path(taken.value.path()).read_text())
    assert {row["name"] for row in said["held"]["registrations"]} == {"Ugo Userson"}

    # He erases it, after saying that he means it; his links open nothing any more, and Uma has his seat.
    ugo.page.get_by_label("Yes, erase it.").check()
    ugo.page.get_by_role("button", name="Erase everything on this list").click()
    ugo.page.get_by_role("heading", name="It is erased").wait_for()
    ugo.examine()
    ugo.photograph("held-erased")
    for path in (whole, personal_link(mails[UGO.email])):
        ugo.look(path, expect=404)
    seat = mailbox.wait(4)[3]
    assert (seat.recipients, seat.calendar is not None) == ((UMA.email,), True)

    # At the desk he is gone; what happened is still told, without a name.
    ada.look(f"{EVENT}/people")
    ada.page.get_by_text(UMA.name).first.wait_for()
    assert "Ugo" not in ada.page.content()
    ada.look(f"{EVENT}/history")
    assert "Ugo" not in ada.page.content()
    assert UGO.email not in served.output

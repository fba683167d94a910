"""A list is worked with: one is made of two, somebody is taken off, and it leaves as a file with a reason."""

import json
from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.browser import Visitor
from tests.cast import PASSPHRASE, UGO, UMA, Person
from tests.e2e.desk import entry_in, register, set_up
from tests.servers import Mailbox, Served

pytestmark = pytest.mark.e2e
BUTTON = "Register for the community session"
TWICE = Person("ugo USER", "ugo@work.example")
SAID = {
    "label": "community",
    "title": "Show your worst dashboard",
    "starts_at": "2031-03-11T18:00",
    "ends_at": "2031-03-11T20:00",
    "timezone": "Europe/Oslo",
    "venue": "Quay Street 4, Oslo",
    "capacity": 1,
}
WHY = "To print the name tags."


def test_one_is_made_of_two_one_is_taken_off_and_the_list_goes_out_with_a_reason(
    serve: Callable[..., Served], visit: Callable[..., Visitor], mailbox: Mailbox
) -> None:
    served = serve(EVENTDESK_SMTP_URL=mailbox.url)
    ada = visit(served.base_url)
    set_up(ada, served)
    invite = json.loads(served.succeed("event", "add", "--publish", "-", stdin=json.dumps(SAID)))["urls"]["invite"]
    for person in (UGO, TWICE, UMA):
        register(visit(served.base_url), invite, person, BUTTON)
    mailbox.wait(3)
    page = ada.page

    # Ugo has a seat, and waits for another one. Ada sees it, and looks at both.
    ada.look("/desk/events/show-your-worst-dashboard/people")
    ada.examine()
    ada.photograph("people-three")
    page.get_by_role("link", name="Is somebody here twice?").click()
    page.get_by_role("button", name="Look at both").click()
    ada.examine()
    ada.photograph("merge-two")
    page.get_by_label(TWICE.email).check()
    page.get_by_role("button", name="Make one of them").click()
    page.get_by_text("ugo USER is on the list once now.").wait_for()
    told = mailbox.wait(4)[3]
    assert (told.recipients, "made one registration of it" in told.text) == ((TWICE.email,), True)
    assert entry_in(told.calendar)["STATUS"] == "CONFIRMED"

    # With the keyboard: he is ticked and taken off; Uma, who was next, has his seat.
    page.get_by_role("link", name="Confirmed").click()
    page.get_by_role("checkbox", name=TWICE.name).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")  # of all buttons, it presses the one that does nothing
    page.get_by_text("Choose what to do with them.").wait_for()
    assert page.get_by_role("checkbox", name=TWICE.name).is_checked()
    page.get_by_text("Take off the list").click()
    page.get_by_role("button", name="Take them off").click()
    page.get_by_text("1 taken off the list.").wait_for()
    ada.examine()
    ended, moved = sorted(mailbox.wait(6)[4:], key=lambda mail: mail.recipients)
    assert (ended.recipients, "The organisers have taken you off" in ended.text) == ((TWICE.email,), True)
    assert (moved.recipients, entry_in(moved.calendar)["STATUS"]) == ((UMA.email,), "CONFIRMED")

    # The list leaves by who knows the passphrase, and says why.
    page.get_by_role("link", name="Take out as a file").click()
    ada.examine()
    ada.photograph("export")
    page.get_by_label("Registered (UTC)").uncheck()
    page.get_by_label("Excel (XLSX)").check()
    page.get_by_label("Reason").fill(WHY)
    page.get_by_label("Your passphrase").fill("not the right passphrase")
    page.get_by_role("button", name="Take the file out").click()
    page.get_by_role("alert").get_by_text("This is not your passphrase.").wait_for()
    ada.examine()
    page.get_by_label("Your passphrase").fill(PASSPHRASE)
    with page.expect_download() as begun:
        page.get_by_role("button", name="Take the file out").click()
    rows = [
        [cell.value for cell in row]
        for row in load_workbook(BytesIO(begun.value.path().read_bytes())).active.iter_rows()
    ]
    assert begun.value.suggested_filename == "show-your-worst-dashboard-users.xlsx"
    assert rows == [["Name", "Email", "State"], [UMA.name, UMA.email, "confirmed"]]
    ada.look("/desk/events/show-your-worst-dashboard/people/export")
    page.get_by_text("1 person as XLSX: Name, Email, State.").wait_for()
    page.get_by_text(WHY).wait_for()
    ada.photograph("export-kept")

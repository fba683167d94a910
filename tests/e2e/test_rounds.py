"""A file of people invited in one round: looked at, tried out, sent, answered, and followed up once. In a real browser."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import FilePayload

from tests.browser import Visitor
from tests.cast import ADA, UDO, UGO, UMA
from tests.e2e.desk import fill_in, register, set_up
from tests.servers import Delivery, Mailbox, Served

pytestmark = pytest.mark.e2e
BUTTON = "Register for the community session"
CSV = f"E-mail;Name\n{UGO.email};{UGO.name}\n{UMA.email};{UMA.name}\n{UDO.email};{UDO.name}\n"
LINK = re.compile(r"https?://\S+/i/[\w-]{30,}")


def own_link(delivery: Delivery) -> str:
    """The path of the personal link in an invitation."""
    found = LINK.search(delivery.text)
    assert found, delivery.text
    return urlsplit(found[0]).path


def test_a_round_is_sent_answered_and_followed_up_once(
    serve: Callable[..., Served], visit: Callable[..., Visitor], mailbox: Mailbox
) -> None:
    served = serve(EVENTDESK_SMTP_URL=mailbox.url)
    ada = visit(served.base_url)
    set_up(ada, served)
    ada.look("/desk/events/new")
    ada.page.get_by_role("radio", name="COMMUNITY").check()
    fill_in(ada, {"Title": "Get the most out of Tire Server", "Venue": "Quay Street 4, Oslo"})
    fill_in(ada, {"Starts": "2031-03-11T18:00", "Ends": "2031-03-11T20:00"})
    ada.page.get_by_role("button", name="Save").click()
    ada.page.get_by_label("I accept this charter").check()
    ada.page.get_by_role("button", name="Publish the community session").click()

    # A file with a mistake is refused whole, with its row; without it, it makes a round of which nothing is sent.
    ada.page.get_by_role("link", name="Invitations", exact=True).click()
    for text in (CSV + "nowhere;Zed\n", CSV):
        file: FilePayload = {"name": "people.csv", "mimeType": "text/csv", "buffer": text.encode()}
        ada.page.get_by_label("CSV file").set_input_files(file)
        ada.page.get_by_label("Where do these addresses come from?").fill("They signed our book in March.")
        ada.page.get_by_label("I say that each of them agreed").check()
        ada.page.get_by_role("button", name="Make a round of this file").click()
        if text != CSV:
            ada.page.get_by_text("Row 5, E-mail:").wait_for()
            ada.examine()
            ada.photograph("round-refused")
    ada.page.get_by_text("nothing is sent to its 3 people yet").wait_for()
    ada.page.get_by_role("link", name=f"Preview as {UMA.name}").click()
    ada.page.get_by_text(f"Hello {UMA.name},").wait_for()
    ada.examine()
    ada.photograph("round")

    # A test goes to her alone; then it goes to all three, each with a link of their own.
    ada.page.get_by_role("button", name=f"Send a test to {ADA.email}").click()
    [tried] = mailbox.wait(1)
    assert (tried.recipients, tried.subject[:6]) == ((ADA.email,), "Test: ")
    assert LINK.search(tried.text) is None
    ada.page.get_by_role("button", name="Send to 3 people now").click()
    sent = {each.recipients[0]: each for each in mailbox.wait(4)[1:]}
    assert set(sent) == {UGO.email, UMA.email, UDO.email}
    assert len({own_link(each) for each in sent.values()}) == 3
    assert all(each.message["List-Unsubscribe"] for each in sent.values())

    # One registers, one cannot come and says so by a button, one says nothing.
    ugo, uma = visit(served.base_url), visit(served.base_url, phone=True)
    register(ugo, own_link(sent[UGO.email]), UGO, BUTTON)
    mailbox.wait(5)
    uma.look(own_link(sent[UMA.email]))
    uma.examine()
    uma.photograph("invited")
    uma.page.get_by_role("button", name="I cannot come").click()
    uma.page.get_by_text("We know that you cannot come.").wait_for()
    uma.examine()

    # The reminder reaches the third alone, and there is no other.
    ada.look("/desk/events/get-the-most-out-of-tire-server/rounds")
    ada.page.get_by_text("1 registered, 1 declined").wait_for()
    ada.page.get_by_role("link", name=re.compile("^A file")).click()
    ada.page.get_by_text("Sent to 3 of 3 people.").wait_for()
    ada.photograph("round-answered")
    ada.page.get_by_role("button", name="Remind 1 person").click()
    nudged = mailbox.wait(6)[5]
    assert nudged.recipients == (UDO.email,)
    assert own_link(nudged) == own_link(sent[UDO.email])
    ada.page.get_by_text("They are reminded once alone.").wait_for()
    ada.examine()

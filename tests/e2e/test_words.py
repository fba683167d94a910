"""A placeholder mistyped and mended, and the words following as one types, in a real browser."""

from collections.abc import Callable

import pytest

from tests.browser import Visitor
from tests.cast import UGO
from tests.e2e.desk import register, set_up
from tests.servers import Mailbox, Served

pytestmark = pytest.mark.e2e
EVENT = {"Title": "An evening", "Starts": "2031-03-11T18:00", "Ends": "2031-03-11T20:00"}
PROMISE = "This is a community session. Nobody may sell to you here."


def test_words_follow_as_one_types_and_a_placeholder_is_mended(
    serve: Callable[..., Served], mailbox: Mailbox, visit: Callable[..., Visitor]
) -> None:
    served = serve(EVENTDESK_SMTP_URL=mailbox.url)
    ada = visit(served.base_url)
    set_up(ada, served)
    page = ada.page

    ada.look("/desk/events/new")
    preview = page.locator(".preview")
    preview.get_by_text("Still missing").wait_for()
    page.get_by_label("COMMUNITY").check()
    for label, value in EVENT.items():
        page.get_by_label(label).fill(value)
    preview.get_by_role("heading", name="Invitation by mail").click()
    preview.get_by_text("Tuesday 11 March 2031, 18:00 to 20:00").first.wait_for()
    page.get_by_label("Venue").press_sequentially("Quay Street 4", delay=20)
    preview.get_by_text("Where: Quay Street 4").first.wait_for()  # what was opened stays open
    assert page.evaluate("document.activeElement.name") == "venue"
    assert preview.get_by_role("button", name="Copy subject").first.is_visible()
    ada.examine()
    page.get_by_role("button", name="Save").click()
    page.get_by_label("I accept this charter").check()
    page.get_by_role("button", name="Publish the community session").click()

    page.get_by_role("link", name="All texts, and your own words").click()
    page.get_by_role("heading", name="Words", exact=True).wait_for()
    ada.examine()
    page.get_by_text("Confirmation", exact=True).click()
    page.get_by_role("link", name="Write your own words").filter(has_text="Confirmation").click()
    words = page.get_by_label("Text", exact=False)
    assert "{manage_link}" in words.input_value()
    words.fill("Hello {name},\n\nwe meet {wen}, and you bring a question.\n{manage_link}")
    page.get_by_role("button", name="Use these words").click()
    page.get_by_role("link", name="Text").wait_for()
    assert "Line 3: there is no {wen}; did you mean {when}?" in page.get_by_role("alert").inner_text()
    assert words.input_value().startswith("Hello {name}")
    ada.examine()
    ada.photograph("words-mistyped")
    words.fill(words.input_value().replace("{wen}", "{when}"))
    page.get_by_role("button", name="Use these words").click()
    page.get_by_text("Saved: your own words stand there now.").wait_for()
    page.get_by_text("Confirmation", exact=True).click()
    page.locator("summary").filter(has_text="As mail: Confirmation").click()
    mail = page.frame_locator('iframe[title="Confirmation"]')
    mail.get_by_text("you bring a question").wait_for()
    assert mail.locator("body").inner_text().startswith("◌ COMMUNITY")
    ada.complain()

    register(visit(served.base_url), "/events/an-evening", UGO, "Register for the community session")
    [delivery] = mailbox.wait(1)
    assert " ".join(delivery.text.split()).startswith(f"{PROMISE} Hello {UGO.name}, we meet Tuesday 11 March 2031")
    [html] = [part for part in delivery.message.walk() if part.get_content_type() == "text/html"]
    assert "you bring a question" in html.get_content()

    ada.look("/desk/gallery")
    ada.photograph("gallery")

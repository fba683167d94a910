"""The copy desk in a real browser: told while one types, why, and what to write instead; nothing is published before."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser import Visitor
from tests.e2e.desk import fill_in, set_up
from tests.servers import Served

pytestmark = pytest.mark.e2e
CLEAN = "We show how we read the pressure log, and what did not work."
SELLS = "Use the discount code CLUB10 at the checkout and save 20 percent."
DENIES = "There is no sales pitch, only talk."
WHEN = {"Starts": "2031-03-11T18:00", "Ends": "2031-03-11T20:00"}


def test_selling_words_are_marked_explained_taken_out_and_the_session_published(
    serve: Callable[..., Served], visit: Callable[..., Visitor]
) -> None:
    served = serve()
    ada = visit(served.base_url)
    set_up(ada, served)
    page = ada.page
    ada.look("/desk/events/new")
    page.get_by_role("radio", name="COMMUNITY").check()
    fill_in(ada, WHEN | {"Title": "Reading the pressure log"})
    notes, heard = page.locator("[data-notes]"), page.get_by_role("status")

    # Typed, it is marked in the margin, told politely, and says why and what helps.
    page.get_by_label("Description").press_sequentially(f"🛞 {CLEAN} {SELLS} Bring a question.")
    notes.locator("mark", has_text=SELLS).wait_for()
    heard.get_by_text("1 finding", exact=True).wait_for()
    notes.get_by_text("Why", exact=False).first.click()
    assert notes.locator("details[open] p").first.inner_text()
    assert notes.get_by_text("Nobody sells here").count()
    assert notes.get_by_text("Use instead:").count()
    ada.examine()
    ada.photograph("copydesk-margin")

    # By keyboard: shown in the text, then taken out of it, and nothing else.
    notes.get_by_role("button", name="Show it").focus()
    page.keyboard.press("Enter")
    field = page.get_by_label("Description")
    selected = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
    assert field.evaluate(selected) == SELLS
    notes.get_by_role("button", name="Take it out").focus()
    page.keyboard.press("Enter")
    notes.get_by_text("Nothing here speaks against its label").wait_for()
    assert field.input_value() == f"🛞 {CLEAN} Bring a question."
    heard.get_by_text("No findings", exact=True).wait_for()
    field.press("Control+z")
    notes.locator("mark", has_text=SELLS).wait_for()

    # Saved as it is, it waits at the publish step; changed, it is published.
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("1 finding to be answered before it can be published").wait_for()
    assert page.get_by_role("button", name="Publish the community session").count() == 0
    ada.examine()
    ada.photograph("copydesk-publish")
    page.get_by_role("link", name="Change the words").click()
    notes.get_by_role("button", name="Take it out").click()
    notes.get_by_text("Nothing here speaks against its label").wait_for()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("I accept this charter").check()
    page.get_by_role("button", name="Publish the community session").click()
    page.get_by_label("Public page").wait_for()
    slug = page.url.rpartition("/")[2]

    # The sheet for sponsors, without a cookie.
    sponsor = visit(served.base_url, phone=True)
    sponsor.look(f"/events/{slug}/sponsors")
    sponsor.photograph("sponsors")
    assert sponsor.page.get_by_text("What nobody may do here").count()
    assert sponsor.page.pdf(format="A4").count(b"/Type /Page\n") == 1
    assert sponsor.context.cookies() == []


def test_a_briefing_that_poses_as_a_meetup_is_told_so(
    serve: Callable[..., Served], visit: Callable[..., Visitor]
) -> None:
    served = serve()
    ada = visit(served.base_url)
    set_up(ada, served)
    page = ada.page
    ada.look("/desk/events/new")
    page.get_by_role("radio", name="COMMERCIAL").check()
    fill_in(ada, WHEN | {"Title": "Tire user meetup", "Description": f"An evening by users for users. {DENIES}"})
    notes = page.locator("[data-notes]")

    notes.locator("mark", has_text=DENIES).wait_for()
    ada.examine()
    ada.photograph("copydesk-posing")
    notes.get_by_role("link", name="How do they pay for it?").click()
    assert page.get_by_label("How do they pay for it?").evaluate("field => field === document.activeElement")

    # Without script the same stands on the preview.
    plain = visit(served.base_url, javascript=False)
    signed_in: Any = ada.context.cookies()
    plain.context.add_cookies(signed_in)
    plain.look("/desk/events/new")
    plain.page.get_by_role("radio", name="COMMERCIAL").check()
    fill_in(plain, WHEN | {"Title": "Tire user meetup", "Description": DENIES})
    plain.page.get_by_role("button", name="Preview the words").click()
    plain.page.locator("[data-notes] mark", has_text=DENIES).wait_for()
    assert plain.page.locator("[data-notes] button:visible").count() == 0
    plain.examine()

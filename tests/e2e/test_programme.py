"""A charter changed with a reason that everybody can read, and a rhythm promised, in a real browser."""

from collections.abc import Callable

import pytest

from tests.browser import Visitor
from tests.e2e.desk import set_up
from tests.servers import Served

pytestmark = pytest.mark.e2e
REASON = "Two of us asked not to be filmed."


def test_a_charter_changes_with_a_reason_that_everybody_reads(
    serve: Callable[..., Served], visit: Callable[..., Visitor]
) -> None:
    served = serve()
    ada = visit(served.base_url)
    set_up(ada, served)
    page = ada.page

    ada.look("/desk/programmes/community-sessions")
    page.get_by_label("Charter").fill("Nobody films.")
    page.get_by_label("Rhythm").select_option("Monthly")
    page.get_by_label("Committed until").fill("2031-11-30")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alert").get_by_role("link", name="Why it changes").click()
    assert page.evaluate("document.activeElement.name") == "reason"
    assert page.get_by_label("Charter").input_value() == "Nobody films."
    ada.examine()
    page.get_by_label("Why it changes").fill(REASON)
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    ada.complain()

    guest = visit(served.base_url)
    guest.look("/programmes/community-sessions")
    guest.page.get_by_text("We meet monthly until 30 November 2031.").wait_for()
    guest.page.get_by_text(f"“{REASON}”").wait_for()
    guest.photograph("programme")
    guest.page.get_by_role("link", name="What changed").click()
    guest.page.get_by_text("Charter: added “Nobody films.”").wait_for()
    guest.page.get_by_text(f"Why: {REASON}").wait_for()
    guest.examine()
    guest.complain()

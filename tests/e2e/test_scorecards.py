"""An owner looks at both scorecards, one after the other, and takes one along. In a real browser."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser import Visitor
from tests.servers import Served

pytestmark = pytest.mark.e2e


def test_each_card_is_looked_at_by_itself_and_taken_along(
    serve: Callable[..., Served], visit: Callable[..., Visitor]
) -> None:
    served = serve()
    owner = json.loads(served.succeed("demo"))
    ada = visit(served.base_url)
    page = ada.look("/desk/scorecards")
    page.get_by_label("Email").fill(owner["email"])
    page.get_by_label("Passphrase").fill(owner["passphrase"])
    page.get_by_role("button", name="Sign in").click()

    page.get_by_role("link", name="The scorecard of community sessions").click()
    page.get_by_text("In numbers").first.click()
    page.get_by_role("columnheader", name="Joined").wait_for()
    ada.examine()
    ada.photograph("scorecard-heard")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Take it out as CSV").click()
    page.get_by_role("link", name="Scorecards").click()
    page.get_by_role("link", name="The scorecard of commercial briefings").click()
    page.get_by_role("heading", name="From invited to won").wait_for()
    ada.examine()
    ada.photograph("scorecard-worked")

    file = Path(taken.value.path()).read_text(encoding="utf-8-sig")
    assert file.startswith('"figure","month","of","value","n"')
    assert '"promise kept: answers"' in file
    assert "@" not in file

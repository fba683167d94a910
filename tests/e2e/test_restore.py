"""A backup, taken while people look, is restored into an empty instance: the same pages, feeds and personal links."""

import json
import shutil
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser import Visitor
from tests.cast import UGO
from tests.e2e.desk import register
from tests.servers import Served

pytestmark = pytest.mark.e2e
PAGES = (
    "/",
    "/community",
    "/commercial",
    "/events/show-your-worst-dashboard",
    "/events/get-the-most-out-of-tire-server",
    "/events/tire-server-for-fleets-of-fifty-and-more",
)
FEEDS = ("/calendars/community.ics", "/calendars/commercial.ics", "/events/show-your-worst-dashboard.ics")


def shown(visitor: Visitor, addresses: tuple[str, ...]) -> dict[str, str]:
    """What each page says, to a reader."""
    said = {}
    for address in addresses:
        visitor.page.goto(address if "://" in address else visitor.origin + address)
        said[address] = visitor.page.locator("body").inner_text()
    return said


def fetched(served: Served) -> dict[str, bytes]:
    """The bytes of the calendars."""
    found = {}
    for address in FEEDS:
        with urllib.request.urlopen(served.base_url + address, timeout=10) as answer:
            found[address] = answer.headers["ETag"].encode() + answer.read()
    return found


def test_a_lost_machine_is_replaced_by_its_backup(
    serve: Callable[..., Served], visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    first = serve()
    owner = json.loads(first.succeed("demo"))
    first.restart()
    ugo, ada = visit(first.base_url), visit(first.base_url)
    register(ugo, "/events/show-your-worst-dashboard", UGO, "Register for the community session")
    mine = ugo.page.get_by_label("Your own link").input_value()
    ada.look("/sign-in")
    ada.page.get_by_label("Email").fill(owner["email"])
    ada.page.get_by_label("Passphrase").fill(owner["passphrase"])
    ada.page.get_by_role("button", name="Sign in").click()
    ada.page.get_by_role("heading", name="Events", exact=True).wait_for()
    desk = ("/desk/events/show-your-worst-dashboard/people", "/desk/programmes")
    before = shown(ugo, (*PAGES, mine)) | shown(ada, desk), fetched(first)
    assert UGO.email in before[0][desk[0]]

    # The backup is taken while it serves. Then the machine is gone; the key was kept apart.
    file = tmp_path / "eventdesk.zip"
    told = json.loads(first.succeed("backup", str(file)))
    first.kill9()
    new = tmp_path / "new machine"
    new.mkdir()
    shutil.copy(first.instance / "secret_key", new)
    shutil.rmtree(first.instance)

    with Served(new, port=first.port) as second:
        empty = shown(ugo, ("/",))["/"]
        second.stop()
        assert json.loads(second.succeed("restore", str(file)))["rows"] == told["rows"]
        second.start()
        assert empty != before[0]["/"]
        assert (shown(ugo, (*PAGES, mine)) | shown(ada, desk), fetched(second)) == before

        # What follows goes on from there.
        ugo.look(mine)
        ugo.page.get_by_role("button", name="Cancel my registration").click()
        ugo.page.get_by_text("You have cancelled.").wait_for()
        second.stop()

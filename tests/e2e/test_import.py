"""A thousand rows from elsewhere with 17 mistakes: looked at, mended, added, and the first of them followed up. In a real browser."""

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import FilePayload

from tests.browser import Visitor
from tests.e2e.desk import set_up
from tests.servers import Served

pytestmark = pytest.mark.e2e
HEAD = (
    "api_id,name,first_name,last_name,email,phone_number,created_at,approval_status,checked_in_at,ticket_name,Company"
)
#: The rows, as a spreadsheet counts them, in which something is wrong.
WRONG = tuple(range(60, 1_001, 58))
BRIEFING = {
    "label": "commercial",
    "title": "Tire Server for fleets",
    "starts_at": "2031-03-11T18:00",
    "ends_at": "2031-03-11T20:00",
    "timezone": "Europe/Oslo",
    "capacity": 900,
    "brief": {
        "audience": "Fleet managers with fifty vehicles or more.",
        "reason": "They learn of a flat tire too late.",
        "offer": "Tire Server Fleet, with sensors.",
        "payment": "By vehicle and month, from 4 euros.",
    },
}


def guests() -> str:
    """A thousand guests as Luma writes them."""
    rows = [
        f"gst-{number},Guest {number},Guest,{number},{'nowhere' if number in WRONG else f'guest{number}@buyers.example'},,"
        f"2031-01-01T10:00:00.000Z,approved,,Standard,Company {number}"
        for number in range(2, 1_002)
    ]
    return "\r\n".join([HEAD, *rows])


def registered(served: Served) -> int:
    """How many are on the list."""
    with closing(sqlite3.connect(served.instance / "eventdesk.db")) as database:
        number: int = database.execute("SELECT count(*) FROM buyer_registration").fetchone()[0]
    return number


def test_a_thousand_rows_are_looked_at_mended_and_added_and_somebody_is_followed_up(
    serve: Callable[..., Served], visit: Callable[..., Visitor]
) -> None:
    assert len(WRONG) == 17
    served = serve()
    ada = visit(served.base_url)
    set_up(ada, served)
    slug = json.loads(served.succeed("event", "add", "--publish", "-", stdin=json.dumps(BRIEFING)))["slug"]
    page = ada.page

    # The export of another program is recognised; every wrong row stands there with its number, and nothing is added.
    ada.look(f"/desk/events/{slug}/people")
    page.get_by_role("link", name="Add people").click()
    ada.examine()
    ada.photograph("import")
    many = page.locator("form", has=page.get_by_label("CSV file"))
    file: FilePayload = {"name": "guests.csv", "mimeType": "text/csv", "buffer": guests().encode("utf-8-sig")}
    many.get_by_label("CSV file").set_input_files(file)
    many.get_by_label("Where do they come from?").fill("They registered for this briefing at Luma.")
    many.get_by_role("checkbox").check()
    many.get_by_role("button", name="Look at it first").click()
    page.get_by_text("Luma’s export, 1,000 rows. Nobody is added yet.").wait_for()
    page.get_by_text("983 people would be added: 900 with a seat, 83 on the waiting list.").wait_for()
    said = page.locator("#faults li").all_inner_texts()
    assert [int(row[1]) for each in said if (row := re.match(r"Row (\d+), email: This is not", each))] == list(WRONG)
    assert "4 columns of this file are not kept:" in page.locator("main").inner_text()
    ada.examine()
    ada.photograph("import-looked-at")
    page.get_by_role("button", name="Add 983 people").click()
    page.get_by_role("alert").get_by_text("17 rows have a mistake, so nobody is added yet.").wait_for()
    ada.examine()
    assert registered(served) == 0

    # One row is mended where it stands, the others are left out.
    table = page.get_by_role("textbox", name="The table")
    table.wait_for()  # typed by hand it is one word; the browser is slow to type a thousand rows anew
    mended = [f"Guest,{WRONG[0]},nowhere", f"Guest,{WRONG[0]},mended@buyers.example"]
    table.evaluate("(area, [wrong, right]) => { area.value = area.value.replace(wrong, right) }", mended)
    page.get_by_role("button", name="Look again").last.click()
    page.get_by_text("984 people would be added").wait_for()
    page.get_by_label("Leave out the rows with a mistake").check()
    page.get_by_role("button", name="Add 984 people").click()
    page.get_by_text("984 people are added.").wait_for()
    assert "84 people are on the waiting list." in page.locator(".notice.good").inner_text()
    assert "Left out: 16 in rows with a mistake." in page.locator(".notice.good").inner_text()
    assert registered(served) == 984
    ada.examine()

    # The first of them has a next step that was due yesterday, so it stands on the start page, and in the list of next steps.
    page.get_by_role("link", name="Guest 2", exact=True).click()
    page.get_by_label("Stage").select_option("proposal")
    page.get_by_label("Who sees to it").select_option(index=1)
    page.get_by_label("What it may come to").fill("12000")
    page.get_by_label("Currency").fill("eur")
    page.get_by_label("Next step").fill("Send the offer for 60 vehicles.")
    page.get_by_label("On", exact=True).fill("2026-01-05")
    page.get_by_role("button", name="Save the follow-up").click()
    page.get_by_text("Saved.").wait_for()
    ada.examine()
    ada.photograph("person-followed-up")
    ada.look("/desk/")
    page.get_by_text("1 next step is overdue.").wait_for()
    page.get_by_role("navigation", name="Desk").get_by_role("link", name="Follow-up").click()
    step = page.get_by_role("row", name="Send the offer for 60 vehicles.")
    assert all(each in step.inner_text() for each in ("Guest 2", "overdue", "Proposal", "12,000 EUR"))
    ada.examine()
    ada.photograph("follow-up")
    page.get_by_label("Who sees to it").select_option("nobody")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("No next step here.").wait_for()
    ada.examine()

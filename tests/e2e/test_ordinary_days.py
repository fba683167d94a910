"""Ordinary days: a reminder comes, a message goes to all, who came is marked, and all of it can be read afterwards."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.browser import Visitor
from tests.cast import ADA, UGO, UMA
from tests.e2e.desk import register, set_up
from tests.servers import Mailbox, Served

pytestmark = pytest.mark.e2e
PROMISE = "This is a community session. Nobody may sell to you here."
BUTTON = "Register for the community session"
#: Python runs this before the program: its clock goes ahead by as many seconds as a file says, read anew each time.
AHEAD = """
from datetime import timedelta
from pathlib import Path
from eventdesk import clock

true, ahead = clock.now, Path({file!r})
clock.now = lambda: true() + timedelta(seconds=int(ahead.read_text()))
"""


class Clock:
    """The clock of a served installation, which a test can move ahead."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.file, self.folder = folder / "ahead", folder
        self.file.write_text("0")
        (folder / "sitecustomize.py").write_text(AHEAD.format(file=str(self.file)))

    def move_to(self, moment: datetime) -> None:
        """Let it be that time there."""
        self.file.write_text(str(int((moment - datetime.now(UTC)).total_seconds())))


def test_an_evening_is_reminded_of_written_about_and_noted(
    serve: Callable[..., Served], visit: Callable[..., Visitor], mailbox: Mailbox, tmp_path: Path
) -> None:
    clock = Clock(tmp_path / "clock")
    served = serve(EVENTDESK_SMTP_URL=mailbox.url, PYTHONPATH=f"{clock.folder}:{Path.cwd()}")
    ada = visit(served.base_url)
    set_up(ada, served)
    starts = (datetime.now(ZoneInfo("Europe/Oslo")) + timedelta(days=3)).replace(hour=18, minute=0, second=0)
    said = {
        "label": "community",
        "title": "Show your worst dashboard",
        "starts_at": f"{starts:%Y-%m-%dT%H:%M}",
        "ends_at": f"{starts + timedelta(hours=2):%Y-%m-%dT%H:%M}",
        "timezone": "Europe/Oslo",
        "venue": "Quay Street 4, Oslo",
    }
    invite = json.loads(served.succeed("event", "add", "--publish", "-", stdin=json.dumps(said)))["urls"]["invite"]
    for person in (UGO, UMA):
        register(visit(served.base_url), invite, person, BUTTON)
    mailbox.wait(2)

    # A day before, at the hour of the start, both are reminded; nobody has to press anything.
    clock.move_to(starts - timedelta(days=1, minutes=2))
    assert mailbox.quiet_for(2.5)
    clock.move_to(starts - timedelta(days=1, seconds=-5))
    reminders = mailbox.wait(4)[2:]
    assert {mail.recipients for mail in reminders} == {(UGO.email,), (UMA.email,)}
    assert all(mail.text.startswith(PROMISE) and mail.calendar is None for mail in reminders)
    assert "Soon: Show your worst dashboard" in reminders[0].subject

    # The front door is locked. Ada sees what they will read, then sends it.
    ada.look("/desk/events/show-your-worst-dashboard/messages")
    ada.photograph("messages-to-all")
    ada.page.get_by_label("Subject").fill("Use the side door")
    ada.page.get_by_label("Message").fill("The front door is locked.\n\nRing twice.")
    ada.page.get_by_role("button", name="Preview").click()
    preview = ada.page.locator("pre").first
    preview.wait_for()
    ada.examine()
    ada.photograph("message-preview")
    assert preview.inner_text().startswith(PROMISE)
    assert len(mailbox.deliveries) == 4
    ada.page.get_by_role("button", name="Send to 2 people").click()
    ada.page.get_by_text("The message is on its way.").wait_for()
    ada.examine()
    written = mailbox.wait(6)[4:]
    assert all("Ring twice." in mail.text and mail.text.startswith(PROMISE) for mail in written)
    for _ in range(20):  # the mail server has both; the desk knows in a moment
        ada.page.reload()
        if ada.page.get_by_text("Sent to 2 of 2.").count():
            break
    ada.page.get_by_text("Sent to 2 of 2.").wait_for()

    # The evening. Ugo comes, Uma does not.
    clock.move_to(starts + timedelta(minutes=10))
    ada.look("/desk/events/show-your-worst-dashboard/people")
    ada.page.get_by_role("checkbox", name=UGO.name).check()
    ada.page.get_by_role("button", name="Attended").click()
    ada.page.get_by_text("1 marked as attended.").wait_for()
    clock.move_to(starts + timedelta(hours=3))
    ada.look("/desk/")
    ada.photograph("start-with-needs")
    ada.page.get_by_role("link", name="Note it").click()
    ada.page.get_by_role("button", name="Mark everyone else as no-show").click()
    ada.page.get_by_text("1 person is marked as no-show.").wait_for()
    ada.examine()
    ada.photograph("people-attended")

    # What there is to know of Uma, and of the evening.
    ada.page.get_by_role("link", name=UMA.name).click()
    ada.page.get_by_role("textbox", name="Note").fill("Wrote that the train stood still.")
    ada.page.get_by_role("button", name="Save the note").click()
    ada.page.get_by_text("Marked as a no-show.").wait_for()
    ada.examine()
    ada.photograph("registration")
    ada.page.get_by_role("link", name="History").click()
    ada.page.get_by_text("Wrote to 2 people.").wait_for()
    ada.examine()
    ada.photograph("history")
    told = ada.page.locator(".story").inner_text()
    assert all(each in told for each in ("Published.", "Reminded those who have a seat.", "By itself", ADA.name))

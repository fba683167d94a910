"""A user asks to hear of commercial briefings, says so again by their own mailbox, and comes back. In a real browser."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest

from eventdesk.labels import RULES, Label
from tests.browser import Visitor
from tests.cast import BERT, CORA, PASSPHRASE, UGO, Person
from tests.e2e.desk import personal_link, register
from tests.evening import publish, set_up
from tests.servers import Mailbox, Served

pytestmark = pytest.mark.e2e
COMMUNITY, COMMERCIAL = RULES[Label.COMMUNITY], RULES[Label.COMMERCIAL]


def at_the_desk(served: Served, visit: Callable[..., Visitor], person: Person, role: str) -> Visitor:
    """Somebody of one label, signed in."""
    served.succeed("organiser", "add", person.email, "--role", role, stdin=PASSPHRASE + "\n")
    visitor = visit(served.base_url)
    visitor.look("/sign-in")
    visitor.page.get_by_label("Email").fill(person.email)
    visitor.page.get_by_label("Passphrase").fill(PASSPHRASE)
    visitor.page.get_by_role("button", name="Sign in").click()
    visitor.page.get_by_role("heading", name="Events", exact=True).wait_for()
    return visitor


def rows(served: Served, question: str) -> list[Any]:
    """What the database answers."""
    with closing(sqlite3.connect(served.instance / "eventdesk.db", timeout=30)) as database:
        return database.execute(question).fetchall()


def test_a_user_crosses_and_comes_back(
    serve: Callable[..., Served], visit: Callable[..., Visitor], mailbox: Mailbox
) -> None:
    served = serve(EVENTDESK_SMTP_URL=mailbox.url)
    set_up(served)
    event = publish(served)
    [(sender,)] = rows(served, "SELECT sender FROM programme WHERE label = 'commercial'")
    said = COMMERCIAL.agreed(sender)
    ugo = visit(served.base_url, phone=True)
    register(ugo, event["urls"]["invite"], UGO, COMMUNITY.register)
    own = personal_link(mailbox.wait(1)[0])

    # On their own page stands a box that is not ticked; without it, nothing is sent.
    ugo.look(own)
    box = ugo.page.get_by_role("checkbox", name=said, exact=True)
    assert not box.is_checked()
    ugo.photograph("crossing-offered")
    ugo.page.get_by_role("button", name="Send me that mail").click()
    ugo.page.get_by_role("alert").wait_for()
    ugo.examine()
    ugo.photograph("crossing-not-ticked")
    box.check()
    ugo.page.get_by_role("button", name="Send me that mail").click()
    ugo.page.get_by_role("heading", name="One more step").wait_for()
    ugo.examine()
    ugo.photograph("crossing-asked")

    # The mail is in the words of what they come to; looking at its link changes nothing, its one button does.
    asked = mailbox.wait(2)[1]
    assert (asked.recipients, asked.text.splitlines()[0]) == (
        (UGO.email,),
        COMMERCIAL.promise_of((), sender),
    )
    [found] = re.findall(r"http://\S+/cross/\S+", asked.text)
    path = urlsplit(found).path
    ugo.look(path)
    ugo.photograph("crossing-confirm")
    assert rows(served, "SELECT * FROM buyer_standing UNION ALL SELECT * FROM user_standing") == []
    ugo.page.get_by_role("button").click()
    ugo.page.get_by_role("heading", name="We tell you of the next one").wait_for()
    ugo.examine()
    ugo.photograph("crossing-done")
    kept = "SELECT label, act, source, said FROM consent_ledger ORDER BY id"
    assert rows(served, kept) == [("commercial", "given", "crossing", said)]

    # Bert, who sells, finds an entry and the words; Cora, whose session it was, finds nothing.
    bert, cora = (at_the_desk(served, visit, each, role) for each, role in ((BERT, "commercial"), (CORA, "community")))
    bert.look("/desk/standing")
    bert.page.get_by_text(UGO.email).wait_for()
    bert.photograph("crossing-seen-by-the-seller")
    slug = event["slug"]
    [(ref,)] = rows(served, "SELECT ref FROM user_registration")
    for page in ("standing", "messages?tab=done", f"events/{slug}/history", f"events/{slug}/people/{ref}"):
        cora.look(f"/desk/{page}")
        assert not re.search("commercial|briefing|crossing", cora.page.locator("main").inner_text(), re.IGNORECASE), (
            page
        )
    cora.photograph("crossing-not-seen-by-the-community")
    assert UGO.email not in cora.look("/desk/standing").content()

    # What was given as easily as that is taken back as easily.
    ugo.page.get_by_role("button", name="Take me off this list").click()
    ugo.page.get_by_role("heading", name="You are off the list").wait_for()
    ugo.examine()
    ugo.look(path, expect=404)
    assert UGO.email not in bert.look("/desk/standing").content()
    assert [row[1:3] for row in rows(served, kept)] == [("given", "crossing"), ("withdrawn", "link")]
    assert rows(served, "SELECT state FROM user_registration") == [("confirmed",)]
    assert path.rpartition("/")[2] not in served.output
    assert mailbox.quiet_for(1)

"""A second organiser is asked to the desk, joins, and sees only their side; a helper sees one door. In a real browser."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from tests.browser import Visitor
from tests.cast import ADA, CORA, HAL, PASSPHRASE, UGO, Person
from tests.evening import publish, register, set_up
from tests.servers import Delivery, Mailbox, Served

pytestmark = pytest.mark.e2e
NEW = "another lamp, other bridges"


def link_in(delivery: Delivery, where: str) -> str:
    """The path of the link in a letter to the desk."""
    return next(urlsplit(word).path for word in delivery.text.split() if f"/{where}/" in word)


def sign_in(visitor: Visitor, person: Person, passphrase: str = PASSPHRASE) -> None:
    """Sign in at the page that is open."""
    visitor.page.get_by_label("Email address").fill(person.email)
    visitor.page.get_by_label("Passphrase").fill(passphrase)
    visitor.page.get_by_role("button", name="Sign in").click()
    visitor.page.wait_for_url("**/desk/**")


def ask(visitor: Visitor, address: str, person: Person, role: str = "") -> None:
    """Ask somebody to the desk, or to a door."""
    visitor.look(address)
    visitor.page.get_by_label("Name", exact=False).fill(person.name)
    visitor.page.get_by_label("Email address").fill(person.email)
    if role:
        visitor.page.get_by_label(role).check()
    visitor.page.get_by_role("button", name="Ask them").click()
    visitor.page.get_by_text(f"We write to {person.name}").wait_for()
    visitor.examine()


def say_yes(visitor: Visitor, path: str, heading: str) -> None:
    """Open the link of an invitation, choose a passphrase, and arrive at the desk."""
    visitor.look(path)
    visitor.photograph(f"join-{heading[:5].lower()}")
    visitor.page.get_by_label("Passphrase").fill(PASSPHRASE)
    visitor.page.get_by_role("button", name="Join the desk").click()
    visitor.page.get_by_role("heading", name=heading, exact=True).wait_for()
    visitor.examine()


def test_a_second_organiser_joins_and_sees_only_their_side(
    serve: Callable[..., Served], visit: Callable[..., Visitor], mailbox: Mailbox
) -> None:
    served = serve(EVENTDESK_SMTP_URL=mailbox.url)
    set_up(served)
    soon = (datetime.now(UTC) + timedelta(hours=2)).replace(tzinfo=None)
    times = {"starts_at": f"{soon:%Y-%m-%dT%H:%M}", "ends_at": f"{soon + timedelta(hours=1):%Y-%m-%dT%H:%M}"}
    session = publish(served, timezone="Etc/UTC", **times)
    briefing = publish(served, "commercial")
    register(session, UGO)
    mailbox.wait(1)
    ada, cora, hal = visit(served.base_url), visit(served.base_url), visit(served.base_url, phone=True)
    ada.look("/desk/team")
    sign_in(ada, ADA)

    # Ada asks Cora to organise community sessions: the link comes by mail, and opens one side of the desk.
    ask(ada, "/desk/team", CORA, "Organiser of community sessions")
    ada.photograph("team-asked")
    say_yes(cora, link_in(mailbox.wait(2)[1], "join"), "Events")
    assert cora.page.get_by_role("link", name="Get the most out of Tire Server").count() == 1
    assert cora.page.get_by_text("Tire Server for fleets").count() == 0
    cora.look(f"/desk/events/{briefing['slug']}", expect=404)
    cora.look("/desk/programmes/commercial-briefings", expect=404)
    cora.look("/desk/programmes")
    assert cora.page.locator("main").get_by_text("briefings").count() == 0
    cora.look("/desk/team")
    assert cora.page.get_by_label("Owner").count() == 0

    # Cora asks Hal to help at the door: he sees names, says who is here, and nothing else of the desk.
    door = f"/desk/events/{session['slug']}/door"
    ask(cora, door.replace("door", "team"), HAL)
    cora.photograph("door-asked")
    say_yes(hal, link_in(mailbox.wait(3)[2], "join"), "Doors you help at")
    hal.photograph("doors")
    hal.page.get_by_role("link", name="Get the most out of Tire Server").click()
    hal.page.get_by_role("row", name=UGO.name).get_by_role("button", name="Here").click()
    hal.page.get_by_text(f"{UGO.name} is in.").wait_for()
    hal.examine()
    hal.photograph("door")
    assert hal.page.get_by_text(UGO.email).count() == 0
    hal.look(f"/desk/events/{session['slug']}/people", expect=404)

    # Cora has forgotten her passphrase: a new one by mail, and her other browser is signed out.
    forgetful = visit(served.base_url)
    forgetful.look("/sign-in")
    forgetful.page.get_by_role("link", name="Forgotten your passphrase?").click()
    forgetful.page.get_by_label("Email address").fill(CORA.email)
    forgetful.page.get_by_role("button", name="Send the link").click()
    forgetful.page.get_by_text("a link is on its way").wait_for()
    forgetful.examine()
    forgetful.look(link_in(mailbox.wait(4)[3], "reset"))
    forgetful.page.get_by_role("textbox", name="Passphrase").fill(NEW)
    forgetful.page.get_by_role("button", name="Keep the new passphrase").click()
    forgetful.page.get_by_text("Sign in with it").wait_for()
    forgetful.examine()
    sign_in(forgetful, CORA, NEW)
    forgetful.look("/desk/account")
    forgetful.photograph("account")
    assert forgetful.page.get_by_text("Chrome on Linux, this one").count() == 1
    cora.look("/desk/")
    cora.page.get_by_role("heading", name="Sign in to the desk").wait_for()

    # Ada takes her off the team: her next click leads out.
    ada.look("/desk/team")
    row = ada.page.get_by_role("row", name=CORA.name)
    row.get_by_text("Change").click()
    ada.examine()
    ada.photograph("team")
    row.get_by_role("button", name="Take off the team").click()
    ada.page.get_by_text("signed out everywhere").wait_for()
    forgetful.look("/desk/team")
    forgetful.page.get_by_role("heading", name="Sign in to the desk").wait_for()
    assert ada.page.get_by_role("row", name=CORA.name).count() == 0

"""An evening at the door with a phone: a code is read, the network goes and comes back, somebody walks in."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from eventdesk import config, qr
from eventdesk.labels import Audience
from tests.browser import Visitor
from tests.cast import ADA, HAL, UDO, UGO, UMA, ZED, Person
from tests.e2e.desk import personal_link
from tests.e2e.test_team import ask, link_in, say_yes, sign_in
from tests.evening import publish, register, set_up, soon
from tests.servers import Delivery, Mailbox, Served

pytestmark = pytest.mark.e2e
ONE_MORE = Person("Åse Østby", "ase@users.example")
OFFLINE = "ERR_INTERNET_DISCONNECTED"


def code_of(served: Served, person: Person) -> str:
    """The address that somebody's code holds."""
    with closing(sqlite3.connect(served.instance / "eventdesk.db", timeout=30)) as database:
        [ref] = database.execute("SELECT ref FROM user_registration WHERE email = ?", [person.email]).fetchone()
    return config.load(served.environment).links.door(Audience.USERS, ref, 0)


def picture_in(delivery: Delivery) -> bytes:
    """The picture that comes beside a mail's page."""
    [found] = [part for part in delivery.message.walk() if part.get_content_type() == "image/png"]
    content: bytes = found.get_content()
    return content


def came(served: Served) -> list[tuple[str, int]]:
    """Of whom the history says that they came, and how often."""
    with closing(sqlite3.connect(served.instance / "eventdesk.db", timeout=30)) as database:
        return database.execute(
            "SELECT name, count(*) FROM history JOIN user_registration USING (ref) WHERE act = 'attended'"
            " GROUP BY name ORDER BY name"
        ).fetchall()


def tap(visitor: Visitor, person: Person) -> None:
    """They are here."""
    visitor.page.get_by_role("row", name=person.name).get_by_role("button", name="Here").click()


def without_network(visitor: Visitor) -> None:
    """Nothing reaches the desk any more."""
    visitor.context.set_offline(True)


def with_network(visitor: Visitor) -> None:
    """It is there again. That requests failed meanwhile was meant so."""
    visitor.context.set_offline(False)
    visitor.troubles = [trouble for trouble in visitor.troubles if OFFLINE not in trouble]


def test_an_evening_at_the_door(serve: Callable[..., Served], visit: Callable[..., Visitor], mailbox: Mailbox) -> None:
    served = serve(EVENTDESK_SMTP_URL=mailbox.url)
    set_up(served)
    session = publish(served, capacity=5, **soon())
    for person in (UGO, UMA, UDO, ONE_MORE):
        register(session, person)
    mailbox.wait(4)
    door = f"/desk/events/{session['slug']}/door"
    ada, hal, ugo = visit(served.base_url), visit(served.base_url, phone=True), visit(served.base_url, phone=True)
    ada.look("/desk/team")
    sign_in(ada, ADA)
    ask(ada, door.replace("door", "team"), HAL)
    say_yes(hal, link_in(mailbox.wait(5)[4], "join"), "Doors you help at")

    # Ugo shows his code: it stands in his mail and on his own page. What it holds tells a stranger nothing.
    [welcome] = mailbox.to(UGO.email)
    code = code_of(served, UGO)
    assert picture_in(welcome) == qr.png(code)
    ugo.look(personal_link(welcome))
    shown = ugo.page.get_by_alt_text("Your code for the door")
    assert shown.evaluate("picture => picture.complete && picture.naturalWidth > 100")
    ugo.photograph("door-own-page")
    ugo.look(code)
    ugo.photograph("door-code-of-a-stranger")
    assert ugo.page.get_by_text("Ugo").count() == 0

    # Hal's phone reads it: a name, one button, and a second look says that it was used.
    hal.look(code)
    hal.photograph("door-scanned")
    hal.page.get_by_role("button", name="Let them in").click()
    hal.page.get_by_text(f"Welcome, {UGO.name} is in.").wait_for()
    hal.examine()
    hal.photograph("door-scanned-in")

    # The network goes: two taps are kept on the phone, and nothing of a name is.
    hal.page.get_by_role("link", name="Everybody at this door").click()
    hal.page.get_by_text("1 of 4 is here.").wait_for()
    without_network(hal)
    hal.page.get_by_label("Search names").fill("ase")
    assert hal.page.get_by_role("row", name=UMA.name).is_hidden()
    hal.page.get_by_label("Search names").fill("")
    tap(hal, UMA)
    tap(hal, ONE_MORE)
    hal.page.get_by_text("Kept here, 2 to send.").wait_for()
    hal.photograph("door-offline")
    stored = hal.page.evaluate("JSON.stringify(localStorage)")
    assert "Uma" not in stored
    assert came(served) == [(UGO.name, 1)]

    # It comes back while nobody looks, and again after the page was opened anew: each is sent once.
    with_network(hal)
    hal.page.get_by_text("3 of 4 are here.").wait_for()
    assert hal.page.get_by_text("to send").count() == 0
    hal.look(door)
    hal.page.get_by_text("3 of 4 are here.").wait_for()
    assert hal.page.evaluate("localStorage.length") == 0
    assert came(served) == [(UGO.name, 1), (UMA.name, 1), (ONE_MORE.name, 1)]

    # Two tap the same person: one of them hears that she was in already. What Ada does shows on Hal's page by itself.
    ada.look(door)
    ada.page.get_by_role("row", name=UMA.name).get_by_role("button", name="Undo").click()
    ada.page.get_by_text(f"{UMA.name} is not here after all.").wait_for()
    hal.page.get_by_text("2 of 4 are here.").wait_for()
    hal.examine()

    # Somebody walks in, by the plain form; on Ada's page they are on the list without her doing.
    hal.page.get_by_label("Name", exact=False).last.fill(ZED.name)
    hal.page.get_by_role("button", name="Add them").click()
    hal.page.get_by_text(f"Welcome, {ZED.name} is in.").wait_for()
    hal.examine()
    hal.photograph("door")
    ada.page.get_by_text("3 of 5 are here.").wait_for()
    assert ada.page.get_by_role("row", name=ZED.name).get_by_text("In", exact=True).count() == 1

    # Udo cancels while Hal has no network: what was kept of him is shown as refused, and is not tried for ever.
    without_network(hal)
    tap(hal, UDO)
    ugo.look(personal_link(mailbox.to(UDO.email)[0]))
    ugo.page.get_by_role("button", name="Cancel my registration").click()
    ugo.page.get_by_text("You have cancelled.").wait_for()
    with_network(hal)
    hal.page.get_by_text(f"{UDO.name}: Only somebody who has a seat can be marked.").wait_for()
    assert hal.page.evaluate("localStorage.length") == 0
    hal.troubles = [trouble for trouble in hal.troubles if "answered 409" not in trouble]

    # Hal's sign-in ends: what he taps is kept, and sent once he is back.
    signed_in: Any = hal.context.cookies()
    hal.context.clear_cookies()
    tap(hal, UMA)
    hal.page.get_by_text("You are signed out.").wait_for()
    hal.photograph("door-signed-out")
    hal.context.add_cookies(signed_in)
    hal.look(door)
    hal.page.get_by_text("4 of 4 are here.").wait_for()
    assert hal.page.evaluate("localStorage.length") == 0

    # Name tags, for who has a seat.
    ada.look(f"/desk/events/{session['slug']}/name-tags")
    ada.photograph("door-name-tags")
    assert ada.page.locator(".badge").count() == 8

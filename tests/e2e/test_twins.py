"""Twins in a real browser: one topic as each label, who names whom and when; and whether the evening did what its label said."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.browser import Visitor
from tests.cast import ADA, UDO, UGO, UMA, ZED, Person
from tests.e2e.desk import fill_in, personal_link
from tests.e2e.test_ordinary_days import Clock
from tests.e2e.test_team import sign_in
from tests.evening import publish, register, send, set_up
from tests.servers import Mailbox, Served

pytestmark = pytest.mark.e2e
QUESTION = "Did the session do what its label said: bring people together, and sell nothing?"
LINE = "This topic is also held as a community session:"
ANSWERS = {
    "Who is it for?": "Fleet managers with fifty vehicles or more.",
    "Why would they want to hear it?": "They learn of a flat tire too late.",
    "What is offered?": "Tire Server Fleet, with sensors.",
    "How do they pay for it?": "By vehicle and month, from 4 euros.",
}
FIVE = (UGO, UMA, UDO, ZED, Person("Åse Østby", "ase@users.example"))


def make_twin(ada: Visitor, slug: str, starts: datetime) -> None:
    """From the page of a session at the desk to a published briefing of the same topic."""
    ada.look(f"/desk/events/{slug}")
    ada.page.get_by_role("link", name="Make the twin").click()
    ada.page.get_by_role("heading", name="Make the twin").wait_for()
    assert ada.page.get_by_label("Title").input_value() == "Get the most out of Tire Server"
    assert ada.page.get_by_role("radio", name="COMMERCIAL").is_checked()
    ada.examine()
    ada.photograph("twin-form")
    fill_in(ada, ANSWERS | {"Title": "Tire Server for fleets", "Hosts": "Lathe Lane Software"})
    fill_in(ada, {"Starts": f"{starts:%Y-%m-%dT%H:%M}", "Ends": f"{starts + timedelta(hours=2):%Y-%m-%dT%H:%M}"})
    ada.page.get_by_role("button", name="Save").click()
    ada.page.get_by_text("The same topic as a community session").wait_for()
    ada.examine()
    ada.photograph("twin-draft")
    ada.page.get_by_role("button", name="Publish the commercial briefing").click()
    ada.page.get_by_text("Published. Its link is ready").wait_for()
    assert ada.page.get_by_role("button", name="Part the twins").count() == 0


def test_a_topic_is_held_as_both_and_who_came_say_whether_it_kept_its_promise(
    serve: Callable[..., Served], visit: Callable[..., Visitor], mailbox: Mailbox, tmp_path: Path
) -> None:
    clock = Clock(tmp_path / "clock")
    served = serve(EVENTDESK_SMTP_URL=mailbox.url, PYTHONPATH=f"{clock.folder}:{Path.cwd()}")
    set_up(served)
    starts = (datetime.now(ZoneInfo("Europe/Oslo")) + timedelta(days=2)).replace(hour=18, minute=0, second=0)
    times = {"starts_at": f"{starts:%Y-%m-%dT%H:%M}", "ends_at": f"{starts + timedelta(hours=2):%Y-%m-%dT%H:%M}"}
    session = publish(served, **times, remind_days=0)
    ada, reader = visit(served.base_url), visit(served.base_url, phone=True)
    ada.look("/desk/")
    sign_in(ada, ADA)
    make_twin(ada, session["slug"], starts + timedelta(days=7))

    # The briefing says where else its topic is held; the session does not, until it is over.
    reader.look("/events/tire-server-for-fleets")
    assert LINE in reader.page.locator("#twin").inner_text()
    reader.photograph("twin-named")
    reader.page.locator("#twin").get_by_role("link").click()
    reader.page.get_by_role("heading", name="Get the most out of Tire Server").wait_for()
    assert reader.page.locator("#twin").count() == 0
    for person in FIVE:
        register(session, person)
    own = {mail.recipients[0]: personal_link(mail) for mail in mailbox.wait(5)}
    clock.move_to((starts + timedelta(hours=3)).astimezone(UTC))
    reader.look(f"/events/{session['slug']}")
    assert "is also held as a commercial briefing: Tire Server for fleets" in reader.page.locator("#twin").inner_text()
    reader.photograph("twin-named-afterwards")

    # The morning after, the thanks ask one question; its link leads to where it is answered.
    clock.move_to((starts + timedelta(hours=17)).astimezone(UTC))
    thanks = next(mail for mail in mailbox.wait(10, timeout=90)[5:] if mail.recipients == (UMA.email,))
    assert QUESTION in thanks.text.replace("\n", " ")
    uma = visit(served.base_url, phone=True)
    uma.look(personal_link(thanks))
    uma.page.get_by_role("link", name="One question to you who were there").click()
    uma.photograph("kept-question")
    uma.page.get_by_label("No", exact=True).check()
    uma.page.get_by_label("It sold to me.").check()
    uma.page.get_by_label("In your own words").fill("The last half hour was about prices.")
    uma.page.get_by_role("button", name="Send the answer").click()
    uma.page.get_by_text("Thank you for your answer.").wait_for()
    uma.examine()
    uma.photograph("kept-answered")

    # Without script, and with a slip that is told at its field.
    ugo = visit(served.base_url, javascript=False)
    ugo.look(own[UGO.email])
    ugo.page.get_by_label("Yes", exact=True).check()
    ugo.page.get_by_label("I took little away from it.").check()
    ugo.page.get_by_role("button", name="Send the answer").click()
    ugo.page.get_by_text("Nothing has to be explained to a yes.").first.wait_for()
    ugo.page.get_by_label("I took little away from it.").uncheck()
    ugo.page.get_by_role("button", name="Send the answer").click()
    ugo.page.get_by_text("Thank you for your answer.").wait_for()

    # Four are few, five are shown.
    for person in FIVE[2:4]:
        send(f"{served.base_url}{own[person.email]}/kept", {"kept": "yes"})
    ada.look(f"/desk/events/{session['slug']}/kept")
    ada.page.get_by_text("4 answers, of 5 asked").wait_for()
    assert ada.page.get_by_text("about prices").count() == 0
    send(f"{served.base_url}{own[FIVE[4].email]}/kept", {"kept": "partly", "because": "little"})
    ada.look(f"/desk/events/{session['slug']}/kept")
    ada.page.get_by_text("3 yes, 1 partly, 1 no, of 5 asked").wait_for()
    assert ada.page.get_by_text("The last half hour was about prices.").count() == 1
    ada.photograph("kept-at-desk")
    ada.page.get_by_role("link", name="All events of Community sessions").click()
    ada.page.get_by_role("row", name="Harbour User Group").wait_for()
    ada.examine()
    ada.photograph("kept-programme")
    reader.look("/programmes/community-sessions")
    reader.page.get_by_text("3 yes, 1 partly, 1 no, of 5 asked").wait_for()
    reader.photograph("kept-public")

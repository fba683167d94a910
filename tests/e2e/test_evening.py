"""An evening is written up and commented; somebody lets themself be quoted where something is sold, and takes it back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from eventdesk.labels import RULES, Label
from tests.browser import Visitor
from tests.cast import ADA, BEA, PASSPHRASE, UGO
from tests.evening import change, manage_link, publish, register, set_up
from tests.servers import Served

pytestmark = pytest.mark.e2e
WORDS, SIGNED = "It found a leak in week one.", "U. U., Oslo"
NOTE = "The cable was the trouble all along."


def yesterday() -> dict[str, str]:
    """The times of an event that is over."""
    starts = (datetime.now(UTC) - timedelta(days=1)).replace(tzinfo=None)
    ends = starts + timedelta(hours=1)
    return {"starts_at": f"{starts:%Y-%m-%dT%H:%M}", "ends_at": f"{ends:%Y-%m-%dT%H:%M}", "timezone": "Etc/UTC"}


def read(visitor: Visitor, path: str) -> str:
    """What a page says, without looking at it."""
    return visitor.context.request.get(visitor.origin + path).text()


def test_an_evening_is_told_of_commented_and_quoted(
    serve: Callable[..., Served], visit: Callable[..., Visitor]
) -> None:
    served = serve()
    set_up(served)
    session, briefing = publish(served), publish(served, "commercial")
    mine = urlsplit(manage_link(register(session, UGO))).path
    register(briefing, BEA)
    for each in (session, briefing):
        change(served, each["slug"], **yesterday())
    ada, ugo, zed = visit(served.base_url), visit(served.base_url, phone=True), visit(served.base_url)
    ada.look("/sign-in")
    ada.page.get_by_label("Email").fill(ADA.email)
    ada.page.get_by_label("Passphrase").fill(PASSPHRASE)
    ada.page.get_by_role("button", name="Sign in").click()
    ada.page.get_by_role("heading", name="Events", exact=True).wait_for()

    # Ada writes what was said, and publishes it; Ugo comments on it from his own page.
    ada.look(f"/desk/events/{session['slug']}/evening")
    ada.page.get_by_label("What was said").fill("We *tried* it, and it held.")
    ada.page.get_by_label("Slides").fill("Leaks https://slides.example/leaks")
    ada.page.get_by_role("button", name="Publish the notes").click()
    ada.page.get_by_text("Published: the notes stand on the event’s page.").wait_for()
    ada.examine()
    ada.photograph("evening-published")
    ugo.look(mine)
    ugo.page.get_by_role("link", name="Notes of the evening").click()
    ugo.page.get_by_label("Your comment").fill(NOTE)
    ugo.page.get_by_role("button", name="Post the comment").click()
    ugo.page.get_by_text("A member").first.wait_for()
    ugo.examine()
    ugo.photograph("evening-commented")
    page = zed.look(f"/events/{session['slug']}")
    page.get_by_role("heading", name="Notes of the evening").wait_for()
    assert NOTE not in page.content()  # said to members
    zed.photograph("evening-on-the-page")
    assert NOTE in read(ada, f"/desk/events/{session['slug']}/evening")

    # He lets himself be quoted: by a box of its own, in these words.
    ugo.page.get_by_role("link", name="Your registration").click()
    ugo.page.get_by_label("Your words").fill(WORDS)
    ugo.page.get_by_label("Your name, as it shall stand there").fill(SIGNED)
    box = ugo.page.get_by_role("checkbox", name=RULES[Label.COMMUNITY].quoted_said, exact=True)
    assert not box.is_checked()
    box.check()
    ugo.page.get_by_role("button", name="Let me be quoted").click()
    ugo.page.get_by_role("button", name="Withdraw it", exact=True).wait_for()
    ugo.examine()
    ugo.photograph("quotation-given")
    later = urlsplit(ugo.page.get_by_label("To withdraw it later").input_value()).path

    # Ada puts it on the briefing's page.
    ada.look(f"/desk/events/{briefing['slug']}/evening")
    ada.photograph("quotation-to-put-on")
    ada.page.get_by_role("button", name="Put it on the page").click()
    ada.page.get_by_role("button", name="Take it off the page").wait_for()
    page = zed.look(f"/events/{briefing['slug']}")
    page.get_by_text(WORDS).wait_for()
    page.get_by_text(SIGNED).wait_for()
    assert UGO.name not in page.content()
    zed.photograph("quotation-on-the-page")

    # By the link he kept he withdraws it, and it is gone.
    ugo.look(later)
    ugo.photograph("quotation-to-withdraw")
    ugo.page.get_by_role("button", name="Withdraw it", exact=True).click()
    ugo.page.get_by_text("Nothing of yours is quoted.").wait_for()
    ugo.examine()
    for visitor, path in ((zed, f"/events/{briefing['slug']}"), (ada, f"/desk/events/{briefing['slug']}/evening")):
        assert WORDS not in read(visitor, path)
    assert later.rpartition("/")[2] not in served.output

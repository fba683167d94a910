"""A series in a real browser: made by its rule, published at once, and moved by a week from one of its events on."""

from collections.abc import Callable

import pytest

from tests.browser import Visitor
from tests.cast import UGO
from tests.e2e.desk import fill_in, personal_link, register, set_up
from tests.servers import Mailbox, Served

pytestmark = pytest.mark.e2e
RULE = "Second Tuesday each month until 13 May 2031"
#: The second Tuesdays of 2031.
DAYS = ("Tue 11 Feb 2031", "Tue 11 Mar 2031", "Tue 8 Apr 2031", "Tue 13 May 2031")


def listed(ada: Visitor) -> list[str]:
    """The days of the series as its page lists them."""
    return [day.partition(",")[0] for day in ada.page.locator(".event .day").all_inner_texts()]


def test_a_series_is_moved_by_a_week_from_one_on_and_the_earlier_ones_stay(
    serve: Callable[..., Served], visit: Callable[..., Visitor], mailbox: Mailbox
) -> None:
    served = serve(EVENTDESK_SMTP_URL=mailbox.url)
    ada = visit(served.base_url)
    set_up(ada, served)

    # The form says how it repeats; the preview says what will come of it.
    ada.look("/desk/events/new")
    ada.page.get_by_role("radio", name="COMMUNITY").check()
    fill_in(
        ada, {"Title": "Tire evening", "Venue": "Quay Street 4, Oslo", "Hosts": "Harbour User Group", "Seats": "40"}
    )
    fill_in(ada, {"Starts": "2031-02-11T18:00", "Ends": "2031-02-11T20:00", "Until": "2031-06-01"})
    ada.page.get_by_label("Repeat").select_option("nth")
    ada.page.get_by_role("button", name="Preview the words").click()
    ada.page.get_by_text(f"{RULE}: 4 events").wait_for()
    ada.examine()
    ada.photograph("series-preview")
    ada.page.get_by_role("button", name="Save").click()
    ada.page.get_by_text("1 of 4 in").wait_for()
    ada.examine()
    ada.photograph("series-event")

    # One act publishes them all, the charter accepted once.
    ada.page.get_by_role("link", name="publish all drafts of the series").click()
    ada.page.get_by_label("I accept this charter for each").check()
    ada.photograph("series")
    ada.page.get_by_role("button", name="Publish 4 community sessions").click()
    ada.page.get_by_text("Published: 4 events.").wait_for()
    ada.examine()
    assert listed(ada) == list(DAYS)

    # Ugo comes to the third; its page names the other dates.
    ugo = visit(served.base_url)
    ugo.look("/events/tire-evening-2031-04-08")
    assert ugo.page.get_by_role("region", name="Other dates").get_by_role("link").count() == 3
    ugo.photograph("series-public")
    register(ugo, "/events/tire-evening-2031-04-08", UGO, "Register for the community session")
    [confirmation] = mailbox.wait(1)

    # From the second on, everything is a week later: the preview says whom it is about, and he is told.
    ada.look("/desk/events/tire-evening-2031-03-11/edit")
    fill_in(ada, {"Starts": "2031-03-18T18:00", "Ends": "2031-03-18T20:00"})
    ada.page.get_by_label("This and the following ones").check()
    ada.page.get_by_role("button", name="Preview the words").click()
    ada.page.get_by_text("3 events are changed, 1 person is told").wait_for()
    ada.examine()
    ada.photograph("series-change")
    ada.page.get_by_role("button", name="Save").click()
    ada.examine()
    ada.page.get_by_role("button", name="Save and tell one person").click()
    ada.page.get_by_text("Saved: 3 events.").wait_for()
    ada.page.get_by_role("link", name=RULE).click()
    ada.page.get_by_role("heading", name="Series").wait_for()
    ada.examine()
    assert listed(ada) == [DAYS[0], "Tue 18 Mar 2031", "Tue 15 Apr 2031", "Tue 20 May 2031"]
    news = mailbox.wait(2)[1]
    assert "The new time is Tuesday 15 April 2031, 18:00 to 20:00 (Europe/Oslo)" in news.text
    assert personal_link(news) == personal_link(confirmation)


def test_a_series_is_made_without_javascript(serve: Callable[..., Served], visit: Callable[..., Visitor]) -> None:
    served = serve()
    plain = visit(served.base_url, javascript=False)
    set_up(plain, served)
    plain.look("/desk/events/new")
    plain.page.get_by_role("radio", name="COMMUNITY").check()
    fill_in(plain, {"Title": "Tire evening", "Starts": "2031-01-31T18:00", "Ends": "2031-01-31T20:00"})
    plain.page.get_by_label("Repeat").select_option("day")

    plain.page.get_by_role("button", name="Save").click()
    plain.page.get_by_text("Say until when it repeats.").first.wait_for()
    plain.examine()
    fill_in(plain, {"Until": "2031-05-31"})
    plain.page.get_by_role("button", name="Save").click()

    plain.page.get_by_text("1 of 3 in: The 31st of each month that has one until 31 May 2031").wait_for()

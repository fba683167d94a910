"""An event's own question, from the desk to an answer that freezes it; and a speaker's pledge: in a real browser."""

import re
from collections.abc import Callable

import pytest

from tests.browser import Visitor
from tests.cast import UGO
from tests.e2e.desk import set_up
from tests.servers import Served

pytestmark = pytest.mark.e2e
QUESTIONS = "/desk/events/get-the-most-out-of-tire-server/questions"
EVENT = {
    "Title": "Get the most out of Tire Server",
    "Hosts": "Harbour User Group",
    "Speakers": "Dilek Yılmaz",
    "Starts": "2031-03-11T18:00",
    "Ends": "2031-03-11T20:00",
}


def publish(ada: Visitor) -> str:
    """A published community session; returns its invite link."""
    ada.look("/desk/events/new")
    ada.page.get_by_role("radio", name="COMMUNITY").check()
    for label, value in EVENT.items():
        ada.page.get_by_label(label).fill(value)
    ada.page.get_by_role("button", name="Save").click()
    ada.page.get_by_label("I accept this charter").check()
    ada.page.get_by_role("button", name="Publish the community session").click()
    return ada.page.get_by_label("Invite link").input_value()


def add_question(ada: Visitor, question: str, kind: str, options: str = "") -> None:
    """Type a question and add it."""
    ada.page.get_by_role("textbox", name="Question").fill(question)
    ada.page.get_by_label("Why you ask").fill("So that we choose what most of you want to hear.")
    ada.page.get_by_role("radio", name=kind, exact=True).check()
    ada.page.get_by_label("Options").fill(options)
    ada.page.get_by_role("button", name="Add the question").click()


def test_a_question_is_added_answered_and_frozen(serve: Callable[..., Served], visit: Callable[..., Visitor]) -> None:
    served = serve()
    ada = visit(served.base_url)
    set_up(ada, served)
    invite = publish(ada)

    # The desk says what is never asked, before one types; it refuses it with the words that give it away.
    ada.look(QUESTIONS)
    ada.photograph("questions-none")
    ada.page.get_by_text("Never asked at a community session: a company, a budget, a plan to buy").wait_for()
    add_question(ada, "Which company do you work for?", "They write")
    ada.page.get_by_text("asks for a company, and a community session never does").first.wait_for()
    ada.examine()
    ada.photograph("questions-refused")

    # What is about the evening is taken; the second question goes first.
    add_question(ada, "Which topics should we cover?", "They choose several", "Alarms\nUpgrades\nOne bad night")
    ada.page.get_by_role("heading", name="Which topics should we cover?").wait_for()
    add_question(ada, "Do you eat meat?", "Yes or no")
    ada.page.get_by_role("button", name=re.compile("Move up.*Do you eat meat")).click()
    ada.page.get_by_role("button", name=re.compile("Move down.*Do you eat meat")).wait_for()
    ada.examine()
    ada.photograph("questions")

    # Ugo sees each with its reason, and answers one.
    ugo = visit(served.base_url, phone=True)
    ugo.look(invite)
    ugo.photograph("invite-with-questions")
    assert ugo.page.get_by_role("group").all_inner_texts()[0].startswith("Do you eat meat?")
    ugo.page.get_by_label("Your name").fill(UGO.name)
    ugo.page.get_by_label("Your email").fill(UGO.email)
    ugo.page.get_by_role("checkbox", name="Alarms").check()
    ugo.page.get_by_role("checkbox", name="One bad night").check()
    ugo.page.get_by_role("button", name="Register for the community session").click()
    ugo.page.get_by_role("heading", name="Thank you").wait_for()
    ugo.look(ugo.page.get_by_label("Your own link").input_value())
    ugo.page.get_by_text("What you answered").click()
    ugo.page.get_by_text("Alarms, One bad night").wait_for()
    ugo.photograph("manage-with-answers")

    # What he answered is frozen; what he left open is not. The desk sees his answer.
    ada.look(QUESTIONS)
    ada.photograph("questions-frozen")
    assert ada.page.get_by_text("Frozen.", exact=True).count() == 1
    assert ada.page.get_by_role("button", name="Remove").count() == 1
    ada.page.get_by_role("link", name=re.compile("Change.*Do you eat meat")).click()
    ada.examine()
    ada.look("/desk/events/get-the-most-out-of-tire-server/people")
    ada.page.get_by_text("1 answer").click()
    ada.page.get_by_text("Alarms, One bad night").wait_for()
    ada.photograph("people-with-answers")


def test_a_speaker_pledges_by_their_own_link(serve: Callable[..., Served], visit: Callable[..., Visitor]) -> None:
    served = serve()
    ada = visit(served.base_url)
    set_up(ada, served)
    invite = publish(ada)

    # The page says that she has not pledged yet; her link at the desk is hers alone.
    zed = visit(served.base_url, phone=True)
    zed.look(invite)
    zed.photograph("speaking-not-yet")
    assert zed.page.get_by_text("has not pledged yet").count() == 2
    ada.look("/desk/events/get-the-most-out-of-tire-server/speakers")
    ada.photograph("speakers")
    link = ada.page.get_by_role("region", name="Dilek Yılmaz").get_by_label("Their own link").input_value()

    # She reads the charter, says who she is, and pledges.
    dilek = visit(served.base_url, phone=True)
    dilek.look(link)
    dilek.photograph("pledge")
    assert dilek.page.get_by_text("Nobody sells here: not the host, not a speaker, not a sponsor.").count() == 1
    dilek.page.get_by_label("Biography").fill("Runs **four hundred** sensors.")
    dilek.page.get_by_role("button", name="Pledge not to sell").click()
    dilek.page.get_by_text("has pledged not to sell").wait_for()
    dilek.examine()
    dilek.photograph("pledged")

    # Everybody sees both; the host has not pledged yet.
    zed.look(invite)
    zed.photograph("speaking-pledged")
    assert zed.page.get_by_text("has pledged not to sell").count() == 1
    assert zed.page.locator("strong", has_text="four hundred").count() == 1
    ada.page.get_by_role("link", name="Speakers", exact=True).click()
    ada.page.get_by_text("has pledged not to sell").wait_for()
    ada.examine()

    # A new link ends the old one; the pledge stays.
    ada.page.get_by_role("button", name=re.compile("Make a new link.*Dilek")).click()
    ada.page.get_by_text("There is a new link.").wait_for()
    dilek.look(link, expect=404)
    zed.look(invite)
    assert zed.page.get_by_text("has pledged not to sell").count() == 1

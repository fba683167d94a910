"""A question worth asking: picked from the programme's bank, answered at registration, on the sheet; in a real browser."""

import re
from collections.abc import Callable

import pytest

from tests.browser import Visitor
from tests.cast import UGO
from tests.e2e.desk import set_up
from tests.evening import publish
from tests.servers import Served

pytestmark = pytest.mark.e2e
WORTH, OTHER = "What did you try that did not work?", "What could you show others, in five minutes?"
SAID = "A restore from last year’s tapes."


def test_a_question_of_the_bank_is_picked_answered_and_printed(
    serve: Callable[..., Served], visit: Callable[..., Visitor]
) -> None:
    served = serve()
    ada = visit(served.base_url)
    set_up(ada, served)
    event = publish(served)
    questions, sheet = (f"/desk/events/{event['slug']}/{room}" for room in ("questions", "answers"))

    # The bank begins with what the label brings; a question of one's own is added, another retired.
    ada.look("/desk/programmes/community-sessions")
    ada.page.get_by_role("link", name="Questions worth asking").click()
    ada.page.get_by_role("button", name="Begin with these 4").click()
    ada.page.get_by_role("textbox", name="Question").fill("Which alarm woke you last?")
    ada.page.get_by_label("Why you ask").fill("So that we calm that one first.")
    ada.page.get_by_role("button", name="Add the question").click()
    ada.page.get_by_role("button", name=re.compile("Retire.*nobody leave without")).click()
    ada.page.get_by_role("button", name="Offer it again").wait_for()
    ada.photograph("bank")

    # One is picked, and then another in its place.
    ada.look(questions)
    for prompt in (OTHER, WORTH):
        ada.page.get_by_role("radio", name=prompt).check()
        ada.page.get_by_role("button", name="Ask this one").click()
        ada.page.get_by_role("heading", name=prompt).wait_for()
    assert ada.page.get_by_role("heading", name=OTHER).count() == 0

    # Ugo is asked, and told why.
    ugo = visit(served.base_url, phone=True)
    ugo.look(event["urls"]["invite"])
    ugo.page.get_by_label("Your name").fill(UGO.name)
    ugo.page.get_by_label("Your email").fill(UGO.email)
    ugo.page.get_by_label(WORTH).fill(SAID)
    ugo.page.get_by_role("button", name="Register for the community session").click()
    ugo.page.get_by_role("heading", name="Thank you").wait_for()

    # No other can be picked any more; the sheet has what he said, and not who he is.
    ada.page.get_by_role("radio", name=OTHER).check()
    ada.page.get_by_role("button", name="Ask this one").click()
    ada.page.get_by_text("an answer must keep the question it was given to").wait_for()
    ada.look(sheet)
    ada.page.get_by_text("1 of 1 with a seat answered.").wait_for()
    ada.photograph("answers")
    ada.page.emulate_media(media="print")
    assert ada.page.get_by_text(SAID).is_visible()
    assert not ada.page.get_by_role("link", name="CSV").is_visible()
    assert UGO.name not in ada.page.content()
    assert ada.page.pdf(format="A4").count(b"/Type /Page\n") == 1

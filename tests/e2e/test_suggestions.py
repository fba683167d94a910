"""A member suggests, another votes, answers and asks where one can buy. In a real browser."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from eventdesk.labels import RULES, Label
from tests.browser import Visitor
from tests.cast import UGO, UMA
from tests.e2e.desk import personal_link
from tests.evening import publish, register, set_up
from tests.servers import Mailbox, Served

pytestmark = pytest.mark.e2e


def test_members_are_heard_by_each_other_and_ask_where_to_buy_by_themselves(
    serve: Callable[..., Served], visit: Callable[..., Visitor], mailbox: Mailbox
) -> None:
    served = serve(EVENTDESK_SMTP_URL=mailbox.url)
    set_up(served)
    event = publish(served)
    for person in (UGO, UMA):
        register(event, person)
    own = {each.recipients[0]: personal_link(each) for each in mailbox.wait(2)}
    ugo, uma = visit(served.base_url, phone=True), visit(served.base_url)

    # Ugo comes to it from his own page, and reads who will read him before he posts.
    ugo.look(own[UGO.email])
    ugo.page.get_by_role("link", name="Suggestions").click()
    ugo.page.get_by_text("Members read this").wait_for()
    ugo.page.get_by_label("What do you suggest?").fill("Invite somebody who runs the competitor’s product.")
    ugo.page.get_by_role("button", name="Post the suggestion").click()
    ugo.page.get_by_text("Nobody has answered yet; it is for others to.").wait_for()
    ugo.examine()

    # Uma votes and answers; of the words she typed too few of, she is told at the field.
    uma.look(f"{own[UMA.email]}/suggestions")
    uma.page.get_by_role("button", name="Vote").click()
    uma.page.get_by_role("button", name="Voted").wait_for()
    uma.photograph("suggestions-voted")
    uma.page.get_by_role("link", name="Invite somebody who runs").click()
    answer = uma.page.get_by_label("Your answer")
    answer.evaluate("field => field.minLength = 0")
    answer.fill("Yes!")
    uma.page.get_by_role("button", name="Post the answer").click()
    uma.page.get_by_role("alert").wait_for()
    uma.examine()
    answer.fill("Yes! I know two of them, and will ask.")
    uma.page.get_by_label("Signed").fill("")
    uma.page.get_by_role("button", name="Post the answer").click()
    uma.page.get_by_text("Yours").wait_for()
    uma.examine()
    uma.photograph("suggestion-answered")
    ugo.page.reload()
    ugo.page.locator("p", has_text="I know two of them").wait_for()

    # Where she can buy it is one click of her own: what she agrees to stands beside it, and one mail asks whether it was she.
    uma.page.get_by_role("heading", name="Where can I buy this").wait_for()
    uma.page.get_by_role("button", name="Yes, I agree").click()
    uma.page.get_by_role("heading", name="One more step").wait_for()
    asked = mailbox.wait(3)[2]
    commercial = RULES[Label.COMMERCIAL]
    assert asked.recipients == (UMA.email,)
    assert asked.text.startswith(commercial.promise.partition("{")[0].strip())
    assert "competitor" not in asked.text

    # What he said is taken back as easily; where it was answered, that stands in its place.
    ugo.look(f"{own[UGO.email]}/suggestions/mine")
    ugo.page.get_by_role("button", name="Take it back").click()
    ugo.page.get_by_text("You have said nothing yet, or taken it back.").wait_for()
    uma.look(f"{own[UMA.email]}/suggestions")
    uma.page.get_by_text("Taken back by who wrote it.").wait_for()
    assert urlsplit(own[UMA.email]).path.rpartition("/")[2] not in served.output

"""A suggestion is handed by mail to who can act, planned, done and told back; an attack is hidden by its rule. In a real browser."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.browser import Visitor
from tests.cast import CORA, UGO, UMA, ZED, Person
from tests.e2e.desk import personal_link
from tests.e2e.test_crossing import at_the_desk
from tests.evening import publish, register, set_up
from tests.servers import Delivery, Mailbox, Served

pytestmark = pytest.mark.e2e


def newest_to(mailbox: Mailbox, person: Person, count: int) -> Delivery:
    """The last mail to somebody, once they had so many."""
    while len(mailbox.to(person.email)) < count:
        mailbox.wait(len(mailbox.deliveries) + 1)
    return mailbox.to(person.email)[count - 1]


def test_a_suggestion_is_acted_on_by_a_link_and_told_back_and_an_attack_is_hidden(
    serve: Callable[..., Served], visit: Callable[..., Visitor], mailbox: Mailbox
) -> None:
    served = serve(EVENTDESK_SMTP_URL=mailbox.url)
    set_up(served)
    event = publish(served)
    for person in (UGO, UMA):
        register(event, person)
    ugo, uma = (personal_link(newest_to(mailbox, person, 1)) for person in (UGO, UMA))

    # Ugo suggests, Uma votes, and answers with an attack.
    member = visit(served.base_url)
    member.look(f"{ugo}/suggestions")
    member.page.get_by_label("What do you suggest?").fill("An evening on sensors in the cold, please.")
    member.page.get_by_role("button", name="Post the suggestion").click()
    member.page.get_by_role("heading", name="Suggestion", exact=True).wait_for()
    ref = urlsplit(member.page.url).path.rpartition("/")[2]
    member.look(f"{uma}/suggestions/{ref}")
    member.page.get_by_role("button", name="Vote").click()
    member.page.get_by_label("Your answer").fill("Ugo would freeze to his own bonnet, the fool.")
    member.page.get_by_role("button", name="Post the answer").click()

    # At the desk it waits; Cora hides the attack, and asks Zed, who has no account.
    cora = at_the_desk(served, visit, CORA, "community")
    cora.page.get_by_text("One suggestion waits for an answer.").wait_for()
    cora.page.get_by_role("link", name="Answer", exact=True).click()
    cora.examine()
    cora.page.get_by_role("link", name="An evening on sensors").click()
    cora.examine()
    cora.photograph("hosting-thread")
    cora.page.get_by_role("link", name=re.compile("^Hide")).click()
    cora.page.get_by_text("Hide it", exact=True).first.click()
    cora.page.get_by_label("No attacks on a person.").check()
    cora.page.get_by_role("button", name="Hide it").click()
    cora.page.get_by_role("button", name="Show it again").wait_for()
    cora.examine()
    cora.look(f"/desk/suggestions/{ref}")
    cora.page.get_by_label("Name").fill(ZED.name)
    cora.page.get_by_label("Email").fill(ZED.email)
    cora.page.get_by_label("Your note to them").fill("You drove the whole winter.")
    cora.page.get_by_role("button", name="Ask by mail").click()
    cora.page.get_by_text("Asked, no answer yet").wait_for()
    cora.photograph("hosting-asked")

    hidden = newest_to(mailbox, UMA, 2)
    assert hidden.subject == "Hidden: “Ugo would freeze to his own bonnet, the fool.”"
    assert "No attacks on a person." in hidden.text
    asked = newest_to(mailbox, ZED, 1)
    assert "You drove the whole winter." in asked.text
    assert not any(member in asked.text for member in (UGO.name, UGO.email))
    [link] = re.findall(r"http://\S+/route/\S+", asked.text)

    # Zed says first that it is planned, and later that it is done; both times Ugo and Uma are told, and how to stop.
    zed = visit(served.base_url, phone=True)
    for number, (state, words) in enumerate((("Planned", "In May."), ("Done", "It was in May, thank you all."))):
        zed.look(urlsplit(link).path)
        zed.page.get_by_label(state, exact=True).check()
        zed.page.get_by_label("Your answer").fill(words)
        zed.page.get_by_role("button", name="Send the answer").click()
        zed.page.get_by_text("Your answer is there.").wait_for()
        zed.examine()
        for person, before in ((UGO, 1), (UMA, 2)):
            told = newest_to(mailbox, person, before + 1 + number)
            assert told.subject == f"{state}: “An evening on sensors in the cold, please.”"
            assert words in told.text
            assert told.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    zed.photograph("hosting-answered")
    assert "Ugo" not in zed.page.content()

    # The mail leads Ugo to the thread, where the hosts' words stand and the attack does not.
    [back] = re.findall(rf"http://\S+/suggestions/{ref}", newest_to(mailbox, UGO, 3).text)
    member.look(urlsplit(back).path)
    shown = member.page.locator("main").inner_text()
    assert ("It was in May, thank you all." in shown, "freeze" in shown) == (True, False)
    cora.look("/desk/suggestions?tab=done")
    cora.page.get_by_role("link", name="An evening on sensors").click()
    cora.page.get_by_role("button", name="Withdraw the link").click()
    cora.page.get_by_text("Link withdrawn").wait_for()
    zed.look(urlsplit(link).path, expect=404)
    assert urlsplit(link).path.rpartition("/")[2] not in served.output
    assert mailbox.quiet_for(1)

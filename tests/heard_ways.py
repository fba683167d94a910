"""The ways to the pages on which members are heard; the registrations they begin from are those of `pages.py`."""

from sqlalchemy import select

from eventdesk.db import writing
from eventdesk.programmes.models import Programme
from tests.house import House

#: The events of two who registered.
MINE, ANOTHERS = "show-your-worst-dashboard", "get-the-most-out-of-tire-server"


def suggested(house: House) -> None:
    """What members say, as one who can vote and answer reads it."""
    house.go(f"{house.links[MINE]}/suggestions")
    for words in (
        "Please begin at 18:30: the ferry arrives at a quarter past six.",
        "An evening on what did not work.",
    ):
        house.tab.get_by_label("What do you suggest?").fill(words)
        house.tab.get_by_role("button", name="Post the suggestion").click()
        house.tab.get_by_role("link", name="What members suggest and ask").click()
    house.go(f"{house.links[ANOTHERS]}/suggestions")
    house.tab.get_by_role("button", name="Vote").first.click()


def suggestion(house: House) -> None:
    house.tab.locator("h2 a").first.click()
    house.tab.get_by_label("Your answer").fill("From April on, I hope.")
    house.tab.get_by_role("button", name="Post the answer").click()


def questions(house: House) -> None:
    house.go(f"{house.links[MINE]}/suggestions?what=questions")


def said(house: House) -> None:
    house.go(f"{house.links[MINE]}/suggestions/mine")


def open_to_all(house: House) -> None:
    with house.app.app_context(), writing() as session:
        for programme in session.scalars(select(Programme).where(Programme.slug == "community-sessions")):
            programme.open_to_all = True
    house.go("/programmes/community-sessions/suggestions")

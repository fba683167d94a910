"""What an organiser and an attendee do with mouse and keyboard, in words; used by the stories."""

import re
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from tests.browser import Visitor
from tests.cast import ADA, PASSPHRASE, Person
from tests.servers import Delivery, Served

PERSONAL_LINK = re.compile(r"https?://\S+/r/[\w-]+")


def set_up(ada: Visitor, served: Served, *, looking: bool = False) -> None:
    """The first start: the one-time link on the console, one page, and Ada is at the desk; one story looks for all."""
    link = served.find(r"(http://\S+/setup/\S+)")
    ada.page.goto(link)
    if looking:
        ada.examine()
    ada.photograph("set-up")
    page = ada.page
    page.get_by_label("Your organisation").fill("Lathe Lane Software")
    page.get_by_label("Time zone").fill("Europe/Oslo")
    page.get_by_label("Your name").fill(ADA.name)
    page.get_by_label("Your email address").fill(ADA.email)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Set up the desk").click()
    page.get_by_role("heading", name="Events", exact=True).wait_for()
    if looking:
        ada.examine()
    assert ada.context.request.get(link).status == 404  # the link is good once


def fill_in(ada: Visitor, said: dict[str, str]) -> None:
    """Type what is said of an event, by the labels of the fields."""
    for label, value in said.items():
        ada.page.get_by_label(label).fill(value)


def register(visitor: Visitor, address: str, person: Person, button: str) -> None:
    """Open a link, type what it asks, press the one button."""
    visitor.look(address)
    for label, value in {"Your name": person.name, "Your email": person.email}.items():
        visitor.page.get_by_label(label).fill(value)
    for label, value in {"Company": person.company, "Role": person.role}.items():
        if value:
            visitor.page.get_by_label(label).fill(value)
    visitor.page.get_by_role("button", name=button).click()
    visitor.page.get_by_role("heading", name="Thank you").wait_for()
    visitor.examine()


def personal_link(delivery: Delivery) -> str:
    """The path of the manage link in a mail."""
    found = PERSONAL_LINK.search(delivery.text)
    assert found, delivery.text
    return urlsplit(found[0]).path


def entry_in(calendar: bytes | None) -> Event:
    """The one event of a calendar object."""
    assert calendar is not None, "there is no calendar part"
    [entry] = Calendar.from_ical(calendar).events
    return entry


def promise_stands_before_form(visitor: Visitor, promise: str) -> bool:
    """Whether the page says the promise, and says it above the first field."""
    said = visitor.page.get_by_text(promise, exact=True).first.bounding_box()
    field = visitor.page.get_by_label("Your name").bounding_box()
    return bool(said and field and said["y"] < field["y"])

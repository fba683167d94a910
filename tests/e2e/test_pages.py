"""Every page worth looking at: examined, weighed, at 320 px and twice the size, on paper, and without a mouse."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator
from playwright.sync_api import Page as Tab

from eventdesk import config, create_app
from tests.browser import violations
from tests.cast import UMA
from tests.house import House, NotThere, of_folder
from tests.pages import BRIEFING, FULL, NO_PAGES, OPEN, PAGES
from tests.shots import contact_page

pytestmark = [pytest.mark.e2e, pytest.mark.longest]
HEAVIEST_KB = 60
NARROWEST, ZOOMED = 320, 640  # 1280 px at 200 %
MOST_TABS = 120
WEIGHT = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
    .reduce((sum, each) => sum + each.decodedBodySize, 0)"""
WIDTH = "document.documentElement.scrollWidth"


@pytest.fixture(scope="module")
def house(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One demo for all of this module."""
    served, new = of_folder(tmp_path_factory.mktemp("pages"))
    with served, new:
        context = chromium.new_context(locale="en-GB", timezone_id="Europe/Oslo", reduced_motion="reduce")
        context.set_default_timeout(10_000)
        yield House(create_app(config.load(served.environment)), served, new, context.new_page())
        context.close()


def test_every_page_is_light_and_open_to_everybody(house: House) -> None:
    weights: dict[str, float] = {}
    faults: list[str] = []
    for page in PAGES:
        try:
            page.open(house)
        except NotThere:
            continue  # said by the next test
        weights[page.name] = house.tab.evaluate(WEIGHT) / 1000
        faults += [f"{page.name}: {fault}" for fault in _examined(house.tab)]
    heavy = {name: weight for name, weight in weights.items() if weight >= HEAVIEST_KB}
    table = "\n".join(
        f"{weight:6.1f} kB  {name}" for name, weight in sorted(weights.items(), key=lambda each: -each[1])
    )
    print(table)  # noqa: T201 - the list of weights: pytest -rP shows it

    assert (faults, heavy) == ([], {}), "\n".join(faults)


def _examined(tab: Tab) -> Iterator[str]:
    for width, scheme in ((1280, "light"), (360, "dark")):
        tab.set_viewport_size({"width": width, "height": 900})
        tab.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        if found := violations(tab):
            yield f"{width} px, {scheme}: {found}"
    for width in (NARROWEST, ZOOMED):
        tab.set_viewport_size({"width": width, "height": 700})
        if (wide := tab.evaluate(WIDTH)) > width:
            yield f"scrolls sideways at {width} px: it is {wide} px wide"
    tab.set_viewport_size({"width": 1280, "height": 900})


def test_every_page_that_is_named_is_there(house: House) -> None:
    missing = []
    for page in PAGES:
        try:
            if page.endpoint:
                house.address(page.endpoint, page.values)
        except NotThere as error:
            missing.append(f"{page.name}: {error}")

    assert missing == []


def test_no_page_of_the_application_is_left_out(house: House) -> None:
    looked_at = {page.endpoint for page in PAGES} | {"organisers.set_up", "desk.edit_event"}

    left_out = {
        str(rule)
        for rule in house.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and rule.endpoint not in looked_at and not NO_PAGES.search(str(rule))
    }

    assert left_out == set()


def test_on_paper_an_event_and_a_list_are_whole_and_without_buttons(house: House) -> None:
    house.sign_in()
    for address, wanted in {
        f"/events/{OPEN}": ("Show your worst dashboard", "Nobody may sell to you here"),
        f"/desk/events/{FULL}/people": ("Ada Lindqvist", "ada@users.example", "Priya Nair"),
    }.items():
        house.go(address)
        house.tab.emulate_media(media="print", color_scheme="dark")
        house.tab.set_viewport_size({"width": 700, "height": 1000})  # about the width of A4 between its margins
        try:
            for text in wanted:
                assert house.tab.get_by_text(text).locator("visible=true").count() > 0, text
            assert house.tab.get_by_role("button").and_(house.tab.locator(":visible")).count() == 0
            assert house.tab.evaluate(WIDTH) <= 700
            assert house.tab.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
            assert house.tab.pdf(format="A4").count(b"/Type /Page\n") <= 3
        finally:
            house.tab.emulate_media(media="screen", color_scheme="light")
            house.tab.set_viewport_size({"width": 1280, "height": 900})


def reach(tab: Tab, wanted: Locator) -> None:
    """Press Tab until it has the focus, and see that the eye can follow."""
    for _ in range(MOST_TABS):
        if wanted.evaluate("element => element === document.activeElement"):
            break
        tab.keyboard.press("Tab")
    else:
        pytest.fail(f"{wanted} cannot be reached")
    drawn = "e => { const s = getComputedStyle(e); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 }"
    shown = wanted.evaluate(f"element => [element, element.closest('label') ?? element].some({drawn})")
    assert shown, f"one does not see that {wanted} has the focus"


def type_into(tab: Tab, label: str, text: str) -> None:
    """Reach a field and type."""
    reach(tab, tab.get_by_label(label).first)
    tab.keyboard.type(text)


def test_one_registers_with_the_keyboard_alone(house: House) -> None:
    house.go(f"/events/{BRIEFING}")

    for label, text in {
        "Your name": UMA.name,
        "Your email": "uma@elsewhere.example",
        "Company": "Umami",
        "role": "Owner",
    }.items():
        type_into(house.tab, label, text)
    reach(house.tab, house.tab.get_by_role("button", name=re.compile("^Register for")))
    house.tab.keyboard.press("Enter")

    house.tab.get_by_role("heading", name="Thank you").wait_for()


def test_one_writes_and_publishes_with_the_keyboard_alone(house: House) -> None:
    house.sign_in()
    tab = house.tab
    house.go("/desk/events/new")

    reach(tab, tab.get_by_role("radio").first)
    tab.keyboard.press("Space")
    type_into(tab, "Title", "Typed from end to end")
    for label, hour in {"Starts": "1000am", "Ends": "1100am"}.items():
        type_into(tab, label, "11112031")  # wherever the browser puts the month, and whether or not it counts to 24
        tab.keyboard.press("Tab")  # from the year to the hour
        tab.keyboard.type(hour)
    type_into(tab, "Venue", "Quay Street 4")
    reach(tab, tab.get_by_role("button", name="Save"))
    tab.keyboard.press("Enter")
    tab.get_by_role("heading", name="Typed from end to end").wait_for()
    reach(tab, tab.get_by_label("I accept this charter"))
    tab.keyboard.press("Space")
    reach(tab, tab.get_by_role("button", name=re.compile("^Publish")))
    tab.keyboard.press("Enter")

    tab.get_by_label("Invite link").first.wait_for()
    answer = tab.goto(house.served.base_url + "/events/typed-from-end-to-end")
    assert answer is not None
    assert answer.status == 200


def test_an_unnamed_page_would_be_noticed(house: House) -> None:
    assert NO_PAGES.search("/events/<slug:slug>.ics")
    assert not NO_PAGES.search("/desk/statistics")
    assert not NO_PAGES.search("/events/<slug:slug>")


def test_the_photographs_have_a_contact_page() -> None:
    page = contact_page([("front", ["front-360-dark.png"])], ["desk-gallery: nowhere <yet>"])

    assert 'src="front-360-dark.png"' in page
    assert "nowhere &lt;yet&gt;" in page

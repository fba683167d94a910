"""A real browser, and a visitor who notices what people would not: console errors, blocked content, accessibility.

Every page a `Visitor` looks at must have no accessibility violation in light and dark, no sideways scrolling at
320 px, no page error, no refusal by the content security policy, no failed request of its own and none to elsewhere.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Request, Response, sync_playwright

FLAGS = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
#: Of accessibility, what a scheme changes.
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
NARROWEST = 320

# Tells us about everything the policy refused, from inside, where the policy cannot stop it.
WATCH_POLICY = """
document.addEventListener("securitypolicyviolation", (event) =>
    window.eventdeskTrouble(`policy ${event.effectiveDirective} refused ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`))
"""


def violations(page: Page, options: Mapping[str, Any] = MappingProxyType({})) -> str:
    """What axe has against a page as it is now, as a report; "" where it has nothing."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    run = "options => axe.run(document, options).then(({violations}) => ({violations}))"
    found = AxeResults(page.evaluate(run, {"resultTypes": ["violations"], **options}))
    return str(found.generate_report()) if found.violations_count else ""


class Visitor:
    """One person with one browser profile at one site. `page` is Playwright's, for everything not written here."""

    def __init__(self, context: BrowserContext, origin: str, photographs: Path | None, *, javascript: bool) -> None:
        self.origin = origin.rstrip("/")
        self.context = context
        self.console: list[str] = []
        self.troubles: list[str] = []
        self._photographs = photographs
        self._javascript = javascript
        context.expose_binding("eventdeskTrouble", lambda _source, text: self.troubles.append(text))
        context.add_init_script(WATCH_POLICY)
        self.page: Page = context.new_page()
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.troubles.append(f"page error: {error}"))
        self.page.on("request", self._on_request)
        self.page.on("requestfailed", self._on_failure)
        self.page.on("response", self._on_response)

    def look(self, address: str, *, expect: int = 200) -> Page:
        """Go to an address of the site (a path will do), see that it answers as expected, and examine the page."""
        response = self.page.goto(address if "://" in address else self.origin + address)
        assert response is not None
        assert response.status == expect, f"{address} answered {response.status}"
        self.examine()
        return self.page

    def examine(self) -> None:
        """Examine the page as it is now, for example after a form was sent."""
        size = self.page.viewport_size
        for scheme in SCHEMES if self._javascript else ():  # axe is a script itself, and would wait for ever
            self.page.emulate_media(color_scheme=scheme)
            if found := violations(self.page, {} if scheme == SCHEMES[0] else COLOURS):
                self.troubles.append(f"{self.page.url}, {scheme}: {found}")
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size({"width": NARROWEST, "height": 800})
        width = self.page.evaluate("document.documentElement.scrollWidth")
        if width > NARROWEST:
            self.troubles.append(f"{self.page.url} scrolls sideways at {NARROWEST} px: it is {width} px wide")
        if size is not None:
            self.page.set_viewport_size(size)
        self.complain()

    def complain(self) -> None:
        """Fail if anything was wrong since the last time."""
        troubles, self.troubles = self.troubles, []
        assert not troubles, "\n".join(troubles)

    def photograph(self, name: str) -> None:
        """Keep the page as pictures, desktop and phone, light and dark, if --photographs was given."""
        if self._photographs is None:
            return
        before = self.page.viewport_size
        for device, (width, height) in SIZES.items():
            self.page.set_viewport_size({"width": width, "height": height})
            for scheme in SCHEMES:
                self.page.emulate_media(color_scheme=scheme)
                self.page.screenshot(path=self._photographs / f"{name}-{device}-{scheme}.png", full_page=True)
        self.page.emulate_media(color_scheme="light")
        if before is not None:
            self.page.set_viewport_size(before)

    # What the browser tells

    def _on_console(self, message: ConsoleMessage) -> None:
        self.console.append(f"{message.type}: {message.text}")
        # A page that answers 404 or 422 on purpose is logged as an error too; such answers are judged below.
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.troubles.append(f"console {message.type}: {message.text}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:", "blob:")):
            self.troubles.append(f"{self.page.url} asked elsewhere: {request.url}")

    def _on_failure(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a download, or the person went on
            self.troubles.append(f"{request.url} failed: {request.failure}")

    def _on_response(self, response: Response) -> None:
        # The page itself may refuse (its status is the story's to check), what belongs to it may not.
        if response.status >= 500 or (response.status >= 400 and not response.request.is_navigation_request()):
            self.troubles.append(f"{response.url} answered {response.status}")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add --photographs."""
    parser.addoption(
        "--photographs", metavar="DIR", help="keep pictures of what browser stories visit (write --photographs=DIR)"
    )


@contextmanager
def launched() -> Iterator[Browser]:
    """The browser: EVENTDESK_CHROMIUM, else one on PATH, else Playwright's own. Raises Error where none starts."""
    path = os.environ.get("EVENTDESK_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser for this run."""
    try:
        with launched() as browser:
            yield browser
    except Error as error:
        pytest.fail(f"no browser to tell the stories with; python3 dev.py test installs one.\n{error.message}")


@pytest.fixture
def visit(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visitor]]:
    """Send a visitor to a site: `visit(served.base_url)`; `phone=True`, `javascript=False` and `zone` are the options."""
    folder = request.config.getoption("--photographs")
    photographs = Path(folder).resolve() if folder else None
    if photographs is not None:
        photographs.mkdir(parents=True, exist_ok=True)
    visitors: list[Visitor] = []

    def start(origin: str, *, phone: bool = False, javascript: bool = True, zone: str = "Europe/Oslo") -> Visitor:
        width, height = SIZES["phone" if phone else "desktop"]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            has_touch=phone,
            java_script_enabled=javascript,
            locale="en-GB",
            timezone_id=zone,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        visitors.append(Visitor(context, origin, photographs, javascript=javascript))
        return visitors[-1]

    yield start
    for visitor in visitors:
        visitor.context.close()
    for visitor in visitors:
        visitor.complain()

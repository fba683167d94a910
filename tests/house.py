"""The house in which pages are looked at: a desk with the demo in it, an empty one, a browser, and what a page is there."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Page as Tab
from werkzeug.routing import BuildError

from tests.servers import Served


class NotThere(Exception):
    """The application has no such page (yet)."""


@dataclass
class House:
    """A desk with the demo in it, one that nobody has set up yet, and a browser's tab to go through both."""

    app: Flask
    served: Served
    new: Served
    tab: Tab
    signed_in: bool = False
    #: The personal links of those who registered here, by page.
    links: dict[str, str] = field(default_factory=dict)

    def go(self, address: str) -> None:
        """Open an address of the desk that is in use."""
        self.tab.goto(address if "://" in address else self.served.base_url + address)

    def address(self, endpoint: str, values: Mapping[str, Any]) -> str:
        """The path of an endpoint. Raises NotThere."""
        try:
            path: str = self.app.url_map.bind("").build(endpoint, dict(values))
        except BuildError as error:
            raise NotThere(f"{endpoint} is nowhere") from error
        return path

    def sign_in(self) -> None:
        """As the demo's owner, once."""
        if self.signed_in:
            return
        owner = json.loads((self.served.instance / "owner.json").read_text())
        self.go("/sign-in")
        self.tab.get_by_label("Email").fill(owner["email"])
        self.tab.get_by_label("Passphrase").fill(owner["passphrase"])
        self.tab.get_by_role("button", name="Sign in").click()
        self.tab.get_by_role("heading", name="Events", exact=True).wait_for()
        self.signed_in = True


def furnish(served: Served) -> None:
    """Put the demo into an empty installation that is not served yet."""
    (served.instance / "owner.json").write_text(served.succeed("demo"))


@dataclass(frozen=True)
class Page:
    """One page: `way` opens it where an address alone does not."""

    name: str
    endpoint: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    way: Callable[[House], None] | None = None
    desk: bool = False
    status: int = 200

    def open(self, house: House) -> None:
        """Go there. Raises NotThere, and AssertionError when it answers otherwise than it should."""
        if self.desk:
            house.sign_in()
        if self.way is not None:
            self.way(house)
            return
        address = house.address(self.endpoint, self.values)
        answer = house.tab.goto(house.served.base_url + address)
        assert answer is not None
        assert answer.status == self.status, f"{address} answered {answer.status}"


def of_folder(here: Path) -> tuple[Served, Served]:
    """The two installations of a `House`, the first with the demo in it; neither is served yet."""
    served, new = Served(here / "demo"), Served(here / "new")
    furnish(served)
    return served, new

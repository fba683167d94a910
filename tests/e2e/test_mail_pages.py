"""The HTML of every mail, with the longest words there is room for: on the narrowest phone, and open to everybody."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from eventdesk.outbox.models import Kind
from tests.browser import NARROWEST, SCHEMES, violations
from tests.every_mail import at_length, by_name

pytestmark = pytest.mark.e2e
#: One for each way a mail is built: with a list, with what stands last, with Markdown, and of the desk.
EXAMINED = (Kind.CHANGED, Kind.MESSAGE, Kind.INVITED, Kind.JOIN)
#: A mail is no page of ours: its reader's program is around it, with landmarks and a heading.
OF_PAGES = {"rules": {name: {"enabled": False} for name in ("landmark-one-main", "region", "page-has-heading-one")}}


def test_every_mail_is_read_on_the_narrowest_phone_by_everybody(chromium: Browser, tmp_path: Path) -> None:
    tab = chromium.new_page(viewport={"width": NARROWEST, "height": 800})
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    wide, faults = {}, []
    for name, piece in by_name(tmp_path, at_length):
        tab.set_content(piece.html)
        if (width := tab.evaluate("document.documentElement.scrollWidth")) > NARROWEST:
            wide[name] = width
        for scheme in SCHEMES if piece.kind in EXAMINED else ():
            tab.emulate_media(color_scheme=scheme)
            found = violations(tab, OF_PAGES)
            faults += [f"{name}, {scheme}: {found}"] if found else []
    tab.close()

    assert (wide, asked) == ({}, [])
    assert faults == [], "\n".join(faults)

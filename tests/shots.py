"""`python -m tests.shots FOLDER [BEGINNING]`: each page, and each mail, as a photograph, on a phone and a desktop, light and dark.

`index.html` in the folder shows them side by side. A page that is not there, or does not come up, is said and fails. With
a beginning, only those whose names begin so: `mail-` for the mail alone.
"""

import sys
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path

from playwright.sync_api import Error
from playwright.sync_api import Page as Tab

from eventdesk import config, create_app
from eventdesk.clock import now
from tests.browser import SCHEMES, launched
from tests.every_mail import by_name
from tests.house import House, NotThere, of_folder
from tests.pages import PAGES

MAIL = "mail-"
WIDTHS = {360: 740, 1280: 900}
STYLE = (
    "body{font:16px/1.4 system-ui;margin:2rem;background:#777;color:#fff}figure{display:inline-block;margin:0 1rem 1rem 0;"
    "vertical-align:top}img{display:block;border:1px solid #444;width:auto;height:auto;max-width:640px}img.w360{max-width:240px}"
)


def photograph(folder: Path, beginning: str = "") -> int:
    """Take all photographs; returns 1 if a page was missing."""
    folder.mkdir(parents=True, exist_ok=True)
    shown: list[tuple[str, list[str]]] = []
    missing: list[str] = []
    pages = [page for page in PAGES if page.name.startswith(beginning)]
    with tempfile.TemporaryDirectory(prefix="eventdesk-shots-") as scratch, launched() as browser:
        context = browser.new_context(locale="en-GB", timezone_id="Europe/Oslo", reduced_motion="reduce")
        context.set_default_timeout(15_000)
        if pages:
            served, new = of_folder(Path(scratch))
            with served, new:
                house = House(create_app(config.load(served.environment)), served, new, context.new_page())
                for page in pages:
                    try:
                        page.open(house)
                        shown.append((page.name, _photographs(house.tab, folder, page.name)))
                    except (NotThere, AssertionError, Error, KeyError) as error:
                        missing.append(f"{page.name}: {str(error).splitlines()[0]}")
        if MAIL.startswith(beginning) or beginning.startswith(MAIL):
            shown += _mail(context.new_page(), folder, Path(scratch), beginning)
        context.close()
    (folder / "index.html").write_text(contact_page(shown, missing))
    print(f"{sum(len(files) for _, files in shown)} photographs of {len(shown)} pages: {folder / 'index.html'}")
    print(*(f"MISSING {each}" for each in missing), sep="\n", file=sys.stderr)
    return int(bool(missing))


def _mail(tab: Tab, folder: Path, scratch: Path, beginning: str) -> Iterator[tuple[str, list[str]]]:
    """Each mail as a reader that shows HTML shows it."""
    for name, piece in by_name(scratch):
        if name.startswith(beginning):
            tab.set_content(piece.html)
            yield name, _photographs(tab, folder, name)


def _photographs(tab: Tab, folder: Path, name: str) -> list[str]:
    files = []
    for width, height in WIDTHS.items():
        tab.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            tab.emulate_media(color_scheme=scheme)
            # As tall as the page, so that what sticks to the window's edge stands where it ends.
            tall = tab.evaluate("document.documentElement.scrollHeight")
            tab.set_viewport_size({"width": width, "height": max(height, tall)})
            files.append(f"{name}-{width}-{scheme}.png")
            tab.screenshot(path=folder / files[-1], full_page=True)
    return files


def contact_page(shown: list[tuple[str, list[str]]], missing: list[str]) -> str:
    """The page that shows them all, and says what is missing."""
    rooms = "".join(
        f'<h2 id="{name}">{name}</h2>'
        + "".join(
            f'<figure><a href="{file}"><img class="w{file.split("-")[-2]}" loading="lazy" src="{file}" alt=""></a>'
            f"<figcaption>{file.removeprefix(name + '-').removesuffix('.png').replace('-', ' px, ')}</figcaption></figure>"
            for file in files
        )
        for name, files in shown
    )
    absent = "".join(f"<li>{escape(each)}</li>" for each in missing)
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Eventdesk, photographed</title><style>{STYLE}</style>'
    contents = " · ".join(f'<a href="#{name}">{name}</a>' for name, _ in shown)
    return f"{head}<h1>{len(shown)} pages, {now():%Y-%m-%d}</h1><p>{contents}</p><ul>{absent}</ul>{rooms}"


if __name__ == "__main__":
    sys.exit(photograph(Path(sys.argv[1]), *sys.argv[2:]))

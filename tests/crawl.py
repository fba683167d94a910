"""Follows every link that an answer offers, as a visitor or as somebody at the desk would."""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import BASE_URL

LINK = re.compile(r'(?:href|value|src)="([^"]+)"')
#: Of the many texts of one event, or of the samples, one stands for all.
ALIKE = re.compile(r"/(words|mail|gallery/\w+)/(?!invite\b|\d)")
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def crawl(browser: FlaskClient, begin: Iterable[str], most: int = 1_000) -> dict[str, TestResponse]:
    """The answers of everything that can be reached by links from these paths, but for pictures."""
    waiting, found = deque(begin), dict[str, TestResponse]()
    while waiting:
        path = waiting.popleft()
        if path in found or ALIKE.search(path):
            continue
        assert len(found) < most, f"there is no end to it: {path}"
        answer = found[path] = browser.get(path, buffered=True)
        if answer.location:
            waiting.extend(_ours(path, [answer.location]))
        if answer.mimetype == "text/html":
            waiting.extend(_ours(path, map(unescape, LINK.findall(answer.text))))
    return found


def _ours(page: str, links: Iterable[str]) -> Iterator[str]:
    for link in links:
        parts = urlsplit(urljoin(BASE_URL + page, link))
        ours = link.startswith(("/", "?", BASE_URL)) and f"{parts.scheme}://{parts.netloc}" == BASE_URL
        if ours and not parts.path.startswith("/static/") and not parts.path.endswith(".svg"):
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def csrf_of(browser: FlaskClient, path: str = "/sign-in") -> str:
    """The token that the forms of a page carry."""
    found = TOKEN.search(browser.get(path).text)
    assert found, f"there is no form with a token on {path}"
    return found[1]


_HIDDEN = re.compile(r'<input(?=[^>]*type="hidden")[^>]*name="([\w-]+)"[^>]*value="([^"]*)"')
_TEXT = re.compile(r'<textarea[^>]*name="([\w-]+)"[^>]*>\r?\n?(.*?)</textarea>', re.DOTALL)
_CHOICE = re.compile(
    r'<select[^>]*name="([\w-]+)"[^>]*>(?:(?!</select>).)*?<option selected value="([^"]*)"', re.DOTALL
)


def typed_in(page: str) -> dict[str, str]:
    """What the forms of a page hold, as a browser would send them: hidden fields, texts and choices; nothing is ticked."""
    return {name: unescape(said) for kind in (_HIDDEN, _TEXT, _CHOICE) for name, said in kind.findall(page)}

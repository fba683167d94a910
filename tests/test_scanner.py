"""A mail scanner opens every link of every message before its reader does, again and again: nothing changes by it."""

import re
from collections.abc import Iterable, Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventdesk.db import db
from eventdesk.labels import RULES, Label
from eventdesk.links import Links, Purpose
from eventdesk.outbox.models import Kind
from eventdesk.worker import CARRIERS, WRITERS
from tests.conftest import BASE_URL, Clock
from tests.dumps import dump
from tests.every_mail import Piece, Scene
from tests.facts import never_sent
from tests.servers import Delivery, Mailbox

URL = re.compile(r"""https?://[^\s"'<>\\]+""")
SCANNER = {
    "User-Agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) MailScanner/4.1",
    "Accept": "*/*",
    "Sec-Purpose": "prefetch",
    "Purpose": "prefetch",
    "X-Scanned-By": "gateway",
}


def parts(delivery: Delivery) -> Iterator[str]:
    """All words of a message in which there may be an address: headers, text, HTML, calendar."""
    yield str(delivery.message.get("List-Unsubscribe", ""))
    for part in delivery.message.walk():
        if not part.is_multipart() and part.get_content_maintype() != "image":
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            words = content.decode()
            yield unescape(words) if part.get_content_subtype() == "html" else re.sub(r"\r?\n[ \t]", "", words)


def links_of(delivery: Delivery) -> list[str]:
    """Every address in a message, each once, as a scanner finds it."""
    found = [url.rstrip(".,;)”") for words in parts(delivery) for url in URL.findall(words)]
    return list(dict.fromkeys(found))


class Scanner:
    """Opens links of ours; `opened` is what each answered."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.opened: dict[str, set[int]] = {}

    def scan(self, pieces: Iterable[Piece]) -> None:
        """Ask for every link of these messages in their order, each with HEAD and GET; for those in codes, too."""
        found = [url for piece in pieces for url in links_of(piece.delivery)]
        for url in dict.fromkeys([*found, *self.codes_of(found)]):
            for method in ("HEAD", "GET") if url.startswith(f"{BASE_URL}/") else ():
                db.session.rollback()  # each request is one of its own, also beside a scene that goes on
                answer = self.client.open(url.removeprefix(BASE_URL), method=method, headers=SCANNER)
                self.opened.setdefault(url, set()).add(answer.status_code)

    def codes_of(self, urls: Iterable[str]) -> Iterator[str]:
        """What the code of each own page among these holds, as a scanner finds it that looks at pictures."""
        links: Links = self.client.application.extensions["eventdesk"].links
        for url in urls:
            if url.startswith(f"{BASE_URL}/r/"):
                yield links.door(*links.keys.row(Purpose.MANAGE, url.split("/")[4]), 0)


@pytest.mark.slow
@pytest.mark.parametrize("label", RULES)
def test_a_scanner_changes_nothing(app: Flask, client: FlaskClient, now: Clock, mailbox: Mailbox, label: Label) -> None:
    pieces: list[Piece] = []
    scanner, arrivals = Scanner(client), app.extensions["arrivals"]
    for scene in Scene(app, now, mailbox, label).play():
        before = dump(app)
        for _ in range(2):
            scanner.scan(scene)
        pieces += scene
        if scene[-1].kind is Kind.THANKS:
            scanner.scan(reversed(pieces))
        arrivals.flush()
        assert dump(app) == before

    assert {piece.kind for piece in pieces} == set(WRITERS) - never_sent(label)
    assert set(WRITERS) == set(Kind) - set(CARRIERS)
    rooms = {url.removeprefix(f"{BASE_URL}/").split("/")[0] for url in scanner.opened}
    assert ("route" in rooms) == RULES[label].heard
    assert rooms >= {"r", "door", "u", "i", "events", "standing", "cross", "join", "reset", "calendars", "forgot"}
    assert {url: said for url, said in scanner.opened.items() if not said <= {200, 404}} == {}
    assert all(200 in said for url, said in scanner.opened.items() if "sample-link" not in url)

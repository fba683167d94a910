"""An evening as it comes about without a browser: the organiser's command line, and HTTP for everybody else."""

import json
import re
import urllib.request
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode

from tests.cast import ADA, PASSPHRASE, Person
from tests.servers import Installation, Served

#: What the organiser says of an event, by label.
SAID: dict[str, dict[str, Any]] = {
    "community": {
        "title": "Get the most out of Tire Server",
        "hosts": ["Harbour User Group"],
    },
    "commercial": {
        "title": "Tire Server for fleets",
        "hosts": ["Lathe Lane Software"],
        "brief": {
            "audience": "Fleet managers with fifty vehicles or more.",
            "reason": "They learn of a flat tire too late.",
            "offer": "Tire Server Fleet, with sensors.",
            "payment": "By vehicle and month, from 4 euros.",
        },
    },
}
OF_EITHER: dict[str, Any] = {
    "description": "Bring a question; write down the answer.",
    "starts_at": "2031-03-11T18:00",
    "ends_at": "2031-03-11T20:00",
    "timezone": "Europe/Oslo",
    "venue": "Quay Street 4, Oslo",
}


def set_up(installation: Installation) -> None:
    """Ada is the owner from now on."""
    installation.succeed("organiser", "add", ADA.email, "--role", "owner", stdin=PASSPHRASE + "\n")


def publish(installation: Installation, label: str = "community", **said: Any) -> dict[str, Any]:
    """Add a published event; what the command answers."""
    event = {"label": label} | OF_EITHER | SAID[label] | said
    return _answer(installation.succeed("event", "add", "--publish", "-", stdin=json.dumps(event)))


def change(installation: Installation, slug: str, **said: Any) -> dict[str, Any]:
    """Say something else of an event; what the command answers."""
    return _answer(installation.succeed("event", "change", slug, "-", stdin=json.dumps(said)))


def cancel(installation: Installation, slug: str) -> dict[str, Any]:
    """Call an event off; what the command answers."""
    return _answer(installation.succeed("event", "cancel", slug))


def _answer(said: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said)
    return found


def fetch(url: str) -> bytes:
    """What an address answers; fails unless it is 200."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        body: bytes = answer.read()
    return body


def send(url: str, form: dict[str, str]) -> str:
    """Send a form; the page that comes of it."""
    with urllib.request.urlopen(url, urlencode(form).encode(), timeout=30) as answer:
        body: bytes = answer.read()
    return body.decode()


def register(event: dict[str, Any], person: Person) -> str:
    """Register through the event's invite link; the page that comes of it."""
    return send(event["urls"]["invite"], person.form)


def manage_link(text: str) -> str:
    """A person's own link, where one is in the text."""
    found = re.search(r"https?://\S+/r/[\w-]+", text)
    assert found, f"there is no manage link in:\n{text}"
    return found[0]


def desk_page(served: Served, path: str) -> str:
    """A page of the desk as Ada sees it, who signs in for it."""
    with signed_in(served)[0].open(served.base_url + path, timeout=30) as page:
        body: bytes = page.read()
    return body.decode()


def signed_in(served: Served) -> tuple[urllib.request.OpenerDirector, str]:
    """A browser in which Ada is signed in, and her cookie as a header says it."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    with browser.open(f"{served.base_url}/sign-in", timeout=30) as page:
        token = token_in(page.read().decode())
    form = {"csrf_token": token, "email": ADA.email, "passphrase": PASSPHRASE}
    browser.open(f"{served.base_url}/sign-in", urlencode(form).encode(), timeout=30).close()
    return browser, "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def token_in(page: str) -> str:
    """The token that the forms of a page carry."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, "the page has no token"
    return found[1]


def soon() -> dict[str, str]:
    """The times of an event whose door is open already."""
    starts = (datetime.now(UTC) + timedelta(hours=2)).replace(tzinfo=None)
    ends = starts + timedelta(hours=1)
    return {"starts_at": f"{starts:%Y-%m-%dT%H:%M}", "ends_at": f"{ends:%Y-%m-%dT%H:%M}", "timezone": "Etc/UTC"}

"""An evening as it comes about without a browser: the organiser's command line, and HTTP for everybody else."""

import json
import re
import urllib.request
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
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    with browser.open(f"{served.base_url}/sign-in", timeout=30) as page:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.read().decode())
    assert token, "the page to sign in has no token"
    form = {"csrf_token": token[1], "email": ADA.email, "passphrase": PASSPHRASE}
    browser.open(f"{served.base_url}/sign-in", urlencode(form).encode(), timeout=30).close()
    with browser.open(served.base_url + path, timeout=30) as page:
        body: bytes = page.read()
    return body.decode()

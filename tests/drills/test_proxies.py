"""The documented proxies really in front of a server: what they say, what the program sees, and what is in no log."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cast import UGO
from tests.documented import FRONTS, HOST, Behind, Front, make_certificate

pytestmark = pytest.mark.drill
SETTINGS = {"EVENTDESK_BASE_URL": f"https://{HOST}", "EVENTDESK_TRUSTED_PROXIES": "1"}
CLAIMED = {"X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "1.2.3.4"}
PAGE = "/events/show-your-worst-dashboard"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Behind]:
    """A server with the demo's events."""
    server = Behind(tmp_path / "instance", SETTINGS)
    server.succeed("demo")
    with server:
        yield server


@pytest.fixture(params=FRONTS)
def front(request: pytest.FixtureRequest, tmp_path: Path, served: Behind) -> Iterator[Front]:
    """A proxy before it."""
    if shutil.which(request.param) is None or shutil.which("openssl") is None:
        pytest.skip(f"{request.param} (or openssl) is not on this machine")
    here = tmp_path / request.param
    here.mkdir()
    make_certificate(here)
    with FRONTS[request.param](here, served.port) as proxy:
        yield proxy


def test_a_documented_proxy_speaks_https_for_it_and_keeps_keys_to_itself(front: Front, served: Behind) -> None:
    # By HTTP one is sent on; by HTTPS the page comes with the program's own headers, once.
    sent, _ = front.ask(PAGE + "?x=1", encrypted=False)
    page, html = front.ask(PAGE)
    assert (sent.status, sent.headers["Location"]) == (308, f"https://{HOST}{PAGE}?x=1")
    assert page.status == 200
    assert page.headers.get_all("Strict-Transport-Security") == ["max-age=31536000; includeSubDomains"]
    assert "upgrade-insecure-requests" in page.headers["Content-Security-Policy"]
    assert page.headers["Content-Encoding"] is None

    # A calendar program that has the feed is told so.
    feed, calendar = front.ask("/calendars/community.ics")
    again, nothing = front.ask("/calendars/community.ics", headers={"If-None-Match": feed.headers["ETag"]})
    assert calendar.startswith(b"BEGIN:VCALENDAR")
    assert (again.status, nothing) == (304, b"")

    # The program sees HTTPS and its own host, whatever a visitor claims.
    entrance, _ = front.ask("/sign-in", headers=CLAIMED)
    assert entrance.status == 200
    cookie = entrance.headers["Set-Cookie"]
    assert cookie.startswith("__Host-")
    assert "Secure" in cookie
    _, elsewhere = front.ask(PAGE, headers={"Host": "evil.example"})
    assert b"<main" not in elsewhere or b"dashboard" not in elsewhere

    # Somebody registers from the page itself; a page elsewhere cannot do it for them.
    action = re.search(rb'action="(/[^"]+)"', html)
    assert action
    form = f"name={UGO.name.replace(' ', '+')}&email={UGO.email.replace('@', '%40')}".encode()
    said = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"https://{HOST}"}
    foreign, _ = front.ask(
        action[1].decode(), method="POST", body=form, headers=said | {"Origin": "https://evil.example"}
    )
    taken, thanks = front.ask(action[1].decode(), method="POST", body=form, headers=said)
    assert (foreign.status, taken.status) == (403, 200)
    people = json.loads(served.succeed("list", "show-your-worst-dashboard", "--json"))
    assert UGO.email in {each["email"] for each in people}
    found = re.search(rb"https://events\.example\.org(/r/([\w-]+))", thanks)
    assert found
    link, key = found[1].decode(), found[2].decode()

    # What is too large is refused: by the program in words, by the proxy beyond that.
    large, words = front.ask(action[1].decode(), method="POST", body=b"x" * (2 << 20), headers=said)
    assert (large.status, b"<main" in words) == (413, True)

    # Their own page opens; and neither its key nor what somebody searched for is in any log, even once all goes wrong.
    mine, _ = front.ask(link)
    front.ask(link + ".ics")
    front.ask(f"/i/{'k' * 35}")
    front.ask("/desk/?q=ugo-secret")
    served.kill9()
    failed, _ = front.ask(link)
    assert (mine.status, failed.status) == (200, 502)
    assert "/r/[redacted]" in front.logs
    assert PAGE in front.logs
    assert [secret for secret in (key, "k" * 35, "ugo-secret") if secret in front.logs] == []

"""Browsers keep their connections after the answer; that keeps nobody else waiting."""

import http.client
import time
from collections.abc import Callable
from contextlib import ExitStack, closing

import pytest

from tests.evening import fetch
from tests.servers import Served

pytestmark = [pytest.mark.drill, pytest.mark.slow]


def test_two_hundred_idle_browsers_keep_nobody_waiting(serve: Callable[..., Served]) -> None:
    served = serve()
    with ExitStack() as browsers:
        for _ in range(200):
            browser = http.client.HTTPConnection("127.0.0.1", served.port, timeout=30)
            browsers.enter_context(closing(browser))
            browser.request("GET", "/healthz")
            browser.getresponse().read()

        started = time.monotonic()
        fetch(f"{served.base_url}/")
        assert time.monotonic() - started < 5

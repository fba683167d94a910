"""What tests of the desk may ask for beyond what every test may."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.cast import ADA, Person
from tests.crawl import csrf_of


@pytest.fixture
def ada(at_desk: Callable[[Person], FlaskClient]) -> Any:
    """Ada's browser: `ada(path, **form)` sends a form with her token."""
    browser = at_desk(ADA)
    token = csrf_of(browser)
    return lambda path, **form: browser.post(path, data={"csrf_token": token} | form) if form else browser.get(path)

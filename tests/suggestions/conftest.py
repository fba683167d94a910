"""What tests of what members say may ask for beyond what every test may."""

from collections.abc import Callable

import pytest

from eventdesk.db import writing
from eventdesk.events.models import Event
from eventdesk.programmes.models import Programme

#: `opened(event)`: everybody may read what is said in the event's programme from now on; `opened(event, False)`: no more.
Opened = Callable[..., None]


@pytest.fixture
def opened(app: object) -> Opened:
    def set_open(event: Event, is_open: bool = True) -> None:
        with writing() as session:
            session.get_one(Programme, event.programme_id).open_to_all = is_open

    return set_open

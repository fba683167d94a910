"""A letter as a message, as it goes over the wire."""

import pytest

from eventdesk.outbox.mail import Letter, compose
from eventdesk.wording import Text
from tests.conftest import NOW

STOP = "/u/" + "a-token-" * 5


@pytest.mark.parametrize(
    "host", ["https://x.example", "https://events.a-company-with-a-long-name.example.org/eventdesk"]
)
def test_the_address_that_stops_mail_stands_as_it_is_however_long_it_is(host: str) -> None:
    stop_url = host + STOP
    text = Text(subject="Come", body=stop_url)
    letter = Letter(name="Ugo", email="ugo@people.example", sender="Us", stop_url=stop_url, text=text)

    message = compose(letter, mailbox="events@desk.example", host="desk.example", key="k", now=NOW)

    assert f"\r\nList-Unsubscribe: <{stop_url}>\r\n".encode() in message.as_bytes()
    assert message["List-Unsubscribe"] == f"<{stop_url}>"

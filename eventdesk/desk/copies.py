"""Texts as the desk shows them: to read, to copy, and as the mail that will be sent."""

from typing import NamedTuple
from urllib.parse import quote

from flask import Response

from ..channels import CHANNELS, SHOWN_AT_DESK, Channel
from ..errors import NotFound
from ..labels import LabelRules
from ..mailpage import page_of
from ..samples import READER
from ..wording import EventFacts, Reader, Text, write

#: A mail is shown as its readers see it: it brings its styles, and nothing else of it may act.
FRAMED = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}


class Copy(NamedTuple):
    """One text, to read and to copy."""

    title: str
    subject: str
    body: str
    id: str


def copy_of(channel: Channel, facts: EventFacts, reader: Reader = READER) -> Copy:
    """The text of a channel, to a sample reader; to nobody where an organiser carries it to many."""
    place = CHANNELS[channel]
    text = write(channel, facts, Reader() if place.at_hand and not place.to_one else reader)
    return Copy(CHANNELS[channel].title, text.subject, text.body, f"copy-{facts.label}-{channel}")


def mailto(subject: str, body: str) -> str:
    """The address that opens one's own mail program with these words in it (RFC 6068)."""
    return f"mailto:?subject={quote(subject)}&body={quote(body.replace(chr(10), chr(13) + chr(10)))}"


def copies(facts: EventFacts) -> list[Copy]:
    """The texts that an organiser carries elsewhere."""
    return [copy_of(channel, facts) for channel in SHOWN_AT_DESK]


def framed(channel: Channel, facts: EventFacts) -> Response:
    """The mail of a channel as its reader sees it, for a frame. Raises NotFound for what is no mail."""
    if not CHANNELS[channel].mail:
        raise NotFound("This text is no mail.")
    return as_mail(write(channel, facts, READER), facts.rules)


def as_mail(text: Text, rules: LabelRules) -> Response:
    """A mail as its reader sees it, for a frame."""
    return Response(page_of(text, rules), headers=FRAMED)

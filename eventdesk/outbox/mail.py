"""Mail: a letter composed as Gmail, Outlook and Apple Mail take it (RFC 6047)."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from hashlib import sha256

from ..ics import Method
from ..wording import Text

#: Of a header with a name and an address, so much at most stays on one line; and what quotes keep from being an address.
UNFOLDED = 60
_MEANINGFUL = re.compile(r"[<>@,;:\"\\()\[\]]+")


class _Whole(UnstructuredHeader, BaseHeader):
    """A header on one line: where an address of the web is too long to fold, Python encodes it, and nobody decodes that."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("List-Unsubscribe", _Whole)


@dataclass(frozen=True)
class Picture:
    """A PNG that comes with the HTML of a letter, which shows it by its Content-ID, without the angle brackets (RFC 2392)."""

    cid: str
    png: bytes
    file: str


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One mail to one person, and the calendar object that goes with it, if one does."""

    name: str
    email: str
    sender: str
    #: Where answers go; blank: to the mailbox it comes from.
    reply_to: str = ""
    #: Where its reader says that they want no more such mail; blank for mail about a registration of their own.
    stop_url: str = ""
    text: Text
    #: The same words as a page; blank for a letter of words alone.
    html: str = ""
    #: What the page shows.
    picture: Picture | None = None
    calendar: bytes | None = None
    #: The event's sequence it tells of.
    sequence: int = 0
    method: Method = Method.REQUEST


class NotDelivered(Exception):
    """A letter was not taken, or may not leave, and why.

    `final`: trying again would not help (SMTP 5xx). `slow`: it takes hours rather than minutes to pass. `crowded`: the
    whole host of its reader had better be left alone for a while.
    """

    def __init__(self, reason: str, *, final: bool, slow: bool = False, crowded: bool = False) -> None:
        super().__init__(reason)
        self.final, self.slow, self.crowded = final, slow, crowded


def compose(letter: Letter, *, mailbox: str, host: str, key: str, now: datetime) -> EmailMessage:
    """The letter as a message. The Message-ID follows from the job's `key` alone: sent twice, it is the same message."""
    message = EmailMessage(policy=SMTP.clone(header_factory=_HEADERS))
    message["From"] = _named(letter.sender, mailbox)
    message["To"] = _named(letter.name, letter.email)
    if letter.reply_to:
        message["Reply-To"] = Address(addr_spec=letter.reply_to)
    if letter.stop_url:
        message["List-Unsubscribe"] = f"<{letter.stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Subject"] = _literal(letter.text.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{sha256(key.encode()).hexdigest()[:32]}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text.body)
    if letter.html:
        message.add_alternative(letter.html, "html")
    if letter.html and letter.picture:
        _show(message, letter.picture)
    if letter.calendar:
        if not letter.html:
            message.make_alternative()
        part = EmailMessage(policy=SMTP)
        params = {"charset": "utf-8", "method": letter.method.value, "component": "VEVENT"}
        part.set_content(letter.calendar, "text", "calendar", cte="base64", params=params)
        del part["Content-Disposition"]
        del part["MIME-Version"]
        message.attach(part)
        message.add_attachment(letter.calendar, "application", "ics", filename="invite.ics")
    return message


def _show(message: EmailMessage, picture: Picture) -> None:
    """Put a picture beside the HTML that shows it (multipart/related, RFC 2387); the other alternatives know nothing of it."""
    page = message.get_body(("html",))
    assert isinstance(page, EmailMessage)
    page.add_related(picture.png, "image", "png", cid=f"<{picture.cid}>", filename=picture.file, disposition="inline")


def _named(name: str, email: str) -> Address:
    """An address with a name, which remains one address.

    Where the line must be folded, Python 3.11 may lose the quotes around the name: a longer one does without what has a
    meaning in addresses.
    """
    name = _literal(name)
    if not name.isascii() or len(name) + len(email) > UNFOLDED:
        name = _MEANINGFUL.sub(" ", name)
    return Address(" ".join(name.split()), addr_spec=email)


def _literal(words: str) -> str:
    """Words for a header that nobody decodes (RFC 2047): an encoded word may hold line ends, and so further headers."""
    return words.replace("=?", "= ?")

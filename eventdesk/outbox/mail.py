"""Mail: a letter composed as Gmail, Outlook and Apple Mail take it (RFC 6047), and its way to the SMTP server."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import parse_qs, unquote, urlsplit

from ..ics import Method
from ..links import is_loopback
from ..wording import Text

TIMEOUT = 30


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
    calendar: bytes | None = None
    #: The event's sequence it tells of.
    sequence: int = 0
    method: Method = Method.REQUEST


class NotDelivered(Exception):
    """The server did not take a letter. `final`: trying again would not help (SMTP 5xx)."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.final = final


def compose(letter: Letter, *, mailbox: str, host: str, key: str, now: datetime) -> EmailMessage:
    """The letter as a message. The Message-ID follows from the job's `key` alone: sent twice, it is the same message."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(_literal(letter.sender), addr_spec=mailbox)
    message["To"] = Address(_literal(letter.name), addr_spec=letter.email)
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


def _literal(words: str) -> str:
    """Words for a header that nobody decodes (RFC 2047): an encoded word may hold line ends, and so further headers."""
    return words.replace("=?", "= ?")


class Post:
    """The way to one SMTP server; keeps its connection while there are letters to send."""

    def __init__(self, url: str) -> None:
        """Take smtp://user:pass@host:port (STARTTLS where offered; ?starttls=required insists) or smtps://host."""
        parts = urlsplit(url)
        self.implicit = parts.scheme == "smtps"
        self.host = parts.hostname or "localhost"
        self.port = parts.port or (465 if self.implicit else 25)
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.insists = parse_qs(parts.query).get("starttls") == ["required"]
        self._server: smtplib.SMTP | None = None

    def connect(self) -> smtplib.SMTP:
        """A signed-in connection, the open one where it lives. Raises NotDelivered, never final: no letter is to blame."""
        if self._server is None:
            try:
                self._server = self._open()
            except (OSError, smtplib.SMTPException) as error:
                raise NotDelivered(f"{self.host}:{self.port}: {error}", final=False) from error
        return self._server

    def _open(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.implicit:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            elif self.insists or (self.user and not is_loopback(self.host)):
                server.close()
                raise smtplib.SMTPException("the server offers no TLS, and the password is not sent without it")
        if self.user:
            server.login(self.user, self.password)
        return server

    def send(self, message: EmailMessage, sender: str, recipient: str) -> None:
        """Hand over one message. Raises NotDelivered."""
        server = self.connect()
        try:
            server.send_message(message, sender, [recipient])
        except smtplib.SMTPRecipientsRefused as error:
            code, said = error.recipients[recipient]
            raise NotDelivered(f"{code} {_quoted(said, recipient)}", final=code >= 500) from error
        except smtplib.SMTPSenderRefused as error:  # our own address: no letter is to blame
            self.close()
            raise NotDelivered(f"{error.smtp_code} {_quoted(error.smtp_error, recipient)}", final=False) from error
        except smtplib.SMTPResponseException as error:
            self.close()
            reason = f"{error.smtp_code} {_quoted(error.smtp_error, recipient)}"
            raise NotDelivered(reason, final=error.smtp_code >= 500) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise NotDelivered(f"{self.host}:{self.port}: {_quoted(str(error), recipient)}", final=False) from error

    @property
    def is_open(self) -> bool:
        """Whether the connection has outlived the last letter."""
        return self._server is not None

    def close(self) -> None:
        """End the connection, if there is one."""
        if self._server is not None:
            try:
                self._server.quit()
            except (OSError, smtplib.SMTPException):
                self._server.close()
            self._server = None


def _quoted(said: bytes | str, recipient: str) -> str:
    """What the server said, without the address that it likes to repeat: the outbox holds none."""
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return re.sub(re.escape(recipient), "the recipient", text, flags=re.IGNORECASE)


@contextmanager
def post(url: str) -> Iterator[Post]:
    """A Post that is closed at the end."""
    office = Post(url)
    try:
        yield office
    finally:
        office.close()

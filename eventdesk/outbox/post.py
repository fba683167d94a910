"""The way to the mail server: a connection that is kept while it is of use, and what each refusal means."""

import io
import re
import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from ..links import is_loopback
from .mail import NotDelivered
from .refusals import verdict

#: How long a server may be silent, and how long all of one letter, or of a connection, may take. In seconds.
TIMEOUT = 30.0
EXCHANGE = 60.0
_ADDRESS = re.compile(r"[^\s<>()\[\]\"',;:=]+@[^\s<>()\[\]\"',;:]+")


class Unreachable(NotDelivered):
    """The server takes no mail from us at all now: no letter is to blame, and none was tried."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, final=False)


class _Answers(io.RawIOBase):
    """What a server answers, read until the exchange must be over: one that drips never times out by its silence."""

    def __init__(self, line: "_Line") -> None:
        super().__init__()
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        left, open_socket = self._line.ends - time.monotonic(), self._line.sock
        if left <= 0 or open_socket is None:
            raise TimeoutError("it took too long")
        open_socket.settimeout(min(left, TIMEOUT))
        return open_socket.recv_into(buffer)


class _Line(smtplib.SMTP):
    """A connection with an end to its patience."""

    def __init__(self, **settings: Any) -> None:
        self.ends = time.monotonic() + EXCHANGE
        super().__init__(timeout=TIMEOUT, **settings)

    def getreply(self) -> tuple[int, bytes]:
        """As smtplib.SMTP, within the time that is left."""
        if self.file is None:
            self.file = io.BufferedReader(_Answers(self))
        return super().getreply()


class _SafeLine(_Line, smtplib.SMTP_SSL):
    """The same, encrypted from the start."""


class Step(StrEnum):
    """How far the way to a server goes, in the order in which it is gone."""

    CONNECT = "connect"
    TLS = "TLS"
    SIGN_IN = "sign-in"
    DONE = "done"


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
        self._server: _Line | None = None
        #: Where the last connection failed, or that it did not.
        self.step = Step.CONNECT

    def connect(self) -> smtplib.SMTP:
        """A signed-in connection, the open one where it lives. Raises Unreachable."""
        if self._server is None:
            try:
                self._server = self._open()
            except (OSError, smtplib.SMTPException) as error:
                raise Unreachable(self._told(error)) from error
        self._server.ends = time.monotonic() + EXCHANGE
        return self._server

    def _open(self) -> _Line:
        context, place = ssl.create_default_context(), {"host": self.host, "port": self.port}
        self.step = Step.CONNECT
        try:
            server = _SafeLine(**place, context=context) if self.implicit else _Line(**place)
        except ssl.SSLError:
            self.step = Step.TLS
            raise
        try:
            server.ehlo_or_helo_if_needed()
            self.step = Step.TLS
            if not self.implicit:
                self._encrypt(server, context)
            self.step = Step.SIGN_IN
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        self.step = Step.DONE
        return server

    def _encrypt(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        if server.has_extn("starttls"):
            server.starttls(context=context)
            server.ehlo_or_helo_if_needed()
        elif self.insists or (self.user and not is_loopback(self.host)):
            raise smtplib.SMTPException("the server offers no TLS, and the password is not sent without it")

    def send(self, message: EmailMessage, sender: str, recipient: str) -> None:
        """Hand over one message. Raises NotDelivered; Unreachable when no message would be taken."""
        server = self.connect()
        try:
            server.send_message(message, sender, [recipient])
        except smtplib.SMTPRecipientsRefused as error:
            raise self._refused(*error.recipients[recipient], recipient) from error
        except smtplib.SMTPSenderRefused as error:  # our own address, or too much from us
            self.close()
            raise Unreachable(self._told(error)) from error
        except smtplib.SMTPResponseException as error:
            raise self._refused(error.smtp_code, error.smtp_error, recipient) from error
        except smtplib.SMTPNotSupportedError as error:
            reason = "The mail server cannot write to an address with letters beyond ASCII."
            raise NotDelivered(reason, final=True) from error
        except (OSError, smtplib.SMTPException) as error:  # perhaps it was taken: the answer is lost
            self.close()
            raise NotDelivered(_without(recipient, self._told(error)), final=False) from error

    def _refused(self, code: int, said: bytes | str, recipient: str) -> NotDelivered:
        """What the answer to a letter amounts to. Where another might not follow on this connection, it is ended."""
        words = " ".join(_text(said).split())
        reason, found = _without(recipient, f"{code} {words}"), verdict(code, words)
        if code == 421 or found.ours:
            self.close()
            if found.ours:
                return Unreachable(f"{self.host}:{self.port}: {reason}")
        return NotDelivered(reason, final=found.final, slow=found.slow, crowded=found.crowded)

    def _told(self, error: Exception) -> str:
        """An error that is about the server, in words."""
        if isinstance(error, smtplib.SMTPResponseException):
            said = f"{error.smtp_code} {_text(error.smtp_error)}"
        elif isinstance(error, ssl.SSLCertVerificationError):
            said = f"its certificate is not to be trusted ({error.verify_message})"
        elif isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
            said = "it did not answer in time"
        else:
            said = str(error) or type(error).__name__
        return f"{self.host}:{self.port}: {' '.join(said.split())}"

    @property
    def is_open(self) -> bool:
        """Whether the connection has outlived the last letter."""
        return self._server is not None

    def close(self) -> None:
        """End the connection, if there is one."""
        server, self._server = self._server, None
        if server is not None:
            try:
                server.ends = time.monotonic() + 1  # for its goodbye
                server.quit()
            except (OSError, smtplib.SMTPException):
                server.close()


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said


def _without(recipient: str, said: str) -> str:
    """What the server said, without the address that it likes to repeat, or where its mail goes on to: the outbox holds none."""
    return _ADDRESS.sub("an address", re.sub(re.escape(recipient), "the recipient", said, flags=re.IGNORECASE))


@contextmanager
def post(url: str) -> Iterator[Post]:
    """A Post that is closed at the end."""
    office = Post(url)
    try:
        yield office
    finally:
        office.close()

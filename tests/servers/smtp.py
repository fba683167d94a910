"""A real SMTP server on the loopback address which keeps what it is given and misbehaves on request."""

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Literal

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.ports import free_port

OK = "250 2.0.0 taken"


@dataclass(frozen=True)
class Delivery:
    """One message as it was handed over: to whom the envelope said, and what was in it."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The message, parsed."""
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def subject(self) -> str:
        """The subject as a person reads it."""
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """The plain text part."""
        part = self.message.get_body(("plain",))
        assert part is not None, "the message has no plain text"
        return str(part.get_content())

    @property
    def calendar(self) -> bytes | None:
        """The calendar part's bytes, if there is one."""
        for part in self.message.walk():
            if part.get_content_type() == "text/calendar":
                content = part.get_payload(decode=True)
                assert isinstance(content, bytes)
                return content
        return None


@dataclass
class Conduct:
    """How the server treats one recipient, `times` times (for ever if None)."""

    at: Literal["rcpt", "data"] = "data"
    reply: str = OK
    pause: float = 0.0
    then: Literal["reply", "hang", "drop"] = "reply"
    times: int | None = None


class Mailbox:
    """`url` is for EVENTDESK_SMTP_URL; `deliveries` is everything that was taken, in order.

    A message counts as taken when the server has it, even if by `hang` or `drop` the sender never learns of it.
    """

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self._conduct: dict[str, Conduct] = {}
        #: What it answers to a command, whoever it is about: "STARTTLS", "AUTH" or "MAIL".
        self.answers: dict[str, str] = {}
        #: What it says at first that it can do, beyond what it can.
        self.offers: list[str] = []
        #: With what it encrypts, where it offers that.
        self.tls: ssl.SSLContext | None = None
        #: What it does with each message when nothing was said of its recipient.
        self.then: Literal["reply", "hang", "drop"] = "reply"
        #: Seconds that each byte of an answer takes.
        self.drip = 0.0
        self._news = threading.Condition()
        self._controller: _Controller | None = None
        self.port = free_port()
        self.url = f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen; again on the same port after `stop()`."""
        controller = _Controller(
            _Handler(self),
            hostname="127.0.0.1",
            port=self.port,
            enable_SMTPUTF8=True,
            ready_timeout=10,
            tls_context=self.tls,
        )
        controller.start()
        self._controller = controller

    def stop(self) -> None:
        """Refuse connections, and end those that hang."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    # What it shall do

    def refuse(
        self, address: str, reply: str, *, at: Literal["rcpt", "data"] = "rcpt", times: int | None = None
    ) -> None:
        """Answer with a 4xx or 5xx line, when the recipient is named or when the message has come."""
        self._conduct[address.lower()] = Conduct(at, reply, times=times)

    def slow(self, address: str, seconds: float, *, times: int | None = None) -> None:
        """Take messages to the address, but think about it."""
        self._conduct[address.lower()] = Conduct(pause=seconds, times=times)

    def hang(self, address: str, *, times: int | None = None) -> None:
        """Take messages to the address and never answer."""
        self._conduct[address.lower()] = Conduct(then="hang", times=times)

    def drop(self, address: str, *, at: Literal["rcpt", "data"] = "data", times: int | None = None) -> None:
        """Close the connection instead of answering: before the message, or once it was taken."""
        self._conduct[address.lower()] = Conduct(at, then="drop", times=times)

    def behave(self) -> None:
        """Take everything again."""
        self._conduct.clear()
        self.answers.clear()
        self.offers.clear()
        self.drip, self.then = 0.0, "reply"

    # What it got

    def wait(self, count: int, timeout: float = 10) -> list[Delivery]:
        """Return the deliveries once there are `count` of them; fail, saying what came, if they do not come."""
        with self._news:
            if not self._news.wait_for(lambda: len(self.deliveries) >= count, timeout):
                came = [f"{', '.join(each.recipients)}: {each.subject}" for each in self.deliveries]
                pytest.fail(f"expected {count} messages within {timeout} s, got {len(came)}: {came}")
            return list(self.deliveries)

    def to(self, address: str) -> list[Delivery]:
        """What came for one address."""
        return [each for each in self.deliveries if address.lower() in map(str.lower, each.recipients)]

    def quiet_for(self, seconds: float) -> bool:
        """Whether nothing more comes during this time."""
        with self._news:
            before = len(self.deliveries)
            return not self._news.wait_for(lambda: len(self.deliveries) > before, seconds)

    def clear(self) -> None:
        """Forget what came."""
        with self._news:
            self.deliveries.clear()

    # For the handler

    def conduct_for(self, address: str, at: str) -> Conduct | None:
        """What was asked for this address at this point, counted."""
        conduct = self._conduct.get(address.lower())
        if conduct is None or conduct.at != at or conduct.times == 0:
            return None
        if conduct.times is not None:
            conduct.times -= 1
        return conduct

    def take(self, delivery: Delivery) -> None:
        """Keep a message and tell those who wait."""
        with self._news:
            self.deliveries.append(delivery)
            self._news.notify_all()


class _Handler:
    """The callbacks of aiosmtpd, which run in the server's own thread."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox

    async def handle_EHLO(  # noqa: N802  (the library's name)
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [responses[0], *(f"250-{offer}" for offer in self.mailbox.offers), *responses[1:]]

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if conduct := self.mailbox.conduct_for(address, "rcpt"):
            if conduct.then == "drop" and server.transport is not None:
                server.transport.close()
            return conduct.reply
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 go on"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        found = (self.mailbox.conduct_for(str(address), "data") for address in envelope.rcpt_tos)
        conduct = next((each for each in found if each), Conduct(then=self.mailbox.then))
        await asyncio.sleep(conduct.pause)
        if conduct.reply.startswith("2"):
            assert isinstance(envelope.content, bytes)
            recipients = tuple(map(str, envelope.rcpt_tos))
            self.mailbox.take(Delivery(str(envelope.mail_from), recipients, envelope.content))
        if conduct.then == "hang":
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(3600)
        if conduct.then == "drop" and server.transport is not None:
            server.transport.close()
        return conduct.reply


class _Session(SMTP):
    """One session; what the mailbox was told to answer goes before what would be right."""

    async def push(self, status: str | bytes) -> None:
        mailbox, rest = self.event_handler.mailbox, status.encode() if isinstance(status, str) else status
        while mailbox.drip and rest and not self._writer.is_closing():
            self._writer.write(rest[:1])
            rest = rest[1:]
            await asyncio.sleep(mailbox.drip)
        await super().push(rest)

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        await self._answer("STARTTLS", arg, super().smtp_STARTTLS)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802
        await self._answer("AUTH", arg, super().smtp_AUTH)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        await self._answer("MAIL", arg, super().smtp_MAIL)

    async def _answer(self, command: str, arg: Any, usual: Callable[[Any], Awaitable[None]]) -> None:
        if said := self.event_handler.mailbox.answers.get(command):
            await self.push(said)
        else:
            await usual(arg)


class _Controller(Controller):
    """As the library's, with sessions of ours, which end with it."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.sessions: list[SMTP] = []

    def factory(self) -> SMTP:
        self.sessions.append(_Session(self.handler, **self.SMTP_kwargs))
        return self.sessions[-1]

    def stop(self, no_assert: bool = False) -> None:
        asyncio.run_coroutine_threadsafe(self._hang_up(), self.loop).result(5)
        super().stop(no_assert)

    async def _hang_up(self) -> None:
        for session in self.sessions:
            if session.transport is not None:
                session.transport.close()
        await asyncio.sleep(0.01)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """An SMTP server for this test."""
    box = Mailbox()
    box.start()
    yield box
    box.stop()

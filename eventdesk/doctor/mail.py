"""What stands between a letter and its reader: the mail server in steps, the address it comes from, and DNS."""

import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from ..config import Settings
from ..links import is_loopback
from ..outbox.mail import NotDelivered
from ..outbox.post import Post, Step, post
from .names import Names, domain
from .rules import Finding, domain_of, good, look, sender, wrong

ABOUT = {Step.CONNECT: "mail server", Step.TLS: "mail TLS", Step.SIGN_IN: "mail sign-in"}
MENDS = {
    Step.CONNECT: "Look at host and port in EVENTDESK_SMTP_URL (587 goes with smtp://, 465 with smtps://), and at the firewall",
    Step.TLS: "Name the host as its certificate does, with smtps:// for port 465 alone, in EVENTDESK_SMTP_URL",
    Step.SIGN_IN: "Look at user and secret in EVENTDESK_SMTP_URL (in them, @ is written %40, : %3A and / %2F)",
}


def mail(settings: Settings, names: Names) -> Iterator[Finding]:
    """All about mail; nothing is sent."""
    if not settings.smtp_url:
        yield look(
            "mail server",
            "not set, so mail waits; set EVENTDESK_SMTP_URL, such as smtp://user:secret@mail.example.org:587",
        )
        return
    with post(settings.smtp_url) as office:
        yield from _server(office, settings.mailbox)
    yield sender(settings.mailbox, urlsplit(settings.base_url).hostname or "")
    yield from domain(domain_of(settings.mailbox), names)


def _server(office: Post, mailbox: str) -> Iterator[Finding]:
    """How far one comes: each step that was gone, and the one that failed."""
    try:
        connection = office.connect()
    except NotDelivered as error:
        for step in Step:
            if step is office.step:
                yield wrong(ABOUT[step], f"{error}. {MENDS[step]}")
                return
            yield good(ABOUT[step], "here we come through")
        return
    yield good(ABOUT[Step.CONNECT], f"{office.host}:{office.port} answers")
    yield _encryption(office, connection.sock)
    yield good(ABOUT[Step.SIGN_IN], f"as {office.user}" if office.user else "none, as EVENTDESK_SMTP_URL names no user")
    yield from _taken(office, mailbox)


def _encryption(office: Post, socket: object) -> Finding:
    about = ABOUT[Step.TLS]
    if isinstance(socket, ssl.SSLSocket):
        ends = (socket.getpeercert() or {}).get("notAfter", "?")
        return good(about, f"{socket.version()}, with a certificate for {office.host} until {ends}")
    if is_loopback(office.host):
        return good(about, "none, and none needed: the server is this machine")
    return look(
        about,
        f"{office.host} offers none: whoever is on the way there can read the letters. "
        "Within one house that may do; else take another server in EVENTDESK_SMTP_URL",
    )


def _taken(office: Post, mailbox: str) -> Iterator[Finding]:
    """Whether the server takes letters from our own address; said where it does not."""
    try:
        connection = office.connect()
        code, said = connection.mail(mailbox)
        connection.rset()
    except (OSError, NotDelivered) as error:
        yield wrong("mail sender", f"the server left us when it was to take a letter from {mailbox} ({error})")
        return
    if code >= 400:
        words = " ".join(said.decode(errors="replace").split())
        yield wrong(
            "mail sender",
            f"the server takes nothing from {mailbox} ({code} {words}). "
            "Set EVENTDESK_MAIL_FROM to an address of whoever signs in",
        )

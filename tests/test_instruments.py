"""The instruments themselves: a tool that cannot fail proves nothing, so each is shown something wrong."""

import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests.browser import Visitor
from tests.ics_lint import lint
from tests.servers import Mailbox, PostgreSQL, fresh_database
from tests.subscriber import Subscriber

EVENT = """\
BEGIN:VEVENT
UID:{uid}@events.example
DTSTAMP:20270101T000000Z
SEQUENCE:0
DTSTART:20270702T160000Z
DTEND:20270702T180000Z
SUMMARY:{title}
CATEGORIES:community session
LOCATION:Room\\, second floor
ORGANIZER:mailto:events@events.example
STATUS:{status}
END:VEVENT
"""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/style.css"></head>
<body><main><h1>A page</h1>{body}</main></body></html>"""
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; base-uri 'none'"


@contextmanager
def site(pages: dict[str, tuple[str, str]]) -> Iterator[str]:
    """Serve texts by path, with their types, under a strict content security policy."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = pages.get(self.path, ("text/html", "Nothing here."))
            self.send_response(200 if self.path in pages else 404)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body.encode())

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=partial(server.serve_forever, poll_interval=0.05), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def calendar(*events: str) -> str:
    head = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Eventdesk//Tests//EN\nMETHOD:PUBLISH\n"
    return f"{head}{''.join(events)}END:VCALENDAR\n".replace("\n", "\r\n")


def test_each_database_is_empty_and_goes_away(postgresql: PostgreSQL) -> None:
    with fresh_database(postgresql) as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE here (id integer)"))
            assert connection.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar() == 1
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(url.replace("+psycopg", ""))
    engine.dispose()
    with fresh_database(postgresql) as other:
        engine = create_engine(other)
        with engine.begin() as connection:
            assert connection.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar() == 0
        engine.dispose()


def send(mailbox: Mailbox, *recipients: str, timeout: float = 5) -> dict[str, tuple[int, bytes]]:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "events@events.example", ", ".join(recipients), "Grüße"
    message.set_content("Hello\n")
    message.add_attachment(b"BEGIN:VCALENDAR\r\n", "text", "calendar", cte="base64")
    with smtplib.SMTP("127.0.0.1", mailbox.port, timeout=timeout) as client:
        return client.send_message(message)


def test_mail_is_kept_as_it_was_sent(mailbox: Mailbox) -> None:
    send(mailbox, "ada@people.example", "bob@people.example")
    [delivery] = mailbox.wait(1)
    assert delivery.recipients == ("ada@people.example", "bob@people.example")
    assert (delivery.subject, delivery.text.strip(), delivery.calendar) == ("Grüße", "Hello", b"BEGIN:VCALENDAR\r\n")
    assert mailbox.to("ADA@people.example") == [delivery]
    assert mailbox.quiet_for(0.1)


def test_mail_goes_wrong_on_request(mailbox: Mailbox) -> None:
    mailbox.refuse("full@people.example", "452 4.2.2 full", times=1)
    mailbox.refuse("none@people.example", "550 5.1.1 nobody", at="data")
    mailbox.drop("cut@people.example")
    mailbox.hang("wait@people.example")
    mailbox.slow("late@people.example", 0.2)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(mailbox, "full@people.example")
    with pytest.raises(smtplib.SMTPDataError):
        send(mailbox, "none@people.example")
    assert mailbox.deliveries == []
    send(mailbox, "full@people.example")
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(mailbox, "cut@people.example")
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        send(mailbox, "wait@people.example", timeout=0.3)
    send(mailbox, "late@people.example")
    assert [each.recipients[0][:4] for each in mailbox.wait(4)] == ["full", "cut@", "wait", "late"]
    mailbox.stop()
    with pytest.raises(ConnectionRefusedError):
        send(mailbox, "ada@people.example")
    mailbox.start()
    send(mailbox, "ada@people.example")


@pytest.mark.slow
def test_a_subscriber_sees_what_the_feed_says(tmp_path: Path) -> None:
    off = EVENT.format(uid="two", title="CANCELLED: Off", status="CANCELLED")
    feed = calendar(EVENT.format(uid="one", title="Community session", status="CONFIRMED"), off)
    assert lint(feed.encode()) == []
    pages = {"/feed.ics": ("text/calendar", feed)}
    with site(pages) as url:
        person = Subscriber(tmp_path, f"{url}/feed.ics")
        assert person.sync() == 2
        one, two = sorted(person.agenda("2027-07-01", 7), key=lambda entry: entry.cancelled)
        pages["/feed.ics"] = ("text/calendar", calendar(off))
        assert person.sync() == 1
        assert person.agenda("2027-07-01", 7) == [two]
    assert (one.title, one.location) == ("Community session", "Room, second floor")
    assert one.start == datetime(2027, 7, 2, 18, tzinfo=ZoneInfo("Europe/Oslo"))
    assert (one.cancelled, two.cancelled) == (False, True)
    assert one.categories == "community session"


@pytest.mark.e2e
@pytest.mark.slow
def test_a_visitor_is_content_with_a_good_page_and_not_with_others(
    visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    bodies = {
        "/good": "<p>Good.</p>",
        "/faint": '<p class="faint">Hard to read in the dark.</p>',
        "/wide": '<p class="wide">Wide.</p>',
        "/inline": "<script>document.title = 'Changed'</script>",
        "/styled": '<p style="color: teal">Styled.</p>',
        "/missing": '<p><img src="/none.png" alt="None"></p>',
        "/elsewhere": '<p><img src="http://127.0.0.1:9/x.png" alt="Elsewhere"></p>',
        "/nameless": '<p><img src="/style.css"></p>',
        "/broken": '<script src="/broken.js"></script>',
    }
    style = "@media (prefers-color-scheme: dark) { .faint { color: #333; background: #222 } } .wide { width: 400px }"
    pages = {path: ("text/html", PAGE.format(body=body)) for path, body in bodies.items()}
    pages |= {"/style.css": ("text/css", style), "/broken.js": ("text/javascript", "nothing()")}
    pages["/favicon.ico"] = ("image/png", "")
    with site(pages) as url:
        visitor = visit(url)
        visitor.look("/good")
        for path, complaint in {
            "/faint": "color-contrast",
            "/wide": "scrolls sideways",
            "/inline": "policy script-src",
            "/styled": "policy style-src",
            "/missing": "/none.png answered 404",
            "/elsewhere": "asked elsewhere",
            "/nameless": "image-alt",
            "/broken": "page error",
        }.items():
            with pytest.raises(AssertionError, match=complaint):
                visitor.look(path)
            visitor.troubles.clear()
        with pytest.raises(AssertionError, match="answered 404"):
            visitor.look("/nowhere")
        visitor.troubles.clear()
        visit(url, javascript=False, phone=True).look("/good")

"""What is wrong with an installation, and the line that mends it."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from . import clock
from .config import Settings, load
from .errors import DomainError
from .links import is_loopback
from .migrations import is_current
from .outbox.mail import NotDelivered
from .outbox.post import post


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    about: str
    good: bool
    said: str


def examine() -> list[Finding]:
    """Look at settings, database, mail and clock; only what the first start makes is made (the folder, the key)."""
    try:
        settings = load()
    except DomainError as error:
        return [Finding("settings", False, error.message)]
    return [*_settings(settings), _database(settings), _mail(settings), *_clock(settings)]


def _settings(settings: Settings) -> Iterator[Finding]:
    yield Finding("instance", True, str(settings.instance))
    host = urlsplit(settings.base_url).hostname
    if not settings.base_url_given:
        yield Finding(
            "base URL",
            True,
            "not set, so links lead to this machine alone; set EVENTDESK_BASE_URL before inviting anyone",
        )
    elif settings.is_https or is_loopback(host or ""):
        yield Finding("base URL", True, settings.base_url)
    else:
        yield Finding(
            "base URL",
            False,
            f"{settings.base_url} is not encrypted: serve it by https, and set EVENTDESK_BASE_URL to that",
        )


def _database(settings: Settings) -> Finding:
    if settings.is_sqlite and not Path(str(make_url(settings.database_url).database)).exists():
        return Finding("database", True, "none yet; the first start makes it")
    try:
        if not is_current(settings.database_url):
            return Finding("database", False, "not up to date; run: eventdesk db upgrade")
        engine = create_engine(settings.database_url)
        with engine.connect() as connection:
            said = connection.execute(text("PRAGMA quick_check" if settings.is_sqlite else "SELECT 'ok'")).scalar()
        engine.dispose()
    except (SQLAlchemyError, DomainError) as error:
        return Finding("database", False, f"{str(error).splitlines()[0]} Look at EVENTDESK_DATABASE_URL.")
    return Finding(
        "database", said == "ok", "up to date and whole" if said == "ok" else f"damaged ({said}); restore a backup"
    )


def _mail(settings: Settings) -> Finding:
    if not settings.smtp_url:
        return Finding(
            "mail",
            True,
            "not set, so mail waits; set EVENTDESK_SMTP_URL, such as smtp://user:secret@mail.example.org:587",
        )
    try:
        with post(settings.smtp_url) as office:
            office.connect()
    except NotDelivered as error:
        return Finding("mail", False, f"the server does not take us in ({error}); look at EVENTDESK_SMTP_URL")
    return Finding("mail", True, f"the server answers; mail comes from {settings.mailbox}")


def _clock(settings: Settings) -> Iterator[Finding]:
    now, marker = clock.now(), settings.instance / ".clock"
    try:
        marker.touch()
        skew = abs(marker.stat().st_mtime - now.timestamp())
        marker.unlink()
        yield Finding(
            "clock",
            skew < 5,
            f"{now:%Y-%m-%d %H:%M:%S} UTC" if skew < 5 else f"{skew:.0f} s apart from the disk's; let NTP set it",
        )
    except OSError as error:
        yield Finding(
            "instance",
            False,
            f"the instance folder cannot be written ({error}); give {Path(settings.instance)} to this user",
        )
    yield Finding("time zones", True, f"tzdata {version('tzdata')}, {len(clock.zones())} zones")

"""The settings: defaults < instance/config.py < EVENTDESK_* in the environment. Read once, checked, frozen."""

import os
import re
import runpy
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from .assets import PACKAGE
from .errors import DomainError
from .links import Keys, Links

DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 8000
#: name: what it does. The one list of settings; README and docs name each of them.
SETTINGS: Mapping[str, str] = {
    "DATABASE_URL": "where data is kept; by default SQLite in the instance folder",
    "INSTANCE": "the folder of database, secret key and config.py; by default ./instance",
    "BASE_URL": "the address people reach it at, such as https://events.example.org",
    "SECRET_KEY": "signs links and cookies; several, newest first, separated by spaces, to change it",
    "SECRET_KEY_FILE": "a file with the same; by default one is made in the instance folder",
    "SMTP_URL": "the mail server, such as smtp://user:secret@mail.example.org:587",
    "MAIL_FROM": "the address mail and calendar entries come from; by default events@ the base URL's host",
    "MAIL_PER_MINUTE": "letters a minute to the addresses of one mail host at most (60; 0 for no limit)",
    "TRUSTED_PROXIES": "how many reverse proxies stand in front (0 when none)",
}
KEY_BYTES, KEY_LEAST = 48, 16
DATABASE_URL_WANTED = "EVENTDESK_DATABASE_URL must look like postgresql://user:secret@host/name or sqlite:///file."


class Misconfigured(DomainError):
    """A setting cannot be used; the message names it and says what it must be."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an installation is told from outside."""

    instance: Path
    database_url: str
    base_url: str
    base_url_given: bool
    secret_keys: tuple[str, ...]
    smtp_url: str
    mail_from: str
    mail_per_minute: int
    trusted_proxies: int

    @cached_property
    def links(self) -> Links:
        """The installation's addresses and its signing keys."""
        return Links(self.base_url, self.mailbox, Keys([key.encode() for key in self.secret_keys]))

    @property
    def mailbox(self) -> str:
        """The address of mail and calendar entries."""
        return self.mail_from or f"events@{urlsplit(self.base_url).hostname}"

    @property
    def is_https(self) -> bool:
        """Whether people reach it encrypted, and cookies may insist on that."""
        return self.base_url.startswith("https://")

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file that only this machine uses."""
        return self.database_url.startswith("sqlite")

    def served_at(self, base_url: str) -> "Settings":
        """The same settings for another base URL, where none was given."""
        if self.base_url_given:
            return self
        return replace(self, base_url=base_url, base_url_given=True)


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises Misconfigured, naming the setting."""
    environment = os.environ if environment is None else environment
    instance = instance_folder(environment)
    try:
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(f"EVENTDESK_INSTANCE: {error}") from error
    said = _said_in(instance / "config.py")
    said |= {name: value for name in SETTINGS if (value := environment.get(f"EVENTDESK_{name}"))}
    base_url = _checked_base_url(said.get("BASE_URL", f"http://{DEFAULT_HOST}:{DEFAULT_PORT}"))
    return Settings(
        instance=instance,
        database_url=_checked_database_url(said.get("DATABASE_URL", ""), instance),
        base_url=base_url,
        base_url_given="BASE_URL" in said,
        secret_keys=_secret_keys(said, instance),
        smtp_url=_checked_smtp_url(said.get("SMTP_URL", "")),
        mail_from=_checked_mailbox(said.get("MAIL_FROM", "")),
        mail_per_minute=_checked_count(said, "MAIL_PER_MINUTE", usual="60", most=100_000),
        trusted_proxies=_checked_count(said, "TRUSTED_PROXIES", usual="0", most=9),
    )


def instance_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Where this process keeps its own; it may not be there yet."""
    environment = os.environ if environment is None else environment
    return Path(environment.get("EVENTDESK_INSTANCE") or _default_instance()).absolute()


def _said_in(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    try:
        said = {name: value for name, value in runpy.run_path(str(file)).items() if name.isupper()}
    except (Exception, SystemExit) as error:
        raise Misconfigured(f"{file} cannot be read: {error!r}") from error
    if unknown := said.keys() - SETTINGS.keys():
        raise Misconfigured(f"{file}: {', '.join(sorted(unknown))} is no setting. There are {', '.join(SETTINGS)}.")
    return {name: str(value) for name, value in said.items() if value is not None}


def _default_instance() -> Path:
    checkout = PACKAGE.parent
    return (checkout if (checkout / "setup.cfg").exists() else Path.cwd()) / "instance"


def _parts(url: str) -> SplitResult | None:
    """The parts of an address; None when it is none, as with a port that is no number or a bracket left open."""
    try:
        parts = urlsplit(url)
        good = parts.hostname and parts.port != 0 and url.isprintable() and not set(url) & set(' "<>')
    except ValueError:
        return None
    return parts if good else None


def _checked_base_url(url: str) -> str:
    parts = _parts(url)
    if not parts or parts.scheme not in ("http", "https") or parts.path.strip("/") or set(url) & set("?#@"):
        raise Misconfigured(f"EVENTDESK_BASE_URL: “{url}” is not an address like https://events.example.org.")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _checked_smtp_url(url: str) -> str:
    parts = _parts(url)
    if url and (not parts or parts.scheme not in ("smtp", "smtps") or parts.query not in ("", "starttls=required")):
        raise Misconfigured(
            "EVENTDESK_SMTP_URL must look like smtp://mail.example.org:587 or smtps://mail.example.org; "
            "?starttls=required is all that may follow."
        )
    return url


def _checked_database_url(url: str, instance: Path) -> str:
    try:
        parts = make_url(url or f"sqlite:///{instance / 'eventdesk.db'}")
    except ArgumentError as error:
        raise Misconfigured(DATABASE_URL_WANTED) from error
    backend = parts.get_backend_name()
    if backend == "sqlite" and parts.database and parts.database != ":memory:":
        return f"sqlite:///{instance / parts.database}"  # a relative path is in the instance folder
    if backend != "postgresql":
        raise Misconfigured(DATABASE_URL_WANTED)
    if find_spec("psycopg") is None:
        raise Misconfigured("EVENTDESK_DATABASE_URL: PostgreSQL needs its driver: pip install eventdesk[postgresql]")
    return url


def _checked_count(said: Mapping[str, str], name: str, *, usual: str, most: int) -> int:
    value = said.get(name, usual)
    if not re.fullmatch(r"[0-9]{1,9}", value) or int(value) > most:
        raise Misconfigured(f"EVENTDESK_{name} must be a number from 0 to {most}, not “{value}”.")
    return int(value)


def _checked_mailbox(given: str) -> str:
    if given and not re.fullmatch(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w.-]+", given, re.ASCII):
        raise Misconfigured("EVENTDESK_MAIL_FROM must be a plain address like events@example.org.")
    return given


def _secret_keys(said: Mapping[str, str], instance: Path) -> tuple[str, ...]:
    given = said.get("SECRET_KEY", "")
    if not given:
        file = Path(said.get("SECRET_KEY_FILE") or instance / "secret_key")
        own = "SECRET_KEY_FILE" not in said
        try:
            if own:
                _make_key(file)
            if own and file.stat().st_mode & 0o077:
                raise Misconfigured(f"{file} can be read by others. Make it your own: chmod 600 {file}")
            given = file.read_text()
        except (OSError, UnicodeError) as error:
            raise Misconfigured(f"EVENTDESK_SECRET_KEY_FILE: {error}") from error
    keys = tuple(given.split())
    if not keys or min(map(len, keys)) < KEY_LEAST:
        raise Misconfigured(f"EVENTDESK_SECRET_KEY must be {KEY_LEAST} characters or more, and random.")
    return keys


def _make_key(file: Path) -> None:
    """Make the key if there is none; of several processes starting at once, one makes it and all read the same.

    It is written in full beside its place and then linked there: a link cannot overwrite, and no one reads half a key.
    """
    if file.exists():
        return
    draft = file.with_name(f".{file.name}.{os.getpid()}.{time.monotonic_ns()}")
    handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(secrets.token_urlsafe(KEY_BYTES) + "\n")
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()

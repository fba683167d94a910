"""The whole examination: settings, database, worker, mail, clock."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Engine, create_engine, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from .. import clock
from ..clock import lasting
from ..config import Settings, load
from ..errors import DomainError
from ..events.models import Event
from ..findings.reading import FOLDER, faults_in
from ..links import is_loopback
from ..migrations import is_current
from ..organisers.queries import installation
from ..outbox.queries import Pulse, pulse
from ..outbox.rules import LATE
from .mail import mail
from .names import Names
from .rules import Finding, good, look, wrong

#: How far two clocks may be apart, and how old the time zones may be, in years of their own count.
SKEW = timedelta(seconds=5)
ZONES_LAST = 1
START = "Start it: systemctl restart eventdesk, or eventdesk serve; beside PostgreSQL also eventdesk worker"


@dataclass(frozen=True, kw_only=True)
class House:
    """What the database says of the installation. `now` is by the database server's own clock, where it has one."""

    is_set_up: bool
    #: Whether anybody was ever let in.
    is_open: bool
    served_at: str
    zones: frozenset[str]
    pulse: Pulse
    now: datetime | None


def examine(dns: str = "") -> list[Finding]:
    """Look at everything; only what the first start makes is made (the folder, the key). Raises DomainError.

    `dns`: a DNS server to ask in place of the machine's own.
    """
    names = Names(dns)
    try:
        settings = load()
    except DomainError as error:
        return [wrong("settings", error.message)]
    database, house = _database(settings)
    findings = [good("instance", str(settings.instance)), _base_url(settings, house), database]
    if house:
        findings.append(_worker(house.pulse, house, clock.now()))
    return [*findings, *mail(settings, names), _own_rules(settings), *_clock(settings, house), _zones(house)]


def _base_url(settings: Settings, house: House | None) -> Finding:
    about, url = "base URL", settings.base_url
    if not settings.base_url_given:
        url = (house.served_at if house else "") or url
        said = f"not set, so links lead to {url}; set EVENTDESK_BASE_URL=https://events.example.org, your own address"
        return wrong(about, f"{said}: events are published") if house and house.is_open else look(about, said)
    if settings.is_https:
        return good(about, url)
    if is_loopback(urlsplit(url).hostname or ""):
        return look(about, f"{url}, which this machine alone can open")
    return wrong(about, f"{url} is not encrypted: serve it by https, and set EVENTDESK_BASE_URL to that")


def _database(settings: Settings) -> tuple[Finding, House | None]:
    about = "database"
    if settings.is_sqlite and not Path(str(make_url(settings.database_url).database)).exists():
        return look(about, "none yet; the first start makes it: eventdesk serve"), None
    try:
        if not is_current(settings.database_url):
            return wrong(about, "not up to date; run: eventdesk db upgrade"), None
        engine = create_engine(settings.database_url)
        try:
            said, house = _read(engine, is_sqlite=settings.is_sqlite)
        finally:
            engine.dispose()
    except (SQLAlchemyError, DomainError) as error:
        return wrong(about, f"{str(error).splitlines()[0]} Look at EVENTDESK_DATABASE_URL."), None
    if said != "ok":
        return wrong(about, f"damaged ({said}); put the last backup into a new place: eventdesk restore PATH"), house
    return good(about, "up to date and whole"), house


def _read(engine: Engine, *, is_sqlite: bool) -> tuple[object, House]:
    with Session(engine) as session:
        said = session.scalar(text("PRAGMA quick_check" if is_sqlite else "SELECT 'ok'"))
        own = installation(session)
        zones = set(session.scalars(select(Event.zone).distinct()))
        house = House(
            is_set_up=own is not None,
            is_open=session.scalar(select(Event.id).where(Event.published_at.is_not(None)).limit(1)) is not None,
            served_at=own.base_url if own else "",
            zones=frozenset(zones | {own.timezone} if own else zones),
            pulse=pulse(session, clock.now()),
            now=None if is_sqlite else session.scalar(text("SELECT now()")),
        )
    return said, house


def _worker(found: Pulse, house: House, now: datetime) -> Finding:
    about, waits = "worker", f"what waits longest has waited for {lasting(found.waiting)}"
    if found.heard_at and found.heard_at > now + SKEW:
        return wrong(about, f"its clock is {lasting(found.heard_at - now)} ahead of this machine’s; let NTP set both")
    if found.lives and found.waiting > LATE:
        return look(about, f"at work, and {waits}: the reason stands at the desk, under Messages")
    if found.lives:
        return good(about, "at work")
    since = f"since {found.heard_at:%Y-%m-%d %H:%M:%S} UTC" if found.heard_at else "yet"
    if found.heard_at is None and not found.stands_still:
        return look(about, f"none has been at work {since}. {START}")
    return wrong(about, f"none is at work {since}; {waits}. {START}") if house.is_set_up else look(about, START)


def _own_rules(settings: Settings) -> Finding:
    if fault := faults_in(settings.instance):
        return wrong("copy rules", fault)
    number = len(list((settings.instance / FOLDER).glob("*.toml")))
    return good("copy rules", f"{number} of your own, in {FOLDER}/" if number else "those of the package")


def _clock(settings: Settings, house: House | None) -> Iterator[Finding]:
    now, marker = clock.now(), settings.instance / ".clock"
    skews = {}
    try:
        marker.touch()
        skews["the disk’s"] = timedelta(seconds=abs(marker.stat().st_mtime - now.timestamp()))
        marker.unlink()
    except OSError as error:
        yield wrong("instance", f"the folder cannot be written ({error}); give it to this user: {settings.instance}")
    if house and house.now:
        skews["the database’s"] = abs(house.now - now)
    apart = [f"{skew.total_seconds():.0f} s apart from {whose}" for whose, skew in skews.items() if skew > SKEW]
    if apart:
        yield wrong("clock", f"{' and '.join(apart)}; let NTP set it: timedatectl set-ntp true")
    else:
        yield good("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC")


def _zones(house: House | None) -> Finding:
    """Whether the zones' data are there, and young enough: clocks change by law."""
    edition, known = version("tzdata"), clock.zones()
    missing = sorted(house.zones - known) if house else []
    mend = "run: pip install --upgrade tzdata"
    if not known or missing:
        return wrong("time zones", f"tzdata {edition} lacks {', '.join(missing) or 'all of them'}; {mend}")
    if clock.now().year - int(edition.partition(".")[0]) > ZONES_LAST:
        return look("time zones", f"tzdata {edition} is old, and clocks change by law; {mend}")
    return good("time zones", f"tzdata {edition}, {len(known)} zones")

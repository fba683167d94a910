"""A person who subscribed to a feed and never came back: vdirsyncer fetches it, khal shows it. Both are real clients."""

import json
import os
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.forked import run

VDIRSYNCER = """\
[general]
status_path = "{here}/status"
[pair feed]
a = "local"
b = "remote"
collections = null
conflict_resolution = "b wins"
partial_sync = "ignore"
[storage local]
type = "filesystem"
path = "{here}/calendar/"
fileext = ".ics"
[storage remote]
type = "http"
url = "{url}"
"""
KHAL = """\
[calendars]
[[feed]]
path = {here}/calendar/
readonly = True
[locale]
local_timezone = {zone}
default_timezone = {zone}
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {here}/khal.db
"""
FIELDS = ("title", "start-long-full", "end-long-full", "status", "location", "description", "categories", "url")


@dataclass(frozen=True)
class Entry:
    """One line of the subscriber's agenda, without its UID, which vdirsyncer replaces by one of its own."""

    title: str
    start: datetime
    end: datetime
    cancelled: bool
    location: str
    description: str
    categories: str
    url: str


class Subscriber:
    """Reads one feed in one time zone; everything it keeps is in a folder of its own."""

    def __init__(self, folder: Path, feed_url: str, zone: str = "Europe/Oslo") -> None:
        self.here = folder / "subscriber"
        self.calendar = self.here / "calendar"
        self.calendar.mkdir(parents=True)
        self.zone = ZoneInfo(zone)
        (self.here / "vdirsyncer.conf").write_text(VDIRSYNCER.format(here=self.here, url=feed_url))
        (self.here / "khal.conf").write_text(KHAL.format(here=self.here, zone=zone))
        self._run("vdirsyncer", "-c", str(self.here / "vdirsyncer.conf"), "discover")

    def sync(self, *, allow_empty: bool = False) -> int:
        """Fetch the feed; return how many items are kept. A feed gone empty is refused unless that is allowed."""
        force = ["--force-delete"] if allow_empty else []
        self._run("vdirsyncer", "-c", str(self.here / "vdirsyncer.conf"), "sync", *force)
        return len(list(self.calendar.glob("*.ics")))

    def agenda(self, first: date | str, days: int = 365) -> list[Entry]:
        """What the calendar program shows from a day on, in order."""
        wanted = [option for name in FIELDS for option in ("--json", name)]
        shown = self._run("khal", "-c", str(self.here / "khal.conf"), "list", "--once", *wanted, str(first), f"{days}d")
        return [self._entry(row) for line in shown.splitlines() if line.strip() for row in json.loads(line)]

    def _entry(self, row: dict[str, str]) -> Entry:
        def instant(name: str) -> datetime:
            return datetime.strptime(row[name], "%Y-%m-%d %H:%M").replace(tzinfo=self.zone)

        return Entry(
            title=row["title"],
            start=instant("start-long-full"),
            end=instant("end-long-full"),
            cancelled="CANCELLED" in row["status"].upper(),
            location=row["location"],
            description=row["description"],
            categories=row["categories"],
            url=row["url"],
        )

    def _run(self, module: str, *arguments: str) -> str:
        # Neither reads or writes the developer's own calendars.
        private = {name: str(self.here) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
        done = run([module, *arguments], {**os.environ, **private, "LC_ALL": "C.UTF-8"}, stdin="y\n" * 4)
        assert done.returncode == 0, f"{module} {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

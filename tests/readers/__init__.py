"""Other programs that read our calendars: Thunderbird's engine (ical.js) and that of GNOME and KDE (libical).

`python3 dev.py test` installs both where it may, and as root they are required. Elsewhere one that is missing is named in
the report, by the reason of the test that skips.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from ctypes.util import find_library
from dataclasses import dataclass
from datetime import datetime
from json import dumps, loads
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ICAL_JS = Path(sys.prefix) / "node_modules" / "ical.js" / "dist" / "ical.js"
REQUIRED = "EVENTDESK_READERS"


@dataclass(frozen=True)
class Said:
    """What one object says of one event, whoever reads it; times in UTC."""

    method: str
    uid: str
    sequence: int
    stamp: datetime
    start: datetime
    end: datetime
    summary: str
    location: str
    #: None where there is none.
    status: str | None
    organizer: str
    attendees: tuple[str, ...]


def node() -> str | None:
    """The program that runs ical.js: beside the Python of the tests, or on the path."""
    return shutil.which("node", path=f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}")


def missing() -> dict[str, str]:
    """The readers that are not here, each with what would bring it."""
    lacking = {}
    if not (node() and ICAL_JS.exists()):
        lacking["ical.js"] = f"node and the npm package ical.js, in {ICAL_JS.parents[2]}"
    if not find_library("ical"):
        lacking["libical"] = "libical, as a package of the system (Debian: gir1.2-ical-3.0)"
    return lacking


def need(reader: str) -> None:
    """Go on where a reader is here; fail where it is required, skip elsewhere, with what would bring it."""
    if lacking := missing().get(reader):
        reason = f"{reader} does not read our calendars here: it needs {lacking}"
        if os.environ.get(REQUIRED) == "required":
            pytest.fail(reason)
        pytest.skip(reason)


def icaljs(calendars: Sequence[bytes]) -> list[Said | str]:
    """What ical.js, strict, reads in each: the one event, or why it refuses."""
    program = node()
    assert program
    read = loads(_ask([program, str(HERE / "icaljs.mjs"), str(ICAL_JS)], calendars))
    return [each["refused"] if "refused" in each else _said(each) for each in read]


def libical(calendars: Sequence[bytes]) -> list[list[str]]:
    """What libical has against each, by its parser and by its table of RFC 5546: nothing, where all is well."""
    found: list[list[str]] = loads(_ask([sys.executable, str(HERE / "libical.py")], calendars))
    return found


def _ask(command: Sequence[str], calendars: Sequence[bytes]) -> str:
    given = dumps([calendar.decode() for calendar in calendars])
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _said(read: dict[str, Any]) -> Said:
    times = {name: datetime.fromisoformat(read.pop(name)) for name in ("stamp", "start", "end")}
    return Said(**read | times | {"attendees": tuple(read["attendees"])})

"""The journal beside the key: who was erased, stopped mail, or withdrew words, and what was hidden; a restore brings nothing back.

A backup is older than what people did since. Each line is one parting; lines are added and synced, and never taken out. It
is made readable by its owner alone, and names nobody without the key.
"""

import enum
import fcntl
import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..labels import Label

FILE = "forgotten.jsonl"


class Parted(enum.StrEnum):
    """What somebody did: had themselves (or one registration) erased, stopped mail, left the standing list, or is quoted no more.

    Of what members say: taken back, hidden by one of the two rules (named as `Breach` is) or shown again after all; and the
    link of who was asked to act on it is withdrawn.
    """

    ERASED = "erased"
    STOPPED = "stopped"
    LEFT = "left"
    UNQUOTED = "unquoted"
    TAKEN_BACK = "taken back"
    ATTACK = "attack"
    ADVERTISING = "advertising"
    SHOWN = "shown"
    CLOSED = "closed"


@dataclass(frozen=True)
class Line:
    """One parting, under one label: whose, by digest, and when."""

    label: Label
    digest: str
    parted: Parted
    at: datetime


def read(instance: Path) -> list[Line]:
    """All that is written down; a line that a crash cut short is passed over."""
    try:
        text = (instance / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return [line for said in text.splitlines() if (line := _line(said))]


def add(instance: Path, lines: Collection[Line]) -> int:
    """Write down those of these that are not there yet, and sync; how many they were. Several processes may do so at once."""
    if not lines:
        return 0
    with _alone(instance) as file:
        there = set(read(instance))
        new = sorted({line for line in lines if line not in there}, key=lambda line: (line.at, line.digest))
        for line in new:
            said = asdict(line) | {"at": f"{line.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
            os.write(file, f"{_break(file)}{json.dumps(said)}\n".encode())
        os.fsync(file)
    return len(new)


def _line(said: str) -> Line | None:
    try:
        found = json.loads(said)
        at = datetime.fromisoformat(found["at"])
        return Line(Label(found["label"]), str(found["digest"]), Parted(found["parted"]), at)
    except (ValueError, KeyError, TypeError):
        return None


def _break(file: int) -> str:
    """A line of its own also after one that a crash cut short."""
    size = os.fstat(file).st_size
    return "\n" if size and os.pread(file, 1, size - 1) != b"\n" else ""


@contextmanager
def _alone(instance: Path) -> Iterator[int]:
    """The file, made if there is none, with nobody else writing."""
    file = os.open(instance / FILE, os.O_CREAT | os.O_APPEND | os.O_RDWR, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file
    finally:
        os.close(file)

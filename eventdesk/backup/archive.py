"""The file: a zip of one part for each table and a manifest that says what they must add up to."""

import json
import os
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, BadZipFile, LargeZipFile, ZipFile, ZipInfo

from ..errors import DomainError

FORMAT, VERSION = "eventdesk-backup", 1
MANIFEST = "manifest.json"
MANIFEST_MOST = 1 << 20
#: What reading a file raises that is no zip of ours, or no whole one.
BROKEN = (BadZipFile, LargeZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, KeyError)


class NotABackup(DomainError):
    """The file is damaged, or something else; nothing was changed."""


@dataclass(frozen=True)
class Part:
    """One table in the file: how many rows, and the digest of their lines."""

    table: str
    rows: int
    sha256: str

    @property
    def name(self) -> str:
        """What it is called in the zip."""
        return f"{self.table}.jsonl"


@dataclass(frozen=True)
class Manifest:
    """What the file says of itself. `revision` names the migration its tables are of."""

    revision: str
    made_at: str
    parts: tuple[Part, ...]

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(part.rows for part in self.parts)

    def to_json(self) -> str:
        """As it stands in the file."""
        said = {"format": FORMAT, "version": VERSION, "revision": self.revision, "made_at": self.made_at}
        return json.dumps(said | {"tables": [asdict(part) for part in self.parts]}, indent=1)


class Digest:
    """Counts lines, and adds them up."""

    def __init__(self) -> None:
        self.rows, self._sum = 0, sha256()

    def follow(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """The same lines, counted as they go by."""
        for line in lines:
            self.rows += 1
            self._sum.update(line)
            yield line

    def part(self, table: str) -> Part:
        """What has gone by, as a table's part."""
        return Part(table, self.rows, self._sum.hexdigest())


def part_of(table: str, lines: Iterable[bytes]) -> Part:
    """What these lines add up to."""
    digest = Digest()
    for _ in digest.follow(lines):
        pass
    return digest.part(table)


def write(path: Path, tables: Iterable[tuple[str, Iterator[bytes]]], *, revision: str, now: datetime) -> Manifest:
    """Write the file, readable by its owner alone; it is there whole or not at all.

    It is written and synced beside its place and then linked there: a link cannot overwrite. Raises DomainError.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}")
    try:
        if path.exists():
            raise FileExistsError  # noqa: TRY301 - said in one place, now or when it turns up meanwhile
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            written = _fill(out, tables, revision=revision, now=now)
            out.flush()
            os.fsync(out.fileno())
        os.link(draft, path)
        _sync_folder(path.parent)
    except FileExistsError as error:
        raise DomainError(f"{path} is there already, and is not overwritten. Nothing was written.") from error
    except OSError as error:
        raise DomainError(f"{path} could not be written: {error.strerror}. Nothing is there.") from error
    finally:
        draft.unlink(missing_ok=True)
    return written


def _fill(out: IO[bytes], tables: Iterable[tuple[str, Iterator[bytes]]], *, revision: str, now: datetime) -> Manifest:
    parts = []
    with ZipFile(out, "w") as file:
        for table, lines in tables:
            digest = Digest()
            with file.open(_entry(f"{table}.jsonl", now), "w", force_zip64=True) as part:
                for line in digest.follow(lines):
                    part.write(line)
            parts.append(digest.part(table))
        written = Manifest(revision, now.isoformat(), tuple(parts))
        file.writestr(_entry(MANIFEST, now), written.to_json())
    return written


def _entry(name: str, now: datetime) -> ZipInfo:
    entry = ZipInfo(name, now.timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Archive:
    """A backup that was looked through from end to end: every part adds up to what the manifest says."""

    def __init__(self, file: ZipFile) -> None:
        self._file = file
        self.manifest = _manifest(file)
        if set(file.namelist()) != {MANIFEST, *(part.name for part in self.manifest.parts)}:
            raise ValueError("parts are missing, or too many")
        for part in self.manifest.parts:
            if part_of(part.table, self.lines(part)) != part:
                raise ValueError(f"{part.name} has changed")

    def lines(self, part: Part) -> Iterator[bytes]:
        """The lines of one part."""
        with self._file.open(part.name) as lines:
            yield from lines


def _manifest(file: ZipFile) -> Manifest:
    """What it says of itself. Raises ValueError, KeyError or TypeError when it is no manifest of ours."""
    with file.open(MANIFEST) as part:
        said: dict[str, Any] = json.loads(part.read(MANIFEST_MOST))
    if (said["format"], said["version"]) != (FORMAT, VERSION):
        raise ValueError("the format is another")
    parts = tuple(Part(each["table"], each["rows"], each["sha256"]) for each in said["tables"])
    return Manifest(str(said["revision"]), str(said["made_at"]), parts)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open a backup and look it through. Raises NotABackup, in words, for a file that is none or no whole one."""
    try:
        file = ZipFile(path)
    except OSError as error:
        raise NotABackup(f"{path} could not be read: {error.strerror}.") from error
    except BROKEN as error:
        raise _not(path) from error
    with file:
        try:
            archive = Archive(file)
        except (*BROKEN, TypeError, OSError) as error:
            raise _not(path) from error
        yield archive


def _not(path: Path) -> NotABackup:
    return NotABackup(f"{path} is no backup of Eventdesk, or it is damaged. Nothing was changed.")

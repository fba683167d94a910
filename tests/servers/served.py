"""Eventdesk as people run it: the command line and the server as programs of their own."""

import os
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
import pytest

from tests.forked import Running, run, start
from tests.servers.ports import free_port


class Installation:
    """One instance folder and the settings it is used with; `command()` is the `eventdesk` command line.

    `python` are options for the interpreter and `folder` is where it starts, for a program that is not this checkout.
    `program` is the module that is run, with what stands before the arguments.
    """

    def __init__(
        self,
        instance: Path,
        settings: Mapping[str, str] | None = None,
        *,
        python: Sequence[str] = (),
        folder: Path | None = None,
    ) -> None:
        self.instance = instance
        self.program = ["eventdesk"]
        self.python = python
        self.folder = folder
        instance.mkdir(parents=True, exist_ok=True)
        # Nothing set on the developer's machine gets in.
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("EVENTDESK_")}
        self.environment |= {"EVENTDESK_INSTANCE": str(instance), "PYTHONUNBUFFERED": "1", **(settings or {})}

    def command(self, *arguments: str, stdin: str = "", timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """Run `eventdesk ...` to its end, whatever the end is."""
        return run([*self.program, *arguments], self.environment, stdin, timeout)

    def begin(self, *arguments: str, log: Path) -> Running:
        """Start `eventdesk ...`, which writes to a log."""
        files = (Path(os.devnull), log, log)
        return start([*self.program, *arguments], self.environment, files, python=self.python, folder=self.folder)

    def succeed(self, *arguments: str, stdin: str = "") -> str:
        """Run `eventdesk ...` and return its standard output; fail if it refuses."""
        done = self.command(*arguments, stdin=stdin)
        assert done.returncode == 0, f"eventdesk {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout


class Served(Installation):
    """An installation with its server: a context manager, or `start()` and `stop()`."""

    def __init__(
        self,
        instance: Path,
        settings: Mapping[str, str] | None = None,
        *,
        port: int | None = None,
        python: Sequence[str] = (),
        folder: Path | None = None,
    ) -> None:
        super().__init__(instance, settings, python=python, folder=folder)
        self.port = port or free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.environment.setdefault("EVENTDESK_BASE_URL", self.base_url)
        self.process: Running | None = None
        self._log = instance.parent / f"serve-{self.port}.log"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def output(self) -> str:
        """Everything the server has printed, over all its starts."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def find(self, pattern: str, timeout: float = 10) -> str:
        """Wait until the output matches and return the match (its first group, if it has one)."""
        deadline = time.monotonic() + timeout
        while not (found := re.search(pattern, self.output)):
            assert time.monotonic() < deadline, f"no {pattern!r} in the output:\n{self.output}"
            time.sleep(0.05)
        return found[1] if found.re.groups else found[0]

    def start(self, timeout: float = 30) -> None:
        """Start the server and wait until it answers."""
        assert self.process is None, "it is running already"
        self.process = self.begin("serve", "--host", "127.0.0.1", "--port", str(self.port), log=self._log)
        deadline = time.monotonic() + timeout
        while not self._healthy():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill9()
                pytest.fail(f"the server did not come up:\n{self.output}")
            time.sleep(0.05)
        ours = psutil.Process(self.process.pid)
        listening = {
            connection.laddr.port
            for process in (ours, *ours.children(recursive=True))
            for connection in process.net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN
        }
        assert self.port in listening, "another program answered on this port"

    def _healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base_url}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self, timeout: float = 15) -> int | None:
        """Ask it to end, as a service manager does, and return its exit status."""
        return self._end(signal.SIGTERM, timeout)

    def kill9(self) -> None:
        """Let it fall where it stands."""
        self._end(signal.SIGKILL, 5)

    def _end(self, sign: signal.Signals, timeout: float) -> int | None:
        if (process := self.process) is None:
            return None
        self.process = None
        if process.poll() is None:
            process.send_signal(sign)
        try:
            return process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            pytest.fail(f"the server did not end within {timeout} s of {sign.name}:\n{self.output}")

    def restart(self) -> None:
        """Stop it, if it still runs, and start it again in the same place."""
        self.stop()
        self.start()


@pytest.fixture
def serve(tmp_path: Path, migrated: Path) -> Iterator[Callable[..., Served]]:
    """Start servers: `serve(EVENTDESK_SMTP_URL=...)`. Each has an instance folder of its own unless `instance` is given.

    In a folder of its own the tables are there already, and empty.
    """
    servers: list[Served] = []

    def start(instance: Path | None = None, **settings: str) -> Served:
        server = Served(instance or tmp_path / f"instance-{len(servers)}", settings)
        if instance is None:
            shutil.copy(migrated, server.instance / "eventdesk.db")
        servers.append(server)
        server.start()
        return server

    yield start
    for server in servers:
        server.stop()
        print(server.output)  # noqa: T201 - pytest shows it beside a failure

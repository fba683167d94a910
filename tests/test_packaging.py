"""What is installed is what is in the tree: a wheel alone, in an empty folder, serves the whole program."""

import configparser
import os
import shutil
import subprocess
import sys
import sysconfig
import urllib.request
import zipfile
from pathlib import Path

import pytest

from tests.ics_lint import lint
from tests.servers import Served

ROOT = Path(__file__).resolve().parent.parent
ASSETS = {"templates": "eventdesk/templates", "static": "eventdesk/static"}
BYTECODE = "__pycache__"


def setup_cfg() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def in_tree() -> set[str]:
    """Every file of the program, by the name it has once installed."""
    folders = {"eventdesk": "eventdesk", **ASSETS}
    return {
        f"{installed}/{path.relative_to(ROOT / folder).as_posix()}"
        for folder, installed in folders.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and BYTECODE not in path.parts
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the checkout as it is."""
    folder = tmp_path_factory.mktemp("wheel")
    # Built from a copy, for setuptools writes beside what it builds.
    source = folder / "source"
    for name in ("eventdesk", *ASSETS):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns(BYTECODE))
    for name in ("setup.cfg", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(source)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    [path] = folder.glob("*.whl")
    return path


def test_every_package_is_listed() -> None:
    listed = setup_cfg()["options"]["packages"].split()
    found = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / "eventdesk").rglob("__init__.py")}
    assert listed == sorted({*found, *(name.replace("/", ".") for name in ASSETS.values())})


@pytest.mark.slow
def test_the_wheel_holds_every_file_and_no_other(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        [metadata] = [archive.read(name).decode() for name in archive.namelist() if name.endswith("/METADATA")]
    assert names == in_tree()
    assert "License-Expression: Apache-2.0" in metadata
    assert "License-File: LICENSE" in metadata


@pytest.mark.slow
def test_the_wheel_alone_serves(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place)
    # The dependencies are those of this environment; -S leaves out its .pth files, and with them the checkout.
    libraries = os.pathsep.join((str(place), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    elsewhere = Served(tmp_path / "instance", {"PYTHONPATH": libraries}, python=("-S",), folder=tmp_path)
    with elsewhere as served:
        origin = subprocess.run(
            [sys.executable, "-S", "-c", "import eventdesk; print(eventdesk.__file__)"],
            env=served.environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        assert Path(origin.stdout.strip()).is_relative_to(place)
        page = fetch(f"{served.base_url}/").decode()
        assert "<h1" in page
        for path in sorted(ROOT.glob("static/*")):
            assert fetch(f"{served.base_url}/static/{path.name}") == path.read_bytes()
        for feed in ("community", "commercial"):
            assert lint(fetch(f"{served.base_url}/calendars/{feed}.ics")) == []
    assert not (place / "instance").exists()


def fetch(url: str) -> bytes:
    """The body of a page that answers 200."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        assert answer.status == 200, url
        body: bytes = answer.read()
        return body

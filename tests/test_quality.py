"""Style, types and the order of imports, so that one command tells everything."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent


@pytest.mark.slow
@pytest.mark.longest
@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "--output-format", "concise"],
        ["ruff", "format", "--check", "--diff", "--quiet"],
        ["mypy"],
        ["lint-imports"],
    ],
    ids=["mistakes", "format", "types", "imports"],
)
def test_quality(command: list[str]) -> None:
    done = subprocess.run(
        [PROGRAMS / command[0], *command[1:]],
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr

"""What the page on deployment tells people to write is in step with the program; the proxies' part is in drills."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from flask import Flask

from eventdesk import config
from eventdesk.cli import commands
from eventdesk.links import PERSONAL
from eventdesk.server import BODY_MOST
from tests.documented import CADDY, FILES, NGINX, PAGE, replaced
from tests.test_conventions import command_names

UNITS = {name.rsplit("/", 1)[1]: text for name, text in FILES.items() if name.startswith("/etc/systemd")}
HARDENED = {
    "NoNewPrivileges=yes",
    "ProtectSystem=strict",
    "ProtectHome=yes",
    "PrivateTmp=yes",
    "UMask=0077",
    "CapabilityBoundingSet=",
    "EnvironmentFile=/etc/eventdesk.env",
    "User=eventdesk",
}


def test_each_setting_that_is_named_exists_and_what_is_written_is_taken(tmp_path: Path) -> None:
    named = set(re.findall(r"EVENTDESK_([A-Z_]+)", PAGE))
    written = dict(line.split("=", 1) for line in FILES["/etc/eventdesk.env"].splitlines())

    settings = config.load(written | {"EVENTDESK_INSTANCE": str(tmp_path)})

    assert named == set(config.SETTINGS)
    assert (settings.base_url, settings.trusted_proxies, settings.is_https) == ("https://events.example.org", 1, True)
    [url] = re.findall(r"^    EVENTDESK_DATABASE_URL=(\S+)$", PAGE, re.MULTILINE)
    assert config.load({"EVENTDESK_INSTANCE": str(tmp_path), "EVENTDESK_DATABASE_URL": url}).database_url == url


def test_each_command_that_is_named_exists() -> None:
    lines = re.findall(
        r"(?:^    |ExecStart=\S*/|\| |exec /opt/eventdesk/bin/)eventdesk ([a-z]+(?: [a-z]+)?)", PAGE, re.MULTILINE
    )
    known = set(command_names(commands))

    assert len(lines) >= 8
    assert [line for line in lines if line not in known and line.split()[0] not in known] == []


def rooms(pattern: str) -> set[str]:
    """The rooms of personal links that a pattern names."""
    [found] = re.findall(r"\(/\(\?:([\w|/]+)\)/\)?|<eventdesk_room>/\(\?:([\w|/]+)\)/", pattern)
    return set("".join(found).split("|"))


@pytest.mark.parametrize("name", [NGINX, CADDY])
def test_logs_leave_out_the_key_of_every_personal_link(name: str) -> None:
    [ours] = re.findall(r"\(/\(\?:([\w|/]+)\)/", PERSONAL.pattern)

    assert rooms(FILES[name]) == set(ours.split("|"))
    assert PERSONAL.pattern.count("{30}") == 1
    assert r"/i/" in FILES[name]
    assert r"[\w-]{30" in FILES[name]


def test_each_room_of_personal_links_that_the_program_serves_is_redacted(standing_app: Flask) -> None:
    served = {str(rule) for rule in standing_app.url_map.iter_rules() if "<token:token>" in str(rule)}

    assert len(served) >= 3
    assert [rule for rule in served if not PERSONAL.search(rule.replace("<token:token>", "x" * 35))] == []


def test_the_proxies_let_through_what_the_server_takes() -> None:
    assert f"client_max_body_size {BODY_MOST >> 20}m;" in FILES[NGINX]
    assert f"max_size {BODY_MOST >> 20}MiB" in FILES[CADDY]
    assert f"127.0.0.1:{config.DEFAULT_PORT}" in FILES[NGINX]
    assert "Strict-Transport-Security" not in FILES[NGINX] + FILES[CADDY]  # the program says it, once


@pytest.mark.parametrize("unit", [name for name in UNITS if name.endswith(".service")])
def test_each_service_may_do_no_more_than_it_must(unit: str) -> None:
    assert set(UNITS[unit].splitlines()) >= HARDENED
    assert "MemoryMax=" in UNITS[unit]


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on this machine")
    for name, text in UNITS.items():
        run = replaced(text, {"/opt/eventdesk/bin/eventdesk": "/bin/true"}) if "ExecStart" in text else text
        (tmp_path / name.replace("@", "@1")).write_text(run)

    files = sorted(tmp_path.iterdir())
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *files], capture_output=True, text=True, check=False
    )

    ours = [line for line in done.stderr.splitlines() if "eventdesk" in line]
    assert (done.returncode, ours) == (0, []), done.stderr

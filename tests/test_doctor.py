"""The doctor: what is wrong, and the line that mends it; nothing is changed."""

from pathlib import Path

import pytest

from eventdesk.doctor import Finding, examine
from eventdesk.migrations import downgrade, upgrade
from tests.servers import Mailbox, free_port


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EVENTDESK_INSTANCE", str(tmp_path))
    upgrade(f"sqlite:///{tmp_path / 'eventdesk.db'}")
    return tmp_path


def found() -> dict[str, Finding]:
    return {finding.about: finding for finding in examine()}


def test_a_good_installation_is_well(instance: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTDESK_SMTP_URL", mailbox.url)
    monkeypatch.setenv("EVENTDESK_BASE_URL", "https://events.example.org")

    findings = found()

    assert {about for about, finding in findings.items() if not finding.good} == set()
    assert set(findings) == {"instance", "base URL", "database", "mail", "clock", "time zones"}
    assert "events@events.example.org" in findings["mail"].said


def test_without_a_mail_server_the_setting_is_named(instance: Path) -> None:
    finding = found()["mail"]

    assert (finding.good, "EVENTDESK_SMTP_URL" in finding.said) == (True, True)


def test_a_mail_server_that_does_not_answer_is_told(instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTDESK_SMTP_URL", f"smtp://127.0.0.1:{free_port()}")

    assert not found()["mail"].good


def test_a_public_address_without_encryption_is_told(instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTDESK_BASE_URL", "http://events.example.org")

    finding = found()["base URL"]

    assert (finding.good, "https" in finding.said) == (False, True)


def test_a_database_that_is_not_up_to_date_is_told_how(instance: Path) -> None:
    downgrade(f"sqlite:///{instance / 'eventdesk.db'}", "base")

    finding = found()["database"]

    assert (finding.good, "eventdesk db upgrade" in finding.said) == (False, True)


def test_a_setting_that_cannot_be_used_ends_the_examination(instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTDESK_TRUSTED_PROXIES", "many")

    [finding] = examine()

    assert (finding.about, finding.good, "EVENTDESK_TRUSTED_PROXIES" in finding.said) == ("settings", False, True)

"""Settings: where they come from, which wins, what cannot be used; and one secret key, however many start at once."""

import stat
import threading
from pathlib import Path

import pytest

from eventdesk.config import Misconfigured, Settings, load

KEY = "k" * 40


def loaded(instance: Path, **given: str) -> Settings:
    return load({"EVENTDESK_INSTANCE": str(instance), **{f"EVENTDESK_{name}": value for name, value in given.items()}})


def test_defaults_serve_this_machine_from_its_own_folder(tmp_path: Path) -> None:
    settings = loaded(tmp_path / "new")

    assert settings.database_url == f"sqlite:///{tmp_path / 'new' / 'eventdesk.db'}"
    assert (settings.base_url, settings.base_url_given, settings.is_https) == ("http://127.0.0.1:8000", False, False)
    assert (settings.smtp_url, settings.mailbox, settings.trusted_proxies) == ("", "events@127.0.0.1", 0)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_the_environment_wins_over_the_file_and_the_file_over_defaults(tmp_path: Path) -> None:
    (tmp_path / "config.py").write_text('BASE_URL = "https://file.example"\nTRUSTED_PROXIES = 2\n')

    settings = loaded(tmp_path, BASE_URL="https://told.example/")

    assert (settings.base_url, settings.trusted_proxies, settings.base_url_given) == ("https://told.example", 2, True)
    assert settings.links.mailbox == "events@told.example"


def test_a_word_in_the_file_that_is_no_setting_is_said(tmp_path: Path) -> None:
    (tmp_path / "config.py").write_text("BASE_ULR = 1\n")

    with pytest.raises(Misconfigured, match="BASE_ULR is no setting"):
        loaded(tmp_path)


def test_a_place_to_be_served_at_is_taken_only_where_none_was_given(tmp_path: Path) -> None:
    assert loaded(tmp_path).served_at("http://127.0.0.1:9").links.mailbox == "events@127.0.0.1"
    assert loaded(tmp_path).served_at("http://127.0.0.1:9").base_url == "http://127.0.0.1:9"
    assert loaded(tmp_path, BASE_URL="https://a.example").served_at("http://b").base_url == "https://a.example"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BASE_URL", "events.example.org"),
        ("BASE_URL", "ftp://events.example.org"),
        ("BASE_URL", "https://"),
        ("BASE_URL", "https://events.example.org/desk"),
        ("BASE_URL", "https://events.example.org?x=1"),
        ("BASE_URL", "https://me@events.example.org"),
        ("SMTP_URL", "mail.example.org"),
        ("SMTP_URL", "https://mail.example.org"),
        ("MAIL_FROM", "Events <events@example.org>"),
        ("MAIL_FROM", "events@example.org\nBcc: x@x.example"),
        ("MAIL_PER_MINUTE", "100001"),
        ("MAIL_PER_MINUTE", "²"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "many"),
        ("TRUSTED_PROXIES", "10"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", f"{KEY} short"),
        ("SECRET_KEY_FILE", "/nowhere/key"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(Misconfigured, match=f"EVENTDESK_{name.removesuffix('_FILE')}"):
        loaded(tmp_path, **{name: value})


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    first, again = loaded(tmp_path), loaded(tmp_path)

    file = tmp_path / "secret_key"
    assert first.secret_keys == again.secret_keys == (file.read_text().strip(),)
    assert len(first.secret_keys[0]) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["secret_key"]


def test_twenty_that_start_at_once_get_one_key(tmp_path: Path) -> None:
    ready, found = threading.Barrier(20), list[tuple[str, ...]]()

    def start() -> None:
        ready.wait(10)
        found.append(loaded(tmp_path).secret_keys)

    starting = [threading.Thread(target=start) for _ in range(20)]
    for each in starting:
        each.start()
    for each in starting:
        each.join(20)

    assert len(found) == 20
    assert len(set(found)) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["secret_key"]


def test_a_key_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    loaded(tmp_path)
    (tmp_path / "secret_key").chmod(0o640)

    with pytest.raises(Misconfigured, match="chmod 600"):
        loaded(tmp_path)


def test_an_empty_key_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch(mode=0o600)

    with pytest.raises(Misconfigured, match="16 characters"):
        loaded(tmp_path)


def test_keys_change_newest_first_and_links_of_the_old_one_live_on(tmp_path: Path) -> None:
    old, new = KEY, "n" * 40
    token = loaded(tmp_path, SECRET_KEY=old).links.set_up_token()

    turned = loaded(tmp_path, SECRET_KEY=f"{new} {old}").links.keys
    over = loaded(tmp_path, SECRET_KEY=new).links.keys

    assert (turned.holds(token, 0), over.holds(token, 0)) == (True, False)


def test_a_key_may_lie_in_a_file_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY + "\n")

    assert loaded(tmp_path, SECRET_KEY_FILE=str(tmp_path / "key")).secret_keys == (KEY,)

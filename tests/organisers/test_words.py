"""Roles and programs in words."""

import pytest

from eventdesk.organisers.rules import ROLES, browser_words, role_words

LINUX, MAC = "Mozilla/5.0 (X11; Linux x86_64", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (f"{LINUX}; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on Linux"),
        (f"{LINUX}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36", "Chrome on Linux"),
        (f"{MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15", "Safari on a Mac"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1", "Safari on an iPhone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("Windows", "A browser on Windows"),
        ("curl/8.9", "curl"),
        ("<b>", ""),
        ("", ""),
    ],
)
def test_a_program_is_named_as_far_as_it_is_known(said: str, words: str) -> None:
    assert browser_words(said) == words


def test_a_role_is_named_as_one_says_it() -> None:
    assert [role_words(role) for role in ROLES] == [
        "organiser of community sessions",
        "organiser of commercial briefings",
        "owner",
    ]

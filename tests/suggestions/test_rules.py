"""What a list shows of many words."""

import pytest

from eventdesk.suggestions.rules import headed

LONG = "and so on, from one thing to the next, " * 12


@pytest.mark.parametrize(
    ("words", "head", "rest"),
    [
        ("Short and good.", "Short and good.", ""),
        ("One line.\nAnother line.", "One line.", "Another line."),
        (
            "Please begin at 18:30: the ferry arrives at a quarter past six, and each time we come in during the first talk.",
            "Please begin at 18:30:",
            "the ferry arrives at a quarter past six, and each time we come in during the first talk.",
        ),
        ("x" * 150, f"{'x' * 100}…", "x" * 50),
    ],
)
def test_the_beginning_is_a_heading_and_nothing_is_said_twice(words: str, head: str, rest: str) -> None:
    assert headed(words) == (head, rest)


def test_much_is_cut_between_words_and_marked() -> None:
    head, rest = headed(LONG)
    assert head.endswith("…")
    assert rest.endswith("…")
    assert LONG.startswith(head.removesuffix("…"))
    assert f"{head.removesuffix('…')} {rest.removesuffix('…')}" in LONG

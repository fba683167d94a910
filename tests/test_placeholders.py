"""Placeholders: a closed list, one pass, and faults named where they stand."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from eventdesk.placeholders import faults, fill, used

KNOWN = ("title", "when", "manage_link")
VALUES = {"title": "An {when} evening {{x}}", "when": "at {title}", "manage_link": "http://desk.example/r/x"}
BRACED = st.lists(
    st.sampled_from(["{", "}", "{{", "}}", "{title}", "{when}", "\n", "titel", "{titel}", " ", "é", "{0.x}"])
)
WORDS = BRACED.map("".join) | st.text(max_size=60)


@pytest.mark.parametrize(
    ("words", "filled"),
    [
        ("{title}!", "An {when} evening {{x}}!"),
        ("{{title}}", "{title}"),
        ("{{{title}}}", "{An {when} evening {{x}}}"),
        ("a } b", "a } b"),
        ("{titel} {0.__class__} {title.x} {title!r}", "{titel} {0.__class__} {title.x} {title!r}"),
        ("{{ 7*7 }} {% x %}", "{ 7*7 } {% x %}"),
    ],
)
def test_each_placeholder_is_filled_once_and_nothing_else_is_carried_out(words: str, filled: str) -> None:
    assert fill(words, VALUES) == filled


@pytest.mark.parametrize(
    ("words", "line", "said"),
    [
        ("{titel}", 1, "there is no {titel}; did you mean {title}?"),
        ("a\nb\n {Title}", 3, "there is no {Title}; did you mean {title}?"),
        ("{manage link}", 1, "there is no {manage link}; did you mean {manage_link}?"),
        ("{zzzz}", 1, "there is no {zzzz}. Write “{{” for a brace."),
        ("{}", 1, "there is no {}. Write “{{” for a brace."),
        ("ok {title}\n{title", 2, "this “{” has no “}” on its line. Write “{{” for a brace."),
        ("{name}", 1, "{name} has no meaning in this text. Take it out."),
    ],
)
def test_a_fault_names_its_line_and_the_nearest_right_word(words: str, line: int, said: str) -> None:
    [fault] = faults(words, KNOWN, ("name",))

    assert (fault.line, fault.said) == (line, said)


@settings(max_examples=60, deadline=None)
@given(WORDS)
@example("\0 {title}")
def test_a_fault_points_to_its_brace_and_what_has_none_is_filled_whole(words: str) -> None:
    found = faults(words, KNOWN)

    for fault in found:
        assert words[fault.at] == "{"
        assert fault.line == len(words[: fault.at].split("\n"))
    if not found:
        marked = fill(words, dict.fromkeys(KNOWN, "\0"))
        assert re.sub(r"\{\{|\}\}", "", words).count("{") == marked.count("\0") - words.count("\0")
        assert used(words) <= set(KNOWN)


@settings(max_examples=60, deadline=None)
@given(WORDS, st.text(max_size=20))
def test_what_a_value_says_is_never_looked_at_again(words: str, value: str) -> None:
    marked = fill(words, dict.fromkeys(KNOWN, "\0"))

    assert fill(words, dict.fromkeys(KNOWN, value)) == marked.replace("\0", value) or "\0" in words

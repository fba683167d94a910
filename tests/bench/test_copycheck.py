"""How long the copy checker takes, beside the least that any reading of a text costs; and that no text makes it slow."""

import re
import time
from collections.abc import Callable

import pytest

from eventdesk.copycheck import check
from eventdesk.labels import RULES, Label, LabelRules
from tests.copycheck.corpus import CORPUS, records

pytestmark = [pytest.mark.bench, pytest.mark.slow]
COPY = "\n\n".join(row["description"] for row in records(CORPUS))
TEN_THOUSAND = COPY[: [word.end() for word in re.finditer(r"\S+", COPY)][9_999]]
#: Times the floor; docs/performance.md has the figure. It fails far from it.
MOST = 40
A_MILLION = 1_000_000
COMMUNITY = RULES[Label.COMMUNITY]


def seconds(act: Callable[[], object], times: int = 5) -> float:
    """The least of several, of this process alone."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        act()
        taken.append(time.process_time() - start)
    return min(taken)


@pytest.mark.parametrize("rules", RULES.values(), ids=lambda rules: str(rules.label))
def test_ten_thousand_words_cost_some_dozens_of_plain_readings(rules: LabelRules) -> None:
    check(rules, "", COPY)
    floor = seconds(lambda: (TEN_THOUSAND.split(), re.findall(r"\w+", TEN_THOUSAND)), times=20)

    assert seconds(lambda: check(rules, "A title", TEN_THOUSAND)) < MOST * floor


def test_twice_the_words_take_twice_the_time() -> None:
    once = seconds(lambda: check(COMMUNITY, "", TEN_THOUSAND))

    assert seconds(lambda: check(COMMUNITY, "", TEN_THOUSAND * 4)) < 4 * 1.7 * once


@pytest.mark.parametrize(
    "portion",
    [
        "word ",
        "endless",
        "> ",
        "**_`",
        "- * - ",
        "[",
        "\u200b",
        "a\u0301",
        "с\u043e",
        "...",
        ".'",
        "!\n\n",
        "1. ",
        "$1,",
        "free-",
        "use the code ",
    ],
)
def test_a_million_letters_of_anything_take_linear_time(portion: str) -> None:
    def text(letters: int) -> str:
        return (portion * (letters // len(portion) + 1))[:letters]

    quarter = seconds(lambda: check(COMMUNITY, "", text(A_MILLION // 4)), times=2)

    assert seconds(lambda: check(COMMUNITY, "", text(A_MILLION)), times=2) < 4 * 2 * quarter + 0.2

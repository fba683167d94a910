"""An organiser's own words with {placeholders} from a closed list. Pure, and one pass: what a value says is never looked at again.

“{{” writes a brace, and so does “}}”; a lone “}” is itself.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

_PART = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|\{")
_SHOWN_MOST = 40


@dataclass(frozen=True)
class Fault:
    """A brace that cannot be filled: its offset in the text, its line (from 1), and what to say of it."""

    at: int
    line: int
    said: str


def fill(words: str, values: Mapping[str, str]) -> str:
    """The words with each placeholder replaced by its value; an unknown one stays as it stands."""

    def part(found: re.Match[str]) -> str:
        if found[0] in ("{{", "}}"):
            return found[0][0]
        return values.get(found[1] or "", found[0])

    return _PART.sub(part, words)


def used(words: str) -> frozenset[str]:
    """The names that stand in braces."""
    return frozenset(found[1] for found in _PART.finditer(words) if found[1])


def faults(words: str, known: Collection[str], elsewhere: Collection[str] = ()) -> list[Fault]:
    """What in the words cannot be filled from `known`; `elsewhere` are names that only other channels fill."""
    found = []
    for each in _PART.finditer(words):
        if each[0] in ("{{", "}}") or each[1] in known:
            continue
        found.append(Fault(each.start(), words.count("\n", 0, each.start()) + 1, _wrong(each, known, elsewhere)))
    return found


def _wrong(found: re.Match[str], known: Collection[str], elsewhere: Collection[str]) -> str:
    name = found[1]
    if name is None:
        return "this “{” has no “}” on its line. Write “{{” for a brace."
    if name in elsewhere:
        return f"{{{name}}} has no meaning in this text. Take it out."
    short = name if len(name) <= _SHOWN_MOST else name[: _SHOWN_MOST - 1] + "…"
    near = get_close_matches(re.sub(r"\W+", "_", name.casefold().strip()), known, 1, 0.5)
    return f"there is no {{{short}}}{f'; did you mean {{{near[0]}}}?' if near else '. Write “{{” for a brace.'}"

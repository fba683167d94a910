"""Words and what they are about, from `lexicon.txt`. Standard library only."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

#: Endings and how long a word must be to lose them.
_ENDINGS = (("ies", 4), ("ing", 6), ("ed", 5), ("es", 5), ("s", 4), ("ly", 6))


#: What is left of a word such as saved, noted or cares lacks its e.
_LACKS_E = re.compile(r"[^aeiou][aeiou][^aeiouwxy]")


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """The word without its inflection: ordered, orders and ordering are one."""
    word = word.removesuffix("'s").removesuffix("'")
    if len(word) <= 3:
        return word
    for ending, least in _ENDINGS:
        if word.endswith(ending) and len(word) >= least and not word.endswith(("ss", "us", "is", "eed")):
            bare = word.removesuffix(ending)
            if ending == "ies":
                return bare + "i"
            if ending in ("ing", "ed") and len(bare) > 3 and bare[-1] == bare[-2] and bare[-1] not in "lsz":
                return bare[:-1]
            if ending in ("ing", "ed", "es") and _LACKS_E.fullmatch(bare):
                return bare + "e"
            word = bare
            break
    if len(word) > 4:
        word = word.removesuffix("e")
    return word[:-1] + "i" if len(word) > 3 and word[-1] == "y" else word


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What words are about: classes by stem; of phrases by their first stem and second, with what follows; first names."""

    words: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, Mapping[str, Sequence[tuple[tuple[str, ...], tuple[str, ...]]]]]
    people: frozenset[str]


@cache
def lexicon() -> Lexicon:
    """The package's own, read once."""
    about: dict[tuple[str, ...], list[str]] = {}
    people: set[str] = set()
    for line in (files(__package__) / "lexicon.txt").read_text(encoding="utf-8").splitlines():
        name, said, entries = line.partition(":")
        if not said or line.startswith("#"):
            continue
        if name == "person":
            people.update(entries.split())
            continue
        for entry in entries.split(","):
            classes = about.setdefault(tuple(stem(word) for word in entry.split()), [])
            if name not in classes:
                classes.append(name)
    phrases: dict[str, dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]] = {}
    for stems, classes in sorted(about.items(), key=lambda each: -len(each[0])):
        if len(stems) > 1:
            phrases.setdefault(stems[0], {}).setdefault(stems[1], []).append((stems[2:], tuple(classes)))
    words = {stems[0]: tuple(classes) for stems, classes in about.items() if len(stems) == 1}
    return Lexicon(words, phrases, frozenset(people))

"""Rules as data: the packs of the package, one file per label, and what an organiser adds. Standard library only.

The form of a pack and of a phrase is told in docs/copycheck.md.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from ..errors import DomainError
from ..labels import RULES, Label
from .features import Sentence, document
from .findings import Level
from .trained import vocabulary
from .words import stem


class FaultyPack(DomainError):
    """A pack cannot be used; the message names the file and what to mend."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A sort of fault: what it touches, why it is one, what helps, and the classes of words that speak for it."""

    id: str
    title: str
    touches: str
    why: str
    suggestion: str
    cues: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Phrases that are a fault wherever they stand, and sentences that show what fires and what only comes near."""

    id: str
    kind: str
    level: Level
    phrases: tuple[str, ...]
    fires: tuple[str, ...]
    near: tuple[str, ...]
    unless: tuple[str, ...] = ()
    #: An organiser's own, which asks nobody.
    own: bool = False
    #: Blank: the kind's.
    why: str = ""
    suggestion: str = ""


@dataclass(frozen=True, kw_only=True)
class Pack:
    """All that is written down of one label's faults."""

    #: What copy is called that has any of them.
    verdict: str
    kinds: Mapping[str, Kind]
    rules: tuple[Rule, ...]
    #: By brief question: words that answer nothing where nothing else is said.
    hollow: Mapping[str, frozenset[str]]
    #: By the words a phrase begins with, and those of which it ends with one.
    _begins: Mapping[str, Sequence[tuple[Rule, re.Pattern[str], frozenset[str]]]] = field(repr=False)

    def matches(self, sentence: Sentence) -> Iterator[Rule]:
        """The rules a sentence meets, in their order."""
        begun = [
            (rule, pattern)
            for word in self._begins.keys() & sentence.shown
            for rule, pattern, ends in self._begins[word]
            if not ends.isdisjoint(sentence.shown)
        ]
        if begun:
            said = " ".join(sentence.shown)
            met = {rule.id for rule, pattern in begun if pattern.search(said)}
            for rule in self.rules if met else ():
                if rule.id in met and not any(_pattern(phrase).search(said) for phrase in rule.unless):
                    yield rule


def says(phrase: str, sentence: Sentence) -> bool:
    """Whether a phrase stands in a sentence."""
    return bool(_pattern(phrase).search(" ".join(sentence.shown)))


_GAP = r"(?: \S+){0,3}?"


@cache
def _pattern(phrase: str) -> re.Pattern[str]:
    """`/` parts words of which one is enough, `…` stands for up to three words; inflections are understood."""
    first, *rest = phrase.split()
    parts = (_GAP if part == "…" else f" {_one_of(part)}" for part in rest)
    return re.compile(rf"(?<!\S){_one_of(first)}{''.join(parts)}(?!\S)")


def _one_of(part: str) -> str:
    return f"(?:{'|'.join(re.escape(_stemmed(word)) for word in part.split('/'))})"


def _stemmed(word: str) -> str:
    return word if word.startswith("<") else stem(word)


@cache
def package() -> Mapping[Label, Pack]:
    """The packs that come with Eventdesk."""
    texts = {rules.label: (files(__package__) / "packs" / f"{rules.label}.toml") for rules in RULES.values()}
    return {label: _pack(_parsed(file.read_text(encoding="utf-8"), file.name)) for label, file in texts.items()}


def additions(folder: Path) -> Mapping[Label, Pack]:
    """The package's packs with an organiser's own rules: `<label>.toml`, `<label>-<anything>.toml` in this folder.

    Raises FaultyPack, in words, for what cannot be read and for a rule whose examples do not hold.
    """
    packs = dict(package())
    for file in sorted(folder.glob("*.toml")):
        rules = next((each for each in RULES.values() if each.label in file.stem.split("-")[:1]), None)
        if rules is None:
            raise FaultyPack(f"{file.name}: call it {' or '.join(f'{label}-….toml' for label in RULES)}.")
        own = _parsed(file.read_text(encoding="utf-8"), file.name, known=packs[rules.label])
        _try(own, file.name)
        packs[rules.label] = _pack(own, packs[rules.label])
    return packs


@dataclass(frozen=True)
class _Parsed:
    verdict: str
    kinds: Mapping[str, Kind]
    rules: tuple[Rule, ...]
    hollow: Mapping[str, frozenset[str]]


def _pack(new: _Parsed, old: Pack | None = None) -> Pack:
    rules = (*(old.rules if old else ()), *new.rules)
    begins: dict[str, list[tuple[Rule, re.Pattern[str], frozenset[str]]]] = {}
    for rule in rules:
        for phrase in rule.phrases:
            first, last = (map(_stemmed, phrase.split()[place].split("/")) for place in (0, -1))
            ends = frozenset(last)
            for word in first:
                begins.setdefault(word, []).append((rule, _pattern(phrase), ends))
    hollow = {
        name: (old.hollow.get(name, frozenset()) if old else frozenset()) | new.hollow.get(name, frozenset())
        for name in {*new.hollow, *(old.hollow if old else ())}
    }
    verdict = old.verdict if old else new.verdict
    return Pack(
        verdict=verdict, kinds={**(old.kinds if old else {}), **new.kinds}, rules=rules, hollow=hollow, _begins=begins
    )


_TEXTS, _LISTS = (
    {"id", "kind", "level", "why", "suggestion", "title", "touches"},
    {"phrases", "unless", "fires", "near", "cues"},
)


def _parsed(text: str, name: str, known: Pack | None = None) -> _Parsed:
    try:
        parsed = _of(tomllib.loads(text), own=known is not None)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise FaultyPack(f"{name}: {error}") from error
    there = {*parsed.kinds, *(known.kinds if known else ())}
    for rule in parsed.rules:
        if rule.kind not in there:
            raise FaultyPack(f"{name}: {rule.id} is of no kind there is: {', '.join(sorted(there))}.")
    return parsed


def _of(read: dict[str, Any], *, own: bool) -> _Parsed:
    if unknown := read.keys() - {"verdict", "kind", "rule", "hollow"}:
        raise ValueError(f"{', '.join(sorted(unknown))} cannot stand here")
    return _Parsed(
        verdict=str(read.get("verdict", "")),
        kinds={each["id"]: Kind(**_checked(each)) for each in read.get("kind", [])},
        rules=tuple(_rule(each, own=own) for each in read.get("rule", [])),
        hollow={name: frozenset(map(_stemmed, words.split())) for name, words in read.get("hollow", {}).items()},
    )


def _rule(said: Mapping[str, Any], *, own: bool) -> Rule:
    checked = _checked(said)
    for wanted in ("phrases", "fires", "near"):
        if not checked.get(wanted):
            raise ValueError(f"{said.get('id', 'a rule')} needs {wanted}")
    if wrong := [
        phrase
        for phrase in checked["phrases"]
        if not phrase.split() or "…" in phrase.split()[:: len(phrase.split()) - 1 or 1]
    ]:
        raise ValueError(f"{checked.get('id')}: “{wrong[0]}” must begin and end with a word")
    return Rule(**{**checked, "level": Level(checked.get("level", Level.ADVISES)), "own": own})


def _checked(said: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a rule or kind, of the types they must have."""
    for key, value in said.items():
        right = isinstance(value, str) if key in _TEXTS else key in _LISTS and isinstance(value, list)
        if not right:
            raise ValueError(f"{said.get('id', 'a rule')}: {key} cannot be {value!r}")
    return {key: tuple(value) if key in _LISTS else value for key, value in said.items()}


def _try(own: _Parsed, name: str) -> None:
    """Refuse rules whose examples do not hold."""
    for rule in own.rules:
        for wanted, examples in ((True, rule.fires), (False, rule.near)):
            for example in examples:
                if fires(rule, example) is not wanted:
                    raise FaultyPack(f"{name}: {rule.id} {'does not fire' if wanted else 'fires'} on “{example}”.")


def fires(rule: Rule, example: str) -> bool:
    """Whether a rule fires somewhere in a text."""
    return any(
        any(says(phrase, sentence) for phrase in rule.phrases)
        and not any(says(phrase, sentence) for phrase in rule.unless)
        for sentence in document("", example, vocabulary())
    )

"""What the trained part looks at: a sentence's words, what they are about, and what stands around it. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .folding import Span, fold, spans
from .words import lexicon, stem

_TOKEN = re.compile(r"[$€£₹¥]\s?\d[\d.,]*\w*|\d[\d.,:]*(?:[$€£₹¥]|\w+)?|[^\W\d]+(?:['-][^\W\d]+)*\d*|%|[!?\"&]")
_SIGNS, _PERCENT = frozenset("$€£₹¥"), "%"
_COINS = frozenset(map(stem, "dollar pound euro buck quid cent pence rupee lakh rand naira shilling grand".split()))
_COUNTS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million dozen".split()
)
#: No word is longer; what is, is read so far.
_WORD = 40
#: Classes of a word that stand for it, whatever it is.
_INSTEAD = ("money", "number", "name", "person", "clock")
#: Two words further apart are not seen together.
_NEAR = 4
_LENGTHS = (5, 10, 18, 28)


@dataclass(slots=True)
class Sentence:
    """One sentence, where it stands in the folded text, and word by word: as said, and what it is about."""

    title: bool
    span: Span
    words: list[str]
    shown: list[str]
    classes: list[tuple[str, ...]]
    about: frozenset[str]


def read(title: str, text: str, known: frozenset[str]) -> list[Sentence]:
    """The sentences of a folded title and text. `known` are stems that a capital does not make a name."""
    whole = [Span(len(title) - len(title.lstrip()), len(title.rstrip()))] if any(map(str.isalnum, title)) else []
    return [_sentence(title, span, known, title=True) for span in whole] + [
        _sentence(text, span, known, title=False) for span in spans(text)
    ]


def _sentence(text: str, span: Span, known: frozenset[str], *, title: bool) -> Sentence:
    words: list[str] = []
    stems: list[str] = []
    classes: list[tuple[str, ...]] = []
    for token in _TOKEN.findall(text, span.start, span.end):
        word = token[:_WORD].lower()
        root, kinds = _looked_up(token, word) if token[0].isalpha() else _counted(token)
        if token[0].isupper() and word != "i":
            kinds += _capital(token, word, root, kinds, known, plain=title or not words)
        elif root in _COINS and words and _is_count(words[-1]):
            kinds += ("money",)
        words.append(word)
        stems.append(root)
        classes.append(kinds)
    _add_phrases(stems, classes)
    shown = [_shown(root, kinds) for root, kinds in zip(stems, classes, strict=True)]
    about = frozenset(kind for kinds in classes for kind in kinds)
    return Sentence(title, span, words, shown, classes, about)


def _looked_up(token: str, word: str) -> tuple[str, tuple[str, ...]]:
    root = stem(word)
    kinds = lexicon().words.get(root, ())
    return root, (*kinds, "number") if _is_count(word) else kinds


def _is_count(word: str) -> bool:
    return word[0].isdigit() or word in _COUNTS or ("-" in word and word.split("-", maxsplit=1)[0] in _COUNTS)


def _counted(token: str) -> tuple[str, tuple[str, ...]]:
    """What begins with no letter: an amount, a time, a number, a sign."""
    if token[0] in _SIGNS or token[-1] in _SIGNS:
        return "$", ("money",)
    if token[0].isdigit():
        if ":" in token or token.endswith(("am", "pm")):
            return "#", ("clock",)
        return "#", ("number",) if token[-1].isdigit() or token[-1] in ".," else ("number", "code")
    return token, ("percent",) * (token == _PERCENT)


def _capital(
    token: str, word: str, root: str, kinds: tuple[str, ...], known: frozenset[str], *, plain: bool
) -> tuple[str, ...]:
    """What a capital says of a word: a person's name, another name, or part of one; little where one is due anyway."""
    owning = ("owning",) if word.endswith("'s") else ()
    if word.removesuffix("'s") in lexicon().people:
        return ("person", *owning)
    if token[-1].isdigit():
        return ("code",)
    if not token.isupper() and any(map(str.isupper, token[1:])):
        return ("name", "camel", *owning)
    if kinds or root in known:
        return () if plain or "when" in kinds else ("capital",)
    return ("name", *owning)


def _add_phrases(stems: Sequence[str], classes: list[tuple[str, ...]]) -> None:
    phrases = lexicon().phrases
    for place, root in enumerate(stems):
        for rest, kinds in phrases.get(root, ()):
            if stems[place + 1 : place + 1 + len(rest)] == rest:
                classes[place] += kinds
                break


def _shown(root: str, kinds: tuple[str, ...]) -> str:
    return next((f"<{kind}>" for kind in _INSTEAD if kind in kinds), root)


def features(sentences: Sequence[Sentence]) -> Iterator[set[str]]:
    """What is seen of each sentence, as the names of weights.

    w word, b two words, c class, o two classes in order, l and r a class beside a word, < and > a class in the sentence
    before and after, d a class elsewhere in the text, t a class in a title.
    """
    times: dict[str, int] = {}
    for each in sentences:
        for kind in each.about:
            times[kind] = times.get(kind, 0) + 1
    elsewhere = {f"d {kind}" for kind in times}
    last = len(sentences) - 1
    for number, here in enumerate(sentences):
        found = _inside(here)
        found |= elsewhere
        found.difference_update([f"d {kind}" for kind in here.about if times[kind] == 1])
        if number:
            found.update([f"< {kind}" for kind in sentences[number - 1].about])
        if number < last:
            found.update([f"> {kind}" for kind in sentences[number + 1].about])
        else:
            found.add("last")
        yield found


def _inside(here: Sentence) -> set[str]:
    found = {f"c {kind}" for kind in here.about}
    found.add(f"n {sum(len(here.words) >= least for least in _LENGTHS)}")
    if here.title:
        found.add("title")
        found.update(f"t {kind}" for kind in here.about)
    if here.span.listed:
        found.add("listed")
    found.update(f"w {word}" for word in here.shown)
    padded = ["^", *here.shown, "$"]
    found.update(f"b {first} {second}" for first, second in pairwise(padded))
    last = -_NEAR - 1
    before: tuple[str, ...] = ()
    for place, kinds in enumerate(here.classes):
        if kinds:
            for kind in kinds:
                found.add(f"l {padded[place]} {kind}")
                found.add(f"r {kind} {padded[place + 2]}")
            if place - last <= _NEAR:
                found.update(f"o {first} {second}" for first in before for second in kinds)
            last, before = place, kinds
    return found


def document(title: str, text: str, known: frozenset[str]) -> list[Sentence]:
    """The sentences of a title and text as typed (for training; the checker keeps the way back)."""
    return read(fold(title).text, fold(text).text, known)

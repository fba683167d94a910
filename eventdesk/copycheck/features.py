"""What the trained part looks at: a sentence's words, what they are about, and what stands around it. Pure."""

import re
from bisect import bisect
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any, NamedTuple

from .folding import Span, fold, spans
from .words import lexicon, stem

_TOKEN = re.compile(r"[^\W\d]++(?:['-][^\W\d]++)*+\d*+|[$€£₹¥]\s?\d[\d.,]*\w*|\d[\d.,:]*(?:[$€£₹¥]|\w+)?|%|[!?\"&]")
_SIGNS, _PERCENT = frozenset("$€£₹¥"), "%"
_COINS = frozenset(map(stem, "dollar pound euro buck quid cent pence rupee lakh rand naira shilling grand".split()))
_COUNTS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million dozen".split()
)
#: A denial stands no further before what it denies.
_NEAR = 4
_BY, _FOR = "by", "for"
#: No word is longer; what is, is read so far.
_WORD = 40
#: So many words are kept at hand.
_MOST = 20_000
_NO_SUPERLATIVES = frozenset(
    "forest honest harvest interest request protest contest arrest invest suggest digest modest priest".split()
)
#: Classes of a word that stand for it, whatever it is.
_INSTEAD = ("money", "number", "name", "person", "clock")
_LENGTHS = (5, 10, 18, 28)
#: How long a sentence is.
_LONG = tuple(f"n {longer}" for longer in range(len(_LENGTHS) + 1))
_NONE = frozenset[str]()
ALONE, IS = "alone", "is"
#: By sort, what is seen of a sentence: strings, or pairs of them.
Seen = Mapping[str, Collection[Any]]


class Word(NamedTuple):
    """One word: as said, its stem, as the model is shown it, and what it is about."""

    said: str
    root: str
    shown: str
    kinds: tuple[str, ...]
    #: The last two where a capital is due anyway.
    shown_first: str
    kinds_first: tuple[str, ...]
    #: By the second word of a phrase: what follows, and what it is about.
    begins: Mapping[str, Sequence[tuple[tuple[str, ...], tuple[str, ...]]]]
    coin: bool


@dataclass(slots=True)
class Sentence:
    """One sentence, where it stands in the folded text, and word by word: as shown to the model, and what it is about."""

    title: bool
    span: Span
    words: list[Word]
    shown: Sequence[str]
    classes: Sequence[tuple[str, ...]]
    about: frozenset[str]


class Vocabulary(dict[str, Word]):
    """Words as they are met. `known` are stems that a capital does not make a name."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        super().__init__()
        self.known = frozenset(known)

    def __missing__(self, token: str) -> Word:
        """Looked up once, unless it is longer than any word."""
        word = _word(token[:_WORD], self.known)
        if len(token) <= _WORD:
            if len(self) >= _MOST:
                self.clear()
            self[token] = word
        return word


def read(title: str, text: str, vocabulary: Vocabulary) -> list[Sentence]:
    """The sentences of a folded title and text."""
    whole = [Span(len(title) - len(title.lstrip()), len(title.rstrip()))] if any(map(str.isalnum, title)) else []
    return [_sentence(title, span, vocabulary, title=True) for span in whole] + [
        _sentence(text, span, vocabulary, title=False) for span in spans(text)
    ]


def _sentence(text: str, span: Span, vocabulary: Vocabulary, *, title: bool) -> Sentence:
    words = list(map(vocabulary.__getitem__, _TOKEN.findall(text, span.start, span.end)))
    if not words:
        return Sentence(title, span, [], (), (), frozenset())
    if title:
        shown, classes = [word.shown_first for word in words], [word.kinds_first for word in words]
    else:
        shown, classes = [word.shown for word in words], [word.kinds for word in words]
        shown[0], classes[0] = words[0].shown_first, words[0].kinds_first
    for place, (word, following) in enumerate(pairwise(words)):
        if following.root in word.begins:
            _add_phrases(word.begins[following.root], words, place, classes)
        if following.coin and _is_count(word.said):
            shown[place + 1], classes[place + 1] = "<money>", (*classes[place + 1], "money")
    about = set(chain.from_iterable(classes))
    about.update(_turns(shown, classes, about))
    return Sentence(title, span, words, shown, classes, frozenset(about))


def _turns(shown: Sequence[str], classes: Sequence[tuple[str, ...]], about: set[str]) -> Iterator[str]:
    """What several words say together: a denial (nobody here sells), and by whom for whom (by growers, for growers)."""
    last = -_NEAR - 1
    for place, kinds in enumerate(classes if "neg" in about and "selling" in about else ()):
        if "neg" in kinds:
            last = place
        if "selling" in kinds and place - last <= _NEAR:
            yield "denial"
            break
    if "by" in shown and "for" in shown:
        by = {second for first, second in pairwise(shown) if first == _BY}
        if any(first == _FOR and second in by for first, second in pairwise(shown)):
            yield "twice"


def _word(token: str, known: frozenset[str]) -> Word:
    said = token.lower()
    root, kinds = _looked_up(said) if token[0].isalpha() else _counted(token)
    first = kinds
    if token[0].isupper() and said != "i":
        first = kinds + _capital(token, said, root, kinds, known, plain=True)
        kinds += _capital(token, said, root, kinds, known, plain=False)
    phrases = lexicon().phrases.get(root, {})
    return Word(said, root, _shown(root, kinds), kinds, _shown(root, first), first, phrases, root in _COINS)


def _looked_up(word: str) -> tuple[str, tuple[str, ...]]:
    root = stem(word)
    kinds = lexicon().words.get(root, ())
    if _is_count(word):
        return root, (*kinds, "number")
    return root, (*kinds, "superlative") if word.endswith("est") and len(
        word
    ) > 5 and word not in _NO_SUPERLATIVES else kinds


def _is_count(word: str) -> bool:
    return word[0].isdigit() or word.split("-", maxsplit=1)[0] in _COUNTS


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


def _add_phrases(
    phrases: Sequence[tuple[tuple[str, ...], tuple[str, ...]]],
    words: Sequence[Word],
    place: int,
    classes: list[tuple[str, ...]],
) -> None:
    """Add the classes of the longest of the phrases that begin with the two words at a place; the longest come first."""
    following = tuple([word.root for word in words[place + 2 : place + 2 + len(phrases[0][0])]])
    for rest, kinds in phrases:
        if following[: len(rest)] == rest:
            classes[place] += kinds
            break


def _shown(root: str, kinds: tuple[str, ...]) -> str:
    return next((f"<{kind}>" for kind in _INSTEAD if kind in kinds), root)


def seen(sentences: Sequence[Sentence]) -> Iterator[Seen]:
    """What is seen of each sentence, by sort.

    w word, b two words, c class, < and > a class in the sentence before and after, t a class in a title, `ALONE` a class that
    is nowhere else in the text, `IS` what the sentence is.
    """
    about = [each.about for each in sentences]
    times = Counter(chain.from_iterable(about))
    once = {kind for kind, count in times.items() if count == 1}
    for here, earlier, later in zip(sentences, [_NONE, *about], [*about[1:], _NONE], strict=False):
        what = [_LONG[bisect(_LENGTHS, len(here.words))]]
        if here.title:
            what.append("title")
        if here.span.listed:
            what.append("listed")
        if here is sentences[-1]:
            what.append("last")
        yield {
            "w": set(here.shown),
            "b": set(pairwise(["^", *here.shown, "$"])),
            "c": here.about,
            "<": earlier,
            ">": later,
            "t": here.about if here.title else _NONE,
            ALONE: _NONE if once.isdisjoint(here.about) else once & here.about,
            IS: what,
        }


def features(sentences: Sequence[Sentence]) -> Iterator[set[str]]:
    """What is seen of each sentence as the names of weights, which begin with the sort; d is a class elsewhere in the text."""
    everywhere = frozenset[str]().union(*(each.about for each in sentences))
    for each in seen(sentences):
        found = {f"d {kind}" for kind in everywhere.difference(each[ALONE])}
        found.update(each[IS], [f"b {first} {second}" for first, second in each["b"]])
        for sort in ("w", "c", "<", ">", "t"):
            found.update([f"{sort} {thing}" for thing in each[sort]])
        yield found


def document(title: str, text: str, vocabulary: Vocabulary) -> list[Sentence]:
    """The sentences of a title and text as typed, for those who need no way back."""
    return read(fold(title).text, fold(text).text, vocabulary)

"""A typed text as the eye reads it, cut into sentences, with the way back to what was typed. Linear in the text."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

#: Letters of other scripts that look like Latin ones, as they stand in words made to slip by.
_LOOKALIKES = dict(
    zip(
        "аеорсухіѕјԁһԛԝкмнтвАВЕКМНОРСТУХІЅЈοανιρυκτΑΒΕΖΗΙΚΜΝΟΡΤΥΧıɡ",
        "aeopcyxisjdhqwkmhtbABEKMHOPCTYXISJoavipuktABEZHIKMNOPTYXig",
        strict=True,
    )
)
_SPELLED = {
    "™": "",
    "®": "",
    "©": "",
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "–": "-",
    "‑": "-",
    "‐": "-",
    "…": "…",
}
#: Marks of Markdown, which may stand inside a word, and what ends a line as well.
_MARKS = dict.fromkeys("*_`~\\", "") | dict.fromkeys("\r\v\f", "\n")
_ODD = re.compile(r"[^\x00-\x7f]|[*_`~\\\r\v\f]")
_STAR = re.compile(r"^([ \t]*+)\*(?=\s)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Folded:
    """A text without marks and invisible letters, lookalikes spelled out; `typed_at` leads back."""

    text: str
    places: tuple[int, ...] | None = None

    def typed_at(self, start: int, end: int) -> tuple[int, int]:
        """Where text[start:end] (not empty) was typed."""
        return (start, end) if self.places is None else (self.places[start], self.places[end - 1] + 1)


def fold(typed: str) -> Folded:
    """The typed text as it is read."""
    starred = _STAR.sub(r"\1-", typed)
    letters = {each: _MARKS[each] if each in _MARKS else _read_as(each) for each in set(_ODD.findall(starred))}
    if not letters:
        return Folded(starred)
    text = _ODD.sub(lambda odd: letters[odd[0]], starred)
    if all(len(read) == 1 for read in letters.values()):
        return Folded(text)
    return Folded(text, tuple(place for place, each in enumerate(starred) for _ in letters.get(each, each)))


@lru_cache(maxsize=4096)
def _read_as(letter: str) -> str:
    """One letter as it is read; blank where no eye sees it."""
    known = _SPELLED.get(letter, _LOOKALIKES.get(letter))
    if known is not None:
        return known
    if letter.isspace():
        return " "
    kind = unicodedata.category(letter)
    if kind[0] in "MC":
        return ""
    if kind == "Sc":
        return letter
    spelled = "".join(each for each in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(each))
    return "".join(_LOOKALIKES.get(each, each) for each in spelled)


#: A line, and those it runs on into: no full stop before the break, a small letter after it.
_LINE = re.compile(r"[^\n]+(?:(?<![.!?:;])\n(?=[a-z])[^\n]+)*")
_LIST_MARK = re.compile(r"[ \t]*+(?:(?:[-+•·>]|\d{1,3}[.)]|#{1,6})[ \t]++)*+")
_BREAK = re.compile(r"(?<![.!?…])[.!?…]++[\"')\]]*+\s++")
_SHORT = re.compile(r"(?:^|[\s(])(?:Mr|Mrs|Ms|Dr|St|No|vs|etc|approx|e\.g|i\.e|a\.m|p\.m|[A-Z])$")
#: A sentence of more letters than this is read in portions.
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Span:
    """One sentence, list item or heading within a folded text."""

    start: int
    end: int
    listed: bool = False


def spans(text: str) -> Iterator[Span]:
    """The sentences of a folded text: each line is cut after . ! ? and white space; markers of lists stand outside."""
    for line in _LINE.finditer(text):
        mark = _LIST_MARK.match(text, line.start(), line.end())
        start = first = mark.end() if mark else line.start()
        listed = bool(text[line.start() : first].strip())
        for stop in _BREAK.finditer(text, first, line.end()):
            if text[stop.start()] != "." or not _SHORT.search(text[max(start, stop.start() - 8) : stop.start()]):
                yield from _portions(text, start, stop.end(), listed)
                start = stop.end()
        yield from _portions(text, start, line.end(), listed)


def _portions(text: str, start: int, end: int, listed: bool) -> Iterator[Span]:
    """What stands there without white space around it, cut where it is longer than any sentence."""
    while start < end:
        stop = end
        if end - start > _LONGEST:
            stop = text.rfind(" ", start + 1, start + _LONGEST) + 1 or text.find(" ", start + _LONGEST, end) + 1 or end
        portion = text[start:stop]
        if any(map(str.isalnum, portion)):
            yield Span(start + len(portion) - len(portion.lstrip()), start + len(portion.rstrip()), listed)
        start = stop

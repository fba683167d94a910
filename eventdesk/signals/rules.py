"""Which words people use, told as counts and never of anybody: addresses and names are taken out before anything is read. Pure."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

#: By so many different people a word must have been used before it is told.
PEOPLE_LEAST = 3
#: So many words are told: of a whole year, and of one month.
OF_YEAR, OF_MONTH = 15, 6
#: What stands where an address, a number to call or a name was.
GONE = "…"
#: All between two blanks with a mail or web address in it. It begins after a blank alone: else each letter would be read
#: once for each letter before it.
_ADDRESS = re.compile(r"(?<!\S)\S*(?:\S@|://|\bwww\.)\S+", re.IGNORECASE)
#: Seven digits or more in a row, whatever parts them.
_NUMBER = re.compile(r"\+?\d(?:[ ()/.-]*\d){6,}")
_GONES = re.compile(rf"{GONE}(?:[\s.'’-]*{GONE})+")
_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_OWNED = re.compile(r"['’]s?$")
#: One word of two, as “l’alarme”; but not “don’t” and “we’ll”.
_TWO = re.compile(r"[^\W\d_]+['’](?!(?:t|ll|re|ve|m|d)$)[^\W\d_]+")
#: What stands between two words of one phrase.
_NEXT_TO = re.compile(r"[ \t\n-]+")
#: Words that say nothing by themselves.
STOP = frozenset(
    "a about after again all already also always am an and another any anybody anyone anything are around as ask at away back be "
    "because been before being best better between both but by can cannot come comes could did do does doing done down during "
    "each either else enough even ever every everybody everyone everything few first for from get gets getting give go goes "
    "going good got had has have having he hello help her here hi him his how however i if in instead into is it its just know last "
    "least less let like little long look lot made make makes making many may maybe me mean might mine more most much must "
    "my need needs never new next no nobody none nor not nothing now of off often ok on once one ones only or other others "
    "our out over own people perhaps please put really right said same say see seem she should show since so some somebody "
    "someone something sometimes soon still such sure take talk tell than thank thanks that the their them then there these they "
    "thing things think this those though through time to today together too try two under until up us use used using "
    "very want wanted was way we well were what when where whether which while who whom whose why will with within "
    "without would yes yet you your yours".split()
)


@dataclass(frozen=True)
class Private:
    """The words by which somebody could be known."""

    #: Each by itself, folded.
    words: frozenset[str]
    #: Whole names word by word, for those that are words of every day one by one.
    names: frozenset[tuple[str, ...]]
    #: Names in writing that knows no capitals, where words are not told apart by blanks.
    scripts: tuple[str, ...]
    #: How many words the longest name has.
    longest: int

    @classmethod
    def of(cls, names: Iterable[str], addresses: Iterable[str]) -> "Private":
        """Those of these names and mail addresses; the last part of an address, as “.org”, is nobody's."""
        whole = {tuple(_LETTERS.findall(_plain(name))) for name in names}
        parts = {tuple(_LETTERS.findall(each)) for address in addresses for each in _parts(_plain(address))}
        words = {each for several in (*whole, *parts) for each in _joined([part for part in several if len(part) > 1])}
        return cls(
            longest=max(map(len, whole), default=0),
            words=frozenset(_folded(each) for each in words if each.casefold() not in STOP),
            names=frozenset(tuple(map(_folded, each)) for each in whole if len(each) > 1),
            scripts=tuple({each for name in names for each in _plain(name).split() if _knows_no_capitals(each)}),
        )


@dataclass(frozen=True)
class Said:
    """The terms of what somebody said, and a number for who did."""

    author: int
    terms: Mapping[str, str]


@dataclass(frozen=True)
class Term:
    """A word, or two beside each other, and how many different people used it."""

    said: str
    people: int


@dataclass(frozen=True)
class Sitting:
    """One event: what it says of itself, and what was asked before it took place."""

    title: str
    description: str
    questions: Sequence[str]


@dataclass(frozen=True)
class Foretold:
    """What was asked for one event, and is in the next one's title or description."""

    before: str
    after: str
    terms: Sequence[str]


def without(text: str, private: Private) -> str:
    """A text without addresses, numbers to call, and the words by which somebody could be known; on one line."""
    said = _NUMBER.sub(GONE, _ADDRESS.sub(GONE, _plain(text)))
    for name in private.scripts:
        said = said.replace(name, GONE)
    kept, done = [], 0
    for start, end in _known(said, private):
        kept += [said[done:start], GONE]
        done = end
    return _GONES.sub(GONE, " ".join("".join([*kept, said[done:]]).split()))


def terms(text: str) -> Mapping[str, str]:
    """The words of a text that say something, and each two of them beside each other: as it is counted, and as it stands."""
    found: dict[str, str] = {}
    before: tuple[str, str, int] | None = None
    for each in _WORD.finditer(text):
        word = each[0].casefold()
        if not word.isalpha():
            word = _OWNED.sub("", word)
        if word in STOP or len(word) < 2 or not (word.isalpha() or _TWO.fullmatch(word)):
            before = None
            continue
        folded = _folded(word)
        found.setdefault(folded, word)
        if before and _NEXT_TO.fullmatch(text, before[2], each.start()):
            found.setdefault(f"{before[0]} {folded}", f"{before[1]} {word}")
        before = folded, word, each.end()
    return found


def told(said: Sequence[Said], most: int) -> Sequence[Term]:
    """What enough different people used, the most first; a word that only stands in a phrase is left out for it."""
    authors: dict[str, set[int]] = defaultdict(set)
    for each in said:
        for term in each.terms:
            authors[term].add(each.author)
    people = {term: len(those) for term, those in authors.items() if len(those) >= PEOPLE_LEAST}
    wanted = sorted(_without_parts(people), key=lambda term: (-people[term], term))
    return [Term(_written(said, term), people[term]) for term in wanted[:most]]


def _written(said: Sequence[Said], term: str) -> str:
    """How most write a term."""
    ways = Counter(each.terms[term] for each in said if term in each.terms)
    return min(ways, key=lambda way: (-ways[way], way))


def foretold(sittings: Sequence[Sitting]) -> Sequence[Foretold]:
    """Of events in order of time, each for which something was asked, with the next one and what of that is in it.

    What the first was about itself foretells nothing.
    """
    found = []
    for this, following in pairwise(sittings):
        asked = {term for question in this.questions for term in terms(question)}
        if asked:
            there = terms(f"{following.title}\n\n. {following.description}")
            new = asked & there.keys() - terms(f"{this.title}\n\n. {this.description}").keys()
            words = sorted(there[term] for term in _without_parts(dict.fromkeys(new, 0)))
            found.append(Foretold(this.title, following.title, words))
    return found


def _without_parts(people: Mapping[str, int]) -> Collection[str]:
    """All but the words that stand in a phrase which as many used."""
    parts = {(word, people[term]) for term in people for word in term.split() if " " in term}
    return [term for term in people if (term, people[term]) not in parts]


def _known(said: str, private: Private) -> Iterator[tuple[int, int]]:
    """Where in a text somebody is named, from the beginning on."""
    words = [(_folded(each[0]), each) for each in _LETTERS.finditer(said)]
    number = 0
    while number < len(words):
        for length in range(min(private.longest, len(words) - number), 1, -1):
            if tuple(word for word, _ in words[number : number + length]) in private.names:
                break
        else:
            length = 1
        word, first = words[number]
        if length > 1 or (word in private.words and first[0].casefold() not in STOP):
            yield first.start(), words[number + length - 1][1].end()
        number += length


def _joined(parts: Sequence[str]) -> Iterator[str]:
    """Each part, and those beside each other as one word: who is Mc Kenzie may be written McKenzie."""
    for start in range(len(parts)):
        for end in range(start + 1, len(parts) + 1):
            yield "".join(parts[start:end])


def _parts(address: str) -> list[str]:
    local, _, host = address.partition("@")
    return [local, *host.split(".")[:-1]]


def _plain(text: str) -> str:
    """Composed letters, and nothing that no eye sees: so that each word is one, however it was typed."""
    if text.isascii():
        return text
    visible = (each for each in unicodedata.normalize("NFC", text) if unicodedata.category(each) != "Cf")
    return "".join(visible)


@lru_cache(maxsize=20_000)
def _folded(word: str) -> str:
    """A word in small letters, without accents, a plural as one."""
    spelled = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(each for each in spelled if unicodedata.category(each)[0] != "M").replace("’", "'")
    if len(plain) > 4 and plain.endswith("ies"):
        return f"{plain[:-3]}y"
    if plain.endswith(("sses", "shes", "ches", "xes", "zes")):
        return plain[:-2]
    return plain[:-1] if len(plain) > 3 and plain.endswith("s") and not plain.endswith(("ss", "us", "is")) else plain


def _knows_no_capitals(name: str) -> bool:
    return len(name) > 1 and name.upper() == name.lower() and any(map(str.isalpha, name))

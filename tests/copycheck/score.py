"""Predictions held against a corpus: documents, marked sentences, unanswered questions. All counts are pooled.

A record is {id, label, title, description, verdict, spans, missing, note}, a prediction {id, verdict, spans, missing}; the
spans are exact words of the title or description.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from eventdesk.copycheck import package
from eventdesk.labels import BRIEF_NAMES, RULES

Record = Mapping[str, Any]
Predictions = Mapping[str, Record]
BREAK = re.compile(r"[.!?]+[\"'”’)\]]*\s+")
ABBREVIATION = re.compile(r"(?:^|[\s(])(?:Mr|Mrs|Ms|Dr|St|No|vs|etc|approx|e\.g|i\.e|a\.m|p\.m|[A-Z])$")
LIST_NUMBER = re.compile(r"^\s*\d{1,2}$")
#: By label, the word for copy that breaks it.
BREACH = {str(label): pack.verdict for label, pack in package().items()}


@dataclass
class Tally:
    """What was rightly found, wrongly found and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, wanted: bool, found: bool) -> None:
        """Count one."""
        self.right += wanted and found
        self.wrong += found and not wanted
        self.missed += wanted and not found

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (2 * self.right + self.wrong + self.missed) if self.right else 0.0


@dataclass
class Figures:
    """All figures of one set of predictions."""

    documents: dict[str, Tally] = field(default_factory=lambda: {word: Tally() for word in BREACH.values()})
    sentences: Tally = field(default_factory=Tally)
    questions: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in BRIEF_NAMES})
    exact: list[bool] = field(default_factory=list)
    #: Of the clean records, which were flagged.
    alarms: list[bool] = field(default_factory=list)

    def told(self) -> dict[str, float]:
        """By name, rounded to nothing."""
        figures: dict[str, float] = {}
        for word, tally in self.documents.items():
            figures |= {f"{word} precision": tally.precision, f"{word} recall": tally.recall}
        return figures | {
            "sentences F1": self.sentences.f1,
            "missing, exact": _share(self.exact),
            "clean records flagged": _share(self.alarms),
        }


def _share(marks: Sequence[bool]) -> float:
    return sum(marks) / len(marks) if marks else 0.0


def units(record: Record) -> list[tuple[str, int, int]]:
    """What is counted, as (field, start, end): the title, and the sentences of each line of the description."""
    found, place = [("title", 0, len(record["title"]))], 0
    for line in record["description"].split("\n"):
        start = 0
        for stop in BREAK.finditer(line):
            before = line[start : stop.start()]
            if line[stop.start()] != "." or not (ABBREVIATION.search(before) or LIST_NUMBER.match(before)):
                found.append(("description", place + start, place + stop.end()))
                start = stop.end()
        found.append(("description", place + start, place + len(line)))
        place += len(line) + 1
    return [unit for unit in found if re.search(r"\w", record[unit[0]][unit[1] : unit[2]])]


def marked(record: Record, spans: Sequence[str]) -> tuple[set[int], int]:
    """The units these spans touch by a letter, and how many spans are not in the text at all."""
    touched, lost = set(), 0
    for span in spans:
        places = [(name, start) for name in ("title", "description") for start in _starts(record[name], span)]
        lost += not places
        for name, first in places:
            for number, (where, start, end) in enumerate(units(record)):
                low, high = max(first, start), min(first + len(span), end)
                if name == where and low < high and re.search(r"\w", record[name][low:high]):
                    touched.add(number)
    return touched, lost


def _starts(text: str, span: str) -> Iterator[int]:
    start = text.find(span)
    while span and start >= 0:
        yield start
        start = text.find(span, start + 1)


def score(rows: Sequence[Record], predictions: Predictions) -> Figures:
    """The figures. A record without prediction is not flagged, and wrong about what is missing."""
    figures = Figures()
    for row in rows:
        told = predictions.get(row["id"], {"verdict": "", "spans": (), "missing": None})
        breach = BREACH[row["label"]]
        figures.documents[breach].add(row["verdict"] == breach, told["verdict"] == breach)
        wanted, _ = marked(row, row["spans"])
        found, lost = marked(row, told["spans"])
        figures.sentences.right += len(wanted & found)
        figures.sentences.wrong += len(found - wanted) + lost
        figures.sentences.missed += len(wanted - found)
        if row["verdict"] == "clean":
            figures.alarms.append(bool(told["spans"]))
        if next(rules for rules in RULES.values() if rules.label == row["label"]).brief:
            figures.exact.append(told["missing"] is not None and set(told["missing"]) == set(row["missing"]))
            for name, tally in figures.questions.items():
                tally.add(name in row["missing"], name in (told["missing"] or ()))
    return figures


def intervals(
    rows: Sequence[Record],
    predictions: Predictions,
    draws: int = 1000,
    of: Callable[[Figures], dict[str, float]] = Figures.told,
) -> dict[str, tuple[float, float, float]]:
    """Each figure, and between what it lies in 95 of 100 corpora drawn from these records."""
    by_record = {row["id"]: score([row], predictions) for row in rows}
    chance, drawn = random.Random(11), list[dict[str, float]]()
    for _ in range(draws):
        told = of(_summed([by_record[row["id"]] for row in chance.choices(rows, k=len(rows))]))
        drawn.append(told)
    between: dict[str, tuple[float, float, float]] = {}
    for name, figure in of(score(rows, predictions)).items():
        values = sorted(each[name] for each in drawn)
        between[name] = (figure, values[int(draws * 0.025)], values[int(draws * 0.975)])
    return between


def _summed(parts: Sequence[Figures]) -> Figures:
    total = Figures()
    for part in parts:
        pairs = [(total.sentences, part.sentences)]
        pairs += [(total.documents[word], tally) for word, tally in part.documents.items()]
        for into, tally in pairs:
            into.right += tally.right
            into.wrong += tally.wrong
            into.missed += tally.missed
        total.exact += part.exact
        total.alarms += part.alarms
    return total

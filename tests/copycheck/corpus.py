"""The corpus and the examples: records in one form, and which sentences of a record are marked."""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from eventdesk.copycheck.features import Sentence, Vocabulary, document
from eventdesk.copycheck.folding import fold
from eventdesk.copycheck.words import stem
from eventdesk.labels import LabelRules

FOLDER = Path(__file__).resolve().parent
#: What the figures are told of; its author wrote nothing else here.
CORPUS = FOLDER / "corpus.jsonl"
#: Nobody trained on these, and nobody may.
HELD_OUT = FOLDER / "heldout.jsonl"
Record = dict[str, Any]


def records(*files: Path) -> list[Record]:
    """The records of these files, in order."""
    return [
        json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
    ]


def examples() -> list[Record]:
    """What was written to train with."""
    return records(*sorted((FOLDER / "examples").glob("*.jsonl")))


def vocabulary(rows: Iterable[Record]) -> Vocabulary:
    """Stems met in small letters."""
    return Vocabulary(
        stem(word)
        for row in rows
        for word in re.findall(r"(?<![\w'])[a-z][a-z']+", fold(f"{row['title']} {row['description']}").text)
    )


def sentences(row: Record, known: Vocabulary) -> list[Sentence]:
    """The record as the checker reads it."""
    return document(row["title"], row["description"], known)


def marked(row: Record, read: Sequence[Sentence]) -> list[bool]:
    """Which sentences a span of the record touches by a letter."""
    folded = {True: fold(row["title"]), False: fold(row["description"])}
    typed = {True: row["title"], False: row["description"]}
    hit = []
    for each in read:
        start, end = folded[each.title].typed_at(each.span.start, each.span.end)
        places = [(typed[each.title].find(span), len(span)) for span in row["spans"]]
        hit.append(
            any(
                first >= 0
                and re.search(r"\w", typed[each.title][max(start, first) : max(start, min(end, first + length))])
                for first, length in places
            )
        )
    return hit


def answering(rules: LabelRules) -> dict[str, dict[int, set[str]]]:
    """By record and number of sentence (the title is 0), the brief questions which that sentence answers."""
    by_letter = {question.name[0]: question.name for question in rules.brief}
    told: dict[str, dict[int, set[str]]] = {}
    for line in (FOLDER / "answers.tsv").read_text(encoding="utf-8").splitlines():
        record, *sentences_told = line.split()
        told[record] = {
            int(each.rstrip("aorp")): {by_letter[letter] for letter in each.lstrip("0123456789")}
            for each in sentences_told
        }
    return told

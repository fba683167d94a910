"""How good the checker is: `python -m tests.copycheck.figures` judges the corpus by weights that never saw the record.

`python -m tests.copycheck.figures FILE.jsonl` judges other records, in the same form, by the weights that are shipped.
"""

import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eventdesk.copycheck import Report, check
from eventdesk.labels import RULES
from tests.copycheck.corpus import CORPUS, Record, records
from tests.copycheck.folds import FOLDS, judged
from tests.copycheck.score import intervals, score
from tests.copycheck.train import beside

Reports = Mapping[str, Report]


def by_shipped_weights(rows: Sequence[Record]) -> Reports:
    """By record, what the checker as it is installed reports."""
    rules = {str(label): each for label, each in RULES.items()}
    return {row["id"]: check(rules[row["label"]], row["title"], row["description"]) for row in rows}


def by_folds(rows: Sequence[Record], beside: Sequence[Record], most: int = FOLDS) -> Reports:
    """By record, what checkers trained without it report, for the records of so many folds."""
    return {row["id"]: report for row, report in judged(rows, beside, most=most)}


def predictions(reports: Reports) -> dict[str, Mapping[str, Any]]:
    """The reports as the scorer takes them."""
    return {
        name: {
            "id": name,
            "verdict": report.verdict,
            "spans": [finding.passage for finding in report.findings],
            "missing": report.missing,
        }
        for name, report in reports.items()
    }


def sounding(rows: Sequence[Record], reports: Reports) -> list[bool]:
    """Whether each record sounds like its label; copy that breaks it, which may well sound like the other, is left out."""
    return [reports[row["id"]].sounds_like == row["label"] for row in rows if not row["spans"]]


def wilson(right: int, of: int, width: float = 1.96) -> tuple[float, float]:
    """Between what a share of so many lies, 95 times of 100."""
    share, spread = right / of, width * width / of
    reach = width * math.sqrt(share * (1 - share) / of + spread / of / 4)
    return (share + spread / 2 - reach) / (1 + spread), (share + spread / 2 + reach) / (1 + spread)


def shares(rows: Sequence[Record], reports: Reports) -> dict[str, tuple[int, int]]:
    """The figures that are shares of records, passages left out: how many are right, of how many."""
    figures = score(rows, predictions(reports))
    told: dict[str, tuple[int, int]] = {}
    for word, tally in figures.documents.items():
        told[f"{word} precision"] = tally.right, tally.right + tally.wrong
        told[f"{word} recall"] = tally.right, tally.right + tally.missed
    told["missing, exact"] = sum(figures.exact), len(figures.exact)
    told["clean records flagged"] = sum(figures.alarms), len(figures.alarms)
    sounds = sounding(rows, reports)
    told["sounds like its label"] = sum(sounds), len(sounds)
    return {name: (right, of) for name, (right, of) in told.items() if of}


def main() -> None:
    """Print the figures: each with what it lies between, in corpora drawn from these records; shares by Wilson's formula too."""
    rows = records(*map(Path, sys.argv[1:])) or records(CORPUS)
    reports = by_shipped_weights(rows) if sys.argv[1:] else by_folds(rows, beside())
    drawn, counted = intervals(rows, predictions(reports)), shares(rows, reports)
    for name in {**drawn, **counted}:
        line = f"{name:<24}"
        if name in drawn:
            figure, low, high = drawn[name]
            line += f"{figure:.3f}   {low:.3f} to {high:.3f}"
        if name in counted:
            right, of = counted[name]
            low, high = wilson(right, of)
            line += f"   {right} of {of}, {low:.2f} to {high:.2f}"
        print(line)


if __name__ == "__main__":
    main()

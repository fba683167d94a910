"""How good the checker is: `python -m tests.copycheck.figures` judges the corpus by weights that never saw the record.

`python -m tests.copycheck.figures FILE.jsonl` judges other records, in the same form, by the weights that are shipped.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eventdesk.copycheck import Report, check
from eventdesk.labels import RULES
from tests.copycheck.corpus import CORPUS, Record, records
from tests.copycheck.folds import FOLDS, judged
from tests.copycheck.score import intervals
from tests.copycheck.train import beside


def prediction(row: Record, report: Report) -> Mapping[str, Any]:
    """A report as the scorer takes it."""
    spans = [finding.passage for finding in report.findings]
    return {"id": row["id"], "verdict": report.verdict, "spans": spans, "missing": report.missing}


def by_shipped_weights(rows: Sequence[Record]) -> dict[str, Mapping[str, Any]]:
    """The predictions of the checker as it is installed."""
    rules = {str(label): each for label, each in RULES.items()}
    return {row["id"]: prediction(row, check(rules[row["label"]], row["title"], row["description"])) for row in rows}


def by_folds(rows: Sequence[Record], beside: Sequence[Record], most: int = FOLDS) -> dict[str, Mapping[str, Any]]:
    """The predictions of checkers trained without the record, for the records of so many folds."""
    return {row["id"]: prediction(row, report) for row, report in judged(rows, beside, most=most)}


def main() -> None:
    """Print the figures with their intervals."""
    rows = records(*map(Path, sys.argv[1:])) or records(CORPUS)
    predictions = by_shipped_weights(rows) if sys.argv[1:] else by_folds(rows, beside())
    for name, (figure, low, high) in intervals(rows, predictions).items():
        print(f"{name:<24}{figure:.3f}   {low:.3f} to {high:.3f}")


if __name__ == "__main__":
    main()

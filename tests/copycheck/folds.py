"""Every record of the corpus judged by weights that never saw it."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

from eventdesk.copycheck.checker import examined
from eventdesk.copycheck.findings import Report
from eventdesk.copycheck.packs import package
from eventdesk.copycheck.trained import of_file
from eventdesk.labels import RULES, Brief
from tests.copycheck.corpus import Record
from tests.copycheck.train import train

FOLDS = 5


def judged(
    rows: Sequence[Record], beside: Sequence[Record], folds: int = FOLDS, seed: int = 1, most: int = FOLDS
) -> Iterator[tuple[Record, Report]]:
    """Each of the rows with the report of a checker trained on the other folds, and on what stands beside; of `most` folds."""
    order = list(rows)
    random.Random(seed).shuffle(order)
    for fold in range(min(folds, most)):
        weights = train([row for place, row in enumerate(order) if place % folds != fold] + list(beside))
        for row in order[fold::folds]:
            yield row, by_weights(weights, row)


def by_weights(weights: dict[str, Any], row: Record) -> Report:
    """The report on a record by these weights."""
    rules = next(rules for rules in RULES.values() if rules.label == row["label"])
    return examined(rules, of_file(weights, rules), package()[rules.label], row["title"], row["description"], Brief())

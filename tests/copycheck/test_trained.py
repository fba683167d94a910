"""What was learnt, as it is added up: the sums in one pass are those of the weights as they are written."""

import json
from typing import Any

import pytest

from eventdesk.copycheck.features import document, features
from eventdesk.copycheck.trained import WHOLE, trained
from eventdesk.labels import RULES, LabelRules
from tests.copycheck.corpus import CORPUS, records
from tests.copycheck.train import WEIGHTS


def weigh(scale: dict[str, Any], things: set[str]) -> float:
    """By the plain formula."""
    return float(scale["bias"] + sum(scale["weights"].get(thing, 0.0) for thing in things))


@pytest.mark.parametrize("rules", RULES.values(), ids=lambda rules: str(rules.label))
def test_a_sentence_and_a_text_score_what_all_that_is_seen_of_them_weighs(rules: LabelRules) -> None:
    scales = json.loads(WEIGHTS.read_text(encoding="utf-8"))["labels"][rules.label]["scales"]
    learnt = trained(rules)
    for row in records(CORPUS)[::8]:
        sentences = document(row["title"], row["description"], learnt.vocabulary)
        seen = list(features(sentences))

        scores, whole = learnt.scores(sentences)

        for score, things in zip(scores, seen, strict=True):
            assert score == pytest.approx([weigh(scales[name], things) for name in learnt.scales.names], abs=1e-9)
        everything = set[str]().union(*seen)
        assert whole == pytest.approx(
            {name: weigh(scale, everything) for name, scale in scales.items() if name.endswith(WHOLE)}, abs=1e-9
        )
        assert len(scores) == len(seen) > 1

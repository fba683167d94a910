"""The trained part: sums of weights over what is seen in a sentence. `weights.json` is written by `tests.copycheck.train`."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ..labels import RULES, LabelRules
from .features import Sentence

#: What every label has a scale for, beside its brief questions: breaking the label, and sounding like it.
FAULT, SOUND = "fault", "sound"


@dataclass(frozen=True, slots=True)
class Trained:
    """The scales of one label, side by side: each thing seen leads to its weights by number of scale."""

    scales: tuple[str, ...]
    biases: tuple[float, ...]
    weights: Mapping[str, tuple[tuple[int, float], ...]]
    #: By scale, from what score on it tells.
    limits: Mapping[str, float]
    #: Stems that were met in small letters, so that a capital does not make a name of them.
    known: frozenset[str]

    def scores(self, seen: Iterable[set[str]]) -> list[list[float]]:
        """For each sentence its score on every scale, as log odds."""
        names, weights = self.weights.keys(), self.weights
        scored = []
        for found in seen:
            sums = list(self.biases)
            for name in names & found:
                for scale, weight in weights[name]:
                    sums[scale] += weight
            scored.append(sums)
        return scored

    def cues(self, sentence: Sentence, most: int = 3) -> list[str]:
        """The words of a sentence that speak most for a fault, in their order."""
        fault = self.scales.index(FAULT)

        def weight(name: str) -> float:
            return next((each for scale, each in self.weights.get(name, ()) if scale == fault), 0.0)

        weighed = {}
        for place, (word, shown, kinds) in enumerate(
            zip(sentence.words, sentence.shown, sentence.classes, strict=True)
        ):
            told = weight(f"w {shown}") + sum(weight(f"c {kind}") for kind in kinds)
            if told > 0 and len(word) > 2 and word not in weighed:
                weighed[word] = (told, place)
        strongest = sorted(weighed, key=lambda word: -weighed[word][0])[:most]
        return sorted(strongest, key=lambda word: weighed[word][1])


def likely(score: float) -> float:
    """Log odds as a probability."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


@cache
def trained(rules: LabelRules) -> Trained:
    """The scales of a label, read once."""
    return of_file(_weights(), rules)


def known() -> frozenset[str]:
    """Stems that were met in small letters, so that a capital does not make a name of them."""
    return trained(next(iter(RULES.values()))).known


@cache
def _weights() -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads((files(__package__) / "weights.json").read_text(encoding="utf-8"))
    return read


def of_file(read: Mapping[str, Any], rules: LabelRules) -> Trained:
    """The scales of a label as they are written: {known, labels: {label: {limits, scales: {scale: {bias, weights}}}}}."""
    own = read["labels"][rules.label]
    weights: dict[str, list[tuple[int, float]]] = {}
    for number, scale in enumerate(own["scales"].values()):
        for name, weight in scale["weights"].items():
            weights.setdefault(name, []).append((number, weight))
    return Trained(
        scales=tuple(own["scales"]),
        biases=tuple(scale["bias"] for scale in own["scales"].values()),
        weights={name: tuple(each) for name, each in weights.items()},
        limits=own["limits"],
        known=frozenset(read["known"].split()),
    )

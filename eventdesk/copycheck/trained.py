"""The trained part: sums of weights over what is seen in a sentence. `weights.json` is written by `tests.copycheck.train`."""

import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from ..labels import LabelRules
from .features import Sentence, Vocabulary

#: What every label has a scale for, beside its brief questions: breaking the label, and sounding like it.
FAULT, SOUND = "fault", "sound"
#: What a scale's name ends with that weighs the text as a whole.
WHOLE = " in all"


@dataclass(frozen=True, slots=True)
class Trained:
    """The scales of one label, side by side: each thing seen leads to its weights by number of scale."""

    scales: tuple[str, ...]
    biases: tuple[float, ...]
    weights: Mapping[str, tuple[tuple[int, float], ...]]
    #: The scales for a text as a whole: bias, and weights.
    wholes: Mapping[str, tuple[float, Mapping[str, float]]]
    #: By scale, from what score on it tells.
    limits: Mapping[str, float]
    vocabulary: Vocabulary

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

    def answered(self, question: str, scores: Sequence[Sequence[float]], seen: Collection[str]) -> bool:
        """Whether a text answers a question: any of its sentences, by their scores, and it as a whole, by all that is seen.

        No sentence waits for another; the whole counts twice.
        """
        scale = self.scales.index(question)
        silent = math.prod(1 - likely(score[scale]) for score in scores)
        bias, weights = self.wholes[question + WHOLE]
        whole = bias + sum(weights[name] for name in weights.keys() & seen)
        return math.log(max(1 - silent, 1e-9) / max(silent, 1e-9)) + 2 * whole >= self.limits[question]

    def cues(self, sentence: Sentence, most: int = 3) -> list[str]:
        """The words of a sentence that speak most for a fault, in their order."""
        fault = self.scales.index(FAULT)

        def weight(name: str) -> float:
            return next((each for scale, each in self.weights.get(name, ()) if scale == fault), 0.0)

        weighed: dict[str, tuple[float, int]] = {}
        for place, (word, shown, kinds) in enumerate(
            zip(sentence.words, sentence.shown, sentence.classes, strict=True)
        ):
            said = word.said
            told = weight(f"w {shown}") + sum(weight(f"c {kind}") for kind in kinds)
            if told > 0 and len(said) > 2 and said not in weighed:
                weighed[said] = (told, place)
        strongest = sorted(weighed, key=lambda said: -weighed[said][0])[:most]
        return sorted(strongest, key=lambda said: weighed[said][1])


def likely(score: float) -> float:
    """Log odds as a probability."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))


@cache
def trained(rules: LabelRules) -> Trained:
    """The scales of a label, read once."""
    return of_file(_weights(), rules)


def vocabulary() -> Vocabulary:
    """The words of the weights that are shipped."""
    return vocabulary_of(_weights()["known"])


@lru_cache(maxsize=2)
def vocabulary_of(known: str) -> Vocabulary:
    """One for all labels."""
    return Vocabulary(known.split())


@cache
def _weights() -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads((files(__package__) / "weights.json").read_text(encoding="utf-8"))
    return read


def of_file(read: Mapping[str, Any], rules: LabelRules) -> Trained:
    """The scales of a label as they are written: {known, labels: {label: {limits, scales: {scale: {bias, weights}}}}}."""
    own = read["labels"][rules.label]
    scales = {name: scale for name, scale in own["scales"].items() if not name.endswith(WHOLE)}
    weights: dict[str, list[tuple[int, float]]] = {}
    for number, scale in enumerate(scales.values()):
        for name, weight in scale["weights"].items():
            weights.setdefault(name, []).append((number, weight))
    return Trained(
        scales=tuple(scales),
        biases=tuple(scale["bias"] for scale in scales.values()),
        weights={name: tuple(each) for name, each in weights.items()},
        wholes={name: (each["bias"], each["weights"]) for name, each in own["scales"].items() if name not in scales},
        limits=own["limits"],
        vocabulary=vocabulary_of(read["known"]),
    )

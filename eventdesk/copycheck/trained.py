"""The trained part: sums of weights over what is seen in a sentence. `weights.json` is written by `tests.copycheck.train`."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from ..labels import LabelRules
from .features import ALONE, IS, Sentence, Vocabulary, seen

#: What every label has a scale for, beside its brief questions: breaking the label, sentence by sentence; and, for a text as a
#: whole, sounding like it.
FAULT, SOUND = "fault", "sound"
#: What a scale's name ends with that weighs the text as a whole.
WHOLE = " in all"


#: Weights are told to the thousandth. Those of several scales stand side by side in one whole number, each in so many bits,
#: so that one sum adds up all of them; no sum comes near to half of what there is room for.
_PARTS, _BITS = 1000, 32
_MIDDLE, _ALL = 1 << (_BITS - 1), (1 << _BITS) - 1


@dataclass(frozen=True, slots=True)
class Scales:
    """Several scales, side by side: by the sort of thing seen, each thing leads to its weights."""

    names: tuple[str, ...]
    #: What nothing weighs, as a sum is begun with: the middle of each room; and the biases to add to it.
    nothing: int
    biases: int
    weights: Mapping[str, Mapping[Any, int]]

    def sum(self, sort: str, things: Iterable[Any]) -> int:
        """What these things weigh, on all scales."""
        return sum(filter(None, map(self.weights[sort].get, things)))

    def told(self, weights: int) -> list[float]:
        """By scale, what stands side by side in a sum begun with `nothing`."""
        return [((weights >> _BITS * number & _ALL) - _MIDDLE) / _PARTS for number in range(len(self.names))]


def scales_of(read: Mapping[str, Any]) -> Scales:
    """Scales as they are written: {scale: {bias, weights}}."""
    weights: dict[str, dict[Any, int]] = {sort: {} for sort in (*"wbc<>dt", IS)}
    biases = 0
    for number, scale in enumerate(read.values()):
        biases += round(scale["bias"] * _PARTS) << _BITS * number
        for name, weight in scale["weights"].items():
            sort, _, thing = name.partition(" ")
            of_sort = weights.get(sort)
            if of_sort is None:
                of_sort, thing = weights[IS], name
            key = tuple(thing.split(" ")) if sort == "b" else thing
            of_sort[key] = of_sort.get(key, 0) + (round(weight * _PARTS) << _BITS * number)
    weights[ALONE] = {thing: -weight for thing, weight in weights["d"].items()}
    return Scales(tuple(read), sum(_MIDDLE << _BITS * number for number in range(len(read))), biases, weights)


@dataclass(frozen=True, slots=True)
class Trained:
    """What was learnt of one label."""

    #: For a sentence, and for a text as a whole.
    scales: Scales
    wholes: Scales
    #: By scale, from what score on it tells.
    limits: Mapping[str, float]
    vocabulary: Vocabulary

    def scores(self, sentences: Sequence[Sentence]) -> tuple[list[list[float]], dict[str, float]]:
        """The score of each sentence of a text on every scale, as log odds, and those of the whole by name.

        It is what all `features` of a sentence weigh: all classes of the text, but for those it has to itself, and its own.
        """
        add, add_in_all = self.scales.sum, self.wholes.sum
        classes = set[str]().union(*(each.about for each in sentences))
        everywhere = self.scales.nothing + self.scales.biases + add("d", classes)
        everything: dict[str, set[Any]] = {sort: set() for sort in "wbct"}
        scored = []
        for each in seen(sentences):
            scored.append(self.scales.told(everywhere + sum([add(sort, each[sort]) for sort in each if each[sort]])))
            for sort, things in everything.items():
                things.update(each[sort])
        weighed = sum(add_in_all(sort, things) for sort, things in everything.items())
        whole = self.wholes.told(self.wholes.nothing + self.wholes.biases + weighed)
        return scored, dict(zip(self.wholes.names, whole, strict=True))

    def answered(self, question: str, scores: Sequence[Sequence[float]], whole: Mapping[str, float]) -> bool:
        """Whether a text answers a question: any of its sentences, by their scores, and it as a whole.

        No sentence waits for another; the whole counts twice.
        """
        scale = self.scales.names.index(question)
        silent = math.prod(1 - likely(score[scale]) for score in scores)
        return (
            math.log(max(1 - silent, 1e-9) / max(silent, 1e-9)) + 2 * whole[question + WHOLE] >= self.limits[question]
        )

    def cues(self, sentence: Sentence, most: int = 3) -> list[str]:
        """The words of a sentence that speak most for a fault, in their order."""
        fault = self.scales.names.index(FAULT)
        weighed: dict[str, tuple[float, int]] = {}
        for place, (word, shown, kinds) in enumerate(
            zip(sentence.words, sentence.shown, sentence.classes, strict=True)
        ):
            said = word.said
            if len(said) > 2 and said not in weighed:
                weighs = self.scales.sum("w", (shown,)) + self.scales.sum("c", kinds)
                told = self.scales.told(self.scales.nothing + weighs)[fault]
                if told > 0:
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
    """What was learnt of a label as it is written: {known, labels: {label: {limits, scales}}}."""
    own = read["labels"][rules.label]
    return Trained(
        scales=scales_of({name: scale for name, scale in own["scales"].items() if not name.endswith(WHOLE)}),
        wholes=scales_of({name: scale for name, scale in own["scales"].items() if name.endswith(WHOLE)}),
        limits=own["limits"],
        vocabulary=vocabulary_of(read["known"]),
    )

"""Logistic regression in plain Python: the same examples, settings and seed give the same weights."""

import math
import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

#: How much each sort of thing seen (the first word of its name) may say beside the others.
SHARES = {"w": 0.6, "b": 0.6, "c": 1.0, "<": 0.3, ">": 0.3, "d": 0.35, "t": 0.5}
ROUNDS = 14
#: Smaller weights are left out.
LEAST = 0.015


def learn(
    seen: Sequence[Collection[str]],
    answers: Sequence[float],
    *,
    softness: float = 0.5,
    least: int = 2,
    only: Collection[str] | None = None,
    shares: Mapping[str, float] = SHARES,
) -> dict[str, Any]:
    """{bias, weights} of a scale which is positive where the answer is 1.

    `softness` is C of the usual formula; `least` in how many a thing must have been seen; `only` which sorts count, and
    `shares` how much.
    """
    times = Counter(name for found in seen for name in found)
    names = sorted(
        name for name, count in times.items() if count >= least and (only is None or name.split()[0] in only)
    )
    number = {name: place for place, name in enumerate(names)}
    worth = [shares.get(name.split()[0], 0.5) for name in names]
    rows = [sorted(number[name] for name in found if name in number) for found in seen]
    weights, bias = _descend(rows, answers, worth, 1 / (softness * len(rows)))
    told = {name: round(weight * share, 3) for name, weight, share in zip(names, weights, worth, strict=True)}
    return {"bias": round(bias, 3), "weights": {name: weight for name, weight in told.items() if abs(weight) >= LEAST}}


def _descend(
    rows: Sequence[Sequence[int]], answers: Sequence[float], worth: Sequence[float], decay: float
) -> tuple[list[float], float]:
    """Stochastic gradient descent with shrinking weights; the mean of the later rounds."""
    weights, bias, scale = [0.0] * len(worth), 0.0, 1.0
    mean, mean_bias, taken = [0.0] * len(worth), 0.0, 0
    chance, order, step = random.Random(7), list(range(len(rows))), 0
    pace = 4 * len(rows) / sum(worth[place] ** 2 for row in rows for place in row)
    for lap in range(ROUNDS):
        chance.shuffle(order)
        for each in order:
            rate = pace / (1 + pace * decay * step)
            step += 1
            row = rows[each]
            score = bias + scale * sum([weights[place] * worth[place] for place in row])
            slip = 1 / (1 + math.exp(-max(-30.0, min(30.0, score)))) - answers[each]
            scale *= 1 - rate * decay
            push = rate * slip / scale
            bias -= rate * slip
            for place in row:
                weights[place] -= push * worth[place]
        if lap >= ROUNDS - 4:
            taken += 1
            mean_bias += bias
            mean = [total + scale * weight for total, weight in zip(mean, weights, strict=True)]
    return [total / taken for total in mean], mean_bias / taken

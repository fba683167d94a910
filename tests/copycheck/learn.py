"""Logistic regression in plain Python: the same examples, settings and seed give the same weights."""

import math
import random
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

#: How much each sort of thing seen (the first word of its name) may say beside the others.
SHARES = {"w": 0.6, "b": 0.6, "c": 1.0, "o": 0.5, "l": 0.5, "r": 0.5, "<": 0.3, ">": 0.3, "d": 0.25, "t": 0.5}
ROUNDS = 14
#: Smaller weights are left out.
LEAST = 0.015


def learn(
    seen: Sequence[Collection[str]],
    answers: Sequence[float],
    *,
    softness: float = 1.0,
    least: int = 2,
    only: Collection[str] | None = None,
    importance: Sequence[float] | None = None,
) -> dict[str, Any]:
    """{bias, weights} of a scale which is positive where the answer is 1.

    `softness` is C of the usual formula; `least` in how many sentences a thing must have been seen; `only` which sorts.
    """
    times = Counter(name for found in seen for name in found)
    names = sorted(
        name for name, count in times.items() if count >= least and (only is None or name.split()[0] in only)
    )
    number = {name: place for place, name in enumerate(names)}
    shares = [SHARES.get(name.split()[0], 0.5) for name in names]
    rows = [sorted(number[name] for name in found if name in number) for found in seen]
    weights, bias = _descend(rows, answers, shares, 1 / (softness * len(rows)), importance or [1.0] * len(rows))
    told = {name: round(weight * share, 3) for name, weight, share in zip(names, weights, shares, strict=True)}
    return {"bias": round(bias, 3), "weights": {name: weight for name, weight in told.items() if abs(weight) >= LEAST}}


def _descend(
    rows: Sequence[Sequence[int]],
    answers: Sequence[float],
    shares: Sequence[float],
    decay: float,
    importance: Sequence[float],
) -> tuple[list[float], float]:
    """Stochastic gradient descent with shrinking weights; the mean of the later rounds."""
    weights, bias, scale = [0.0] * len(shares), 0.0, 1.0
    mean, mean_bias, taken = [0.0] * len(shares), 0.0, 0
    chance, order, step = random.Random(7), list(range(len(rows))), 0
    for lap in range(ROUNDS):
        chance.shuffle(order)
        for each in order:
            rate = 0.25 / (1 + 0.25 * decay * step)
            step += 1
            row = rows[each]
            score = bias + scale * sum([weights[place] * shares[place] for place in row])
            slip = importance[each] * (1 / (1 + math.exp(-max(-30.0, min(30.0, score)))) - answers[each])
            scale *= 1 - rate * decay
            push = rate * slip / scale
            bias -= rate * slip
            for place in row:
                weights[place] -= push * shares[place]
        if lap >= ROUNDS - 4:
            taken += 1
            mean_bias += bias
            mean = [total + scale * weight for total, weight in zip(mean, weights, strict=True)]
    return [total / taken for total in mean], mean_bias / taken

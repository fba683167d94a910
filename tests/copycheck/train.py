"""Train the copy checker: `python -m tests.copycheck.train` writes eventdesk/copycheck/weights.json. About a minute.

It learns from the corpus, from the examples beside it, and from what the program itself writes under a charter, sentence by
sentence, with a fixed seed: the same files and words give the same weights, to the digit.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import eventdesk.copycheck
from eventdesk.copycheck.features import Sentence, features
from eventdesk.copycheck.trained import FAULT, SOUND, WHOLE
from eventdesk.labels import RULES, LabelRules
from tests.copycheck.corpus import CORPUS, Record, answering, examples, marked, records, sentences, vocabulary
from tests.copycheck.generated import generated
from tests.copycheck.learn import learn

WEIGHTS = Path(eventdesk.copycheck.__file__).parent / "weights.json"
#: From what score on a scale tells, as log odds, found by cross-validation: a text is at fault from its worst sentence on,
#: other sentences of such a text from less; a rule of the package blocks unless the sentence scores below; a question is
#: answered from these.
LIMITS = {
    "text": 0.4,
    "sentence": -1.0,
    "block": -3.0,
    "audience": 2.1,
    "reason": 1.0,
    "offer": 1.4,
    "payment": -0.1,
}
#: Whether a sentence answers a question does not hang on what stands around it.
SHARED = dict.fromkeys(("w", "b", "c", "t"), 1.0)
ANSWERS = ("w", "b", "c", "t", "title", "listed", "n")


def beside() -> list[Record]:
    """What is learnt beside the corpus."""
    return [*examples(), *generated()]


def train(rows: Sequence[Record]) -> dict[str, Any]:
    """Everything weights.json holds, learnt from these records."""
    known = vocabulary(rows)
    read = [sentences(row, known) for row in rows]
    seen = [list(features(each)) for each in read]
    labels = {str(rules.label): _label(rules, rows, read, seen) for rules in RULES.values()}
    return {"known": " ".join(sorted(known.known)), "labels": labels}


def _label(
    rules: LabelRules, rows: Sequence[Record], read: Sequence[Sequence[Sentence]], seen: Sequence[Sequence[set[str]]]
) -> dict[str, Any]:
    own = [place for place, row in enumerate(rows) if row["label"] == rules.label]
    found = [each for place in own for each in seen[place]]
    faults = [float(mark) for place in own for mark in marked(rows[place], read[place])]
    open_ones = [place for place, row in enumerate(rows) if not row["spans"]]
    sounds = learn(
        [set().union(*seen[place]) for place in open_ones],
        [float(rows[place]["label"] == rules.label) for place in open_ones],
        only={"w", "c", "t"},
        least=4,
    )
    scales = {FAULT: learn(found, faults), SOUND + WHOLE: sounds}
    told = answering(rules) if rules.brief else {}
    for question in rules.brief:
        answers = [
            float(question.name in told.get(rows[place]["id"], {}).get(number, ()))
            for place in own
            for number in range(len(seen[place]))
        ]
        scales[question.name] = learn(found, answers, only=ANSWERS)
        whole = [set().union(*seen[place]) for place in own]
        answered = [float(question.name not in rows[place]["missing"]) for place in own]
        scales[question.name + WHOLE] = learn(whole, answered, only=SHARED, shares=SHARED, softness=0.05, least=4)
    return {"limits": dict(LIMITS), "scales": scales}


def main() -> None:
    """Write the weights."""
    written = train([*records(CORPUS), *beside()])
    WEIGHTS.write_text(
        json.dumps(written, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n", encoding="utf-8"
    )
    print(f"{WEIGHTS.name}: {WEIGHTS.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()

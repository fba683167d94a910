"""How good the checker is, on records its weights never saw; and that the weights are what their script writes."""

import json
from typing import Any

import pytest

from eventdesk.copycheck.features import Vocabulary
from eventdesk.labels import RULES
from tests.copycheck.corpus import CORPUS, FOLDER, HELD_OUT, answering, examples, records, sentences
from tests.copycheck.figures import by_folds, by_shipped_weights, predictions, sounding
from tests.copycheck.folds import FOLDS
from tests.copycheck.score import BREACH, marked, score, units
from tests.copycheck.train import WEIGHTS, beside, train

#: By figure, what no change may fall below; well under what docs/copycheck.md tells, since one record moves some by 0.07.
FLOORS = {
    "sells precision": 0.82,
    "sells recall": 0.80,
    "disguised precision": 0.75,
    "disguised recall": 0.80,
    "sentences F1": 0.72,
    "missing, exact": 0.68,
}


@pytest.mark.slow
def test_by_held_out_folds_the_corpus_is_judged_well_enough(request: pytest.FixtureRequest) -> None:
    reports = by_folds(records(CORPUS), beside(), most=FOLDS if request.config.getoption("--long") else 2)
    rows = [row for row in records(CORPUS) if row["id"] in reports]
    figures = score(rows, predictions(reports)).told()
    sounds = sounding(rows, reports)

    assert {name: figures[name] for name, floor in FLOORS.items() if figures[name] < floor} == {}
    assert figures["clean records flagged"] <= 0.16
    assert sum(sounds) / len(sounds) >= 0.80


@pytest.mark.slow
def test_the_weights_are_what_their_script_writes() -> None:
    shipped = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    written = train([*records(CORPUS), *beside()])

    assert WEIGHTS.stat().st_size < 2_000_000
    assert shipped["known"] == written["known"]
    for name, label in written["labels"].items():
        for scale, learnt in label["scales"].items():
            there = shipped["labels"][name]["scales"][scale]["weights"]
            assert there.keys() == learnt["weights"].keys()
            assert all(abs(there[each] - weight) < 0.01 for each, weight in learnt["weights"].items())


def test_copy_that_nobody_trained_on_is_judged_well_enough() -> None:
    rows = records(HELD_OUT)
    reports = by_shipped_weights(rows)
    figures = score(rows, predictions(reports)).told()

    assert {name: figures[name] for name, floor in FLOORS.items() if figures[name] < floor} == {}
    assert figures["clean records flagged"] <= 0.10
    assert sum(sounding(rows, reports)) / sum(not row["spans"] for row in rows) >= 0.85


def test_every_record_is_whole() -> None:
    rows = [*records(CORPUS, HELD_OUT), *examples()]

    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert (row["verdict"] == BREACH[row["label"]]) is bool(row["spans"]), row["id"]
        assert all(f"{row['title']}\n{row['description']}".count(span) == 1 for span in row["spans"]), row["id"]


def test_where_a_question_is_answered_is_told_for_each_record_that_answers_it() -> None:
    for rules in RULES.values():
        told = answering(rules) if rules.brief else {}
        for row in [*records(CORPUS), *examples()]:
            if row["label"] == rules.label and rules.brief:
                answers = told.get(row["id"], {})
                answered = {name for names in answers.values() for name in names}
                assert answered == {question.name for question in rules.brief} - set(row["missing"]), row["id"]
                assert max(answers, default=0) < len(sentences(row, Vocabulary())), row["id"]


def test_the_scorer_counts_sentences_that_a_span_touches_by_a_letter() -> None:
    row: dict[str, Any] = {
        "id": "x",
        "label": "community",
        "title": "Tea. And talk",
        "description": "Bring a mug. Buy a mug! It is Dr. No's.\n1. Sell me one.",
        "verdict": "sells",
        "spans": ["Buy a mug!"],
        "missing": [],
    }
    told = {"x": {"verdict": "sells", "spans": ["mug! It is", "not there"], "missing": []}}

    assert [row[name][start:end].strip() for name, start, end in units(row)] == [
        "Tea. And talk",
        "Bring a mug.",
        "Buy a mug!",
        "It is Dr. No's.",
        "1. Sell me one.",
    ]
    assert marked(row, ["Buy a mug!"]) == ({2}, 0)
    figures = score([row], told)
    assert (figures.sentences.right, figures.sentences.wrong, figures.sentences.missed) == (1, 2, 0)
    assert figures.told()["sells precision"] == 1.0
    assert score([row], {}).told()["sells recall"] == 0.0


def test_the_examples_were_written_apart_from_what_is_judged() -> None:
    judged = {row["title"] for row in records(CORPUS, HELD_OUT)}

    assert not judged & {row["title"] for row in examples()}
    assert FOLDER / "corpus.jsonl" == CORPUS

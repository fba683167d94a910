"""Findings as they are shown: in their sentence, at their field, with what may take their place."""

import pytest

from eventdesk.copycheck import Finding, Level, Place, Report
from eventdesk.findings.models import Override
from eventdesk.findings.rules import around, noted, refusals
from eventdesk.labels import RULES, Label

TEXT = "We meet at six. Buy it now, with 20 % off! Bring a question.\n\nNothing more"
RULE = RULES[Label.COMMUNITY]
OTHER = RULES[Label.COMMERCIAL]


def found(passage: str, *, level: Level = Level.BLOCKS, suggestion: str = "", place: Place = Place.TEXT) -> Finding:
    start = TEXT.index(passage)
    return Finding(
        place=place,
        start=start,
        end=start + len(passage),
        passage=passage,
        rule="offer",
        kind="selling",
        touches=RULE.charter[0],
        why="It is an offer.",
        suggestion=suggestion,
        level=level,
    )


def report(*findings: Finding, missing: tuple[str, ...] = (), sounds_like: Label = Label.COMMUNITY) -> Report:
    return Report(findings=findings, missing=missing, verdict="", sounds_like=sounds_like)


@pytest.mark.parametrize(
    ("passage", "before", "after"),
    [
        ("Buy it now", "", ", with 20 % off!"),
        ("20 % off", "Buy it now, with ", "!"),
        ("Buy it now, with 20 % off!", "", ""),
        ("We meet at six", "", "."),
        ("Nothing", "", " more"),
        ("more", "Nothing ", ""),
    ],
)
def test_a_passage_is_shown_in_its_own_sentence(passage: str, before: str, after: str) -> None:
    start = TEXT.index(passage)

    assert around(TEXT, start, start + len(passage)) == (before, after)


def test_of_a_sentence_without_end_only_the_nearest_words_are_shown() -> None:
    before, after = around("x" * 10_000, 5_000, 5_001)

    assert (len(before), len(after)) == (160, 160)


def test_words_in_quotation_marks_can_take_the_place_of_a_passage_and_advice_cannot() -> None:
    advice, words = found("Buy it now", suggestion="Strike it."), found("We meet", suggestion="Say “Come at six”.")

    shown = noted(RULE, report(advice, words), "", TEXT, {}).notes

    assert [note.instead for note in shown] == ["", "Come at six"]


def test_what_an_organiser_lets_stand_is_open_no_more() -> None:
    blocking, advising = found("Buy it now"), found("We meet", level=Level.ADVISES)
    override = Override(key=blocking.key, rule="offer", passage="Buy it now", reason="The name of a film.")

    before = noted(RULE, report(blocking, advising), "", TEXT, {})
    after = noted(RULE, report(blocking, advising), "", TEXT, {blocking.key: override})

    assert (before.count, len(before.blocking)) == ("2 findings", 1)
    assert (after.count, len(after.blocking), after.notes[0].reason) == ("1 finding", 0, "The name of a film.")
    assert noted(RULE, report(), "", TEXT, {}).count == "No findings"
    assert noted(RULE, report(blocking), "", TEXT, {blocking.key: override}).count == "No open findings"


def test_questions_left_open_are_named_by_their_field_and_another_sound_by_its_label() -> None:
    notes = noted(OTHER, report(missing=("offer",)), "", TEXT, {})

    assert notes.missing == {"brief_offer": "What is offered?"}
    assert notes.sounds_like is RULE
    assert noted(RULE, report(), "", TEXT, {}).sounds_like is None


def test_words_of_which_most_break_the_label_sound_like_the_other() -> None:
    most, little = report(found("We meet at six."), found("Buy it now, with 20 % off!")), report(found("Buy it now"))

    assert noted(RULE, most, "", TEXT, {}).sounds_like is OTHER
    assert noted(RULE, little, "", TEXT, {}).sounds_like is None


def test_a_refusal_is_a_sentence_at_the_field_of_each_passage() -> None:
    said = refusals([found("Buy it now"), found("We meet", place=Place.TITLE)])

    assert set(said) == {"title", "description"}
    assert said["description"] == [
        "“Buy it now”: selling. It is an offer. Change it, or say at the desk why it may stand."
    ]

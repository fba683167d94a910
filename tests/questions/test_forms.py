"""A question as it is typed, at the desk or as JSON; and its answer, as it is typed by whoever registers."""

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from eventdesk.errors import Refused
from eventdesk.labels import Label
from eventdesk.lists.forms import RegistrationForm, form_for
from eventdesk.questions.forms import QuestionForm, form_of, from_json
from eventdesk.questions.models import Kind, Question
from eventdesk.questions.rules import QuestionDraft
from tests.cast import UGO

SAID: dict[str, Any] = {"question": "Which topic?", "reason": "To choose one.", "kind": "choice"}
ASKED = SAID | {"options": ["Tires", "Sensors"]}


def test_a_question_typed_and_one_as_json_are_the_same() -> None:
    typed = QuestionForm(MultiDict(ASKED | {"options": "Tires\r\n\r\n Sensors \n", "required": "y"})).draft()

    assert [typed] == list(from_json([ASKED | {"required": True}]))
    assert typed == QuestionDraft(
        prompt="Which topic?", reason="To choose one.", kind=Kind.CHOICE, options=("Tires", "Sensors"), required=True
    )
    assert from_json([{"question": "Why?", "reason": "Because."}])[0].kind is Kind.TEXT
    assert from_json([]) == ()


@pytest.mark.parametrize("options", [["Tires", "Sensors"], []])
def test_the_form_of_a_question_says_the_same(options: list[str]) -> None:
    kind = Kind.SEVERAL if options else Kind.YES_NO
    there = Question(ref=1, prompt="Which?", reason="So.", kind=kind, options=options, required=True)

    assert form_of(there).draft() == QuestionDraft.of(there)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"question": ""}, "question: Write the question."),
        ({"question": "  "}, "question: Write the question."),
        ({"question": "x" * 10_000}, "question: Use 200 characters at most; this has 10,000."),
        ({"question": "a\0b"}, "question: Take out the control characters"),
        ({"question": "a\u202eb"}, "question: Take out the control characters"),
        ({"question": "a\nb"}, "question: Write this on one line."),
        ({"question": 5}, "question: Give a text in quotation marks."),
        ({"reason": ""}, "reason: Say why you ask"),
        ({"kind": "essay"}, "kind: Use text, choice, several or yes_no."),
        ({"kind": None}, "kind: Give a text in quotation marks."),
        ({"kind": "text"}, "options: Nothing is chosen from here."),
        ({"kind": "yes_no"}, "options: Nothing is chosen from here."),
        ({"options": []}, "options: Give 2 to 30 options"),
        ({"options": ["Tires"]}, "options: Give 2 to 30 options"),
        ({"options": [str(number) for number in range(31)]}, "options: Give 2 to 30 options"),
        ({"options": ["Tires", "tires "]}, "options: Give each option once."),
        ({"options": ["Tires", "x" * 121]}, "options: Use 120 characters at most"),
        ({"options": ["Tires", "a\0b"]}, "options: Take out the control characters"),
        ({"options": ["Tires", "a\nb"]}, "options: Give a list of texts, each on one line."),
        ({"options": "Tires"}, "options: Give a list of texts"),
        ({"options": [1, 2]}, "options: Give a list of texts"),
        ({"required": "yes"}, "required: Give true or false."),
        ({"answered": True}, "answered: A question has no such field."),
    ],
    ids=lambda given: ascii(given)[:40],
)
def test_what_cannot_be_asked_is_told_with_its_number_and_field(said: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        from_json([ASKED, ASKED | said])

    assert set(refusal.value.problems) == {"questions"}
    [told] = refusal.value.problems["questions"]
    assert told.startswith(f"Question 2, {sentence}")


@pytest.mark.parametrize("said", ["Vegan?", {"question": "Vegan?"}, ["Vegan?"], [None], [ASKED] * 21])
def test_what_is_no_list_of_questions_is_refused(said: Any) -> None:
    with pytest.raises(Refused):
        from_json(said)


def asking(kind: Kind, *, required: bool = False) -> type[RegistrationForm]:
    options = ["Tires", "Sensors, and more"] if kind in (Kind.CHOICE, Kind.SEVERAL) else []
    question = Question(ref=7, prompt="Which?", reason="So.", kind=kind, options=options, required=required)
    return form_for(Label.COMMUNITY, [question])


def filled(kind: Kind, *answers: str, required: bool = False) -> RegistrationForm:
    pairs = [*UGO.form.items(), *(("question_7", answer) for answer in answers)]
    return asking(kind, required=required)(MultiDict(pairs))


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (Kind.TEXT, [" a\r\nb "], "a\nb"),
        (Kind.TEXT, ["first", "second"], "first"),
        (Kind.CHOICE, ["Sensors, and more"], "Sensors, and more"),
        (Kind.SEVERAL, ["Sensors, and more", "Tires", "Tires"], ["Tires", "Sensors, and more"]),
        (Kind.YES_NO, ["no"], "no"),
    ],
)
def test_an_answer_is_kept_as_it_was_given(kind: Kind, typed: list[str], kept: Any) -> None:
    form = filled(kind, *typed)

    assert form.validate(), form.errors
    assert form.answers == {7: kept}


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("nothing", [[], [""], ["  "]])
def test_nobody_has_to_answer_what_is_not_required(kind: Kind, nothing: list[str]) -> None:
    if kind is Kind.SEVERAL and nothing:
        return  # a box that is not ticked sends nothing
    form, must = filled(kind, *nothing), filled(kind, *nothing, required=True)

    assert form.validate() or nothing == ["  "], form.errors
    assert form.answers == {} or nothing == ["  "]
    assert not must.validate()
    assert set(must.errors) == {"question_7"}


@pytest.mark.parametrize(
    ("kind", "typed", "sentence"),
    [
        (Kind.TEXT, ["x" * 10_000], "Use 1,000 characters at most; this has 10,000."),
        (Kind.TEXT, ["a\0b"], "control characters"),
        (Kind.TEXT, ["a\u202eb"], "control characters"),
        (Kind.CHOICE, ["Brakes"], "Choose one of these."),
        (Kind.CHOICE, ["x" * 10_000], "Choose one of these."),
        (Kind.CHOICE, ["Tires\0"], "Choose one of these."),
        (Kind.CHOICE, ["None"], "Choose one of these."),
        (Kind.SEVERAL, ["Tires", "Brakes"], "Choose among these."),
        (Kind.SEVERAL, [""], "Choose among these."),
        (Kind.YES_NO, ["maybe"], "Choose one of these."),
        (Kind.YES_NO, ["Yes"], "Choose one of these."),
    ],
    ids=lambda given: ascii(given)[:40],
)
@pytest.mark.parametrize("required", [False, True])
def test_an_answer_that_was_not_offered_is_told_at_its_field(
    kind: Kind, typed: list[str], sentence: str, required: bool
) -> None:
    form = filled(kind, *typed, required=required)

    assert not form.validate()
    assert set(form.errors) == {"question_7"}
    assert sentence in " ".join(form.errors["question_7"])

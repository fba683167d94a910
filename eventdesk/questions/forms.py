"""A question as it is typed, at the desk or in an event's JSON: one form checks both, field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Self

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, RadioField, StringField, TextAreaField, ValidationError
from wtforms.fields import Field

from ..errors import Refused
from ..fields import Plain, Required, tidy
from .models import BankQuestion, Kind, Question
from .rules import CHOSEN, QUESTIONS_MOST, QuestionDraft

PROMPT_MOST, REASON_MOST, OPTION_MOST = 200, 300, 120
OPTIONS = range(2, 31)
KINDS = {
    Kind.TEXT: "They write",
    Kind.CHOICE: "They choose one",
    Kind.SEVERAL: "They choose several",
    Kind.YES_NO: "Yes or no",
}
#: What a JSON question may say, with the type of each.
JSON_FIELDS = {"question": str, "kind": str, "reason": str, "required": bool, "options": list}


class BankForm(Form):
    """One question of a programme's bank."""

    question = StringField(
        "Question",
        filters=[tidy],
        validators=[Required("Write the question."), Plain(PROMPT_MOST)],
        render_kw={"maxlength": PROMPT_MOST},
    )
    reason = StringField(
        "Why you ask",
        description="It stands beside the question, so that people know what becomes of their answer.",
        filters=[tidy],
        validators=[Required("Say why you ask: it stands beside the question."), Plain(REASON_MOST)],
        render_kw={"maxlength": REASON_MOST},
    )

    def draft(self) -> QuestionDraft:
        """What was typed, checked. Raises Refused, by field."""
        if not self.validate():
            raise Refused({name: list(said) for name, said in self.errors.items() if name})
        return QuestionDraft(prompt=self.question.data or "", reason=self.reason.data or "", kind=Kind.TEXT)


class QuestionForm(BankForm):
    """One question of an event's own. JSON uses the same names."""

    kind = RadioField(
        "How is it answered?",
        choices=[(kind.value, words) for kind, words in KINDS.items()],
        default=Kind.TEXT.value,
        validate_choice=False,
    )
    options = TextAreaField(
        "Options",
        description="One to a line, where they choose.",
        filters=[tidy],
        validators=[Plain(OPTIONS[-1] * (OPTION_MOST + 1), lines=True)],
        render_kw={"rows": 4},
    )
    required = BooleanField("Nobody can register without an answer")

    @property
    def lines(self) -> tuple[str, ...]:
        """The options without blank lines."""
        return tuple(line.strip() for line in (self.options.data or "").splitlines() if line.strip())

    def validate_kind(self, field: Field) -> None:
        """One of the four."""
        if field.data not in set(Kind):
            raise ValidationError(f"Use {', '.join(list(Kind)[:-1])} or {list(Kind)[-1]}.")

    def validate_options(self, field: Field) -> None:
        """There where one chooses, each once; nowhere else."""
        if self.kind.data not in CHOSEN:
            if self.lines and self.kind.data in set(Kind):
                raise ValidationError("Nothing is chosen from here. Take the options out, or let people choose.")
            return
        if len(self.lines) not in OPTIONS:
            raise ValidationError(f"Give {OPTIONS[0]} to {OPTIONS[-1]} options, one to a line.")
        for line in self.lines:
            Plain(OPTION_MOST)(self, SimpleNamespace(data=line))
        if len({line.casefold() for line in self.lines}) < len(self.lines):
            raise ValidationError("Give each option once.")

    def draft(self) -> QuestionDraft:
        """What was typed, checked. Raises Refused, by field."""
        said, kind = super().draft(), Kind(self.kind.data)
        return replace(said, kind=kind, required=bool(self.required.data), options=self.lines)


class PickForm(Form):
    """Which question of the bank an event asks."""

    bank = RadioField(
        "Pick one of the bank",
        description="It is asked at registration, to be answered in own words; nobody has to.",
        validators=[Required("Pick one of them.")],
        validate_choice=False,
    )

    def of(self, offered: Sequence[BankQuestion]) -> Self:
        """The form with these to pick from."""
        self.offered = [str(each.ref) for each in offered]
        self.bank.choices = [(str(each.ref), f"{each.prompt} {each.reason}") for each in offered]
        return self

    def validate_bank(self, field: Field) -> None:
        """One of those on offer."""
        if field.data not in self.offered:
            raise ValidationError("This question is not on offer any more. Pick another.")


def form_of(question: Question) -> QuestionForm:
    """The form filled with what a question says now."""
    return QuestionForm(
        data={
            "question": question.prompt,
            "reason": question.reason,
            "kind": question.kind.value,
            "options": "\n".join(question.options),
            "required": question.required,
        }
    )


def from_json(said: Any) -> tuple[QuestionDraft, ...]:
    """The checked questions of an event's JSON. Raises Refused at `questions`, each sentence with its question's number."""
    if not isinstance(said, list):
        raise Refused({"questions": ["Give a list of objects, each with question, kind and reason."]})
    if len(said) > QUESTIONS_MOST:
        raise Refused({"questions": [f"Ask {QUESTIONS_MOST} questions at most."]})
    drafts, problems = [], []
    for number, each in enumerate(said, 1):
        try:
            drafts.append(_form_from(each).draft())
        except Refused as error:
            problems += [f"Question {number}, {name}: {' '.join(told)}" for name, told in error.problems.items()]
    if problems:
        raise Refused({"questions": problems})
    return tuple(drafts)


def _form_from(said: Any) -> QuestionForm:
    if not isinstance(said, Mapping):
        raise Refused({"question": [f"Give an object with {', '.join(JSON_FIELDS)}."]})
    problems = {str(name)[:40]: ["A question has no such field."] for name in said if name not in JSON_FIELDS}
    for name, value in said.items():
        if name in JSON_FIELDS and not isinstance(value, JSON_FIELDS[name]):
            problems[name] = [_EXPECTED[JSON_FIELDS[name]]]
    options = said.get("options", [])
    if isinstance(options, list) and any(not isinstance(each, str) or "\n" in each or "\r" in each for each in options):
        problems["options"] = [_EXPECTED[list]]
    if problems:
        raise Refused(problems)
    typed = {"kind": Kind.TEXT.value} | {name: said[name] for name in ("question", "reason", "kind") if name in said}
    typed["options"] = "\n".join(options)
    return QuestionForm(MultiDict(typed | ({"required": "yes"} if said.get("required") else {})))


_EXPECTED: Mapping[type, str] = {
    str: "Give a text in quotation marks.",
    bool: "Give true or false.",
    list: "Give a list of texts, each on one line.",
}

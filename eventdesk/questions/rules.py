"""Decisions about an event's own questions: what one says, what a label never asks, how an answer reads. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..labels import LabelRules, NeverAsked
from .models import Kind, Question

QUESTIONS_MOST = 20
#: Kinds whose answer is chosen from options.
CHOSEN = (Kind.CHOICE, Kind.SEVERAL)
YES, NO = "yes", "no"
WORDS = {YES: "Yes", NO: "No"}
#: Marks above letters, and what no eye sees.
_INVISIBLE = ("M", "C")
#: What is read as if it were not there: a possessive, and the hyphen of e-mail.
_JOINED = re.compile(r"['’]s?\b|(?<=\be)-(?=mail)")
_BETWEEN = r"(?: \w+){0,3}?"
#: What a question may say beside a word that gives it away when it says nothing else.
_FILLERS = frozenset(
    "a an the of and or your my our name what which is size work current present job title role position department team "
    "please optional required if any for in at".split()
)


@dataclass(frozen=True, kw_only=True)
class QuestionDraft:
    """A question as an organiser puts it, checked field by field."""

    prompt: str
    kind: Kind
    reason: str
    required: bool = False
    options: tuple[str, ...] = ()

    @classmethod
    def of(cls, question: Question) -> "QuestionDraft":
        """What a question there is says."""
        return cls(
            prompt=question.prompt,
            kind=question.kind,
            reason=question.reason,
            required=question.required,
            options=tuple(question.options),
        )


def never_asked(rules: LabelRules, draft: QuestionDraft) -> Mapping[str, list[str]]:
    """By field of the form, what the question asks that its label never does, with the words that give it away."""
    said = {"question": [draft.prompt], "reason": [draft.reason], "options": list(draft.options)}
    found = {
        field: sorted({sentence for text in texts for sentence in _refusals(rules, text, alone=field == "question")})
        for field, texts in said.items()
    }
    return {field: sentences for field, sentences in found.items() if sentences}


def _refusals(rules: LabelRules, text: str, *, alone: bool) -> Iterator[str]:
    plain = _plain(text)
    for never in rules.never_asks:
        words = _phrase_in(never, plain) or (_alone_in(never, plain) if alone else "")
        if words:
            yield f"“{words}” asks for {never.what}, and a {rules.noun} never does. {rules.never_asks_because}"


def _plain(text: str) -> str:
    """Its words in small letters, one blank between them: no sign, accent or invisible letter parts a word or hides it."""
    spelled = unicodedata.normalize("NFKD", text)
    visible = "".join(each for each in spelled if each.isspace() or unicodedata.category(each)[0] not in _INVISIBLE)
    return " ".join(re.findall(r"\w+", _JOINED.sub("", visible.casefold())))


def _phrase_in(never: NeverAsked, plain: str) -> str:
    found = _phrases(never).search(plain)
    return found[0] if found else ""


def _alone_in(never: NeverAsked, plain: str) -> str:
    told = [word for word in plain.split() if word not in _FILLERS]
    those = re.compile("|".join(_plural(word) for word in never.alone) + r"|(?<!.)")
    return told[0] if told and all(those.fullmatch(word) for word in told) else ""


@cache
def _phrases(never: NeverAsked) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(map(_pattern, never.phrases)) + r")\b")


def _pattern(phrase: str) -> str:
    signs = {"…": _BETWEEN, ".": "$"}
    parts = (signs.get(part) or f" (?:{'|'.join(map(_plural, part.split('/')))})" for part in phrase.split())
    return "".join(parts).removeprefix(" ")


def _plural(word: str) -> str:
    """The word, or its plural."""
    return f"{word[:-1]}(?:y|ies)" if word.endswith("ny") else f"{word}(?:e?s)?"


def told(question: Question, answer: Any) -> str:
    """An answer in words; blank where there is none."""
    if isinstance(answer, list):
        return ", ".join(map(str, answer))
    text = str(answer or "")
    return WORDS.get(text, text) if question.kind is Kind.YES_NO else text


def answers_in_words(questions: Sequence[Question], answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What one person answered, in the order of the questions; unanswered ones are left out."""
    pairs = ((question.prompt, told(question, answers.get(str(question.ref)))) for question in questions)
    return [(prompt, words) for prompt, words in pairs if words]

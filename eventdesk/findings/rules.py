"""Findings as people meet them: in their sentence, at their field, with what was decided about each. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..copycheck import Finding, Level, Place, Report
from ..labels import RULES, LabelRules

#: The fields of an event's form.
FIELDS: Mapping[Place, str] = {Place.TITLE: "title", Place.TEXT: "description"}
REASON_MOST = 500
AROUND_MOST = 160
_PROPOSED = re.compile(r"“([^”]+)”")
_BEGINS = re.compile(r".*(?:[.!?]\s|\n)", re.DOTALL)
_ENDS = re.compile(r"[^\n]*?[.!?](?=\s|$)|[^\n]*")


class Decided(Protocol):
    """What was decided about a finding."""

    @property
    def key(self) -> str: ...
    @property
    def passage(self) -> str: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Note:
    """One finding as it is shown: its passage in its sentence, and how it stands."""

    finding: Finding
    field: str
    #: The rest of the sentence around the passage.
    before: str
    after: str
    #: Words that can take the passage's place as they are; blank where the suggestion is advice.
    instead: str
    #: Why an organiser lets it stand; blank where nobody does.
    reason: str
    #: Whether the one before it touches the same, with the same advice.
    again: bool = False

    @property
    def blocks(self) -> bool:
        """Whether it must be answered before publication."""
        return self.finding.level is Level.BLOCKS and not self.reason


@dataclass(frozen=True, kw_only=True)
class Notes:
    """All that is noted beside an event's words, or others of the label."""

    notes: Sequence[Note] = ()
    #: The titles of brief questions that are left unanswered, by form field.
    missing: Mapping[str, str]
    #: The label whose copy it sounds like, where that is another.
    sounds_like: LabelRules | None = None

    @property
    def open(self) -> Sequence[Note]:
        """Those that nobody lets stand."""
        return [note for note in self.notes if not note.reason]

    @property
    def blocking(self) -> Sequence[Note]:
        """Those that must be answered before publication."""
        return [note for note in self.notes if note.blocks]

    @property
    def count(self) -> str:
        """“2 findings”."""
        number = len(self.open)
        if number:
            return f"{number} finding{'' if number == 1 else 's'}"
        return "No open findings" if self.notes else "No findings"


def noted(rules: LabelRules, report: Report, title: str, text: str, stands: Mapping[str, Decided]) -> Notes:
    """A report on a title and a text, as it is shown; `stands`: what an organiser lets stand, by key."""
    typed = {Place.TITLE: title, Place.TEXT: text}
    sounds_like = RULES[report.sounds_like]
    found = sum(each.end - each.start for each in report.findings)
    if len(report.findings) > 1 and 2 * found >= len(title) + len(text):  # most of it does not belong under its label
        sounds_like = next(each for each in RULES.values() if each is not rules)
    titles = {question.name: question.title for question in rules.brief}
    return Notes(
        notes=[
            _note(finding, before, typed[finding.place], stands)
            for before, finding in zip((None, *report.findings), report.findings, strict=False)
        ],
        missing={f"brief_{name}": titles[name] for name in report.missing},
        sounds_like=sounds_like if sounds_like is not rules else None,
    )


def _note(finding: Finding, previous: Finding | None, typed: str, stands: Mapping[str, Decided]) -> Note:
    before, after = around(typed, finding.start, finding.end)
    proposed = _PROPOSED.search(finding.suggestion)
    return Note(
        finding=finding,
        field=FIELDS[finding.place],
        before=before,
        after=after,
        instead=proposed[1] if proposed else "",
        reason=stands[finding.key].reason if finding.key in stands else "",
        again=previous is not None and (previous.touches, previous.suggestion) == (finding.touches, finding.suggestion),
    )


def around(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and after a passage in its sentence; of a long one, the nearest words."""
    before = _BEGINS.sub("", text[max(0, start - AROUND_MOST) : start], count=1)
    if re.search(r"[.!?]\s*$", text[start:end]):
        return before, ""
    ends = _ENDS.match(text[end : end + AROUND_MOST])
    return before, ends[0] if ends else ""


def refusals(findings: Sequence[Finding]) -> dict[str, list[str]]:
    """By form field, why a text cannot be published yet."""
    said: dict[str, list[str]] = {}
    for finding in findings:
        sentence = f"“{finding.passage}”: {finding.kind}. {finding.why} Change it, or say at the desk why it may stand."
        said.setdefault(FIELDS[finding.place], []).append(sentence)
    return said


def advice(finding: Finding) -> str:
    """A finding in one line, for the command line."""
    return " ".join(filter(None, (f"“{finding.passage}”: {finding.kind}.", finding.why, finding.suggestion)))

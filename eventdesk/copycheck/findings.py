"""What the checker tells: findings, each at its passage, and a report. Standard library only."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from ..labels import Label


class Place(StrEnum):
    """Where a passage stands."""

    TITLE = "title"
    TEXT = "text"


class Level(StrEnum):
    """How much a finding weighs: one that blocks must be answered or overridden before publication."""

    BLOCKS = "blocks"
    ADVISES = "advises"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One passage that does not fit the label. Offsets count code points of what was typed: typed[start:end] is `passage`."""

    place: Place
    start: int
    end: int
    passage: str
    #: The rule's id, the same in every release.
    rule: str
    #: What sort of thing it is, in words: “selling”.
    kind: str
    #: The line of the charter, the promise or the question it touches.
    touches: str
    why: str
    #: What to write instead; may be blank.
    suggestion: str
    level: Level

    @property
    def key(self) -> str:
        """The same for the same words under the same rule, wherever they stand: what an override is kept under."""
        return sha256(f"{self.rule}\n{' '.join(self.passage.split())}".encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a text is found to say against its label."""

    #: In order of place, the title's first; none overlap.
    findings: tuple[Finding, ...]
    #: The brief questions that neither text nor brief answers, by name.
    missing: tuple[str, ...]
    #: `CLEAN`, the pack's word for copy that breaks its label, or `INCOMPLETE`.
    verdict: str
    #: The label whose copy this sounds like.
    sounds_like: Label

    @property
    def blocked(self) -> bool:
        """Whether something must be answered or overridden before publication."""
        return any(finding.level is Level.BLOCKS for finding in self.findings)

    @property
    def in_title(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.place is Place.TITLE)

    @property
    def in_text(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.place is Place.TEXT)


CLEAN, INCOMPLETE = "clean", "incomplete"

"""Who appears at an event, and how each is shown: their part, their biography, their pledge. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..labels import LabelRules
from .models import Speaker

BIOGRAPHY_MOST = 5_000


@dataclass(frozen=True, kw_only=True)
class Appearance:
    """One who hosts or speaks, as pages show them. `words` is blank where the label knows no pledge."""

    name: str
    part: str
    biography: str
    pledged: bool
    words: str


def presented(
    rules: LabelRules, speakers: Sequence[str], hosts: Sequence[str], known: Mapping[str, Speaker]
) -> list[Appearance]:
    """Speakers, then hosts, each once; only those of whom there is something to say beyond the name."""
    names = dict.fromkeys([*speakers, *hosts])
    shown = [_appearance(rules, name, part_of(name, speakers, hosts), known.get(name)) for name in names]
    return [each for each in shown if each.words or each.biography]


def part_of(name: str, speakers: Sequence[str], hosts: Sequence[str]) -> str:
    """What they do there."""
    if name in speakers:
        return "Host and speaker" if name in hosts else "Speaker"
    return "Host"


def _appearance(rules: LabelRules, name: str, part: str, known: Speaker | None) -> Appearance:
    pledged = known is not None and known.pledged_at is not None
    words = (rules.pledge.given if pledged else rules.pledge.not_yet) if rules.pledge else ""
    return Appearance(name=name, part=part, biography=known.biography if known else "", pledged=pledged, words=words)

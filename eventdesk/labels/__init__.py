"""Everything a label decides, and the only place where labels are told apart (standard library only).

One module a label; `rules.py` says what there is to decide. To give a label another consequence, add a field there; to
change what its texts say, open `templates/copy/<label>/`.
"""

import re

from . import commercial, community
from .rules import (
    BRIEF_NAMES,
    ENDED,
    Ask,
    Audience,
    Brief,
    Label,
    LabelRules,
    Naming,
    NeverAsked,
    Stage,
    joined,
)

__all__ = [
    "BRIEF_NAMES",
    "ENDED",
    "RULES",
    "RULES_BY_AUDIENCE",
    "Ask",
    "Audience",
    "Brief",
    "Label",
    "LabelRules",
    "Naming",
    "NeverAsked",
    "Stage",
    "belied_by",
    "joined",
]

RULES: dict[Label, LabelRules] = {rules.label: rules for rules in (community.RULES, commercial.RULES)}
RULES_BY_AUDIENCE: dict[Audience, LabelRules] = {rules.audience: rules for rules in RULES.values()}


def belied_by(rules: LabelRules, said: str) -> str:
    """Why a text cannot stand under this label: it makes another label's promise. Blank when it does not."""
    words = _plain(said)
    for other in RULES.values():
        for sentence in other.promise.format(host="").split(". "):
            if other is not rules and f" {_plain(sentence).strip()} " in words:
                return f"“{sentence.strip(' .')}” is what a {other.noun} promises, and this is a {rules.noun}. Take it out."
    return ""


def _plain(said: str) -> str:
    """The words alone, whatever stands between them."""
    words = re.findall(r"[^\W_]+", said.casefold())
    return f" {' '.join(words)} "

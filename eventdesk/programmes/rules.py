"""What may be said of a programme, and in words what changed from one version to the next. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..labels import RULES, Brief

#: At the desk this stands where a programme's slug does.
RESERVED_SLUGS = ("new",)
CHARTER_LINES_MOST, CHARTER_LINE_MOST = 20, 200
NO_ANSWERS = Brief()
#: What a version keeps, by the names that people read.
TITLES: Mapping[str, str] = {
    "name": "Name",
    "purpose": "Purpose",
    "charter": "Charter",
    "conduct": "Conduct rules",
    "commitment": "Commitment",
    "commitment_until": "Committed until",
    **{f"brief_{question.name}": question.title for rules in RULES.values() for question in rules.brief},
    "sender": "Sender",
    "reply_to": "Reply address",
    "postal_address": "Postal address",
}


@dataclass(frozen=True, kw_only=True)
class Strategy:
    """What an organiser says of a programme, checked field by field. `charter` is without its first line, the label's own."""

    name: str
    purpose: str
    charter: tuple[str, ...] = ()
    conduct: str = ""
    commitment: str = ""
    commitment_until: date | None = None
    brief: Brief = NO_ANSWERS
    sender: str
    reply_to: str = ""
    postal_address: str = ""


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """In words, what a version says that the one before it did not; a text it did not keep counts as blank."""
    return [
        sentence
        for name, title in TITLES.items()
        for sentence in _changed(title, _lines(before.get(name)), _lines(after.get(name)))
    ]


def _lines(text: Any) -> list[str]:
    lines = text if isinstance(text, list) else str(text or "").splitlines()
    return [line.strip() for line in lines if line.strip()]


def _changed(title: str, was: list[str], now: list[str]) -> list[str]:
    if was == now:
        return []
    if len(was) == len(now) == 1:
        return [f"{title}: now “{now[0]}”; it was “{was[0]}”"]
    new, gone = [line for line in now if line not in was], [line for line in was if line not in now]
    said = [f"{title}: added “{line}”" for line in new] + [f"{title}: taken out “{line}”" for line in gone]
    return said or [f"{title}: the same lines in another order"]

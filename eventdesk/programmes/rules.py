"""What may be said of a programme, and in words what changed from one version to the next. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..labels import RULES, Brief
from .models import Cadence

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
    "cadence": "Rhythm",
    "open_to_all": "Who else reads what members suggest and ask",
    **{f"brief_{question.name}": question.title for rules in RULES.values() for question in rules.brief},
    "sender": "Sender",
    "reply_to": "Reply address",
    "postal_address": "Postal address",
}


#: What people rely on: to change it after they could read it needs a reason, which they can read as well.
PROMISES = {name: TITLES[name] for name in ("charter", "conduct", "commitment", "commitment_until", "cadence")}
REASON_MOST = 300
#: Those of them that are days.
DAYS = ("commitment_until",)


@dataclass(frozen=True, kw_only=True)
class Strategy:
    """What an organiser says of a programme, checked field by field. `charter` is without its first line, the label's own."""

    name: str
    purpose: str
    charter: tuple[str, ...] = ()
    conduct: str = ""
    commitment: str = ""
    commitment_until: date | None = None
    cadence: Cadence | None = None
    open_to_all: bool = False
    brief: Brief = NO_ANSWERS
    sender: str
    reply_to: str = ""
    postal_address: str = ""


def promises_change(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether a version promises anything else than the one before it."""
    return any((before.get(name) or "") != (after.get(name) or "") for name in PROMISES)


def needs_reason(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether a promise changes that could be read; what is promised for the first time explains itself."""
    return any(before.get(name) and before[name] != after.get(name) for name in PROMISES)


def changes(before: Mapping[str, Any], after: Mapping[str, Any], titles: Mapping[str, str] = TITLES) -> list[str]:
    """In words, what a version says that the one before it did not; a text it did not keep counts as blank."""
    return [
        sentence
        for name, title in titles.items()
        for sentence in _changed(title, _lines(name, before), _lines(name, after))
    ]


def _lines(name: str, said: Mapping[str, Any]) -> list[str]:
    text = said.get(name)
    if text and name in DAYS:
        day = date.fromisoformat(text)
        return [f"{day.day} {day:%B %Y}"]
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

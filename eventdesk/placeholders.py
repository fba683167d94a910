"""An organiser's own words with {placeholders} from a closed list. Pure, and one pass: what a value says is never looked at again.

“{{” writes a brace, and so does “}}”; a lone “}” is itself.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from .channels import CHANNELS, Channel
from .facts import EventFacts, Reader

_PART = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|\{")
_SHOWN_MOST = 40


@dataclass(frozen=True)
class Fault:
    """A brace that cannot be filled: its offset in the text, its line (from 1), and what to say of it."""

    at: int
    line: int
    said: str


def fill(words: str, values: Mapping[str, str]) -> str:
    """The words with each placeholder replaced by its value; an unknown one stays as it stands."""

    def part(found: re.Match[str]) -> str:
        if found[0] in ("{{", "}}"):
            return found[0][0]
        return values.get(found[1] or "", found[0])

    return _PART.sub(part, words)


def used(words: str) -> frozenset[str]:
    """The names that stand in braces."""
    return frozenset(found[1] for found in _PART.finditer(words) if found[1])


def faults(words: str, known: Collection[str], elsewhere: Collection[str] = ()) -> list[Fault]:
    """What in the words cannot be filled from `known`; `elsewhere` are names that only other channels fill."""
    found = []
    for each in _PART.finditer(words):
        if each[0] in ("{{", "}}") or each[1] in known:
            continue
        found.append(Fault(each.start(), words.count("\n", 0, each.start()) + 1, _wrong(each, known, elsewhere)))
    return found


def _wrong(found: re.Match[str], known: Collection[str], elsewhere: Collection[str]) -> str:
    name = found[1]
    if name is None:
        return "this “{” has no “}” on its line. Write “{{” for a brace."
    if name in elsewhere:
        return f"{{{name}}} has no meaning in this text. Take it out."
    short = name if len(name) <= _SHOWN_MOST else name[: _SHOWN_MOST - 1] + "…"
    near = get_close_matches(re.sub(r"\W+", "_", name.casefold().strip()), known, 1, 0.5)
    return f"there is no {{{short}}}{f'; did you mean {{{near[0]}}}?' if near else '. Write “{{” for a brace.'}"


_OF_EVENT: Mapping[str, Callable[[EventFacts], str]] = {
    "title": lambda facts: facts.title,
    "when": lambda facts: facts.when,
    "where": lambda facts: facts.where,
    "hosts": lambda facts: facts.inviting,
    "speakers": lambda facts: facts.speaking,
    "sender": lambda facts: facts.sender,
    "link": lambda facts: facts.url,
    "description": lambda facts: facts.description,
    "answers": lambda facts: facts.answers_told,
}
_OF_READER: Mapping[str, Callable[[Reader], str]] = {
    "name": lambda reader: reader.name,
    "manage_link": lambda reader: reader.manage_url,
    "calendar_link": lambda reader: reader.calendar_url,
    "changes": lambda reader: "\n".join(f"- {change}" for change in reader.changes),
    "standing": lambda reader: reader.standing,
    "subject": lambda reader: reader.subject,
    "message": lambda reader: reader.message,
    "deadline": lambda reader: reader.deadline,
}
#: The whole closed list.
PLACEHOLDERS = (*_OF_EVENT, *_OF_READER)


def offered(channel: Channel, facts: EventFacts, reader: Reader) -> dict[str, str]:
    """The placeholders one may write in a channel, and what each becomes here."""
    values = {name: value(facts) for name, value in _OF_EVENT.items()} | {
        name: value(reader) for name, value in _OF_READER.items()
    }
    return {name: values[name] for name in names_in(channel)}


def names_in(channel: Channel) -> tuple[str, ...]:
    """The placeholders that a channel fills."""
    place = CHANNELS[channel]
    return (*_OF_EVENT, *(("name",) if place.to_one else ()), *place.also)

"""How what is held is put: for a program, and in words. And how often a link to it is mailed. Pure."""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ..personal import Held
from ..wording import moment

#: At most so many mails to one address within so many seconds, over both labels.
MAILS = {3: 3600, 10: 86_400}
#: Asking again within this time is a double click: it is the same letter.
DOUBLE_CLICK_SECONDS = 900
#: How long the link to everything is good for once it is mailed, to the day (UTC).
LINK_LASTS = timedelta(days=7)
ASKED_ENOUGH = (
    "A link was mailed to this address often enough. Look for our mail there, also among the unwanted; "
    "or try again tomorrow. Nothing was changed."
)


def dated(generation: int, day: date) -> int:
    """A link's generation with the day it was mailed on in it: it needs no table to end by itself."""
    return generation << 17 | (day - date(1970, 1, 1)).days


def good_days(now: datetime) -> list[date]:
    """The days on which a link that is good now may have been mailed."""
    today = now.astimezone(UTC).date()
    return [today - timedelta(days=ago) for ago in range(LINK_LASTS.days + 1)]


@dataclass(frozen=True)
class Fact:
    """One thing that is held: its column, what that is called, its value for a program, and in words; blank for nothing."""

    column: str
    title: str
    value: Any
    words: str


@dataclass(frozen=True)
class Happened:
    """One act that is kept in the history, by a reference alone."""

    at: datetime
    what: str


@dataclass(frozen=True)
class Row:
    """One row about a person, and what happened to it."""

    held: Held
    facts: Sequence[Fact]
    happened: Sequence[Happened] = ()

    @property
    def told(self) -> Sequence[Fact]:
        """What of it is not blank, the address once."""
        named = self.of("email")
        return [fact for fact in self.facts if fact.words and not (named and fact.column == "email_key")]

    def of(self, column: str) -> str:
        """One fact in words; blank where there is none."""
        return next((fact.words for fact in self.facts if fact.column == column), "")


def plain(value: Any) -> Any:
    """A value as JSON has it; instants in UTC."""
    match value:
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        case date():
            return value.isoformat()
        case enum.Enum():
            return value.value
    return value


def in_words(value: Any) -> str:
    """A value as it is read; blank for nothing."""
    match value:
        case None:
            said = ""
        case bool():
            said = "Yes" if value else "No"
        case datetime():
            said = moment(value)
        case date():
            said = f"{value.day} {value:%B %Y}"
        case enum.Enum():
            said = str(value.value).capitalize()
        case Mapping():
            said = "; ".join(f"{name}: {each}" for name, each in value.items())
        case _:
            said = str(value)
    return said


def as_json(rows: Sequence[Row]) -> dict[str, list[dict[str, Any]]]:
    """What is held, for a program: by kind, each row by its columns, and what happened to it."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        said = {fact.column: fact.value for fact in row.facts}
        if row.happened:
            said["history"] = [{"at": plain(each.at), "what": each.what} for each in row.happened]
        found.setdefault(row.held.name, []).append(said)
    return found


def as_table(rows: Sequence[Row]) -> list[tuple[str, ...]]:
    """The same as a table: what, its number, the name, and what is held."""
    table: list[tuple[str, ...]] = [("what", "number", "name", "held")]
    for number, row in enumerate(rows, 1):
        facts = [(fact.title, fact.words) for fact in row.told]
        acts = [(f"Happened, {moment(each.at)}", each.what) for each in row.happened]
        table += [(row.held.title, str(number), title, words) for title, words in (*facts, *acts)]
    return table

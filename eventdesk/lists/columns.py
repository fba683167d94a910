"""What of an event's people can stand in a file, and what a CRM takes over: a column each, in order."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from ..events.models import Event
from ..labels import LabelRules
from ..questions.models import Question
from ..questions.rules import told
from ..sheets import Table
from .models import Registration


class Column(NamedTuple):
    """One column: how it is asked for, its title, what stands in it; and whether it is offered ticked."""

    key: str
    title: str
    of: Callable[[Registration], str]
    usual: bool = True


def columns_of(event: Event, questions: Sequence[Question], owners: Mapping[int, str]) -> list[Column]:
    """All columns there are for an event; `owners` are the names of organisers by id."""
    return [
        Column("name", "Name", lambda person: person.name),
        Column("email", "Email", lambda person: person.email),
        *(Column(ask.name, ask.title, _said(ask.name)) for ask in event.rules.asks),
        Column("state", "State", lambda person: person.standing.value),
        Column("made_at", "Registered (UTC)", lambda person: _moment(person.made_at)),
        Column("origin", "Came by", lambda person: person.origin.value, usual=False),
        *(
            Column(f"question_{question.ref}", question.prompt, _answer(question), usual=False)
            for question in questions
        ),
        Column("note", "Note", lambda person: person.note, usual=False),
        *_followed_up(event.rules, owners),
    ]


def _followed_up(rules: LabelRules, owners: Mapping[int, str]) -> list[Column]:
    """How far each is followed up, where the label has stages."""
    if not rules.stages:
        return []
    titles = {
        "stage": "Stage",
        "value": "Value",
        "currency": "Currency",
        "next_step": "Next step",
        "next_step_on": "Next step on",
    }
    columns = [Column(key, title, _said(key), usual=False) for key, title in titles.items()]
    owner = Column("owner", "Owner", lambda person: owner_of(person, owners), usual=False)
    return [columns[0], owner, *columns[1:]]


def owner_of(person: Registration, owners: Mapping[int, str]) -> str:
    """The name of who follows somebody up; blank for nobody."""
    return owners.get(getattr(person, "owner_id", None) or 0, "")


def table_of(columns: Sequence[Column], people: Sequence[Registration]) -> Table:
    """These people under these columns."""
    return Table([each.title for each in columns], [[each.of(person) for each in columns] for person in people])


def _said(name: str) -> Callable[[Registration], str]:
    def value(person: Registration) -> str:
        found = getattr(person, name)
        return "" if found is None else str(found)

    return value


def _answer(question: Question) -> Callable[[Registration], str]:
    return lambda person: told(question, person.answers.get(str(question.ref)))


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"

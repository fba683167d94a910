"""All pages of the desk: importing them puts their routes on the blueprint."""

from . import (
    account,
    door,
    event_messages,
    events,
    held,
    history,
    links,
    messages,
    people,
    person,
    programmes,
    questions,
    series,
    team,
)
from .blueprint import blueprint

__all__ = [
    "account",
    "blueprint",
    "door",
    "event_messages",
    "events",
    "held",
    "history",
    "links",
    "messages",
    "people",
    "person",
    "programmes",
    "questions",
    "series",
    "team",
]

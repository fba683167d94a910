"""All pages of the desk: importing them puts their routes on the blueprint."""

from . import (
    account,
    door,
    events,
    gallery,
    held,
    installation,
    links,
    messages,
    people,
    programmes,
    questions,
    series,
    speakers,
    team,
    words,
)
from .blueprint import blueprint

__all__ = [
    "account",
    "blueprint",
    "door",
    "events",
    "gallery",
    "held",
    "installation",
    "links",
    "messages",
    "people",
    "programmes",
    "questions",
    "series",
    "speakers",
    "team",
    "words",
]

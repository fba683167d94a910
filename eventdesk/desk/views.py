"""All pages of the desk: importing them puts their routes on the blueprint."""

from . import account, door, events, held, links, messages, people, programmes, questions, series, speakers, team
from .blueprint import blueprint

__all__ = [
    "account",
    "blueprint",
    "door",
    "events",
    "held",
    "links",
    "messages",
    "people",
    "programmes",
    "questions",
    "series",
    "speakers",
    "team",
]

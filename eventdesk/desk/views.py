"""All pages of the desk: importing them puts their routes on the blueprint."""

from . import door, events, held, links, messages, people, programmes, questions, series
from .blueprint import blueprint

__all__ = ["blueprint", "door", "events", "held", "links", "messages", "people", "programmes", "questions", "series"]

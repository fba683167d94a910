"""Search in what events say: titles, descriptions, venues, and the names of hosts and speakers."""

import json

from sqlalchemy import ColumnElement, Text, cast, or_, true

from .models import Event

_TEXTS = {"title": Event.title, "description": Event.description, "venue": Event.venue}
#: Kept as JSON: searched as the text that the database keeps.
_LISTS = {"hosts": Event.hosts, "speakers": Event.speakers}


def says(search: str) -> ColumnElement[bool]:
    """Events that say it somewhere, in capitals or not; all of them for a blank search."""
    if not search:
        return true()
    found = [column.icontains(search, autoescape=True) for column in _TEXTS.values()]
    if any(letter.isalnum() for letter in search):  # what is none of a name may be part of the JSON around it
        # in JSON as it is written now, and as it was written before letters beyond ASCII were left as they are
        for written in {json.dumps(search, ensure_ascii=ascii_only)[1:-1] for ascii_only in (False, True)}:
            found += [cast(column, Text).icontains(written, autoescape=True) for column in _LISTS.values()]
    return or_(*found)


def found_in(event: Event, search: str) -> list[str]:
    """Where an event says it: 'title', 'speakers'."""
    wanted = search.lower()
    texts = {name: getattr(event, name) for name in _TEXTS}
    texts |= {name: "\n".join(getattr(event, name)) for name in _LISTS}
    return [name for name, text in texts.items() if wanted in text.lower()]

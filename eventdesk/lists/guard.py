"""No statement, and no transaction, touches the people of both lists: an alarm in the engine itself."""

import re
from typing import Any

from sqlalchemy import Engine, event

from ..consent.models import CHOICES
from ..invites.models import INVITATIONS
from ..labels import Audience
from ..standing.models import STANDING
from .models import CALENDARS, LISTS

#: Every table that holds people, and whose it is.
OWNERS: dict[str, Audience] = {
    table.__tablename__: audience
    for tables in (LISTS, CALENDARS, INVITATIONS, STANDING, CHOICES)
    for audience, table in tables.items()
}
_LIST = re.compile(rf"\b({'|'.join(OWNERS)})\b")


class ListsMixed(RuntimeError):
    """A program error: a statement, or a transaction, named both lists. It was not carried out."""


def keep_lists_apart(engine: Engine) -> None:
    """Refuse, on every connection of the engine, what touches both lists."""

    @event.listens_for(engine, "begin")
    def forget(connection: Any) -> None:
        connection.info.pop("lists", None)

    @event.listens_for(engine, "before_cursor_execute")
    def look(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if found := {OWNERS[table] for table in _LIST.findall(statement)}:
            seen: set[Audience] = connection.info.setdefault("lists", set())
            seen |= found
            if len(seen) > 1:
                raise ListsMixed(statement)

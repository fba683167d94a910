"""Everything in a database as plain values, to see that an act changed nothing."""

import sqlite3
from contextlib import closing
from typing import Any

from flask import Flask
from sqlalchemy import make_url

from eventdesk.audit.models import RefusedAttempt
from eventdesk.config import Settings
from eventdesk.tables import metadata

Dump = dict[str, list[tuple[Any, ...]]]


def dump(app: Flask) -> Dump:
    """All rows of a SQLite database, over a connection of its own: the application shows no two lists.

    But those that say that something was refused: it is kept for the firewall report, and nobody is told.
    """
    settings: Settings = app.extensions["eventdesk"]
    with closing(sqlite3.connect(str(make_url(settings.database_url).database))) as connection:
        return {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for table in metadata.tables
            if table != RefusedAttempt.__tablename__
        }

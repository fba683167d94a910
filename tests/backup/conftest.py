"""A database with something in every table, empty ones to restore into, and all that is in one as plain values."""

import shutil
import sqlite3
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, insert, make_url

from eventdesk.config import Settings
from eventdesk.labels import Label
from eventdesk.tables import metadata
from tests.cast import ADA, BEA, BOB, UGO, UMA
from tests.conftest import NOW
from tests.dumps import Dump
from tests.factories import make_event, sign_up

#: What the services do not make in `filled`: a row for each of the other tables, with what databases differ about.
REST: dict[str, dict[str, Any]] = {
    "programme_version": {"programme_id": 1, "number": 1, "said": {"charter": []}, "made_at": NOW, "made_by": 1},
    "series": {"id": 4, "label": "community", "rule": "Second Tuesday each month", "made_at": NOW},
    "speaker": {"ref": 2**63 - 1, "event_id": 1, "name": "Dilek Yılmaz", "pledged_at": NOW - timedelta(microseconds=1)},
    "question": {
        "ref": 7, "event_id": 1, "position": 1, "kind": "several", "prompt": "Which “ones”?", "reason": "To plan\n🍋",
        "options": ["one", "två", ""], "required": True, "answered": False,
    },
    "message": {"event_id": 1, "subject": "Doors", "body": "…", "made_at": NOW, "made_by": 1},
    "history": {"label": "community", "event_id": 1, "act": "changed", "details": {"z": [1, None], "a": {"b": True}}, "at": NOW},
    "invite_link": {"code": "spring", "event_id": 1, "label": "community", "name": "Spring", "made_at": NOW, "most_uses": 3},
    "user_invitation": {
        "ref": 8, "event_id": 1, "label": "community", "name": "Uma", "email": UMA.email, "email_key": UMA.email, "made_at": NOW,
    },
    "buyer_invitation": {
        "ref": 8, "event_id": 2, "label": "commercial", "name": "Bob", "email": BOB.email, "email_key": BOB.email, "made_at": NOW,
    },
    "user_calendar": {"ref": 9, "email_key": UMA.email, "made_at": NOW},
    "buyer_calendar": {"ref": 9, "email_key": BOB.email, "made_at": NOW},
    "door_helper": {"organiser_id": 1, "event_id": 1},
    "organiser_invitation": {
        "ref": 10, "name": "Cora", "email": "c@x.example", "email_key": "c@x.example", "event_id": 1, "invited_by": 1,
        "made_at": NOW, "ends_at": NOW,
    },
    "passphrase_reset": {"ref": 11, "organiser_id": 1, "made_at": NOW, "ends_at": NOW, "closed_at": None},
    "sign_in": {"digest": "d", "organiser_id": 1, "made_at": NOW, "ends_at": NOW, "browser": "Firefox on Linux"},
    "programme_logo": {"programme_id": 1, "content_type": "image/png", "digest": "e", "image": bytes(range(256))},
    "user_standing": {
        "ref": 12, "label": "community", "name": "Uma", "email": UMA.email, "email_key": UMA.email, "said": "Tell me.", "asked_at": NOW,
    },
    "buyer_standing": {
        "ref": 12, "label": "commercial", "name": "Bob", "email": BOB.email, "email_key": BOB.email, "said": "Tell me.", "asked_at": NOW,
    },
    "user_mail_choice": {"ref": 13, "email_key": UMA.email, "made_at": NOW, "refused_at": NOW},
    "buyer_mail_choice": {"ref": 13, "email_key": BOB.email, "made_at": NOW},
    "worker_beat": {"name": "here:1", "started_at": NOW, "beat_at": NOW},
    "invitation_round": {
        "event_id": 1, "label": "community", "source": "file", "statement": "Ours, asked in May.", "left_out": {}, "made_at": NOW, "made_by": 1,
    },
    "finding_override": {
        "event_id": 1, "key": "k", "rule": "selling", "passage": "Buy now", "reason": "A title of a film.", "made_at": NOW, "made_by": 1,
    },
    "topic": {"id": 5, "made_at": NOW},
    "consent_ledger": {
        "label": "community", "ref": 13, "act": "given", "source": "crossing", "said": "Tell me.", "version": "1f", "locale": "en",
        "asked_at": NOW, "at": NOW,
    },
    "forgotten": {"label": "community", "digest": "0d", "parting": "erased", "at": NOW},
    "export": {
        "label": "community", "what": "list", "form": "csv", "columns": ["name"], "people": 2, "reason": "Badges", "at": NOW, "made_by": 1,
    },
    "refused_attempt": {"refusal": "both lists", "at_route": "planted", "at": NOW},
    "people_import": {
        "event_id": 1, "label": "community", "made_for": "other", "statement": "Ours.", "people": 0, "left_out": {}, "made_at": NOW, "made_by": 1,
    },
    "kept_answer": {"ref": 2**63 - 2, "event_id": 1, "label": "community", "kept": "no", "because": ["sold"], "words": "Too much."},
    "event_figures": {
        "event_id": 1, "label": "community", "registered": 2, "cancelled": 0, "waitlisted": 1, "attended": 1, "no_shows": 0,
        "first_time": 1, "came_before": 0, "walk_ins": 0, "stages": {}, "marked_at": NOW,
    },
    "removal": {"label": "community", "at": NOW, "removed": {"user_registration": 3}},
    "contribution": {
        "ref": 14, "label": "community", "programme_id": 1, "kind": "suggestion", "author": 13, "name": "Uma", "words": "More “tea”.",
        "state": "planned", "for_all": False, "made_at": NOW,
    },
    "contribution_vote": {"contribution_id": 40, "voter": 13, "label": "community", "made_at": NOW},
    "contribution_route": {
        "ref": 15, "contribution_id": 40, "label": "community", "name": "Cora", "email": "c@x.example", "note": "Tea?", "made_at": NOW,
        "made_by": 1, "ends_at": NOW,
    },
    "contribution_reply": {"contribution_id": 40, "label": "community", "state": "planned", "words": "In May.", "at": NOW, "made_by": 1},
    "evening": {
        "event_id": 1, "label": "community", "words": "*Said*", "slides": [{"title": "Slides", "url": "https://x.example/1"}],
        "way_to_buy": "", "way_to": "", "objections": [], "updated_at": NOW, "published_at": NOW,
    },
    "quotation": {
        "ref": 16, "label": "community", "author": 13, "name": "Uma", "words": "It works.", "said": "I agree.", "given_at": NOW,
    },
    "event_quotation": {"event_id": 2, "quotation_id": 40, "label": "commercial", "put_at": NOW, "put_by": 1},
    "bank_question": {"ref": 17, "programme_id": 1, "position": 0, "prompt": "What?", "reason": "So.", "made_at": NOW},
    "link_figures": {
        "link_id": 40, "label": "community", "registered": 2, "cancelled": 0, "waitlisted": 1, "attended": 1, "no_shows": 0,
        "first_time": 1, "came_before": 0, "walk_ins": 0, "stages": {},
    },
    "event_words": {"event_id": 1, "channel": "page", "subject": "", "body": "{title}"},
    "programme_words": {"programme_id": 2, "channel": "post", "subject": "Ü", "body": "{title}"},
}  # fmt: skip


@pytest.fixture
def filled(app: Flask, settings: Settings) -> str:
    """The URL of a database in which every table has a row."""
    with app.app_context():
        session, briefing = make_event(settings.links, capacity=1), make_event(settings.links, Label.COMMERCIAL)
        for person in (UGO, UMA):
            sign_up(session, person)
        sign_up(briefing, BEA)
    engine = create_engine(settings.database_url)
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            if connection.execute(table.select().limit(1)).first() is None:
                connection.execute(
                    insert(table), {"id": 40} | REST[table.name] if "id" in table.c else REST[table.name]
                )
    engine.dispose()
    return settings.database_url


@pytest.fixture
def empty_sqlite(tmp_path: Path, migrated: Path) -> Callable[[], str]:
    """Makes empty, migrated SQLite databases."""
    names = (tmp_path / f"empty-{number}.db" for number in count())
    return lambda: f"sqlite:///{shutil.copy(migrated, next(names))}"


def held(url: str) -> Dump:
    """All rows of a SQLite database, as its own driver tells them."""
    with closing(sqlite3.connect(str(make_url(url).database))) as connection:
        found = {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in metadata.tables
        }
    assert ADA.email in str(found) or not any(found.values())
    return found


def values(url: str) -> dict[str, list[str]]:
    """All rows of a database of either kind, as the columns' types tell them."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            table.name: sorted(str([_shown(value) for value in row]) for row in connection.execute(table.select()))
            for table in metadata.sorted_tables
        }
    engine.dispose()
    return found


def _shown(value: Any) -> str:
    return b64encode(value).decode() if isinstance(value, bytes) else repr(value)

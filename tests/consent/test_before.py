"""What people had agreed to before there was a ledger: the migration that makes it enters that, on both databases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from eventdesk.consent.rules import version_of
from eventdesk.labels import RULES
from eventdesk.migrations import upgrade
from eventdesk.standing.models import STANDING
from tests.servers import fresh_database

MOMENT = "2027-02-09 12:00:00"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database as it was before."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'before.db'}"
        return
    with fresh_database(request.getfixturevalue("postgresql")) as made:
        yield made


def test_who_had_agreed_is_in_the_ledger_and_who_had_not_is_not(url: str) -> None:
    upgrade(url, "0004")
    said = {label: f"“{rules.noun}” – ö" for label, rules in RULES.items()}
    engine = create_engine(url)

    def do(statement: str, **values: Any) -> list[Any]:
        with engine.begin() as connection:
            done = connection.execute(text(statement), values)
            return list(done) if done.returns_rows else []

    for label, rules in RULES.items():
        for number, at in enumerate((MOMENT, None), 1):
            do(
                f"INSERT INTO {STANDING[rules.audience].__tablename__} VALUES "
                f"({number}, {number}, '{label}', 'Ugo', 'Ugo{number}', 'ugo{number}', 0, :said, '{MOMENT}', :at)",
                said=said[label],
                at=at,
            )
    do(f"INSERT INTO user_mail_choice (id, ref, email_key, generation, made_at) VALUES (1, 77, 'ugo1', 0, '{MOMENT}')")

    upgrade(url)

    entered = do("SELECT label, act, source, said, version, asked_at = at FROM consent_ledger ORDER BY id")
    assert [(*each[:5], bool(each[5])) for each in entered] == [
        (label, "given", "form", said[label], version_of(said[label]), True) for label in RULES
    ]
    refs = [ref for (ref,) in do("SELECT ref FROM consent_ledger ORDER BY id")]
    assert (refs[0], do("SELECT ref FROM buyer_mail_choice WHERE email_key = 'ugo1'")) == (77, [(refs[1],)])
    engine.dispose()

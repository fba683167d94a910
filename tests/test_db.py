"""The session reads; only `writing()` changes anything, all of it or nothing."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.orm import Session

from eventdesk.db import Busy, writing
from eventdesk.errors import Conflict
from eventdesk.limits import Attempt
from tests.conftest import NOW, ON_BOTH

pytestmark = ON_BOTH


def attempt(key: str) -> Attempt:
    return Attempt(key=key, ends_at=NOW, count=1)


def keys(session: Session) -> list[str]:
    session.rollback()
    return [row.key for row in session.query(Attempt).order_by(Attempt.key)]


def test_what_is_written_is_kept(session: Session) -> None:
    with writing() as writer:
        writer.add(attempt("a"))

    assert keys(session) == ["a"]


def test_a_reader_cannot_write(session: Session) -> None:
    session.add(attempt("a"))

    with pytest.raises(DBAPIError, match=r"(?i)read.?only"):
        session.flush()

    assert keys(session) == []


def write_and_break(session: Session) -> None:
    with writing() as writer:
        writer.add(attempt("a"))
        writer.flush()
        raise ZeroDivisionError


def test_an_error_takes_all_of_it_back(session: Session) -> None:
    with pytest.raises(ZeroDivisionError):
        write_and_break(session)

    assert keys(session) == []
    with pytest.raises(DBAPIError, match=r"(?i)read.?only"):
        session.execute(text("DELETE FROM attempt"))


def write_within(session: Session) -> None:
    with writing() as outer:
        with writing() as inner:
            inner.add(attempt("a"))
        assert inner is outer
        raise ZeroDivisionError


def test_a_change_within_a_change_is_one_change(session: Session) -> None:
    with pytest.raises(ZeroDivisionError):
        write_within(session)

    assert keys(session) == []


def test_what_the_database_refuses_is_a_conflict_in_words(session: Session) -> None:
    with writing() as writer:
        writer.add(attempt("a"))

    with pytest.raises(Conflict, match="try again"), writing() as writer:
        writer.execute(text("INSERT INTO attempt SELECT * FROM attempt"))

    assert keys(session) == ["a"]


#: What ends a connection, or what there is no answer to.
BREAKS = {"sqlite": "SELECT * FROM nowhere", "postgresql": "SELECT pg_terminate_backend(pg_backend_pid())"}


def refresh(writer: Session, row: Attempt) -> None:
    writer.refresh(row, with_for_update=True)


def look_again(writer: Session, row: Attempt) -> None:
    writer.expire(row)
    assert row.count


def count_on(writer: Session, row: Attempt) -> None:
    row.count += 1
    writer.flush()


@pytest.mark.parametrize("use", [refresh, look_again, count_on])
def test_what_was_taken_away_meanwhile_is_a_conflict_in_words(
    session: Session, use: Callable[[Session, Attempt], None]
) -> None:
    with writing() as writer:
        writer.add_all([attempt("a"), attempt("b")])

    def use_it() -> None:
        with writing() as writer:
            gone = writer.get_one(Attempt, ("a", NOW))
            writer.connection().execute(text("DELETE FROM attempt WHERE key = 'a'"))
            use(writer, gone)

    with pytest.raises(Conflict, match="taken away at the same moment"):
        use_it()

    assert keys(session) == ["a", "b"]


def test_an_error_of_the_program_is_none_of_that(session: Session) -> None:
    def misuse() -> None:
        with writing() as writer:
            writer.refresh(attempt("a"))

    with pytest.raises(InvalidRequestError):
        misuse()


def test_a_database_that_cannot_take_it_is_busy(session: Session) -> None:
    def fail() -> None:
        with writing() as writer:
            writer.add(attempt("a"))
            writer.flush()
            writer.execute(text(BREAKS[writer.connection().dialect.name]))

    with pytest.raises(Busy, match="Nothing was changed"):
        fail()

    assert keys(session) == []

"""Rate limits in the database: counted, forgotten, swept."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventdesk.db import writing
from eventdesk.errors import TooMany
from eventdesk.limits import Attempt, count, forget, sweep
from tests.conftest import NOW, ON_BOTH

pytestmark = ON_BOTH


def tries(times: int, key: str = "key", later: float = 0) -> int:
    """How many of so many attempts are let through."""
    through = 0
    for _ in range(times):
        try:
            with writing() as session:
                count(session, key, NOW + timedelta(seconds=later), most=3, seconds=60)
            through += 1
        except TooMany:
            pass
    return through


def test_so_many_and_no_more_until_the_time_is_over(session: Session) -> None:
    assert [tries(5), tries(5, later=59), tries(5, later=60), tries(5, key="other")] == [3, 0, 3, 3]


def test_success_begins_anew(session: Session) -> None:
    tries(3)

    with writing() as writer:
        forget(writer, "key")

    assert tries(1) == 1


def test_what_no_longer_counts_is_swept(session: Session) -> None:
    tries(1)
    tries(1, key="later", later=120)

    with writing() as writer:
        sweep(writer, NOW + timedelta(seconds=61))

    session.rollback()
    assert session.scalar(select(func.count()).select_from(Attempt)) == 1
    with pytest.raises(TooMany, match="nothing was changed"), writing() as writer:
        count(writer, "new", NOW, most=0, seconds=60)

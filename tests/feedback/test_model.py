"""Answers lie in the order of their random numbers, and nothing beside them counts who came when."""

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from eventdesk.db import writing
from eventdesk.feedback.models import Kept, KeptAnswer
from eventdesk.links import Links
from tests.factories import make_event

#: As random numbers come: in no order.
REFS = (7, 2**62, 3, 2**40, 5)


def test_on_sqlite_the_rows_lie_by_their_number_and_have_no_other(session: Session, links: Links) -> None:
    event = make_event(links)
    with writing() as writer:
        for ref in REFS:
            row = {"ref": ref, "event_id": event.id, "label": event.label, "kept": Kept.YES, "because": [], "words": ""}
            writer.execute(insert(KeptAnswer), row)

    stored = list(session.scalars(text("SELECT ref FROM kept_answer")))

    assert stored == sorted(REFS)
    with pytest.raises(OperationalError, match="rowid"):
        session.execute(text("SELECT rowid FROM kept_answer"))

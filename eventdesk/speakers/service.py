"""Writes about those who host or speak: rows that follow the event's names, biographies, pledges, new links.

Whoever calls has found the event, among those the actor may open or by the link of the person themself.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..db import writing
from ..errors import Conflict, NotFound
from ..history.models import Act
from ..history.service import record
from ..labels import Label
from ..programmes.models import Programme
from .models import Speaker
from .queries import speakers_of


def keep_speakers(session: Session, event_id: int, names: Sequence[str]) -> None:
    """Let what is known follow the event's names: kept by name, begun for a new one, dropped with one that is gone.

    Also where a name was only mended: nobody can tell that from another person, and a pledge is one person's own.
    """
    known = speakers_of(session, event_id)
    gone = [speaker for name, speaker in known.items() if name not in names]
    come = [name for name in names if name not in known]
    for speaker in gone:
        session.delete(speaker)
    for name in come:
        session.add(Speaker(ref=1 + secrets.randbelow(2**63 - 1), event_id=event_id, name=name))


def describe(event_id: int, ref: int, biography: str) -> None:
    """Say who somebody is. Raises NotFound."""
    with writing() as session:
        _to_change(session, event_id, ref).biography = biography


def pledge(
    event_id: int, label: Label, programme_id: int, ref: int, *, version: int | None = None, now: datetime
) -> None:
    """Take the charter upon oneself, as the newest version of the programme puts it; a second time changes nothing.

    `version` is the one that was shown. Raises NotFound, or Conflict when the programme says something else by now.
    """
    with writing() as session:
        newest = session.get_one(Programme, programme_id).newest
        if newest and version not in (None, newest.id):
            raise Conflict("The charter changed a moment ago. Read it as it is now, then pledge.")
        speaker = _to_change(session, event_id, ref)
        if speaker.pledged_at is None:
            speaker.pledged_at = now
            speaker.pledged_version_id = newest.id if newest else None
            record(session, Act.PLEDGED, label=label, event_id=event_id, now=now, did="given")


def take_back(event_id: int, label: Label, ref: int, *, now: datetime) -> None:
    """Be bound by it no longer. Raises NotFound."""
    with writing() as session:
        speaker = _to_change(session, event_id, ref)
        if speaker.pledged_at is not None:
            speaker.pledged_at = speaker.pledged_version_id = None
            record(session, Act.PLEDGED, label=label, event_id=event_id, now=now, did="taken back")


def new_link(event_id: int, ref: int) -> None:
    """Make the link that was given out invalid, and another in its place; a pledge stays. Raises NotFound."""
    with writing() as session:
        _to_change(session, event_id, ref).generation += 1


def _to_change(session: Session, event_id: int, ref: int) -> Speaker:
    wanted = select(Speaker).where(Speaker.ref == ref, Speaker.event_id == event_id)
    speaker = session.scalar(wanted.with_for_update().execution_options(populate_existing=True))
    if speaker is None:
        raise NotFound("There is nobody of this name at the event any more.")
    return speaker

"""Arrivals by campaign links, counted in memory and written now and then: nobody who opens a page waits for a write.

One for each process. A kill loses what was counted since the last tick; a regular end loses nothing.
"""

from collections import Counter
from threading import Lock

from sqlalchemy import case, select, update

from ..db import writing
from .models import InviteLink


class Arrivals:
    """How often each link was opened since the last time it was written down. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counted: Counter[int] = Counter()

    def count(self, link_id: int) -> None:
        """Somebody opened this link."""
        with self._lock:
            self._counted[link_id] += 1

    def flush(self) -> None:
        """Add what was counted to the links, in one statement; nothing is asked of the database when there is nothing.

        Raises what `writing` raises; the counts are kept for the next time then.
        """
        with self._lock:
            counted, self._counted = self._counted, Counter()
        if not counted:
            return
        # locked in one order, since other processes count the same links
        mine = select(InviteLink.id).where(InviteLink.id.in_(counted)).order_by(InviteLink.id).with_for_update()
        more = InviteLink.arrivals + case(dict(counted), value=InviteLink.id, else_=0)
        try:
            with writing() as session:
                session.execute(update(InviteLink).where(InviteLink.id.in_(mine)).values(arrivals=more))
        except BaseException:
            with self._lock:
                self._counted.update(counted)
            raise

"""When an organiser may write to all who come. Pure."""

from datetime import datetime, timedelta

from ..events.models import Event
from ..events.rules import Status

#: How long after its end there is still something to say of an event: thanks, slides, what was found under a chair.
AFTERWARDS = timedelta(days=30)


def no_message(event: Event, now: datetime) -> str:
    """Why nobody can be written to about an event now; blank when they can."""
    if event.status is Status.DRAFT:
        return "This event is a draft: nobody knows of it yet."
    if event.is_cancelled:
        return "This event was cancelled. Everyone registered has heard so; there is nothing more to write about it."
    if now > event.ends_at + AFTERWARDS:
        return f"This event was over more than {AFTERWARDS.days} days ago: what people gave their address for is done."
    if not event.taken:
        return "Nobody has a seat yet, so there is nobody to write to."
    return ""

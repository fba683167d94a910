"""When a failed job is tried again, and when it is given up. Pure."""

from datetime import datetime, timedelta

from ..channels import CHANNELS, Channel
from .models import Kind

#: How long after the n-th failure the next attempt comes; the last step repeats.
STEPS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
#: How long after it was made a job is given up.
PATIENCE = timedelta(days=3)
#: How long a worker may keep a job before another may take it; longer than any one SMTP exchange.
LEASE = timedelta(minutes=5)
#: Which stretch of versions each kind of news to many counts in; what changes the event itself shares the first.
STRETCHES = {Kind.REMINDER: 1, Kind.MESSAGE: 2}
STRETCH = 500_000_000
#: The words of a kind of mail, where they have another name than it.
_CALLED = {Kind.INVITED: Channel.INVITE}


def next_attempt(made_at: datetime, attempts: int, now: datetime) -> datetime | None:
    """When to try again after the `attempts`-th failure, or None when patience is at its end."""
    at = now + STEPS[min(attempts, len(STEPS)) - 1]
    return at if at - made_at <= PATIENCE else None


def is_stoppable(kind: Kind) -> bool:
    """Whether mail of this kind is beyond a registration of its reader's own, so that they can stop it."""
    words = _CALLED.get(kind, kind.value)
    return words in CHANNELS and CHANNELS[Channel(words)].stoppable

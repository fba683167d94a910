"""When a failed job is tried again, and when it is given up; which mail lets others go first. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from ..channels import CHANNELS, Channel
from .models import Kind


def _minutes(*steps: int) -> Sequence[timedelta]:
    return tuple(timedelta(minutes=step) for step in steps)


#: How long after the n-th failure the next attempt comes; the last step repeats.
STEPS = _minutes(1, 5, 15, 60, 240)
#: The same for a mailbox that is full: its owner is no quicker.
SLOW_STEPS = _minutes(60, 240, 480, 720)
#: So much longer, by chance, are steps at most: who failed together does not come back together.
JITTER = 0.2
#: How long after it was made a job is given up; not before it had this many attempts, as no mail may have left meanwhile.
PATIENCE = timedelta(days=3)
LEAST_ATTEMPTS = 6
#: How long a worker may keep a job before another may take it; longer than it takes to send what it claims at once.
LEASE = timedelta(minutes=5)
#: How long no letter goes to a host that said that there are too many.
HOST_RESTS = timedelta(minutes=5)
#: How often a worker says that it lives, and how long it may be silent: longer than one letter to a slow server takes.
BEAT = timedelta(seconds=15)
SILENT = timedelta(minutes=3)
#: How long mail waits until the desk speaks of it.
LATE = timedelta(minutes=15)
#: Which stretch of versions each kind of news to many counts in; what changes the event itself shares the first.
STRETCHES = {Kind.REMINDER: 1, Kind.MESSAGE: 2, Kind.THANKS: 3}
STRETCH = 500_000_000
#: The words of a kind of mail, where they have another name than it.
_CALLED = {Kind.INVITED: Channel.INVITE}
#: Written to many at once, and waited for by nobody: they let other mail go first.
TO_MANY = (Kind.REMINDER, Kind.MESSAGE, Kind.THANKS, Kind.INVITED, Kind.NUDGED, Kind.HEARD)
#: About no event, and no registration of its reader's own.
_BEYOND = (Kind.HEARD,)


def next_attempt(
    made_at: datetime, attempts: int, now: datetime, *, slow: bool = False, chance: float = 0.0
) -> datetime | None:
    """When to try again after the `attempts`-th failure, or None when patience is at its end; `chance` from 0 to 1."""
    steps = SLOW_STEPS if slow else STEPS
    step = steps[min(attempts, len(steps)) - 1] * (1 + JITTER * chance)
    at = now + timedelta(seconds=round(step.total_seconds()))
    return at if at - made_at <= PATIENCE or attempts < LEAST_ATTEMPTS else None


def is_stoppable(kind: Kind) -> bool:
    """Whether mail of this kind is beyond a registration of its reader's own, so that they can stop it."""
    words = _CALLED.get(kind, kind.value)
    return kind in _BEYOND or (words in CHANNELS and CHANNELS[Channel(words)].stoppable)

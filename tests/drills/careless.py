"""Eventdesk with an outbox as many have one: what the drill must catch. The first argument says which.

`hasty` forgets a letter when it hands it out, as queues do that give a task away once; `greedy` lends nothing, so that
two workers take up the same letter.
"""

import sys
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from eventdesk import cli
from eventdesk.outbox.service import claim_some, finish


def given_away(now: Any, name: str, kinds: Any, *, most: int) -> Any:
    """As `claim_some`, but all there are, and they are done as soon as they are claimed."""
    jobs = claim_some(now, name, kinds, most=100 * most)
    for job in jobs:
        finish(job.id, name, 0)
    return jobs


WAYS: dict[str, AbstractContextManager[Any]] = {
    "hasty": patch("eventdesk.worker.claim_some", given_away),
    "greedy": patch("eventdesk.outbox.service.LEASE", timedelta(seconds=-1)),
}

if __name__ == "__main__":
    with WAYS[sys.argv.pop(1)]:
        cli.main()

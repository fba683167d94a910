"""Who is invited to the briefings, and how those who came are followed up: to an order, or to none. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.year.acts import COMMERCIAL, Act, Meeting, What, between
from tests.year.people import those_of

#: Where one goes from each stage, and within how many days.
ROADS: dict[str, tuple[str, ...]] = {
    "new": ("followed up",) * 5 + ("proposal", "withdrawn"),
    "followed up": ("proposal",) * 5 + ("lost", "lost", "withdrawn", "won"),
    "proposal": ("won",) * 4 + ("lost",) * 3 + ("followed up",),
    "won": ("lost",),
    "lost": ("followed up",),
}
DAYS = {"new": 12, "followed up": 25, "proposal": 30, "won": 20, "lost": 20}
#: How likely it is that one stays there for good, while the year lasts.
STAYS = {"new": 0.25, "followed up": 0.25, "proposal": 0.2, "won": 0.95, "lost": 0.93, "withdrawn": 1.0}


def worked(planned: Sequence[Meeting], random: Random) -> Iterator[Act]:
    """Invited by a round and by hand; then, of those who had a seat, most are written to."""
    buyers = those_of(COMMERCIAL)
    for each in planned:
        if each.label != COMMERCIAL:
            continue
        guests = random.sample(buyers, random.randrange(14, 24))
        for place, who in enumerate(guests):
            alone = place < 2
            at = each.published + (timedelta(days=1, hours=place + 1) if alone else timedelta(hours=1, minutes=30))
            mine: dict[str, Any] = {"label": each.label, "event": each.number, "who": who}
            yield Act(at=at, what=What.INVITED, **mine, said={"alone": alone})
            if random.random() < 0.3:
                comes = between(random, each.published + timedelta(days=2), each.begins)
                yield Act(at=comes, what=What.REGISTERED, **mine, said={"invited": True})
                if random.random() < 0.85:
                    yield Act(at=each.begins + timedelta(minutes=15), what=What.MARKED, **mine, said={"came": True})
        for who in buyers:  # only those who had a seat are followed up: `possible` knows them
            yield from _followed_up(each, who, random)


def _followed_up(each: Meeting, who: int, random: Random) -> Iterator[Act]:
    stage, at = "new", each.over + timedelta(hours=17)
    value = random.choice((None, 400, 1200, 2500, 2500, 7200))
    currency = "" if value is None else random.choice(("EUR", "EUR", "NOK"))
    while random.random() >= STAYS[stage]:
        at += timedelta(minutes=random.randrange(60, DAYS[stage] * 24 * 60))
        if at > each.over + timedelta(days=80):
            return
        stage = random.choice(ROADS[stage])
        yield _staged(each, who, at, stage, value, currency)
        if stage == "proposal" and value is not None and random.random() < 0.2:
            value += 100  # worth more than was thought; still as far as it was
            yield _staged(each, who, at + timedelta(minutes=30), stage, value, currency)


def _staged(each: Meeting, who: int, at: datetime, stage: str, value: int | None, currency: str) -> Act:
    said = {"stage": stage, "value": value, "currency": currency}
    return Act(at=at, what=What.STAGED, label=each.label, event=each.number, who=who, said=said)

"""`simulate`: a year of acts with a fixed seed, without the application. What it only wishes, `possible` sifts. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from tests.cast import Person
from tests.year import pipeline, voices
from tests.year.acts import COMMERCIAL, COMMUNITY, Act, Meeting, Series, What, Year, between
from tests.year.calendar import meetings, series
from tests.year.people import BOTH, NAMELESS, people, those_of
from tests.year.possible import possible
from tests.year.singled import singled_out

REGULARS = range(20, 80)
KEPT = ("yes",) * 7 + ("partly",) * 2 + ("no",)


def simulate(until: date, seed: int = 6) -> Year:
    """The twelve months that end with the month of `until`, and the one before them. The same seed, the same year."""
    cast = people(Random(f"{seed} people"))
    planned = meetings(until, cast, Random(f"{seed} talks"))
    evenings = {each.number: list(_evening(each, planned, Random(f"{seed} {each.key}"))) for each in planned}
    coming = {number: _coming(acts) for number, acts in evenings.items()}
    promised = series(until)
    wishes = [
        *_promised(promised),
        *_announced(planned),
        *(act for acts in evenings.values() for act in acts),
        *_told_of_the_next(planned, cast, Random(f"{seed} standing")),
        *pipeline.worked(planned, Random(f"{seed} pipeline")),
        *voices.heard(planned, coming, Random(f"{seed} voices")),
        *singled_out({each.key: each for each in planned}, cast),
    ]
    year = Year(until=until, people=cast, series=promised, meetings=planned, acts=())
    begun = sorted((act for act in wishes if act.at < year.ends_at), key=lambda act: act.at)
    return replace(year, acts=possible(begun, planned))


def _promised(promised: Sequence[Series]) -> Iterator[Act]:
    """A rhythm is counted from the day on which it is promised."""
    for each in promised:
        if each.since:
            at = datetime.combine(each.since, time(9), UTC)
            yield Act(at=at, what=What.PROMISED, label=each.label, said={"series": each.key})


def _announced(planned: Sequence[Meeting]) -> Iterator[Act]:
    for each in planned:
        yield Act(at=each.published, what=What.PUBLISHED, label=each.label, event=each.number)
        for number, name in enumerate(("Newsletter", "Poster at the quay")[: 2 - each.number % 2]):
            said = {"link": 2 * each.number + number, "name": name}
            at = each.published + timedelta(hours=1)
            yield Act(at=at, what=What.LINKED, label=each.label, event=each.number, said=said)
        if each.called_off:
            yield Act(at=each.called_off, what=What.CALLED_OFF, label=each.label, event=each.number)


def _evening(each: Meeting, planned: Sequence[Meeting], random: Random) -> Iterator[Act]:
    """Who registers, leaves, comes, and says whether the promise was kept."""
    of_label = those_of(each.label)
    growth = 8 * each.number // len(planned)
    regulars = (
        random.sample([number for number in REGULARS if number in of_label], 14) if each.label == COMMUNITY else []
    )
    for who in dict.fromkeys([*regulars, *random.sample(of_label, 10 + growth)]):
        yield from _visit(each, who, random)
    for who in NAMELESS:
        if each.label == COMMUNITY and who % 6 == each.number % 6 and random.random() < 0.4:
            yield Act(
                at=each.begins + timedelta(minutes=20), what=What.CAME_IN, label=each.label, event=each.number, who=who
            )


def _coming(acts: Sequence[Act]) -> list[int]:
    return list(dict.fromkeys(act.who for act in acts if act.what is What.REGISTERED))


def _visit(each: Meeting, who: int, random: Random) -> Iterator[Act]:
    start = each.begins
    mine: dict[str, Any] = {"label": each.label, "event": each.number, "who": who}
    links = [2 * each.number + number for number in range(2 - each.number % 2)]
    at = between(random, each.published + timedelta(hours=2), start - timedelta(hours=1))
    by = {"link": random.choice(links)} if random.random() < 0.25 else {}
    yield Act(at=at, what=What.REGISTERED, **mine, said=by)
    if random.random() < 0.1:
        left = between(random, at, start)
        yield Act(at=left, what=What.LEFT, **mine)
        if random.random() < 0.4:
            yield Act(
                at=between(random, left, start), what=What.REGISTERED, **mine, said={"link": random.choice(links)}
            )
    came, late = random.random() < 0.82, random.random() < 0.3
    marked_at = start + (timedelta(hours=15) if late or not came else timedelta(minutes=random.randrange(1, 60)))
    yield Act(at=marked_at, what=What.MARKED, **mine, said={"came": came})
    if random.random() < 0.03:
        yield Act(at=start + timedelta(hours=17), what=What.MARKED, **mine, said={"came": not came})
    answers = 0.12 if each.number % 6 == 0 else 0.55
    if random.random() < answers:
        at = start + timedelta(hours=18) + timedelta(minutes=random.randrange(15 * 24 * 60))
        yield Act(at=at, what=What.ANSWERED, **mine, said={"kept": random.choice(KEPT)})
    if random.random() < 0.006:  # from before the event to after it
        what = random.choice((What.ERASED, What.ERASED_ONE))
        yield Act(at=start + timedelta(days=random.randrange(-12, 20)), what=what, **mine)


def _told_of_the_next(planned: Sequence[Meeting], cast: Sequence[Person], random: Random) -> Iterator[Act]:
    """Who asks to be told of the next event, says it was they, leaves and comes back; and who wants no mail at all."""
    begins, ends = planned[0].published, planned[-1].begins
    for label, many in ((COMMUNITY, 170), (COMMERCIAL, 50)):
        for who in random.sample(those_of(label), many):
            mine: dict[str, Any] = {"label": label, "who": who}
            at = between(random, begins, ends)
            while at < ends:
                yield Act(at=at, what=What.ASKED, **mine)
                if random.random() < 0.1:
                    break  # and never says that it was they
                at += timedelta(minutes=random.randrange(20, 48 * 60))
                yield Act(at=at, what=What.CONFIRMED, **mine)
                if random.random() < 0.65:
                    break
                at += timedelta(days=random.expovariate(1 / 50))
                yield Act(at=at, what=random.choice((What.ENDED, What.ENDED, What.STOPPED)), **mine)
                if random.random() < 0.5:
                    break
                at += timedelta(days=random.expovariate(1 / 20))
        for who in random.sample(those_of(label), 10):
            yield Act(at=between(random, begins, ends), what=What.STOPPED, label=label, who=who)
    for who in random.sample(BOTH, 12):
        yield Act(at=between(random, begins, ends), what=What.CROSSED, label=COMMUNITY, who=who)

"""Every figure of both scorecards once more, by the definitions: plain Python, and nothing of the application.

An event belongs to the month of its start in its own zone, an act to its month by UTC. A figure of nothing is None.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from tests.year.acts import COMMERCIAL, COMMUNITY, Act, Meeting, What
from tests.year.recount import NEVER, Recount, Visit

FEW = 5


def months_to(until: str) -> list[str]:
    """Twelve months, the last of them this one: "2027-05"."""
    year, month = map(int, until.split("-"))
    numbers = range(12 * year + month - 12, 12 * year + month)
    return [f"{number // 12}-{number % 12 + 1:02}" for number in numbers]


def month_of(at: datetime) -> str:
    """The month of an act, by UTC."""
    return f"{at.astimezone(UTC):%Y-%m}"


def own_month(each: Meeting) -> str:
    """The month of an event, in its own zone."""
    return f"{each.starts:%Y-%m}"


def promise(count: Recount, meetings: Sequence[Meeting]) -> tuple[dict[str, int], int]:
    """How the answers fell, and how many were asked: of events with few answers together alone, where that is enough."""
    tallies = []
    for each in meetings:
        answers = count.kept.get(each.number, Counter())
        came = sum(1 for visit in count.of([each]) if visit.came)
        tallies.append((answers, max(came, answers.total())))
    few = [each for each in tallies if each[0].total() < FEW]
    shown = [each for each in tallies if each[0].total() >= FEW]
    if sum(answers.total() for answers, _ in few) >= FEW:
        shown += few
    return dict(sum((answers for answers, _ in shown), Counter())), sum(asked for _, asked in shown)


def community(count: Recount, until: str) -> dict[str, Any]:
    """The community's card: by month, over the year, and by programme how its rhythm was kept."""
    months = months_to(until)
    held = [each for each in count.held(COMMUNITY) if own_month(each) in months]
    return {
        "months": {month: _community(month, count) for month in months},
        "days": _days_to_answer(months, count),
        "cadence": {
            each.key: cadence(each.cadence, each.since, each.until, _days(count, each.key), months, count.now)
            for each in count.year.series
            if each.label == COMMUNITY and each.since and each.until
        },
        "speakers": len({known(name) for each in held for name in each.speakers}),
        "promise": promise(count, held),
    }


def known(name: str) -> str:
    """A name however it is spelt."""
    return " ".join(name.casefold().split())


def _days(count: Recount, series: str) -> list[date]:
    return [each.starts.date() for each in count.held(COMMUNITY, series)]


def _community(month: str, count: Recount) -> dict[str, int]:
    held = [each for each in count.held(COMMUNITY) if own_month(each) == month]
    came = [visit for visit in count.of(held) if visit.came]
    first = [visit for visit in came if not visit.came_before]
    made = _made([month], count)
    return {
        "joined": sum(1 for at in count.joined[COMMUNITY] if month_of(at) == month),
        "left": sum(1 for at in count.parted[COMMUNITY] if month_of(at) == month),
        "members": sum(1 for at in count.joined[COMMUNITY] if month_of(at) <= month)
        - sum(1 for at in count.parted[COMMUNITY] if month_of(at) <= month),
        "sessions": len(held),
        "attended": len(came),
        "first_time": len(first),
        "came_before": len(came) - len(first),
        "came_again": sum(1 for visit in first if visit.came_again),
        "made": len(made),
        "answered": sum(1 for number in made if _answered(count, number)),
        "new speakers": sum(1 for talked in _first_talks(count).values() if talked == month),
    }


def _made(months: Sequence[str], count: Recount) -> list[int]:
    return [number for number, act in count.said.items() if _counts(count, number, act) and month_of(act.at) in months]


def _days_to_answer(months: Sequence[str], count: Recount) -> float | None:
    waited = [at - count.said[number].at for number in _made(months, count) if (at := _answered(count, number))]
    return median(each / timedelta(days=1) for each in waited) if waited else None


def _counts(count: Recount, number: int, act: Act) -> bool:
    """A suggestion or question that is not hidden, and was not taken back before anybody replied."""
    if act.said["kind"] not in ("suggestion", "question") or number in count.hidden:
        return False
    back = count.taken_back.get(number, NEVER)
    return back is NEVER or any(at < back for at, _ in count.replies.get(number, ()))


def _answered(count: Recount, number: int) -> datetime | None:
    return min((at for at, state in count.replies.get(number, ()) if state != "open"), default=None)


def _first_talks(count: Recount) -> dict[str, str]:
    """By name, however it is spelt, the month of the first event with that speaker that took place."""
    first: dict[str, str] = {}
    for each in sorted(count.held(COMMUNITY), key=lambda each: each.starts):
        for name in each.speakers:
            first.setdefault(known(name), own_month(each))
    return first


def cadence(
    rhythm: str, since: date, until: date, days: Sequence[date], months: Sequence[str], now: datetime
) -> tuple[int, int]:
    """How many periods were due within these months, and in how many of them there was an event."""
    step = {"monthly": 1, "quarterly": 3}[rhythm]
    assert since.day == 1  # as this year's are
    due = kept = 0
    number = since.year * 12 + since.month - 1
    while (ends := _first(number + step) - timedelta(days=1)) <= until:
        begins = _first(number)
        if ends < now.date() and f"{begins:%Y-%m}" >= months[0] and f"{ends:%Y-%m}" <= months[-1]:
            due += 1
            kept += any(begins <= day <= ends for day in days)
        number += step
    return due, kept


def _first(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def commercial(count: Recount, until: str) -> dict[str, Any]:
    """The card of those who sell: by briefing, by month, by campaign link, and in all."""
    months = months_to(until)
    held = [each for each in count.held(COMMERCIAL) if own_month(each) in months]
    links = {act.said["link"]: act for act in count.year.acts if act.what is What.LINKED and act.label == COMMERCIAL}
    return {
        "briefings": {each.number: _commercial(count, [each]) for each in held},
        "months": {month: _commercial(count, [each for each in held if own_month(each) == month]) for month in months},
        "year": _commercial(count, held),
        "links": {
            (act.event, act.said["name"]): _won_and_lost(visits)
            for number, act in links.items()
            if (visits := count.of(held, number))
        },
        "stays": stays(count, held),
        "promise": promise(count, held),
    }


def _commercial(count: Recount, meetings: Sequence[Meeting]) -> dict[str, Any]:
    numbers = {each.number for each in meetings}
    ever = [{stage for _, stage in was} for (event, _), was in count.stages.items() if event in numbers]
    return {
        "invited": sum(1 for event, _ in count.invited if event in numbers),
        "followed up": sum(1 for stages in ever if "followed up" in stages),
        "proposal": sum(1 for stages in ever if "proposal" in stages),
        **_won_and_lost(count.of(meetings)),
    }


def _won_and_lost(visits: Sequence[Visit]) -> dict[str, Any]:
    found: dict[str, Any] = {"registered": len(visits), "attended": sum(1 for each in visits if each.came)}
    for stage in ("won", "lost"):
        those = [each for each in visits if each.stage == stage]
        found[stage] = len(those)
        found[f"{stage} value"] = worth(those)
    return found


def worth(visits: Sequence[Visit]) -> Mapping[str, int]:
    """What they come to, by currency; what comes to nothing is left out."""
    found: Counter[str] = Counter()
    for each in visits:
        if each.value:
            found[each.currency] += each.value
    return dict(found)


def stays(count: Recount, meetings: Sequence[Meeting]) -> dict[str, tuple[float, int]]:
    """The median of days that a stay in each stage took which is over, and of how many stays it is."""
    numbers = {each.number for each in meetings}
    spans: dict[str, list[float]] = {}
    for (event, _), was in count.stages.items():
        if event in numbers:
            for (since, stage), (until, _) in pairwise(was):
                spans.setdefault(stage, []).append((until - since) / timedelta(days=1))
    return {stage: (median(each), len(each)) for stage, each in spans.items()}

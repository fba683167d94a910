"""People to whom happens what a count gets wrong first: each story is one function. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from tests.cast import Person
from tests.year.acts import COMMERCIAL, COMMUNITY, Act, Meeting, What

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Planned = Mapping[str, Meeting]


def singled_out(planned: Planned, people: Sequence[Person]) -> Iterator[Act]:
    """All of their stories."""
    yield from _come_back(planned)
    yield from _erased_users(planned)
    yield from _erased_buyers(planned)
    yield from _on_both_lists(planned)
    yield from _come_and_go(planned)
    yield from _heard(planned)
    yield from _pipeline(planned)
    yield from _named(planned, people)


def _registers(each: Meeting, who: int, **said: Any) -> Act:
    return _at(each, who, What.REGISTERED, each.begins - 20 * DAY, **said)


def _marked(each: Meeting, who: int, came: bool = True) -> Act:
    return _at(each, who, What.MARKED, each.begins + 10 * MINUTE, came=came)


def _at(each: Meeting, who: int, what: What, at: Any, **said: Any) -> Act:
    return Act(at=at, what=what, label=each.label, event=each.number, who=who, said=said)


def _comes(each: Meeting, who: int, **said: Any) -> Iterator[Act]:
    yield _registers(each, who, **said)
    yield _marked(each, who)


def _come_back(planned: Planned) -> Iterator[Act]:
    """After 89 days, after 91, after both; who missed the first; who came to the last before it was known that they did."""
    for who, keys in {
        0: ("monthly.1.0", "monthly.4.0"),
        1: ("monthly.1.0", "monthly.4.1"),
        2: ("monthly.1.0", "monthly.4.0", "monthly.4.1"),
        3: ("monthly.10.0", "monthly.10.1"),
        4: ("quarterly.1.0", "monthly.2.0"),
        5: ("monthly.0.0", "monthly.1.0"),
    }.items():
        for key in keys:
            yield from _comes(planned[key], who)
    missed = planned["monthly.6.0"]
    yield _registers(missed, 6)
    yield _marked(missed, 6, came=False)
    yield from _comes(planned["monthly.7.0"], 6)
    corrected = planned["monthly.9.0"]  # marked as missed, and put right the day after
    yield _registers(corrected, 7)
    yield _marked(corrected, 7, came=False)
    yield _at(corrected, 7, What.MARKED, corrected.over + 15 * HOUR, came=True)
    yield from _comes(planned["monthly.10.0"], 7)
    again = planned["monthly.5.0"]  # registered, left, registered by a link, left, registered
    for days, what in (
        (20, What.REGISTERED),
        (15, What.LEFT),
        (12, What.REGISTERED),
        (9, What.LEFT),
        (7, What.REGISTERED),
    ):
        said = {"link": 2 * again.number} if days == 12 else {}
        yield _at(again, 8, what, again.begins - days * DAY, **said)
    yield _marked(again, 8)


def _erased_users(planned: Planned) -> Iterator[Act]:
    before, after, third = planned["monthly.6.0"], planned["monthly.7.0"], planned["monthly.7.1"]
    yield _registers(before, 9)
    yield _at(before, 9, What.ERASED, before.begins - 5 * DAY)  # before the event: as if they had never registered
    yield from _comes(after, 10)
    yield _at(after, 10, What.ERASED, after.over + 4 * DAY)  # after it; and back as somebody new
    yield _at(third, 10, What.REGISTERED, third.begins - 2 * DAY, returns=True)
    yield _marked(third, 10)
    yield from _comes(after, 11)
    yield _at(after, 11, What.ERASED_ONE, after.over + 4 * DAY)
    yield from _comes(planned["quarterly.8.0"], 11)
    yield from _comes(planned["monthly.10.0"], 12)
    yield from _comes(planned["monthly.10.1"], 12)
    yield _at(planned["monthly.10.1"], 12, What.ERASED, planned["monthly.10.1"].over + 4 * DAY)  # they had come again
    yield _registers(planned["monthly.8.0"], 13)  # called off: never took place


def _erased_buyers(planned: Planned) -> Iterator[Act]:
    won, lost, before, guest = (planned[f"briefings.{number}.0"] for number in (5, 7, 9, 10))
    for each, who, stage in ((won, 330, "won"), (lost, 331, "lost")):
        yield _at(each, who, What.INVITED, each.published + 2 * DAY, alone=True)
        yield from _comes(each, who, link=2 * each.number)
        yield _at(each, who, What.STAGED, each.over + 2 * DAY, stage="proposal", value=9000, currency="EUR")
        yield _at(each, who, What.STAGED, each.over + 12 * DAY, stage=stage, value=9000, currency="EUR")
        yield _at(each, who, What.ERASED, each.over + 20 * DAY)
    yield _registers(before, 332, link=2 * before.number)
    yield _at(before, 332, What.STAGED, before.begins - 8 * DAY, stage="proposal", value=5000, currency="NOK")
    yield _at(before, 332, What.ERASED, before.begins - 5 * DAY)
    for who, days in ((333, -5), (334, 5)):  # invited, and never registered
        yield _at(guest, who, What.INVITED, guest.published + 2 * DAY, alone=True)
        yield _at(guest, who, What.ERASED, guest.begins + days * DAY)
    yield _at(guest, 335, What.INVITED, guest.published + 2 * DAY, alone=True)
    yield from _comes(guest, 335)
    yield _at(guest, 335, What.ERASED_ONE, guest.over + 5 * DAY)
    off = planned["briefings.8.1"]
    yield _at(off, 336, What.INVITED, off.published + 2 * DAY, alone=True)
    yield _registers(off, 336, link=2 * off.number)


def _on_both_lists(planned: Planned) -> Iterator[Act]:
    """The same addresses, once on each list: what they do on one is nothing on the other."""
    session, briefing = planned["monthly.10.0"], planned["briefings.10.0"]
    for who in (500, 501):
        yield from _comes(session, who)
        yield from _comes(briefing, who)
        yield _at(briefing, who, What.STAGED, briefing.over + 3 * DAY, stage="followed up", value=None, currency="")
    yield _at(session, 500, What.ERASED, session.over + 3 * DAY)
    yield _at(briefing, 500, What.STAGED, briefing.over + 9 * DAY, stage="won", value=3100, currency="NOK")
    yield _at(briefing, 501, What.ERASED, briefing.over + 5 * DAY)
    yield from _comes(planned["monthly.10.1"], 501)


def _come_and_go(planned: Planned) -> Iterator[Act]:
    """Of the standing list: twice within one month, at its very edge, without having been on it, and back."""
    first = planned["monthly.5.0"].begins.replace(hour=0, minute=0, day=3)
    edge = first.replace(day=1)
    for who, label in ((14, COMMUNITY), (337, COMMERCIAL)):
        for days in (0, 6, 12):
            yield Act(at=first + days * DAY, what=What.ASKED, label=label, who=who)
            yield Act(at=first + days * DAY + HOUR, what=What.CONFIRMED, label=label, who=who)
            yield Act(at=first + (days + 2) * DAY, what=What.ENDED, label=label, who=who)
    for who, minutes in ((15, -1), (16, 0)):  # the last minute of one month by UTC, the first of the next
        yield Act(at=edge + (minutes - 30) * MINUTE, what=What.ASKED, label=COMMUNITY, who=who)
        yield Act(at=edge + minutes * MINUTE, what=What.CONFIRMED, label=COMMUNITY, who=who)
    yield Act(at=first, what=What.STOPPED, label=COMMUNITY, who=17)
    yield Act(at=first + DAY, what=What.STOPPED, label=COMMUNITY, who=17)
    yield Act(at=first + 2 * DAY, what=What.CROSSED, label=COMMUNITY, who=502)
    yield Act(at=first + 3 * DAY, what=What.STOPPED, label=COMMUNITY, who=502)
    yield Act(at=first + 30 * DAY, what=What.CROSSED, label=COMMUNITY, who=502)
    yield Act(at=first + 40 * DAY, what=What.ERASED, label=COMMUNITY, who=502)
    yield Act(at=first, what=What.CROSSED, label=COMMUNITY, who=503)


def _heard(planned: Planned) -> Iterator[Act]:
    """Taken back after an answer, and before one; answered by words without a state; hidden after an answer; erased."""
    each = planned["monthly.6.0"]
    speaker, other = 18, 19
    yield from _comes(each, speaker)
    yield from _comes(each, other)
    at, coming = each.over + 2 * DAY, planned["monthly.7.0"].number
    for number, (who, kind) in enumerate([(speaker, "suggestion")] * 4 + [(other, "question")] * 3, 900_000):
        words = f"Something about alarms, and more of it: part {number % 10}."
        yield _at(each, who, What.SAID, at, number=number, kind=kind, words=words, on=coming)
        yield _at(each, speaker if who == other else other, What.VOTED, at + HOUR, on=number)
    replied: dict[int, tuple[tuple[int, str], ...]] = {
        900_000: ((3, "open"),),
        900_001: ((3, "open"), (11, "answered")),
        900_002: ((5, "declined"),),
        900_003: ((6, "planned"), (40, "done")),
        900_005: ((0, "answered"),),
    }
    for number, replies in replied.items():
        for days, state in replies:
            said = {"on": number, "state": state, "words": "We read it, and this is what we say to it."}
            yield Act(at=at + 3 * HOUR + days * DAY, what=What.REPLIED, label=COMMUNITY, said=said)
    yield _at(each, speaker, What.TAKEN_BACK, at + 8 * DAY, on=900_002)
    yield _at(each, other, What.TAKEN_BACK, at + 8 * DAY, on=900_004)
    yield Act(at=at + 9 * DAY, what=What.HIDDEN, label=COMMUNITY, said={"on": 900_003, "breach": "advertising"})
    yield _at(each, other, What.ERASED, at + 15 * DAY)


def _named(planned: Planned, people: Sequence[Person]) -> Iterator[Act]:
    """Members who name a person, some with the address: what is counted of their words must not."""
    named = people[29]
    for number, (key, who) in enumerate((("monthly.9.0", 504), ("monthly.10.0", 505), ("monthly.10.1", 506)), 950_000):
        each = planned[key]
        yield from _comes(each, who)
        words = f"Could {named.name} speak about sensors again? Write to {named.email}, please."
        said = {"number": number, "kind": "suggestion", "words": words, "on": None}
        yield _at(each, who, What.SAID, each.begins - 3 * DAY, **said)


def _pipeline(planned: Planned) -> Iterator[Act]:
    """To an order and back; twice in one stage; followed up though they never came; worth something else in the end."""
    each = planned["briefings.6.0"]
    for who in (340, 341, 342):
        yield _at(each, who, What.INVITED, each.published + 2 * DAY, alone=True)
        yield _registers(each, who, invited=True)
        yield _marked(each, who, came=who != 341)
    roads: dict[int, list[tuple[int, str, int | None, str]]] = {
        340: [
            (2, "followed up", None, ""),
            (5, "proposal", 100, "EUR"),
            (9, "won", 120, "EUR"),
            (30, "lost", 120, "EUR"),
        ],
        341: [
            (3, "followed up", None, ""),
            (4, "new", None, ""),
            (8, "followed up", None, ""),
            (20, "proposal", 10, "NOK"),
        ],
        342: [(1, "won", 0, "EUR"), (2, "won", 640, "NOK")],
    }
    for who, road in roads.items():
        for days, stage, value, currency in road:
            yield _at(each, who, What.STAGED, each.over + days * DAY, stage=stage, value=value, currency=currency)
    assert each.label == COMMERCIAL

"""Each figure of the scorecards, of a small year that really was; and the same ones when its people are gone."""

from datetime import UTC, datetime, timedelta
from statistics import median

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventdesk.consent.models import CHOICES
from eventdesk.events.models import Event
from eventdesk.feedback.models import Kept
from eventdesk.labels import RULES, Label, Stage
from eventdesk.links import Links
from eventdesk.lists.models import LISTS
from eventdesk.programmes.models import Cadence
from eventdesk.retention.service import close_events, remove_due
from eventdesk.rights.service import erase
from eventdesk.scorecards.cards import Card, Worked
from eventdesk.scorecards.queries import card_of, commercial_card, community_card
from tests.conftest import ON_BOTH, Clock
from tests.scorecards.conftest import promise

COMMUNITY, COMMERCIAL = RULES[Label.COMMUNITY], RULES[Label.COMMERCIAL]
pytestmark = ON_BOTH


def some(numbers: dict[str, int]) -> dict[str, int]:
    """Those that are not nought."""
    return {month: number for month, number in numbers.items() if number}


def test_what_came_of_hearing_people_is_counted(session: Session, sessions: list[Event], now: Clock) -> None:
    session.rollback()

    card = community_card(session, COMMUNITY, "2027-08", now.time)

    counted = {
        name: some(getattr(card, name))
        for name in (
            "joined",
            "left",
            "sessions",
            "attended",
            "first_time",
            "came_before",
            "came_again",
            "made",
            "answered",
            "new_speakers",
        )
    }
    assert counted == {
        "joined": {"2027-02": 2, "2027-04": 1},
        "left": {"2027-04": 1},
        "sessions": {"2027-03": 1, "2027-04": 1, "2027-08": 1},
        "attended": {"2027-03": 3, "2027-04": 2, "2027-08": 1},
        "first_time": {"2027-03": 3, "2027-04": 1, "2027-08": 1},
        "came_before": {"2027-04": 1},
        "came_again": {"2027-03": 1},
        "made": {"2027-02": 2, "2027-03": 1},
        "answered": {"2027-02": 2},
        "new_speakers": {"2027-03": 1, "2027-04": 1},
    }
    assert [card.members[month] for month in ("2027-01", "2027-02", "2027-04", "2027-08")] == [0, 2, 2, 2]
    assert (card.days_to_answer, card.speakers, sorted(card.open_months)) == (median([4, 9]), 2, ["2027-08"])
    assert (card.closed_came_again, card.closed_first_time) == (1, 4)
    [rhythm] = card.rhythms
    assert [each[0].month for each in rhythm.periods] == [3, 4, 5, 6, 7]  # August is not over
    assert rhythm.kept == (True, True, False, False, False)
    assert dict(card.kept.kept) == {Kept.YES: 4, Kept.NO: 1}  # one answer alone would tell whose it is
    assert card.kept.asked == 2 + 3


def test_another_rhythm_leaves_the_record_of_the_one_before(
    session: Session, sessions: list[Event], now: Clock
) -> None:
    programme = sessions[0].programme
    for cadence, at in ((Cadence.QUARTERLY, datetime(2027, 7, 5, 9, tzinfo=UTC)), (None, now.time)):
        session.rollback()
        promise(programme, cadence, at)
        session.rollback()

        card = community_card(session, COMMUNITY, "2027-08", now.time)

        monthly = card.rhythms[-1]
        assert monthly.kept == (True, True, False, False)  # March to June, as promised then
        assert monthly.of == f"{programme.name}, monthly until 2027-07-05"
        assert [each.periods for each in card.rhythms[:-1]] == [()] * bool(cadence)  # a quarter from August on


def test_what_came_of_following_people_up_is_counted(session: Session, briefings: list[Event], now: Clock) -> None:
    session.rollback()

    card = commercial_card(session, COMMERCIAL, "2027-04", now.time)

    first = Worked(
        invited=2,
        registered=3,
        attended=2,
        followed_up=1,
        proposal=2,
        won=1,
        lost=1,
        won_value={"EUR": 1200},
        lost_value={"EUR": 500},
    )
    assert [(each.month, each.worked) for each in card.briefings] == [
        ("2027-04", Worked(registered=1, attended=1)),
        ("2027-03", first),
    ]
    assert {month: each for month, each in card.by_month.items() if each != Worked()} == {
        each.month: each.worked for each in card.briefings
    }
    assert (card.whole.registered, card.whole.won_value) == (4, {"EUR": 1200})
    assert [(each.name, each.worked) for each in card.links] == [
        ("Newsletter", Worked(registered=1, attended=1, won=1, won_value={"EUR": 1200}))
    ]
    came = briefings[0].ends_at - datetime(2027, 2, 9, 12, tzinfo=briefings[0].ends_at.tzinfo)
    days = came.total_seconds() / 86400
    assert {stage: (round(stay.days, 6), stay.n) for stage, stay in card.time_in.items()} == {
        Stage.NEW: (round(days + 1.5, 6), 2),
        Stage.FOLLOWED_UP: (4.0, 1),
        Stage.PROPOSAL: (median([14.0, 1.0]), 2),
    }


@pytest.mark.parametrize("label", RULES)
def test_nothing_of_it_changes_when_people_are_removed_or_erased(
    label: Label, session: Session, links: Links, now: Clock, request: pytest.FixtureRequest
) -> None:
    events: list[Event] = request.getfixturevalue("briefings" if RULES[label].stages else "sessions")
    audience, then, last = RULES[label].audience, now.time, events[-1].ends_at

    def seen() -> Card:
        session.expire_all()
        card = card_of(session, RULES[label], f"{then:%Y-%m}", then)
        session.rollback()
        return card

    cards = [seen()]
    close_events(now.time)
    cards.append(seen())
    for ref in session.scalars(select(CHOICES[audience].ref).order_by(CHOICES[audience].id).limit(1)).all():
        session.rollback()
        erase(audience, ref, keys=links.keys, now=now.pass_by(days=31))
        cards.append(seen())
    for days in (91, 731):
        now.time = last + timedelta(days=days)
        close_events(now.time)
        remove_due(now.time)
        cards.append(seen())

    assert session.scalar(select(func.count()).select_from(LISTS[audience])) == 0
    assert [card.rows for card in cards[1:]] == [cards[0].rows] * 4
    assert cards[1:] == [cards[0]] * 4

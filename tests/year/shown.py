"""The cards of the application, said as the recount says its own: so that the two can be laid side by side."""

from collections.abc import Mapping
from typing import Any

from eventdesk.feedback.rules import Tally
from eventdesk.scorecards.cards import CommercialCard, CommunityCard, Worked

COUNTED = (
    "joined", "left", "members", "sessions", "attended", "first_time", "came_before", "came_again", "made", "answered",
)  # fmt: skip


def community(card: CommunityCard, programmes: Mapping[str, str]) -> dict[str, Any]:
    """The community's card; `programmes` are the keys of the year's by their slugs."""
    months = {
        month: {name: getattr(card, name)[month] for name in COUNTED} | {"new speakers": card.new_speakers[month]}
        for month in card.months
    }
    return {
        "months": months,
        "days": card.days_to_answer,
        "cadence": {programmes[each.slug]: (len(each.periods), sum(each.kept)) for each in card.rhythms},
        "speakers": card.speakers,
        "promise": promise(card.kept),
    }


def commercial(card: CommercialCard, numbers: Mapping[int, int]) -> dict[str, Any]:
    """The card of those who sell; `numbers` are the year's of its events, by their ids."""
    return {
        "briefings": {numbers[each.id]: worked(each.worked) for each in card.briefings},
        "months": {month: worked(each) for month, each in card.by_month.items()},
        "year": worked(card.whole),
        "links": {(numbers[each.briefing.id], each.name): of_link(each.worked) for each in card.links},
        "stays": {stage.value: (stay.days, stay.n) for stage, stay in card.time_in.items()},
        "promise": promise(card.kept),
    }


def promise(tally: Tally) -> tuple[dict[str, int], int]:
    """How the answers fell, and how many were asked."""
    return {kept.value: number for kept, number in tally.kept.items() if number}, tally.asked


def worked(each: Worked) -> dict[str, Any]:
    """What came of an event, a month, or the year."""
    more = {"invited": each.invited, "followed up": each.followed_up, "proposal": each.proposal}
    return more | of_link(each)


def of_link(each: Worked) -> dict[str, Any]:
    """What came of a link."""
    return {
        "registered": each.registered,
        "attended": each.attended,
        "won": each.won,
        "lost": each.lost,
        "won value": {currency: value for currency, value in each.won_value.items() if value},
        "lost value": {currency: value for currency, value in each.lost_value.items() if value},
    }

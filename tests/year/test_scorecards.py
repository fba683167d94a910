"""Each figure of both scorecards, over a year of fifty events, is what a plain recount of the raw acts says it is."""

from typing import Any

import pytest

from eventdesk.db import db
from eventdesk.labels import RULES, Label
from eventdesk.scorecards.queries import commercial_card, community_card
from tests.year import figures, shown
from tests.year.conftest import Played
from tests.year.recount import Recount

pytestmark = pytest.mark.slow
#: Twelve months to the year's last, and the same seen from some months before.
UNTIL = ("2028-04", "2027-12")


def test_each_figure_is_the_recount_of_the_raw_acts(whole: Played) -> None:
    assert _differences_of(whole) == []


def test_each_figure_stays_what_it_was_when_people_are_gone(emptied: Played) -> None:
    assert _differences_of(emptied) == []


def _differences_of(played: Played) -> list[str]:
    """Where the cards and the recount disagree, figure by figure."""
    player, now, found = played.player, played.now, []
    counted = Recount(player.year, now)
    series = {slug: key for key, slug in player.programmes.items()}
    numbers = {id_: number for number, id_ in player.events.items()}
    for until in UNTIL:
        with played.app.app_context():
            heard = community_card(db.session(), RULES[Label.COMMUNITY], until, now)
            db.session.rollback()  # one list at a time
            worked = commercial_card(db.session(), RULES[Label.COMMERCIAL], until, now)
        found += _differences(shown.community(heard, series), figures.community(counted, until), until)
        found += _differences(shown.commercial(worked, numbers), figures.commercial(counted, until), until)
    return found


def _differences(found: Any, wanted: Any, path: str) -> list[str]:
    if isinstance(found, dict) and isinstance(wanted, dict):
        keys = [*wanted, *(key for key in found if key not in wanted)]
        return [said for key in keys for said in _differences(found.get(key), wanted.get(key), f"{path}/{key}")]
    if isinstance(wanted, float) or (isinstance(wanted, tuple) and isinstance(wanted[0], float)):
        wanted = pytest.approx(wanted)
    return [] if found == wanted else [f"{path}: the card says {found}, the recount {wanted}"]

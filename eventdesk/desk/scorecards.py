"""The desk's scorecards: one label to a page, counts alone, and the same as a file."""

from collections.abc import Mapping

from flask import Response, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import DESK, opens, organiser, policy_of
from ..db import db
from ..labels import RULES, Label, LabelRules
from ..scorecards.cards import Card, CommercialCard, CommunityCard
from ..scorecards.queries import begins, card_of
from ..scorecards.rules import MONTHS, chosen, later, month_at, named
from ..sheets import Table, csv_of
from .blueprint import asked, blueprint, pages_of
from .standing import rules_of

TEMPLATES: Mapping[type[Card], str] = {
    CommunityCard: "desk/scorecard_heard.html",
    CommercialCard: "desk/scorecard_worked.html",
}
HEADER = ("figure", "month", "of", "value", "n")
#: Of campaign links, so many are on the page; all are in the file.
LINKS_SHOWN = 12


@blueprint.get("/scorecards")
@DESK
def scorecards() -> ResponseReturnValue:
    """The way to each card that one may see: to the only one at once."""
    mine = [rules for label, rules in RULES.items() if label in organiser().labels]
    if len(mine) == 1:
        return redirect(url_for(".scorecard", label=mine[0].label), 303)
    return render_template("desk/scorecards.html", mine=mine)


@blueprint.get("/scorecards/<label:label>")
@DESK
def scorecard(label: Label) -> str:
    """What one label came to in twelve months, which end with the present one or with `until`."""
    rules, present = rules_of(label), month_at(clock.now())
    card = _card(rules)
    last, first = card.months[-1], begins(db.session(), label)
    return render_template(
        TEMPLATES[type(card)],
        rules=rules,
        card=card,
        until=last,
        said={month: named(month) for month in card.months},
        earlier=later(last, -MONTHS) if first and first < card.months[0] else None,
        later=min(later(last, MONTHS), present) if last < present else None,
        present=present,
        pages=pages_of(len(getattr(card, "briefings", ()))),
        here={"label": label, "until": None if last == present else last},
        links_shown=LINKS_SHOWN,
        signals=rules.heard and _is_open("desk.signals"),
    )


@blueprint.get("/scorecards/<label:label>.csv")
@DESK
def scorecard_file(label: Label) -> Response:
    """All its numbers, one to a row."""
    card = _card(rules_of(label))
    name = f'attachment; filename="{label}-scorecard-{card.months[-1]}.csv"'
    return Response(
        csv_of(Table(HEADER, card.rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": name},
    )


def _card(rules: LabelRules) -> Card:
    now = clock.now()
    return card_of(db.session(), rules, chosen(asked("until"), month_at(now)), now)


def _is_open(endpoint: str) -> bool:
    policy = policy_of(current_app, endpoint)
    return policy is not None and opens(policy, organiser())

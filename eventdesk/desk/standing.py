"""The desk's pages about the standing lists: one list to a page, whoever looks."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import DESK, links, organiser
from ..consent.models import Source
from ..db import db
from ..errors import OtherList
from ..labels import RULES, Label, LabelRules
from ..standing.queries import counts, how_many, listed
from ..standing.service import end, end_for_good
from .blueprint import Tab, asked, blueprint, mail_missing, pages_of

TABS = {"": ("Confirmed", True), "asked": ("Not yet confirmed", False)}


@blueprint.get("/standing")
@DESK
def standing() -> str:
    """The first list that one may open; it leads to the other, where that may be opened, too."""
    return _page(next(rules for label, rules in RULES.items() if label in organiser().labels))


@blueprint.get("/standing/<label:label>")
@DESK
def standing_list(label: Label) -> str:
    """Who asked to be told of a label's next events, the newest first."""
    return _page(rules_of(label))


@blueprint.post("/standing/<label:label>/entries/<int(max=9223372036854775807):ref>/remove")
@DESK
def remove_standing(label: Label, ref: int) -> ResponseReturnValue:
    """Take somebody off, as they wish; with `all`, they want no mail of the label beyond their registrations."""
    audience = rules_of(label).audience
    if request.form.get("all"):
        end_for_good(audience, ref, source=Source.DESK, now=clock.now())
        flash("They are off the list, and get no more invitations.")
    else:
        end(audience, ref, source=Source.DESK, now=clock.now())
        flash("They are off the list.")
    tab, q = (request.form.get(name, "") for name in ("tab", "q"))
    return redirect(_url(label, tab, q), 303)


def _page(rules: LabelRules) -> str:
    session, label = db.session(), rules.label
    tab, search = asked("tab"), asked("q")
    tab = tab if tab in TABS else ""
    numbers, confirmed = counts(session, rules.audience), TABS[tab][1]
    pages = pages_of(how_many(session, rules.audience, search, confirmed=confirmed))
    tabs = [
        Tab(key, title, numbers.get(is_confirmed, 0), _url(label, key, search), key == tab)
        for key, (title, is_confirmed) in TABS.items()
    ]
    return render_template(
        "desk/standing.html",
        rules=rules,
        tabs=tabs,
        entries=listed(session, rules.audience, search, confirmed=confirmed, skip=pages.before, limit=pages.size),
        pages=pages,
        here={"label": label, "tab": tab or None, "q": search or None},
        confirmed=confirmed,
        q=search,
        tab=tab,
        others=[RULES[each] for each in RULES if each in organiser().labels - {label}],
        form_url=f"{links().base_url}{url_for('standing.form', label=label)}",
        mail_missing=mail_missing(),
    )


def _url(label: Label, tab: str, search: str) -> str:
    return url_for(".standing_list", label=label, tab=tab or None, q=search or None)


def rules_of(label: Label) -> LabelRules:
    """The label's, for who organises its events. Raises NotFound."""
    if label not in organiser().labels:
        raise OtherList("There is no such page.", label)
    return RULES[label]

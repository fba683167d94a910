"""The desk's page to read and compare every text of every label, with sample data."""

from flask import Response, render_template, url_for

from ..access import DESK
from ..channels import CHANNELS, Channel
from ..labels import RULES, Label, LabelRules
from ..samples import sample
from .blueprint import Tab, asked, blueprint
from .copies import Copy, copy_of, framed

TABS = {"at-hand": "At hand", "registration": "About a registration", "beyond": "Beyond that"}


@blueprint.get("/gallery")
@DESK
def gallery() -> str:
    """All texts, channel by channel, the labels side by side."""
    chosen = asked("tab")
    chosen = chosen if chosen in TABS else "at-hand"
    channels = {key: [each for each in Channel if _tab(each) == key] for key in TABS}
    tabs = [
        Tab(key, title, len(channels[key]), url_for(".gallery", tab=key), key == chosen) for key, title in TABS.items()
    ]
    rows = [
        (channel, CHANNELS[channel], [_text(rules, channel) for rules in RULES.values()])
        for channel in channels[chosen]
    ]
    return render_template("desk/gallery.html", tabs=tabs, rows=rows)


def _tab(channel: Channel) -> str:
    place = CHANNELS[channel]
    if place.at_hand:
        return "at-hand"
    return "beyond" if place.stoppable else "registration"


def _text(rules: LabelRules, channel: Channel) -> tuple[LabelRules, Copy, str | None]:
    mail_url = url_for(".gallery_mail_page", label=rules.label, channel=channel) if CHANNELS[channel].mail else None
    return rules, copy_of(channel, sample(rules, words={})), mail_url


@blueprint.get("/gallery/<label:label>/<channel:channel>")
@DESK
def gallery_mail_page(label: Label, channel: Channel) -> Response:
    """A label's mail with sample data, for a frame."""
    return framed(channel, sample(RULES[label], words={}))

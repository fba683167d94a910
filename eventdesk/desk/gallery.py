"""The desk's page to read and compare every text of every label, with sample data."""

from flask import Response, render_template, url_for

from ..access import DESK
from ..channels import CHANNELS, Channel
from ..labels import RULES, Label
from ..samples import sample
from .blueprint import blueprint
from .copies import copy_of, framed


@blueprint.get("/gallery")
@DESK
def gallery() -> str:
    """All texts, channel by channel, the labels side by side."""
    rows = [
        (
            channel,
            place,
            [
                (
                    rules,
                    copy_of(channel, sample(rules, words={})),
                    url_for(".gallery_mail_page", label=rules.label, channel=channel) if place.mail else None,
                )
                for rules in RULES.values()
            ],
        )
        for channel, place in CHANNELS.items()
    ]
    return render_template("desk/gallery.html", rows=rows)


@blueprint.get("/gallery/<label:label>/<channel:channel>")
@DESK
def gallery_mail_page(label: Label, channel: Channel) -> Response:
    """A label's mail with sample data, for a frame."""
    return framed(channel, sample(RULES[label], words={}))

"""The desk's page for sponsors of an event: what they may and may not do, to print, to send, to hand out."""

from flask import render_template

from .. import clock
from ..access import DESK, links, organiser
from ..channels import Channel
from ..db import db
from ..events.page import for_sponsors
from ..events.queries import by_slug
from ..events.rules import Status
from .blueprint import blueprint
from .copies import copy_of, mailto


@blueprint.get("/events/<slug:slug>/sponsors")
@DESK
def sponsors(slug: str) -> str:
    """The sheet itself, and the ways to pass it on."""
    event = by_slug(db.session(), slug, organiser().labels)
    mail = copy_of(Channel.SPONSOR, event.facts(links()))
    there = event.is_public and event.status is not Status.DRAFT
    return render_template(
        "desk/sponsors.html",
        **for_sponsors(event, links()),
        past=event.is_past(clock.now()),
        mail=mail,
        mailto=mailto(mail.subject, mail.body),
        sheet_url=links().sponsors(event.slug) if there else None,
    )

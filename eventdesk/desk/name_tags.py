"""The desk's page of name tags, to print: everybody who has a seat at an event, under its label."""

from dataclasses import dataclass

from flask import render_template

from ..access import DESK, organiser
from ..db import db
from ..events.queries import by_slug
from ..lists.queries import seated
from .blueprint import blueprint

#: To a sheet of A4 or Letter: two beside each other, 90 by 60 mm each.
TO_A_SHEET = 8
#: A longer name is written smaller.
LONG = 24


@dataclass(frozen=True)
class NameTag:
    """A name, and what stands below it."""

    name: str
    below: tuple[str, ...]

    @property
    def is_long(self) -> bool:
        """Whether the name takes smaller letters."""
        return len(self.name) > LONG


@blueprint.get("/events/<slug:slug>/name-tags")
@DESK
def name_tags(slug: str) -> str:
    """One for each, by name; what is left of the last sheet is blank, for who walks in."""
    event = by_slug(db.session(), slug, organiser().labels)
    below = [ask.name for ask in event.rules.asks if ask.on_tag]
    tags = [
        NameTag(person.name, tuple(getattr(person, name) for name in below)) for person in seated(db.session(), event)
    ]
    blank = [NameTag("", ())] * (-len(tags) % TO_A_SHEET)
    return render_template(
        "desk/name_tags.html", event=event, rules=event.rules, tags=tags + blank, to_a_sheet=TO_A_SHEET
    )

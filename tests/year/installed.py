"""An installation that the year is played on: its three organisers, its three programmes and their rhythm."""

from collections.abc import Mapping
from datetime import datetime

from eventdesk.db import db
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.organisers.queries import by_email
from eventdesk.organisers.rules import COMMAND_LINE, Actor
from eventdesk.organisers.service import add_organiser
from eventdesk.programmes.queries import first_of
from eventdesk.programmes.rules import Strategy
from eventdesk.programmes.service import give_postal_address, make, say
from tests.cast import BERT, CORA, PASSPHRASE, Person
from tests.year.acts import Series, Year
from tests.year.calendar import BRIEFINGS, MONTHLY
from tests.year.deeds import HOSTS
from tests.year.player import Player

ORGANISERS: Mapping[Label, Person] = {Label.COMMUNITY: CORA, Label.COMMERCIAL: BERT}
#: Their programmes are those that an installation begins with.
FIRST = (MONTHLY, BRIEFINGS)


def installed(year: Year, links: Links, now: datetime, *, forgets: bool = False) -> Player:
    """Add the organisers and programmes of the year to an installation that has its owner; who plays it there."""
    for label, person in ORGANISERS.items():
        add_organiser(name=person.name, email=person.email, passphrase=PASSPHRASE, role=label.value, now=now)
    slugs = {each.key: _programme(each, now) for each in year.series}
    return Player(year, links, actors(), slugs, forgets=forgets)


def actors() -> Mapping[str, Actor]:
    """Who organises the events of each label."""
    known = {label: by_email(db.session(), person.email) for label, person in ORGANISERS.items()}
    found = {label.value: person.actor for label, person in known.items() if person}
    db.session.rollback()
    return found


def _programme(each: Series, now: datetime) -> str:
    """The programme of a series, which promises nothing yet: the label's first, unless that is another's; its slug."""
    label, is_first = Label(each.label), each.key in FIRST
    strategy = Strategy(name=each.name, purpose=RULES[label].first_programme.purpose, sender=HOSTS[label])
    if is_first:
        first = first_of(db.session(), label).slug
        programme = say(first, strategy, seen=None, actor=COMMAND_LINE, now=now)
    else:
        programme = make(label, strategy, actor=COMMAND_LINE, now=now)
    if RULES[label].needs_postal_address:
        give_postal_address(programme.slug, "Mill Road 9\n0150 Oslo", actor=COMMAND_LINE, now=now)
    return programme.slug

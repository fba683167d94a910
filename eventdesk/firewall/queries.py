"""The firewall report, read from the database: one list after the other, each in a transaction of its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..audit.models import Export, RefusedAttempt
from ..audit.queries import exports, refusals
from ..consent.models import CHOICES, ConsentAct, Forgotten, Parting, Source
from ..consent.queries import Tally, tallies
from ..events.models import Event
from ..events.rules import Status
from ..invites.models import INVITATIONS
from ..labels import RULES, LabelRules
from ..lists.models import CALENDARS, LISTS
from ..organisers.queries import names
from ..retention.models import Removal
from ..retention.queries import Due, done, due
from ..standing.models import STANDING

#: So many of each kind are told, the newest first.
MOST = 200
#: What can become of a consent, as it is told.
CONSENTS: Mapping[str, Callable[[Tally], bool]] = {
    "given by a form": lambda each: each.act is ConsentAct.GIVEN and each.source is not Source.CROSSING,
    "given by crossing": lambda each: each.act is ConsentAct.GIVEN and each.source is Source.CROSSING,
    "taken back": lambda each: each.act is ConsentAct.WITHDRAWN and each.source is not Source.ERASURE,
    "ended by erasing": lambda each: each.act is ConsentAct.WITHDRAWN and each.source is Source.ERASURE,
}
#: What the rows of a table are to who reads of their removal.
ROWS = {
    table.__tablename__: said
    for said, tables in {
        "registrations": LISTS,
        "invitations": INVITATIONS,
        "personal calendars": CALENDARS,
        "links to stop mail": CHOICES,
    }.items()
    for table in tables.values()
}


@dataclass(frozen=True)
class ListReport:
    """One list, without anybody of it."""

    rules: LabelRules
    #: What is counted, and how many there are.
    counts: Sequence[tuple[str, int]]
    #: By month (UTC), the newest first: how often each of `CONSENTS` was.
    consents: Mapping[str, Mapping[str, int]]
    due: Sequence[Due]
    removed: Sequence[Removal]

    @property
    def crossed(self) -> int:
        """How many came over from the other label's events, by their own act."""
        return sum(month["given by crossing"] for month in self.consents.values())


@dataclass(frozen=True)
class Report:
    """All of it, at one moment."""

    at: datetime
    lists: Sequence[ListReport]
    exports: Sequence[Export]
    refused: Sequence[RefusedAttempt]
    #: The titles of the events that files were taken of, and the names of the organisers who did any of it.
    titles: Mapping[int, str]
    who: Mapping[int, str]


def report(session: Session, now: datetime) -> Report:
    """What can be told of the separation. No statement and no transaction reads people of both lists."""
    session.rollback()
    lists = [_of_list(session, rules, now) for rules in RULES.values()]
    taken, refused = exports(session, RULES, MOST), refusals(session, RULES, MOST)
    told = select(Event.id, Event.title).where(Event.id.in_({each.event_id for each in taken}))
    people = {each.made_by for each in taken} | {each.organiser_id for each in refused}
    return Report(
        at=now,
        lists=lists,
        exports=taken,
        refused=refused,
        titles={id_: title for id_, title in session.execute(told)},
        who=names(session, {id_ for id_ in people if id_ is not None}),
    )


def _of_list(session: Session, rules: LabelRules, now: datetime) -> ListReport:
    found = ListReport(
        rules=rules,
        counts=_counts(session, rules),
        consents=_by_month(tallies(session, rules.label)),
        due=due(session, rules.audience, now),
        removed=done(session, rules.label)[:MOST],
    )
    session.rollback()  # the next list is read in a transaction of its own
    return found


def _by_month(found: Sequence[Tally]) -> Mapping[str, Mapping[str, int]]:
    months = sorted({each.month for each in found}, reverse=True)
    return {
        month: {
            said: sum(each.number for each in found if each.month == month and is_one(each))
            for said, is_one in CONSENTS.items()
        }
        for month in months
    }


def _counts(session: Session, rules: LabelRules) -> Sequence[tuple[str, int]]:
    people, entries = LISTS[rules.audience], STANDING[rules.audience]
    invitations, choices = INVITATIONS[rules.audience], CHOICES[rules.audience]
    published = select(func.count(Event.id)).where(Event.label == rules.label, Event.status != Status.DRAFT)
    wanted = {
        f"{rules.plural} published": published,
        "registrations held": select(func.count(people.id)),
        "addresses registered": select(func.count(people.email_key.distinct())),
        "people who asked to be told of the next one": select(func.count(entries.id)).where(
            entries.confirmed_at.is_not(None)
        ),
        "personal invitations held": select(func.count(invitations.id)),
        "addresses that want no more mail": select(func.count(choices.id)).where(choices.refused_at.is_not(None)),
        "people who had themselves erased": select(func.count(Forgotten.id)).where(
            Forgotten.label == rules.label, Forgotten.parting == Parting.ERASED
        ),
    }
    return [(said, session.scalar(query) or 0) for said, query in wanted.items()]

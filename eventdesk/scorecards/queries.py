"""What the scorecards read: of one label at a time, so never of both lists. Counts of who is gone are in all of it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ..consent.models import ConsentAct, ConsentEntry
from ..events.models import Event
from ..events.rules import Status
from ..feedback.queries import taken_place, tallies
from ..feedback.rules import counted
from ..history.models import Act, Entry
from ..invites.models import InviteLink
from ..labels import Label, LabelRules, Stage
from ..organisers.queries import today
from ..programmes.cadence import kept
from ..programmes.queries import programmes, rhythms
from ..retention.queries import figures_by_event, figures_by_link, invited
from ..retention.rules import Figures
from ..suggestions.models import Contribution, Kind, Reply, State
from .cards import Briefing, ByLink, Card, CommercialCard, CommunityCard, Rhythm, Stay, Worked
from .rules import (
    ByMonth,
    by_month,
    days_between,
    first_day,
    first_talks,
    growth,
    later,
    middle,
    month_at,
    month_of,
    months_until,
    reached,
    stays,
)

#: A wall time is at most so far from UTC.
ZONES = timedelta(days=1)


def card_of(session: Session, rules: LabelRules, until: str, now: datetime) -> Card:
    """The scorecard of a label: of a pipeline where people are followed up, else of people who are heard."""
    return (commercial_card if rules.stages else community_card)(session, rules, until, now)


def begins(session: Session, label: Label) -> str:
    """The month of a label's first event; blank before there is one."""
    first = session.scalar(select(func.min(Event.wall_start)).where(Event.label == label))
    return month_of(first) if first else ""


def community_card(session: Session, rules: LabelRules, until: str, now: datetime) -> CommunityCard:
    """What came of hearing people, in the twelve months that end with `until` ("2027-02"), as it is known now."""
    months = months_until(until)
    events = _held(session, rules.label, months, now)
    when = {event.id: month_of(event.starts) for event in events}
    each = figures_by_event(session, events)
    counts = {
        name: by_month(months, ((when[id_], getattr(found, name)) for id_, found in each.items()))
        for name in ("attended", "first_time", "came_before", "came_again")
    }
    grown = growth(session.execute(_ledger(rules.label)), months)
    talks = session.execute(_talks(rules.label, now))
    new, spoke = first_talks(((month_of(day), names) for day, names in talks), months)
    made, answered, days = _heard(session, rules.label, months)
    return CommunityCard(
        rules=rules,
        months=months,
        joined=grown.joined,
        left=grown.left,
        members=grown.members,
        sessions=by_month(months, ((month, 1) for month in when.values())),
        **counts,
        open_months=frozenset(when[event.id] for event in events if event.ends_at + rules.keeping.after > now),
        rhythms=_rhythms(session, rules.label, months, events, today(session, now)),
        made=made,
        answered=answered,
        days_to_answer=middle(days),
        new_speakers=new,
        speakers=spoke,
        kept=counted(list(tallies(session, events).values())),
    )


def commercial_card(session: Session, rules: LabelRules, until: str, now: datetime) -> CommercialCard:
    """What came of following people up, of the events in the twelve months that end with `until`, as it is known now."""
    months = months_until(until)
    events = _held(session, rules.label, months, now)
    staged = _staged(session, rules.label, events)
    were = {id_: reached(acts) for id_, acts in staged.items()}
    asked = invited(session, rules.label, [event.id for event in events])
    came = figures_by_event(session, events)
    briefings = tuple(_briefing(event, came[event.id], asked[event.id], were.get(event.id, {})) for event in events)
    of_month: dict[str, Worked] = dict.fromkeys(months, Worked())
    for each in briefings:
        of_month[each.month] += each.worked
    took = stays(
        _begun(session, rules.label, events), (act for acts in staged.values() for act in acts), rules.stages[0]
    )
    return CommercialCard(
        rules=rules,
        months=months,
        briefings=briefings,
        by_month=of_month,
        links=_links(session, events, briefings),
        whole=sum(of_month.values(), Worked()),
        time_in={
            stage: Stay(days=middle(took[stage]) or 0.0, n=len(took[stage])) for stage in rules.stages if stage in took
        },
        kept=counted(list(tallies(session, events).values())),
    )


def _held(session: Session, label: Label, months: Sequence[str], now: datetime) -> list[Event]:
    """The events of a label in these months, as clocks stood where they were, that took place; the latest first."""
    since = datetime.combine(first_day(months[0]), time(), UTC) - ZONES
    return [event for event in taken_place(session, label, now, since=since) if month_of(event.starts) in months]


def _ledger(label: Label) -> Select[int, ConsentAct, datetime]:
    acts = select(ConsentEntry.ref, ConsentEntry.act, ConsentEntry.at).where(ConsentEntry.label == label)
    return acts.order_by(ConsentEntry.at, ConsentEntry.id)


def _talks(label: Label, now: datetime) -> Select[datetime, list[str]]:
    those = (Event.label == label, Event.status == Status.PUBLISHED, Event.ends_at <= now)
    return select(Event.wall_start, Event.speakers).where(*those)


def _rhythms(
    session: Session, label: Label, months: Sequence[str], events: Sequence[Event], day: date
) -> tuple[Rhythm, ...]:
    """How each programme of a label kept what it promised when it did, by the periods that lie in these months and are over."""
    last = min(first_day(later(months[-1], 1)), day) - timedelta(days=1)
    found = []
    for each in programmes(session, {label}):
        days = {event.starts.date() for event in events if event.programme_id == each.id}
        for promised in reversed(rhythms(session, each)):
            due = tuple(promised.due(first_day(months[0]), last))
            if due or not promised.gone:
                met = tuple(kept(due, days))
                found.append(Rhythm(programme=each.name, slug=each.slug, promised=promised, periods=due, kept=met))
    return tuple(found)


def _heard(session: Session, label: Label, months: Sequence[str]) -> tuple[ByMonth, ByMonth, list[float]]:
    """How much was suggested and asked in each month, how much of that was answered, and after how many days each.

    What was hidden does not count, nor what was taken back before anybody replied.
    """
    first, answer = func.min(Reply.at), func.min(Reply.at).filter(Reply.state != State.OPEN)
    said = (Contribution.id, Contribution.made_at, Contribution.taken_back_at)
    wanted = select(*said[1:], first, answer).outerjoin(Reply, Reply.contribution_id == Contribution.id)
    wanted = wanted.where(Contribution.label == label, Contribution.hidden_at.is_(None))
    wanted = wanted.where(Contribution.kind.in_((Kind.SUGGESTION, Kind.QUESTION))).group_by(*said)
    counts = [
        (month_at(made_at), answered_at and days_between(made_at, answered_at))
        for made_at, taken_back_at, replied_at, answered_at in session.execute(wanted)
        if taken_back_at is None or (replied_at is not None and replied_at <= taken_back_at)
    ]
    made = by_month(months, ((month, 1) for month, _ in counts))
    answered = by_month(months, ((month, 1) for month, days in counts if days is not None))
    return made, answered, [days for month, days in counts if days is not None and month in made]


def _staged(session: Session, label: Label, events: Sequence[Event]) -> dict[int, list[tuple[int, Stage, datetime]]]:
    """Who was put in which stage, by event, in order of time: by their references, which stay when they are gone."""
    those = (Entry.label == label, Entry.act == Act.STAGED, Entry.event_id.in_([event.id for event in events]))
    found: dict[int, list[tuple[int, Stage, datetime]]] = {}
    wanted = select(Entry.event_id, Entry.ref, Entry.at, Entry.details).where(*those).order_by(Entry.at, Entry.id)
    for event_id, ref, at, details in session.execute(wanted):
        if "stage" in details:
            found.setdefault(event_id, []).append((ref, Stage(details["stage"]), at))
    return found


def _begun(session: Session, label: Label, events: Sequence[Event]) -> dict[int, datetime]:
    """When each registration of these events was made, by its reference."""
    those = (Entry.label == label, Entry.ref != 0, Entry.event_id.in_([event.id for event in events]))
    first = select(Entry.ref, func.min(Entry.at)).where(*those).group_by(Entry.ref)
    return {ref: at for ref, at in session.execute(first)}


def _briefing(event: Event, came: Figures, asked: int, were: Mapping[Stage, set[int]]) -> Briefing:
    put = {stage: len(refs) for stage, refs in were.items()}
    worked = Worked.of(
        came,
        invited=asked,
        followed_up=put.get(Stage.FOLLOWED_UP, 0),
        proposal=put.get(Stage.PROPOSAL, 0),
    )
    return Briefing(id=event.id, slug=event.slug, title=event.title, month=month_of(event.starts), worked=worked)


def _links(session: Session, events: Sequence[Event], briefings: Sequence[Briefing]) -> tuple[ByLink, ...]:
    """What came of each campaign link of these events by which somebody registered; the most first."""
    of = {briefing.id: briefing for briefing in briefings}
    named = select(InviteLink.id, InviteLink.name, InviteLink.event_id).where(InviteLink.event_id.in_(of))
    names = {id_: (name, event_id) for id_, name, event_id in session.execute(named)}
    found = [
        ByLink(id=id_, name=names[id_][0], briefing=of[names[id_][1]], worked=Worked.of(figures))
        for id_, figures in figures_by_link(session, events).items()
    ]
    return tuple(sorted(found, key=lambda link: (-link.worked.registered, link.name, link.id)))

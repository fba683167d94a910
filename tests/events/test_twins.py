"""Twins: exactly one pair of a topic, made whole and parted only as a draft; the database itself keeps it to two."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventdesk.db import writing
from eventdesk.errors import Conflict, DomainError, NotFound, Refused
from eventdesk.events.files import draft_of
from eventdesk.events.filled import copied, twinned, typed
from eventdesk.events.models import Event, Topic
from eventdesk.events.recurrence import Scope
from eventdesk.events.service import cancel_event, create
from eventdesk.events.twins import make_twin, part, twin_of
from eventdesk.history.models import Act, Entry
from eventdesk.history.words import sentence
from eventdesk.labels import RULES, Label, Naming
from eventdesk.links import Links
from eventdesk.organisers.rules import COMMAND_LINE, Actor
from eventdesk.programmes.queries import first_of
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_draft, make_event, make_twins

BY: dict[str, Any] = {"actor": COMMAND_LINE}


def told_of(session: Session, event: Event) -> list[str]:
    """What the history says of an event's being a twin."""
    kept = select(Entry).where(Entry.event_id == event.id, Entry.act == Act.TWINNED).order_by(Entry.id)
    return [sentence(entry.act, entry.details) for entry in session.scalars(kept)]


def decide(event: Event, naming: Naming | None) -> None:
    """Let its organiser have decided when its page names the twin."""
    with writing() as writer:
        writer.get_one(Event, event.id).names_twin = naming


def topics(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Topic)).one()


@ON_BOTH
def test_a_twin_is_an_event_of_its_own_of_the_same_topic(session: Session, links: Links) -> None:
    community, briefing = make_twins(links, published=False)

    assert twin_of(session, community) is briefing
    assert twin_of(session, briefing) is community
    assert (briefing.label, briefing.status.value, briefing.taken) == (community.rules.crosses_to, "draft", 0)
    assert len({community.uid, briefing.uid}) == len({community.code, briefing.code}) == 2
    assert told_of(session, community) == ["Made its twin."]
    assert told_of(session, briefing) == ["Made as the twin of another event, of the other label."]


@ON_BOTH
def test_a_pair_is_two_and_never_more(session: Session, links: Links, now: Clock) -> None:
    community, briefing = make_twins(links)
    cancel_event(briefing.slug, **BY, links=links, now=now.time)
    again = make_draft(Label.COMMERCIAL)

    for event, draft in ((community, again), (briefing, make_draft())):
        with pytest.raises(Conflict):
            make_twin(event.slug, draft, **BY, links=links, now=now.time)
    third = make_event(links, Label.COMMERCIAL, published=False)
    with pytest.raises(Conflict):
        _tie(third.id, community.topic_id)

    session.rollback()
    assert topics(session) == 1
    assert session.scalars(select(func.count()).select_from(Event)).one() == 3


def _tie(event_id: int, topic_id: int | None) -> None:
    """What no service does: the database itself refuses a second one of a label."""
    with writing() as writer:
        writer.get_one(Event, event_id).topic_id = topic_id


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_who_make_it_at_once_make_one(session: Session, app: Flask, links: Links, now: Clock) -> None:
    slug, refused = make_event(links).slug, list[DomainError]()
    session.rollback()

    def work() -> None:
        with app.app_context():
            try:
                make_twin(slug, make_draft(Label.COMMERCIAL), **BY, links=links, now=now.time)
            except DomainError as error:
                refused.append(error)

    together = [Thread(target=work) for _ in range(4)]
    for each in together:
        each.start()
    for each in together:
        each.join()

    assert [type(each) for each in refused] == [Conflict] * 3
    assert topics(session) == 1


def test_what_cannot_be_a_twin_is_refused_and_nothing_is_kept(session: Session, links: Links, now: Clock) -> None:
    community, off = make_event(links), make_event(links)
    cancel_event(off.slug, **BY, links=links, now=now.time)
    briefing = make_draft(Label.COMMERCIAL)
    users_alone = Actor(1, frozenset({Label.COMMUNITY}), frozenset(), is_owner=False)
    buyers_alone = Actor(1, frozenset({Label.COMMERCIAL}), frozenset(), is_owner=False)

    for slug, draft, actor, error in (
        (community.slug, make_draft(), COMMAND_LINE, Refused),
        (off.slug, briefing, COMMAND_LINE, Conflict),
        (community.slug, briefing, users_alone, Refused),
        (community.slug, briefing, buyers_alone, NotFound),
    ):
        with pytest.raises(error):
            make_twin(slug, draft, actor=actor, links=links, now=now.time)

    session.rollback()
    assert (topics(session), session.scalars(select(func.count()).select_from(Event)).one()) == (0, 2)


def test_a_draft_may_be_parted_and_made_anew(session: Session, links: Links, now: Clock) -> None:
    community, briefing = make_twins(links, published=False, names_twin=Naming.NEVER)

    part(briefing.slug, **BY, now=now.time)

    assert (community.topic_id, briefing.topic_id, briefing.names_twin, topics(session)) == (None, None, None, 0)
    assert (
        told_of(session, briefing)[-1] == told_of(session, community)[-1] == "Parted from its twin. Both events stay."
    )
    with pytest.raises(Conflict):
        part(briefing.slug, **BY, now=now.time)
    make_twin(community.slug, make_draft(Label.COMMERCIAL), **BY, links=links, now=now.time)
    assert topics(session) == 1


def test_who_have_both_been_public_stay_a_pair(session: Session, links: Links, now: Clock) -> None:
    community, briefing = make_twins(links)
    users_alone = Actor(1, frozenset({Label.COMMUNITY}), frozenset(), is_owner=False)

    with pytest.raises(Conflict, match="stay a pair"):
        part(community.slug, **BY, now=now.time)
    with pytest.raises(NotFound):
        part(community.slug, actor=users_alone, now=now.time)

    session.rollback()
    assert twin_of(session, session.get_one(Event, community.id)) is session.get_one(Event, briefing.id)


def test_one_of_a_pair_keeps_its_label_also_as_a_draft(links: Links, alter: Callable[..., Event], now: Clock) -> None:
    community, _ = make_twins(links, published=False)

    with pytest.raises(Refused) as refusal:
        alter(community, label=Label.COMMERCIAL)
    assert set(refusal.value.problems) == {"label"}

    part(community.slug, **BY, now=now.time)
    assert alter(community, label=Label.COMMERCIAL).label is Label.COMMERCIAL


def test_copies_and_series_begin_without_a_topic(
    session: Session,
    links: Links,
    now: Clock,
    make_series: Callable[..., list[Event]],
    alter_series: Callable[..., list[Event]],
) -> None:
    community, _ = make_twins(links)
    decide(community, Naming.NEVER)
    form = copied(community)
    form.starts_at.data, form.ends_at.data = community.wall_start, community.wall_end
    series = make_series()
    make_twin(series[0].slug, make_draft(Label.COMMERCIAL), **BY, links=links, now=now.time)
    alter_series(series[0], Scope.ALL, names_twin=Naming.NEVER, venue="Harbour House")

    copy = create(form.draft(), **BY, links=links, now=now.time)

    assert (copy.topic_id, copy.names_twin) == (None, None)
    assert [each.names_twin for each in series] == [Naming.NEVER, None, None, None]
    assert [each.topic_id is None for each in series] == [False, True, True, True]
    assert {each.venue for each in series} == {"Harbour House"}


def test_the_form_of_a_twin_is_filled_with_what_may_be_shared(session: Session, links: Links) -> None:
    community = make_event(links, description="Nobody may sell to you here.", speakers=("Dilek",), capacity=7)
    programme = first_of(session, community.rules.crosses_to)
    with writing():
        programme.brief_offer = "Tire Server Fleet."

    form = twinned(community, programme)

    was = typed(community)
    assert {name: form[name].data for name in ("title", "venue", "timezone", "hosts")} == {
        name: was[name] for name in ("title", "venue", "timezone", "hosts")
    }
    assert (form.label.data, form.programme.data) == (programme.label.value, programme.slug)
    assert (form.brief_offer.data, form.twin_of.data) == ("Tire Server Fleet.", community.slug)
    left_out = ("description", "speakers", "starts_at", "ends_at", "online_url", "capacity")
    assert [name for name in left_out if form[name].data] == []
    assert form.thanks.data


def test_json_may_say_when_the_twin_is_named(session: Session, links: Links, now: Clock) -> None:
    community, _ = make_twins(links)

    drafts = [draft_of({"names_twin": said}, typed(community)) for said in ("never", None)]

    assert [draft.names_twin for draft in drafts] == [Naming.NEVER, None]
    for over, said in ((typed(community), {"names_twin": "sometimes"}), (typed(community), {"names_twin": 1})):
        with pytest.raises(Refused) as refusal:
            draft_of(said, over)
        assert set(refusal.value.problems) == {"names_twin"}
    alone = make_draft(names_twin=Naming.NEVER)
    with pytest.raises(Refused, match="no twin"):
        create(alone, **BY, links=links, now=now.time)


def test_every_label_crosses_to_another_and_says_when_its_page_names_the_twin() -> None:
    assert {rules.crosses_to for rules in RULES.values()} == set(RULES)
    assert all(rules.crosses_to is not label and rules.names_twin for label, rules in RULES.items())

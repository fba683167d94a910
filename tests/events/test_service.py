"""Events from draft to tombstone: who may do what when, and what each step does to calendar and mail."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.errors import Conflict, NotFound, Refused
from eventdesk.events.models import CalendarEntry, Event, Seats
from eventdesk.events.queries import entry_of, feed_entries, feed_revision
from eventdesk.events.rules import Status
from eventdesk.events.service import add, cancel_event, change, create, publish_event
from eventdesk.labels import RULES, Brief, Label
from eventdesk.links import Keys, Links
from eventdesk.organisers.rules import COMMAND_LINE, Actor
from eventdesk.outbox.models import Job, Kind
from eventdesk.wording import differences
from tests.cast import UDO, UGO, UMA
from tests.conftest import Clock
from tests.factories import ANSWERS, make_draft, make_event, sign_up

LINKS = Links("http://desk.example", "events@desk.example", Keys([b"x" * 32]))
CORA = Actor(None, frozenset({Label.COMMUNITY}))


def cancel(event: Event, links: Links, now: Clock) -> Event:
    return cancel_event(event.slug, actor=COMMAND_LINE, links=links, now=now.pass_by(minutes=1))


def told(session: Session) -> list[list[str]]:
    """What each fan-out says."""
    session.rollback()
    jobs = session.scalars(select(Job).where(Job.kind == Kind.TELL).order_by(Job.id)).all()
    events = {event.id: event for event in session.scalars(select(Event)).all()}
    return [differences(job.details["before"], events[job.event_id].facts(LINKS)) for job in jobs]


def revision(session: Session, label: Label = Label.COMMUNITY) -> int:
    session.rollback()
    return (feed_revision(session, label) or (0, None))[0]


@pytest.mark.parametrize("label", RULES)
def test_a_draft_is_published_and_called_off(session: Session, links: Links, now: Clock, label: Label) -> None:
    event = make_event(links, label, published=False)
    drafted = (event.status, event.sequence, session.get(CalendarEntry, event.id))

    published = publish_event(event.slug, charter_accepted=True, actor=COMMAND_LINE, links=links, now=now.time)
    seen = (published.status, published.sequence, published.published_at)
    cancelled = cancel(event, links, now)

    assert drafted == (Status.DRAFT, 0, None)
    assert seen == (Status.PUBLISHED, 0, now.time - timedelta(minutes=1))
    assert (cancelled.status, cancelled.sequence) == (Status.CANCELLED, 1)
    assert bool(cancelled.charter_accepted_at) == bool(RULES[label].charter)


def test_the_charter_is_accepted_before_publishing(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, published=False)

    with pytest.raises(Refused, match="Accept the charter") as refusal:
        publish_event(event.slug, charter_accepted=False, actor=COMMAND_LINE, links=links, now=now.time)

    assert set(refusal.value.problems) == {"charter"}
    session.rollback()
    assert event.status is Status.DRAFT


@pytest.mark.parametrize("missing", ["audience", "reason", "offer", "payment"])
def test_each_of_the_four_answers_is_asked_for(session: Session, links: Links, missing: str) -> None:
    brief = Brief(**vars(ANSWERS) | {missing: "  "})

    with pytest.raises(Refused) as refusal:
        make_event(links, Label.COMMERCIAL, brief=brief)

    assert set(refusal.value.problems) == {f"brief_{missing}"}
    session.rollback()
    assert session.scalars(select(Event)).all() == []


def test_a_published_briefing_keeps_its_four_answers(session: Session, links: Links, alter: Any) -> None:
    event = make_event(links, Label.COMMERCIAL)

    with pytest.raises(Refused, match="What is offered"):
        alter(event, brief=Brief(**vars(ANSWERS) | {"offer": ""}))

    session.rollback()
    assert event.brief == ANSWERS


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"title": "Another title"}, "It is now called “Another title”"),
        ({"venue": "Harbour House"}, "The new place is Harbour House. It was Quay Street 4, Oslo."),
        ({"venue": ""}, "There is no venue any more."),
        ({"online_url": "https://meet.example/x"}, "The link to join online is now https://meet.example/x"),
        ({"timezone": "Europe/London"}, "The new time is"),
    ],
)
def test_a_published_change_of_time_place_link_or_title_is_told(
    session: Session, links: Links, alter: Any, said: dict[str, Any], sentence: str
) -> None:
    event = make_event(links)

    changed = alter(event, **said)

    assert changed.sequence == 1
    assert sentence in told(session)[0][0]
    assert b"SEQUENCE:1\r\n" in entry_of(session, event.id)


def test_another_time_is_told_with_the_old_one(session: Session, links: Links, alter: Any) -> None:
    event = make_event(links)
    starts = event.wall_start + timedelta(hours=1)

    alter(event, starts_at=starts)

    after, before = "11 March 2027, 19:00 to 21:00 (Europe/Oslo)", "11 March 2027, 18:00 to 20:00 (Europe/Oslo)"
    assert told(session) == [[f"The new time is Thursday {after}. It was Thursday {before}."]]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"description": "Other words."},
        {"hosts": ("Somebody else",)},
        {"speakers": ("Jonas",)},
        {"capacity": 9},
    ],
)
def test_what_nobodys_calendar_moves_for_raises_no_sequence(
    session: Session, links: Links, alter: Any, said: dict[str, Any]
) -> None:
    event = make_event(links)

    changed = alter(event, **said)

    assert changed.sequence == 0
    assert told(session) == []


def test_a_draft_changes_without_telling_anybody(session: Session, links: Links, alter: Any) -> None:
    event = make_event(links, published=False)

    changed = alter(event, label=Label.COMMERCIAL, title="Now a briefing")

    assert (changed.sequence, changed.label, changed.revision) == (0, Label.COMMERCIAL, 2)
    assert (told(session), revision(session, Label.COMMERCIAL)) == ([], 0)


def test_the_label_is_locked_once_published(session: Session, links: Links, alter: Any) -> None:
    event = make_event(links)

    with pytest.raises(Refused, match="locked") as refusal:
        alter(event, label=Label.COMMERCIAL)

    assert set(refusal.value.problems) == {"label"}
    session.rollback()
    assert event.label is Label.COMMUNITY


def test_what_was_public_is_not_hidden_again(session: Session, links: Links, alter: Any) -> None:
    event, hidden = make_event(links), make_event(links, visibility="invitation")

    with pytest.raises(Refused, match="known already") as refusal:
        alter(event, visibility="invitation")

    assert set(refusal.value.problems) == {"visibility"}
    assert alter(hidden, visibility="public").is_public
    assert len(feed_entries(session, Label.COMMUNITY)) == 2


def test_two_who_change_at_once_do_not_overwrite_each_other(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    seen, draft = event.revision, make_draft(venue="Ada’s house")
    change(event.slug, draft, revision=seen, actor=COMMAND_LINE, links=links, now=now.time)

    with pytest.raises(Conflict, match="was changed while you did"):
        change(event.slug, make_draft(venue="x"), revision=seen, actor=COMMAND_LINE, links=links, now=now.time)

    session.rollback()
    assert (event.venue, event.revision) == ("Ada’s house", seen + 1)


def test_what_is_over_or_not_published_cannot_be_called_off(session: Session, links: Links, now: Clock) -> None:
    draft, past, gone = make_event(links, published=False), make_event(links), make_event(links)
    cancel(gone, links, now)
    now.time = past.ends_at

    for event in (draft, past, gone):
        with pytest.raises(Conflict):
            cancel(event, links, now)

    assert len(told(session)) == 1


def test_a_cancelled_event_is_neither_changed_nor_published_again(
    session: Session, links: Links, now: Clock, alter: Any
) -> None:
    event = make_event(links)
    cancel(event, links, now)

    with pytest.raises(Conflict):
        alter(event, title="Another title")
    with pytest.raises(Conflict):
        publish_event(event.slug, charter_accepted=True, actor=COMMAND_LINE, links=links, now=now.time)

    session.rollback()
    assert (event.status, event.sequence) == (Status.CANCELLED, 1)


def test_nobody_touches_events_of_a_label_they_do_not_organise(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, Label.COMMERCIAL)
    draft = make_draft(Label.COMMERCIAL)

    with pytest.raises(Refused, match="do not organise"):
        create(draft, actor=CORA, links=links, now=now.time)
    with pytest.raises(NotFound):
        change(event.slug, draft, revision=None, actor=CORA, links=links, now=now.time)
    with pytest.raises(NotFound):
        cancel_event(event.slug, actor=CORA, links=links, now=now.time)


def test_a_draft_that_cannot_be_published_at_once_is_not_kept(session: Session, links: Links, now: Clock) -> None:
    draft = make_draft(Label.COMMERCIAL, brief=Brief())

    with pytest.raises(Refused):
        add(draft, publish=True, actor=COMMAND_LINE, links=links, now=now.time)

    session.rollback()
    assert session.scalars(select(Event)).all() == []
    assert session.scalars(select(Seats)).all() == []


def test_an_unknown_programme_is_refused_at_its_field(links: Links, session: Session) -> None:
    with pytest.raises(Refused) as refusal:
        make_event(links, programme="commercial-briefings")

    assert set(refusal.value.problems) == {"programme"}


def test_fewer_seats_than_are_taken_are_refused(session: Session, links: Links, alter: Any) -> None:
    event = make_event(links, capacity=3)
    for person in (UGO, UMA, UDO):
        sign_up(event, person)

    with pytest.raises(Refused, match="3 people have a seat") as refusal:
        alter(event, capacity=2)

    assert set(refusal.value.problems) == {"capacity"}
    session.rollback()
    assert event.capacity == 3


@pytest.mark.parametrize(
    ("title", "slugs"),
    [
        ("Tire Server", ["tire-server", "tire-server-2", "tire-server-3"]),
        ("Tire_Server 100%", ["tire-server-100", "tire-server-100-2", "tire-server-100-3"]),
        ("New", ["new-2", "new-3", "new-4"]),
        ("Preview!", ["preview-2", "preview-3", "preview-4"]),
        ("日本", ["event", "event-2", "event-3"]),
        ("Ærlig Åpen é" + "x" * 90, [f"rlig-apen-e{'x' * 49}{end}" for end in ("", "-2", "-3")]),
    ],
)
def test_no_two_events_have_one_address_and_none_has_the_desks(
    session: Session, links: Links, title: str, slugs: list[str]
) -> None:
    assert [make_event(links, title=title, published=False).slug for _ in range(3)] == slugs


def test_every_event_has_a_uid_and_a_code_of_its_own_for_ever(session: Session, links: Links, alter: Any) -> None:
    one, other = make_event(links), make_event(links)
    uid, code = one.uid, one.code

    changed = alter(one, title="Another title")

    assert (changed.uid, changed.code, changed.slug) == (uid, code, one.slug)
    assert {uid, code}.isdisjoint({other.uid, other.code})
    assert uid.endswith("@desk.example")

"""People added by an organiser: all or none, in the order of the file, counted, told and remembered."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from eventdesk.access import links as installed
from eventdesk.consent.letters import passed
from eventdesk.db import db
from eventdesk.errors import Conflict, NotFound, Refused
from eventdesk.events.models import Event, Seats
from eventdesk.events.queries import by_slug
from eventdesk.events.service import cancel_event
from eventdesk.history.models import Act, Entry
from eventdesk.history.queries import entries
from eventdesk.history.words import sentence
from eventdesk.labels import RULES, Audience, Label
from eventdesk.links import Links
from eventdesk.lists.files import Fault, Listed, Person
from eventdesk.lists.held import came
from eventdesk.lists.imports import Plan, bring_in, plan
from eventdesk.lists.letters import letter_of
from eventdesk.lists.line import told_to_them
from eventdesk.lists.models import CALENDARS, LISTS, Origin, PeopleImport, State
from eventdesk.lists.queries import listed
from eventdesk.lists.service import leave
from eventdesk.lists.sources import BY_HAND, Why
from eventdesk.organisers.models import Organiser
from eventdesk.organisers.rules import Actor
from eventdesk.outbox.models import Job, Kind
from tests.cast import BEA, UDO, UGO, UMA, ZED
from tests.cast import Person as One
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event, sign_up, signing


def people(*those: One, came: bool = False, **said: Any) -> Listed:
    """These people as a file names them, from row 2 on."""
    rows = [Person(number, each.name, each.email, each.details, came) for number, each in enumerate(those, 2)]
    return Listed(rows, **said)


def bring(event: Event, those: Listed, now: Clock, **said: Any) -> Plan:
    usual: dict[str, Any] = {"made_for": "Luma", "statement": "They registered at Luma.", "actor": signing()}
    _, made = bring_in(event.slug, those, **(usual | said), keys=installed().keys, now=now.time)
    return made


def rows(session: Session, event: Event) -> list[tuple[str, str, int]]:
    session.rollback()
    return [(each.name, each.state.value, each.place) for each in listed(session, event)]


def counted(session: Session) -> tuple[int, ...]:
    """How many rows stand in whatever an import writes to."""
    session.rollback()
    tables = (LISTS[Audience.USERS], CALENDARS[Audience.USERS], Job, Entry, PeopleImport)
    return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


@ON_BOTH
def test_seats_go_to_the_first_of_the_file_and_the_others_wait_in_its_order(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links, capacity=3)
    sign_up(event, UGO)
    session.rollback()
    looked = plan(session, by_slug(session, event.slug, RULES), people(UMA, UGO, UDO, UMA, ZED), installed().keys)

    made = bring(event, people(UMA, UGO, UDO, UMA, ZED), now, looked_at=looked.mark)

    assert made == looked
    assert made.left == {3: Why.LISTED, 5: Why.TWICE}
    assert rows(session, event) == [
        (UGO.name, "confirmed", 1),
        (UMA.name, "confirmed", 2),
        (UDO.name, "confirmed", 3),
        (ZED.name, "waitlisted", 4),
    ]
    seats = session.get_one(Seats, event.id)
    assert (seats.taken, seats.waiting, seats.last_place) == (3, 1, 4)
    [kept] = session.scalars(select(PeopleImport)).all()
    assert (kept.people, kept.left_out, kept.made_for) == (3, {"listed": 1, "twice": 1}, "Luma")
    added = [each for each in listed(session, event) if each.import_id == kept.id]
    assert {each.origin for each in added} == {Origin.FILE}
    assert all(each.programme_version_id and each.answers == {} for each in added)
    assert session.scalar(select(func.count()).select_from(CALENDARS[Audience.USERS])) == 4
    leave(Audience.USERS, added[0].ref, now=now.time)
    assert rows(session, event)[-1] == (ZED.name, "confirmed", 4)  # who was added moves up like everybody


@ON_BOTH
def test_each_is_told_with_a_link_of_their_own_and_the_history_names_nobody(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links, Label.COMMERCIAL, capacity=1)

    bring(event, people(BEA, One("Bob", "bob@buyers.example")), now)

    session.rollback()
    jobs = session.scalars(select(Job).where(Job.kind == Kind.REGISTERED).order_by(Job.id)).all()
    letters = [passed(letter_of, db.session(), job, links, now.time) for job in jobs]
    assert [each.text.subject.partition(":")[0] for each in letters if each] == ["You are in", "On the waiting list"]
    bea, bob = listed(session, event)
    first = letters[0]
    assert first
    assert links.manage(bea.audience, bea.ref, 0) in first.text.body
    assert (bea.state, bob.state) == (State.CONFIRMED, State.WAITLISTED)
    assert (vars(bea)["company"], vars(bob)["company"]) == (BEA.company, "")
    [act] = [each for each in entries(session, event.id) if each.act is Act.IMPORTED]
    assert (sentence(act.act, act.details), act.actor_id) == ("Added 2 people from a file.", signing().id)
    [own] = entries(session, event.id, bob.ref)
    assert sentence(own.act, own.details) == "Added, and waits for a seat."
    assert told_to_them(session, event.id, bob.ref)[0].what == (
        "The organisers added you. All seats were taken, so you wait."
    )
    said = " ".join(str(each.details) for each in session.scalars(select(Entry)))
    assert not any(mark in said for mark in ("Bea", "Bob", "@"))


def test_while_a_row_is_wrong_nothing_is_added_unless_such_rows_are_left_out(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links)
    wrong = people(UGO, UMA, faults=[Fault(4, "There is no address.")], left=[(5, Why.DECLINED)])
    before = counted(session)

    with pytest.raises(Refused) as refused:
        bring(event, wrong, now)
    after = counted(session)
    made = bring(event, wrong, now, leave_out=True)

    assert "A row has a mistake, so nobody is added yet." in refused.value.problems["text"][0]
    assert after == before
    assert made.left_out == {"declined": 1, "faulty": 1}
    assert len(made.people) == 2


def test_what_was_looked_at_is_what_is_done_or_nothing_is(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    slug = event.slug
    looked = plan(session, by_slug(session, slug, RULES), people(UGO, UMA), installed().keys)
    sign_up(event, UMA)
    before = counted(session)

    with pytest.raises(Conflict, match="changed since you looked"):
        bring(event, people(UGO, UMA), now, looked_at=looked.mark)

    assert counted(session) == before
    sign_up(event, UGO)
    with pytest.raises(Conflict, match=r"Nobody is left to add. 2 on the list already"):
        bring(event, people(UGO, UMA), now)


def test_who_left_is_not_brought_back(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    leave(Audience.USERS, sign_up(event, UGO).ref, now=now.time)

    made = bring(event, people(UGO, UMA), now)

    assert made.left_out == {"left": 1}
    assert [name for name, state, _ in rows(session, event) if state == "confirmed"] == [UMA.name]


def test_nobody_is_added_to_a_draft_or_by_who_may_not_or_to_what_is_called_off(
    session: Session, links: Links, now: Clock
) -> None:
    draft, event = make_event(links, published=False), make_event(links)
    ada = signing()
    others = Actor(ada.id, frozenset({Label.COMMERCIAL}))

    with pytest.raises(Conflict, match="a draft"):
        bring(draft, people(UGO), now)
    with pytest.raises(NotFound):
        bring(event, people(UGO), now, actor=others)
    cancel_event(event.slug, actor=ada, links=links, now=now.time)
    with pytest.raises(Conflict, match="cancelled"):
        bring(event, people(UGO), now)


def test_once_it_is_over_who_came_is_marked_and_nobody_is_written_to(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links, capacity=2)
    now.time = event.ends_at + timedelta(days=1)

    bring(event, people(UGO, UMA, ZED, came=True), now, keep_came=True)

    session.rollback()
    assert [each.standing.value for each in listed(session, event)] == ["attended", "attended", "waitlisted"]
    assert {each.came_before for each in listed(session, event)} == {False}
    assert session.scalars(select(Job).where(Job.kind == Kind.REGISTERED)).all() == []
    assert session.scalar(select(func.count()).where(Entry.act == Act.ATTENDED)) == 2


def test_at_an_event_that_is_over_it_is_known_who_came_before_until_people_are_kept_no_more(
    session: Session, links: Links, now: Clock
) -> None:
    first, second = make_event(links), make_event(links, starts_at=datetime(2027, 4, 1, 18))  # noqa: DTZ001 - a wall time
    slug = first.slug
    now.time = first.ends_at + timedelta(days=89)

    bring(first, people(UMA, came=True), now, keep_came=True)
    bring(second, people(UGO, UMA, came=True), now, keep_came=True)
    now.pass_by(days=1)

    session.rollback()
    assert [(each.name, each.came_before) for each in listed(session, second)] == [(UGO.name, False), (UMA.name, True)]
    with pytest.raises(Conflict, match="kept for 90 days after an event"):
        bring(by_slug(session, slug, RULES), people(UGO), now)


def test_who_is_added_did_not_come_by_the_open_link(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    sign_up(event, UGO)

    bring(event, people(UMA, UDO), now)

    session.rollback()
    assert came(session, event).openly == 1


def test_who_came_is_not_marked_before_anybody_can_have_or_unasked(session: Session, links: Links, now: Clock) -> None:
    early, over = make_event(links), make_event(links)

    bring(early, people(UGO, came=True), now, keep_came=True)
    now.time = over.ends_at
    bring(over, people(UGO, came=True), now)

    session.rollback()
    assert {each.attended for event in (early, over) for each in listed(session, event)} == {None}


def test_one_added_by_hand_is_remembered_so(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)

    bring(event, people(UGO), now, made_for=BY_HAND)

    session.rollback()
    acts = [sentence(each.act, each.details) for each in entries(session, event.id)]
    assert "Added somebody by hand." in acts
    assert session.scalars(select(Organiser)).all()


@ON_BOTH
def test_a_thousand_are_added_in_a_few_statements(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=900)
    many = people(*(One(f"Person {number}", f"person{number}@users.example") for number in range(1_000)))

    made = bring(event, many, now)

    session.rollback()
    seats = session.get_one(Seats, event.id)
    assert (len(made.people), seats.taken, seats.waiting) == (1_000, 900, 100)
    assert session.scalar(select(func.count()).where(Job.kind == Kind.REGISTERED)) == 1_000
    assert [each.name for each in listed(session, event)] == [each.name for each in many.people]

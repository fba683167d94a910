"""Two registrations of one person become one: the better place, the chosen address, and what either of them said."""

from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk import clock
from eventdesk.db import writing
from eventdesk.errors import Conflict, NotFound
from eventdesk.events.models import Event, Seats
from eventdesk.events.service import cancel_event
from eventdesk.history.models import Act, Entry
from eventdesk.labels import RULES, Label, Stage
from eventdesk.links import Links
from eventdesk.lists.attendance import mark
from eventdesk.lists.letters import letter_of
from eventdesk.lists.line import told_to_them
from eventdesk.lists.merging import alike, merge, same_name
from eventdesk.lists.models import BuyerRegistration, Registration, State
from eventdesk.lists.queries import calendar_of, listed
from eventdesk.lists.service import leave
from eventdesk.lists.walk_ins import walk_in
from eventdesk.organisers.rules import COMMAND_LINE, Actor
from eventdesk.outbox.mail import Letter
from eventdesk.outbox.models import Job
from tests.cast import BEA, BOB, UDO, UGO, UMA, ZED, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event, make_invitation, registered, sign_up, signing

ORGANISER = Actor(1, frozenset(RULES))
#: The same person at work.
OTHER = Person("ugo  USÉR", "ugo@work.example", "Ugo & Co", "Owner")


class Was(NamedTuple):
    """What a registration was before."""

    email: str
    turns: int


def put(session: Session, event: Event, person: Person, state: State) -> int:
    """Somebody at an event of two seats who stands so; returns the reference."""
    if state is State.PENDING:
        link = make_invitation(event, Person(person.name, f"other-{person.email}")).ref
        return sign_up(event, person, invitation_ref=link).ref
    ref = sign_up(event, person).ref
    if state is State.CANCELLED:
        leave(event.rules.audience, ref, now=clock.now())
    return ref


def now_of(session: Session, event: Event) -> dict[int, Registration]:
    session.rollback()
    return {person.ref: person for person in listed(session, event)}


def seats_add_up(session: Session, event: Event) -> bool:
    """Whether what is counted is what there is."""
    people, seats = now_of(session, event).values(), session.get_one(Seats, event.id)
    taken = sum(each.state in (State.CONFIRMED, State.OFFERED) for each in people)
    waiting = sum(each.is_waiting for each in people)
    return (seats.taken, seats.waiting) == (taken, waiting)


def letters(session: Session, links: Links, ref: int, after: int) -> list[Letter]:
    jobs = session.scalars(select(Job).where(Job.ref == ref, Job.id > after).order_by(Job.id)).all()
    return [letter for job in jobs if (letter := letter_of(session, job, links, clock.now()))]


@ON_BOTH
@pytest.mark.parametrize("keeps", ["first", "second"])
@pytest.mark.parametrize(
    ("first", "second", "stays", "next_up"),
    [
        ("confirmed", "confirmed", "confirmed", True),
        ("confirmed", "waitlisted", "confirmed", False),
        ("waitlisted", "waitlisted", "waitlisted", False),
        ("pending", "confirmed", "confirmed", False),
        ("pending", "waitlisted", "waitlisted", False),
        ("pending", "pending", "pending", False),
        ("cancelled", "confirmed", "confirmed", False),
        ("cancelled", "waitlisted", "waitlisted", False),
    ],
)
def test_the_better_place_stays_under_the_chosen_address_and_the_seats_add_up(
    session: Session, links: Links, now: Clock, keeps: str, first: str, second: str, stays: str, next_up: bool
) -> None:
    wanted = [State(first), State(second)]
    event = make_event(links, capacity=2)
    if State.CONFIRMED not in wanted:  # the seats are gone already
        for person in (BEA, BOB):
            sign_up(event, person)
    one = put(session, event, UGO, wanted[0])
    if State.CONFIRMED in wanted and State.WAITLISTED in wanted:
        sign_up(event, BEA)
    two = put(session, event, OTHER, wanted[1])
    if State.CONFIRMED in wanted and State.WAITLISTED not in wanted and wanted != [State.CONFIRMED] * 2:
        sign_up(event, BEA)
    waits = sign_up(event, UDO).ref
    found = now_of(session, event)
    assert [found[ref].state.value for ref in (one, two)] == [first, second]
    before = {ref: Was(found[ref].email, found[ref].turns) for ref in (one, two)}
    last_job = session.scalars(select(Job.id).order_by(Job.id.desc())).first() or 0
    keep, kept_email = (one, UGO.email) if keeps == "first" else (two, OTHER.email)
    other_email = OTHER.email if keeps == "first" else UGO.email

    merged = merge(event.slug, [one, two], keep, actor=ORGANISER, now=now.time).ref

    people = now_of(session, event)
    gone = two if merged == one else one
    assert (people[merged].state.value, people[gone].state) == (stays, State.CANCELLED)
    assert (people[merged].email, people[gone].email) == (kept_email, other_email)
    names = [UGO.name, OTHER.name] if keeps == "first" else [OTHER.name, UGO.name]
    assert [people[merged].name, people[gone].name] == names
    assert (people[waits].state is State.CONFIRMED) == next_up
    assert seats_add_up(session, event)
    if kept_email != before[merged].email:  # neither calendar has anything newer
        assert min(people[each].turns for each in (merged, gone)) > max(each.turns for each in before.values())
    [letter] = letters(session, links, merged, last_job)
    assert (letter.email, letters(session, links, gone, last_job)) == (kept_email, [])
    told = "The organisers look at" if stays == "pending" else "made one registration of it, under this address"
    assert told in letter.text.body or stays == "pending"
    assert (letter.calendar is not None) == (stays == "confirmed")
    acts = session.scalars(select(Entry).where(Entry.act == Act.MERGED)).all()
    assert {(each.ref, each.actor_id) for each in acts} == {(one, 1), (two, 1)}
    if stays == "confirmed":
        assert calendar_of(session, people[merged].audience, kept_email)
    with pytest.raises(Conflict, match="one registration already"):
        merge(event.slug, [one, two], keep, actor=ORGANISER, now=now.time)


@ON_BOTH
def test_an_offer_and_a_place_in_line_become_the_offer(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=1, offer_hours=48)
    seated, offered, waits = (sign_up(event, each).ref for each in (BEA, UGO, OTHER))
    leave(event.rules.audience, seated, now=now.time)

    merge(event.slug, [offered, waits], waits, actor=ORGANISER, now=now.time)

    people = now_of(session, event)
    assert (people[offered].state, people[offered].email) == (State.OFFERED, OTHER.email)
    assert people[offered].offer_until is not None
    assert seats_add_up(session, event)
    [letter] = letters(session, links, offered, 0)
    assert "A seat is kept for you until" in letter.text.body


def test_who_waits_behind_is_told_that_the_line_became_shorter(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=1)
    refs = [sign_up(event, each).ref for each in (BEA, UGO, BOB, OTHER, UDO)]

    merge(event.slug, [refs[1], refs[3]], refs[3], actor=ORGANISER, now=now.time)

    between, behind = ([each.what for each in told_to_them(session, event.id, ref)] for ref in (refs[2], refs[4]))
    assert between == ["You registered. All seats were taken, so you wait. You were second in line."]
    assert behind[1:] == ["Somebody further ahead left the waiting list. You are now third in line."]


@ON_BOTH
def test_what_the_kept_one_does_not_say_is_taken_from_the_other(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, Label.COMMERCIAL)
    one, two = (sign_up(event, each).ref for each in (BEA, OTHER))
    with writing() as changing:
        people = {each.ref: each for each in changing.scalars(select(BuyerRegistration))}
        people[one].answers, people[two].answers = {"1": "Tires", "2": "Yes"}, {"2": "No"}
        people[one].note, people[one].remind_hours = "Asked for a ramp.", 24
        people[one].stage, people[one].staged_at, people[one].owner_id = Stage.PROPOSAL, now.time, signing().id
        people[two].value, people[two].currency, people[two].next_step = 500, "EUR", "Ring up"
    now.time = event.starts_at
    mark(event.rules.audience, one, True, actor=ORGANISER, now=now.time)
    mark(event.rules.audience, two, False, actor=ORGANISER, now=now.time)

    merged = merge(event.slug, [one, two], two, actor=ORGANISER, now=now.time)

    found: Any = now_of(session, event)[merged.ref]
    assert (found.email, found.company, found.answers, found.note) == (
        OTHER.email,
        OTHER.company,
        {"1": "Tires", "2": "No"},
        "Asked for a ramp.",
    )
    assert (found.attended, found.remind_hours, found.stage, found.owner_id) == (True, 24, Stage.PROPOSAL, signing().id)
    assert (found.value, found.currency, found.next_step) == (500, "EUR", "Ring up")


def test_old_links_tell_that_it_was_merged_and_the_new_one_opens_it(
    app: Flask, client: FlaskClient, links: Links, now: Clock
) -> None:
    with app.app_context():
        event = make_event(links)
        one, two = (registered(event, sign_up(event, each)) for each in (UGO, OTHER))
        refs = [one.ref, two.ref]
        before = [links.manage(each.audience, each.ref, each.generation) for each in (one, two)]
        stays = merge(event.slug, refs, two.ref, actor=ORGANISER, now=now.time)
        after = links.manage(stays.audience, stays.ref, stays.generation)

    first, second, new = (client.get(each) for each in (*before, after))

    assert (first.status_code, "made one registration of it" in first.text) == (404, True)
    assert (second.status_code, "made one registration of it" in second.text) == (404, True)
    assert (new.status_code, OTHER.email in new.text, "You have a seat" in new.text) == (200, True, True)
    assert not any(email in page.text for page in (first, second) for email in (UGO.email, OTHER.email))


def test_who_came_to_the_door_without_an_address_gets_the_one_they_had_registered_with(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links, capacity=1)
    sign_up(event, BEA)
    waits = sign_up(event, UGO).ref
    now.time = event.starts_at
    said: dict[str, Any] = {"name": "At the door", "email": "", "details": {}, "once": "1", "add_seat": True}
    walk_in(event.id, **said, actor=ORGANISER, now=now.time)
    came = next(ref for ref, person in now_of(session, event).items() if not person.email)

    with pytest.raises(Conflict, match="has none to keep"):
        merge(event.slug, [waits, came], came, actor=ORGANISER, now=now.time)
    merge(event.slug, [waits, came], waits, actor=ORGANISER, now=now.time)

    people = now_of(session, event)
    assert (people[came].email, people[came].attended, people[waits].state) == (UGO.email, True, State.CANCELLED)
    assert seats_add_up(session, event)


def test_what_cannot_be_merged_is_left_alone(session: Session, links: Links, now: Clock) -> None:
    event, elsewhere = make_event(links), make_event(links, title="Another")
    briefing = make_event(links, Label.COMMERCIAL)
    one, two, other, buyer = (
        sign_up(*each).ref for each in ((event, UGO), (event, OTHER), (elsewhere, UGO), (briefing, BEA))
    )

    for refs, keep, actor in (
        ([one, other], one, ORGANISER),
        ([one, buyer], one, ORGANISER),
        ([one, one], one, ORGANISER),
        ([one, two], other, ORGANISER),
        ([one, two], one, Actor(2, frozenset({Label.COMMERCIAL}))),
    ):
        with pytest.raises(NotFound):
            merge(event.slug, refs, keep, actor=actor, now=now.time)
    for ref in (one, two):
        leave(event.rules.audience, ref, now=now.time)
    with pytest.raises(Conflict, match="Both have ended"):
        merge(event.slug, [one, two], one, actor=ORGANISER, now=now.time)


def test_nobody_is_written_to_of_what_was_called_off(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    refs = [sign_up(event, each).ref for each in (UGO, OTHER)]
    cancel_event(event.slug, actor=COMMAND_LINE, links=links, now=now.time)
    before = len(session.scalars(select(Job)).all())

    merge(event.slug, refs, refs[0], actor=ORGANISER, now=now.time)

    assert len(session.scalars(select(Job)).all()) == before


def test_who_may_be_one_person_is_found_by_name(session: Session, links: Links) -> None:
    event = make_event(links)
    names = ("Zoë  Ångström", "zoe angstrom", "Zoe A.", "Udo User", "ＵＤＯ ＵＳＥＲ", "Ugo")
    refs = [sign_up(event, Person(name, f"{number}@users.example")).ref for number, name in enumerate(names)]
    gone = sign_up(event, Person("UGO", "gone@users.example")).ref
    leave(event.rules.audience, gone, now=clock.now())
    sign_up(make_event(links, title="Another"), Person("Ugo", "ugo@users.example"))

    assert [[each.ref for each in group] for group in alike(session, event)] == [refs[:2], refs[3:5]]
    assert same_name(" Straße ") == same_name("STRASSE")
    assert same_name(UMA.name) != same_name(ZED.name)

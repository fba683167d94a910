"""What is done to several at once: each as if it were alone, told of what was left out and why, and done twice it is done once."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk import clock
from eventdesk.channels import Channel
from eventdesk.errors import Conflict, NotFound
from eventdesk.events.models import Event, Seats
from eventdesk.history.models import Act, Entry
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.lists.attendance import mark
from eventdesk.lists.deeds import Deed, act_on
from eventdesk.lists.held import was_taken_off
from eventdesk.lists.letters import letter_of
from eventdesk.lists.queries import listed
from eventdesk.lists.service import leave
from eventdesk.organisers.rules import COMMAND_LINE, Actor
from eventdesk.outbox.mail import Letter
from eventdesk.outbox.models import Job, Kind
from eventdesk.wording import Words
from eventdesk.words.service import reword_event
from tests.cast import BEA, BOB, UDO, UGO, UMA, ZED, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event, make_invitation, sign_up

ORGANISER = Actor(1, frozenset(RULES))
CROWD = [Person(f"Guest {number}", f"guest{number}@users.example") for number in range(7)]


def standing(session: Session, event: Event) -> dict[str, str]:
    session.rollback()
    return {person.name.partition(" ")[0]: person.standing.value for person in listed(session, event)}


def seats(session: Session, event: Event) -> tuple[int, int]:
    session.rollback()
    found = session.get_one(Seats, event.id)
    return found.taken, found.waiting


def letters(session: Session, links: Links, ref: int) -> list[Letter]:
    session.rollback()
    jobs = session.scalars(select(Job).where(Job.ref == ref).order_by(Job.id)).all()
    return [letter for job in jobs if (letter := letter_of(session, job, links, clock.now()))]


@ON_BOTH
@pytest.mark.parametrize("label", list(RULES))
def test_several_are_taken_off_hear_of_it_and_the_next_in_line_moves_up(
    session: Session, links: Links, now: Clock, label: Label
) -> None:
    event = make_event(links, label, capacity=2)
    first, second, waits, last = (sign_up(event, each).ref for each in (BEA, BOB, UGO, UDO))
    slug = event.slug

    tally = act_on(slug, [first, waits, first], Deed.END, actor=ORGANISER, now=now.time)
    again = act_on(slug, [first, waits, 5], Deed.END, actor=ORGANISER, now=now.time)

    assert (tally.said, again.said) == (
        "2 taken off the list.",
        "Nobody taken off the list; left out: 2 off it already, 1 not on this list.",
    )
    assert standing(session, event) == {"Bea": "cancelled", "Bob": "confirmed", "Ugo": "cancelled", "Udo": "confirmed"}
    assert seats(session, event) == (2, 0)
    [had_seat], [waited], [up] = (letters(session, links, ref) for ref in (first, waits, last))
    assert had_seat.text.subject.startswith("Your registration has ended: ")
    assert "The organisers have taken you off the list" in had_seat.text.body
    assert "the seat is not yours any more" in had_seat.text.body
    assert b"METHOD:CANCEL" in (had_seat.calendar or b"")
    assert ("you are not waiting for a seat any more" in waited.text.body, waited.calendar) == (True, None)
    assert not any(each in had_seat.text.body for each in ("Thank you for telling", "Register again"))
    assert ("yours" in up.text.body or "seat" in up.text.body, second) == (True, second)
    entries = session.scalars(select(Entry).where(Entry.ref.in_([first, waits]), Entry.act == Act.LEFT)).all()
    assert [(each.actor_id, each.details["taken_off"]) for each in entries] == [(1, True)] * 2
    [gone] = [person for person in listed(session, event) if person.ref == first]
    assert was_taken_off(session, gone)


@ON_BOTH
def test_what_an_act_does_not_fit_is_left_out_and_said(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=2)
    seated, other, waits = (sign_up(event, each).ref for each in (UGO, UMA, UDO))
    held = sign_up(event, ZED, invitation_ref=make_invitation(event, BEA).ref).ref
    everybody = [seated, other, waits, held]

    def does(deed: Deed) -> str:
        return act_on(event.slug, everybody, deed, actor=ORGANISER, now=now.time).said

    approved = does(Deed.APPROVE)
    with pytest.raises(Conflict, match="6 hours before"):
        does(Deed.ATTENDED)
    now.time = event.starts_at
    said = [does(deed) for deed in (Deed.ATTENDED, Deed.ATTENDED, Deed.END, Deed.NO_SHOW, Deed.UNMARK)]
    now.pass_by(hours=3)
    with pytest.raises(Conflict, match="is over"):
        does(Deed.END)

    assert approved == "1 approved; left out: 3 not held any more."
    assert said == [
        "2 marked as attended; left out: 2 without a seat.",
        "Nobody marked as attended; left out: 2 so already, 2 without a seat.",
        "2 taken off the list; left out: 2 with a mark, which would have to be taken back first.",
        "2 marked as no-show; left out: 2 without a seat.",
        "2 unmarked; left out: 2 without a seat.",
    ]
    assert standing(session, event) == {"Ugo": "confirmed", "Uma": "confirmed", "Udo": "cancelled", "Zed": "cancelled"}
    assert seats(session, event) == (2, 0)


def test_who_is_held_and_taken_off_is_declined(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    link = make_invitation(event, BEA).ref
    refs = [sign_up(event, each, invitation_ref=link).ref for each in (ZED, UMA)]

    act_on(event.slug, refs[:1], Deed.END, actor=ORGANISER, now=now.time)
    act_on(event.slug, refs[1:], Deed.DECLINE, actor=ORGANISER, now=now.time)

    assert [[letter.text.subject[:13] for letter in letters(session, links, ref)] for ref in refs] == [
        ["Not this time"]
    ] * 2


def test_what_is_left_on_ones_own_is_said_otherwise_than_by_an_organiser(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links)
    words = Words("Bye", "Sorry that you cannot come!")
    reword_event(event.slug, Channel.LEFT, words, actor=COMMAND_LINE, links=links, now=now.time)
    off, left = (sign_up(event, each).ref for each in (UGO, UMA))
    act_on(event.slug, [off], Deed.END, actor=ORGANISER, now=now.time)
    leave(event.rules.audience, left, now=now.time)

    assert ["Sorry that you" in letters(session, links, ref)[0].text.body for ref in (off, left)] == [False, True]
    sign_up(event, UGO)  # nothing keeps them from coming back
    assert standing(session, event)["Ugo"] == "confirmed"


@ON_BOTH
def test_many_are_taken_off_in_batches_and_nobody_gets_a_seat_for_a_moment(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links, capacity=4)
    refs = [sign_up(event, each).ref for each in CROWD]
    sign_up(event, UGO)

    tally = act_on(event.slug, refs, Deed.END, actor=ORGANISER, now=now.time, most=2)

    assert (tally.done, seats(session, event)) == (7, (1, 0))
    promoted = session.scalars(select(Entry.ref).where(Entry.act == Act.PROMOTED)).all()
    assert len(promoted) == 1
    assert promoted[0] not in refs


def test_nobody_does_it_to_what_they_do_not_organise(session: Session, links: Links, now: Clock) -> None:
    event, elsewhere = make_event(links), make_event(links, title="Another")
    other = sign_up(elsewhere, UGO).ref
    stranger = Actor(2, frozenset({Label.COMMERCIAL}))

    with pytest.raises(NotFound):
        act_on(event.slug, [other], Deed.END, actor=stranger, now=now.time)
    tally = act_on(event.slug, [other], Deed.END, actor=ORGANISER, now=now.time)
    now.time = event.starts_at - timedelta(hours=1)
    mark(event.rules.audience, other, True, actor=ORGANISER, now=now.time)

    assert tally.said == "Nobody taken off the list; left out: 1 not on this list."
    assert standing(session, elsewhere) == {"Ugo": "attended"}


def test_what_breaks_off_leaves_no_free_seat_beside_those_who_wait(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=2)
    refs = [sign_up(event, person).ref for person in (UGO, UMA, UDO)]

    act_on(event.slug, refs[:2], Deed.END, actor=COMMAND_LINE, now=now.time, most=1)

    waits = session.scalars(select(Job).where(Job.kind == Kind.FILL)).one()
    assert waits.run_at > now.time  # after the others who are to be taken off
    assert standing(session, event)["Udo"] == "confirmed"

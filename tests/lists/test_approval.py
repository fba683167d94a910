"""Who comes by another's personal link is held: no seat, no place in line, until an organiser says so."""

from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk import clock
from eventdesk.channels import Channel
from eventdesk.errors import Conflict, NotFound
from eventdesk.events.models import Event, Seats
from eventdesk.events.service import cancel_event, change
from eventdesk.history.models import Act, Entry
from eventdesk.labels import RULES, Audience, Label
from eventdesk.links import Links
from eventdesk.lists.approval import approve, decline
from eventdesk.lists.held import came, ended_by, held_by_event, invitations_behind, was_let_in
from eventdesk.lists.letters import letter_of
from eventdesk.lists.models import Registration, State
from eventdesk.lists.queries import by_email
from eventdesk.lists.service import Outcome, fill, leave, tell
from eventdesk.organisers.rules import COMMAND_LINE, Actor
from eventdesk.outbox.mail import Letter
from eventdesk.outbox.models import Job, Kind
from eventdesk.wording import Words
from eventdesk.words.service import reword_event
from tests.cast import BEA, BOB, UDO, UGO, UMA, ZED, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_draft, make_event, make_invitation, registered, sign_up

ORGANISER = Actor(1, frozenset(RULES))


def hold(event: Event, person: Person = ZED, owner: Person = UGO) -> Outcome:
    """Somebody registers by a link that was made for somebody else."""
    return sign_up(event, person, invitation_ref=make_invitation(event, owner).ref)


def fresh(session: Session, event: Event, outcome: Outcome) -> Registration:
    session.rollback()
    return registered(event, outcome)


def seats_of(session: Session, event: Event) -> tuple[int, int]:
    session.rollback()
    seats = session.get_one(Seats, event.id)
    return seats.taken, seats.waiting


def letters(session: Session, links: Links, ref: int) -> list[tuple[str, Letter]]:
    """The letters to one person that are still true."""
    session.rollback()
    jobs = session.scalars(select(Job).where(Job.ref == ref).order_by(Job.id)).all()
    return [(job.kind.value, letter) for job in jobs if (letter := letter_of(session, job, links, clock.now()))]


def acts(session: Session, ref: int) -> list[tuple[str, int | None]]:
    session.rollback()
    entries = session.scalars(select(Entry).where(Entry.ref == ref).order_by(Entry.id))
    return [(entry.act.value, entry.actor_id) for entry in entries]


@ON_BOTH
@pytest.mark.parametrize(("label", "owner", "guest"), [(Label.COMMUNITY, UGO, ZED), (Label.COMMERCIAL, BEA, BOB)])
def test_the_right_address_is_in_and_another_is_held(
    session: Session, links: Links, label: Label, owner: Person, guest: Person
) -> None:
    event = make_event(links, label, capacity=5)
    invitation = make_invitation(event, owner)
    own = sign_up(
        event, Person(owner.name, owner.email.upper(), owner.company, owner.role), invitation_ref=invitation.ref
    )
    other = sign_up(event, guest, invitation_ref=invitation.ref)

    assert (own.held, registered(event, own).state) == (False, State.CONFIRMED)
    assert (other.held, registered(event, other).state) == (True, State.PENDING)
    assert seats_of(session, event) == (1, 0)
    assert invitations_behind(session, event)[other.ref].email == owner.email
    assert [kind for kind, _ in letters(session, links, other.ref)] == ["held"]
    assert acts(session, own.ref) == [("registered", None)]
    assert acts(session, other.ref) == [("held", None)]


@ON_BOTH
def test_who_is_let_in_gets_a_seat_or_the_end_of_the_line(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=2)
    zed = hold(event)
    uma = sign_up(event, UMA)
    udo = hold(event, UDO, UMA)
    first_place = fresh(session, event, zed).place

    approve(event.slug, zed.ref, actor=ORGANISER, now=now.time)
    last = sign_up(event, BEA)
    approve(event.slug, udo.ref, actor=ORGANISER, now=now.time)

    assert [fresh(session, event, each).state.value for each in (zed, uma, last, udo)] == [
        "confirmed",
        "confirmed",
        "waitlisted",
        "waitlisted",
    ]
    assert registered(event, last).place < registered(event, udo).place
    assert registered(event, zed).place > first_place
    assert seats_of(session, event) == (2, 2)
    assert acts(session, zed.ref) == [("held", None), ("approved", 1)]
    [(kind, letter)] = letters(session, links, zed.ref)
    assert (kind, "You are in" in letter.text.subject, letter.calendar is not None) == ("registered", True, True)
    [(kind, letter)] = letters(session, links, udo.ref)
    assert ("waiting list" in letter.text.subject, letter.calendar) == (True, None)


@ON_BOTH
def test_the_held_never_count_as_seats_and_never_move_up(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=1)
    ugo = sign_up(event, UGO)
    zed = hold(event, ZED, UMA)
    udo = sign_up(event, UDO)

    leave(Audience.USERS, ugo.ref, now=now.time)
    assert [fresh(session, event, each).state.value for each in (zed, udo)] == ["pending", "confirmed"]
    change(event.slug, make_draft(capacity=5), revision=None, actor=COMMAND_LINE, links=links, now=now.time)
    for job in session.scalars(select(Job).where(Job.kind == Kind.FILL)).all():
        fill(job, now.time)
    leave(Audience.USERS, zed.ref, now=now.time)

    assert fresh(session, event, zed).state is State.CANCELLED
    assert seats_of(session, event) == (1, 0)


@ON_BOTH
def test_two_who_approve_at_once_give_one_seat(session: Session, app: Flask, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=5)
    zed = hold(event)
    slug, said = event.slug, []
    session.rollback()

    def press() -> None:
        with app.app_context():
            try:
                approve(slug, zed.ref, actor=ORGANISER, now=now.time)
                said.append("done")
            except Conflict as error:
                said.append(error.message)

    both = [Thread(target=press) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()

    refused, done = sorted(said)
    assert ("not held any more" in refused, done) == (True, "done")
    assert seats_of(session, event) == (1, 0)


def test_who_is_declined_hears_of_it_and_may_come_by_another_way(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    zed = hold(event)

    decline(event.slug, zed.ref, actor=ORGANISER, now=now.time)

    person = fresh(session, event, zed)
    assert (person.state, ended_by(session, person), was_let_in(session, person)) == (
        State.CANCELLED,
        Act.DECLINED,
        False,
    )
    [(kind, letter)] = letters(session, links, zed.ref)
    assert (kind, letter.calendar, "could not give you a seat" in letter.text.body) == ("declined", None, True)
    assert acts(session, zed.ref)[-1] == ("declined", 1)
    sign_up(event, ZED)
    person = fresh(session, event, zed)
    assert (person.state, was_let_in(session, person)) == (State.CONFIRMED, True)
    assert [kind for kind, _ in letters(session, links, zed.ref)] == ["registered"]


def test_own_words_hand_the_open_link_to_nobody_who_was_not_let_in(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, visibility="invitation")
    for channel in (Channel.HELD, Channel.DECLINED):
        words = Words("", "See {link}. {manage_link}" if channel is Channel.HELD else "See {link}.")
        reword_event(event.slug, channel, words, actor=COMMAND_LINE, links=links, now=now.time)
    zed = hold(event)

    [(_, held)] = letters(session, links, zed.ref)
    decline(event.slug, zed.ref, actor=ORGANISER, now=now.time)
    [(_, declined)] = letters(session, links, zed.ref)

    assert event.code not in held.text.body + held.html + declined.text.body + declined.html


@pytest.mark.parametrize("verb", [approve, decline])
def test_what_was_decided_is_not_decided_again(session: Session, links: Links, now: Clock, verb: type[object]) -> None:
    event = make_event(links)
    approved, declined, withdrawn, waits = (
        hold(event, person, owner) for person, owner in ((ZED, UGO), (UMA, UDO), (BEA, BOB), (BOB, BEA))
    )
    approve(event.slug, approved.ref, actor=ORGANISER, now=now.time)
    decline(event.slug, declined.ref, actor=ORGANISER, now=now.time)
    leave(Audience.USERS, withdrawn.ref, now=now.time)

    for each in (approved, declined, withdrawn):
        with pytest.raises(Conflict, match="not held any more"):
            verb(event.slug, each.ref, actor=ORGANISER, now=now.time)  # type: ignore[call-arg]
    now.pass_by(days=40)
    with pytest.raises(Conflict, match="nothing to decide"):
        verb(event.slug, waits.ref, actor=ORGANISER, now=now.time)  # type: ignore[call-arg]
    for actor, slug, ref in (
        (Actor(2, frozenset({Label.COMMERCIAL})), event.slug, waits.ref),
        (ORGANISER, make_event(links, title="Another").slug, waits.ref),
        (ORGANISER, event.slug, 5),
    ):
        with pytest.raises(NotFound):
            verb(slug, ref, actor=actor, now=now.time)  # type: ignore[call-arg]


def test_the_held_hear_of_changes_without_a_calendar_entry(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    zed = hold(event)
    for job in session.scalars(select(Job)).all():
        assert job.kind is Kind.HELD
    change(event.slug, make_draft(venue="Another house"), revision=None, actor=COMMAND_LINE, links=links, now=now.time)
    cancelled = make_event(links, title="Off")
    off = hold(cancelled)
    cancel_event(cancelled.slug, actor=COMMAND_LINE, links=links, now=now.time)
    for job in session.scalars(select(Job).where(Job.kind == Kind.TELL)).all():
        tell(job, now.time)

    said = letters(session, links, zed.ref)
    assert [kind for kind, _ in said] == ["held"]  # it waits, and will say the new place
    assert "Another house" in said[0][1].text.body
    assert [(kind, letter.calendar) for kind, letter in letters(session, links, off.ref)] == [("cancelled", None)]
    assert "out of your calendar" not in letters(session, links, off.ref)[0][1].text.body
    assert ("held" in said[0][0], said[0][1].calendar) == (True, None)


def test_who_withdraws_reads_of_no_seat(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, visibility="invitation")
    zed = hold(event)

    leave(Audience.USERS, zed.ref, now=now.time)

    [(kind, letter)] = letters(session, links, zed.ref)
    assert (kind, letter.calendar, letter.text.subject.startswith("You have withdrawn")) == ("left", None, True)
    assert event.code not in letter.text.body
    assert acts(session, zed.ref)[-1] == ("left", None)


def test_who_had_a_seat_and_comes_back_held_is_still_told_that_the_seat_is_gone(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links)
    zed = sign_up(event, ZED)
    leave(Audience.USERS, zed.ref, now=now.time)

    hold(event)

    assert [(kind, letter.calendar is None) for kind, letter in letters(session, links, zed.ref)] == [
        ("left", False),
        ("held", True),
    ]


def test_the_held_press_again_or_come_by_the_open_link(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    invitation = make_invitation(event, UGO)
    zed = sign_up(event, ZED, invitation_ref=invitation.ref)

    again = sign_up(event, ZED, now.pass_by(hours=1), invitation_ref=invitation.ref)
    held = letters(session, links, zed.ref)
    openly = sign_up(event, ZED)

    assert (again.held, again.new, openly.held, openly.new) == (True, False, False, True)
    assert [(kind, letter.text.subject.startswith("With the organisers")) for kind, letter in held] == [
        ("held", True),
        ("again", True),
    ]
    assert fresh(session, event, zed).state is State.CONFIRMED
    assert held_by_event(session, frozenset(RULES), now.time) == []


def test_an_own_seat_is_not_lost_by_another_s_link(session: Session, links: Links) -> None:
    event = make_event(links)
    zed = sign_up(event, ZED)

    again = hold(event)

    assert (again.held, again.new) == (True, False)
    assert fresh(session, event, zed).state is State.CONFIRMED


def test_the_desk_counts_who_is_held_and_who_came_how(session: Session, links: Links, now: Clock) -> None:
    event, quiet = make_event(links), make_event(links, title="Quiet")
    invitation = make_invitation(event, UGO)
    for person in (UGO, ZED, UMA, UDO):
        sign_up(event, person, invitation_ref=invitation.ref)
    sign_up(event, BEA)
    approve(event.slug, _ref(session, event, ZED), actor=ORGANISER, now=now.time)
    decline(event.slug, _ref(session, event, UDO), actor=ORGANISER, now=now.time)

    session.rollback()
    assert [(found.slug, held) for found, held in held_by_event(session, frozenset(RULES), now.time)] == [
        (event.slug, 1)
    ]
    assert held_by_event(session, frozenset({Label.COMMERCIAL}), now.time) == []
    found = came(session, event)
    assert (found.openly, found.personally[invitation.id], found.held[invitation.id]) == (1, 2, 1)
    assert came(session, quiet).openly == 0


def _ref(session: Session, event: Event, person: Person) -> int:
    session.rollback()
    found = by_email(session, event, person.email)
    assert found
    return found.ref


def test_acts_of_people_are_kept_without_an_actor(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=1)
    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
    leave(Audience.USERS, ugo.ref, now=now.time)

    assert acts(session, ugo.ref) == [(Act.REGISTERED, None), (Act.LEFT, None)]
    assert acts(session, uma.ref) == [(Act.REGISTERED, None), (Act.PROMOTED, None)]

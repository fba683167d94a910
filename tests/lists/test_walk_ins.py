"""Who comes to the door without a seat: let in once, in one step with the seat, and never at another's expense."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.errors import Conflict
from eventdesk.events.models import Event
from eventdesk.events.queries import by_slug
from eventdesk.history.models import Act, Entry
from eventdesk.history.words import sentence
from eventdesk.labels import RULES, Audience, Label
from eventdesk.links import Links
from eventdesk.lists.handover import handed_over
from eventdesk.lists.letters import letter_of
from eventdesk.lists.models import Origin, Registration, Standing
from eventdesk.lists.queries import by_email, calendar_of, listed
from eventdesk.lists.service import leave, tell
from eventdesk.lists.walk_ins import WalkIn, walk_in
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.models import Job, Kind
from eventdesk.retention.service import close_events
from tests.cast import BEA, UDO, UGO, UMA, ZED, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event, make_invitation, sign_up

FIRST, SECOND = "1" * 32, "2" * 32
ZED_AND_CO = Person("Zed Stranger", "", "Zed & Co", "Owner")


def come(event: Event, person: Person, now: Clock, **said: Any) -> WalkIn:
    """Somebody stands at the door, as they would say who they are."""
    usual: dict[str, Any] = {"email": person.email, "once": FIRST}
    return walk_in(event.id, name=person.name, details=person.details, **usual | said, actor=COMMAND_LINE, now=now.time)


def begins(event: Event, now: Clock) -> None:
    now.time = event.starts_at


def people(session: Session, event: Event) -> list[tuple[str, Standing]]:
    session.rollback()
    return [(person.name, person.standing) for person in listed(session, event)]


def seats(session: Session, event: Event) -> tuple[int | None, int, int]:
    session.rollback()
    found = by_slug(session, event.slug, RULES).seats
    return found.capacity, found.taken, found.waiting


def one(session: Session, event: Event, key: str) -> Registration:
    found = by_email(session, event, key)
    assert found
    return found


@ON_BOTH
def test_a_free_seat_is_theirs_and_they_are_in_once(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=2)
    begins(event, now)

    came = [
        come(event, UGO, now, email=""),
        come(event, UGO, now, email=""),
        come(event, UMA, now, email="", once=SECOND),
    ]

    assert came == [
        WalkIn(UGO.name, new=True, known=False),
        WalkIn(UGO.name, new=False, known=True),
        WalkIn(UMA.name, new=True, known=False),
    ]
    assert people(session, event) == [(UGO.name, Standing.ATTENDED), (UMA.name, Standing.ATTENDED)]
    assert seats(session, event) == (2, 2, 0)
    with pytest.raises(Conflict, match="No seat is free"):
        come(event, UDO, now)
    assert len(people(session, event)) == 2


def test_who_gives_no_address_hears_nothing_and_is_in_the_history(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    begins(event, now)
    come(event, UGO, now, email="")
    person = one(session, event, f"walk-in:{FIRST}")
    job = Job(kind=Kind.THANKS, details={"turns": 0, "news": "thanks", "upto": 9}, event_id=event.id, ref=person.ref)

    tell(job, now.time)

    assert session.scalars(select(Job).where(Job.ref == person.ref)).all() == []
    assert letter_of(session, job, links, now.pass_by(hours=3)) is None
    assert (person.email, person.origin, calendar_of(session, person.audience, person.email_key)) == (
        "",
        Origin.DOOR,
        None,
    )
    kept = session.scalars(select(Entry).where(Entry.ref == person.ref).order_by(Entry.id))
    assert [sentence(entry.act, entry.details) for entry in kept] == [
        "Came to the door, and was given a seat there.",
        "Marked as attended.",
    ]


@pytest.mark.parametrize("label", RULES)
def test_who_gives_one_gets_their_own_link_and_no_code_any_more(
    session: Session, links: Links, now: Clock, label: Label
) -> None:
    event, person = make_event(links, label), BEA if RULES[label].asks else UGO
    begins(event, now)
    come(event, person, now)

    kept = one(session, event, person.email)
    [job] = session.scalars(select(Job).where(Job.ref == kept.ref))
    letter = letter_of(session, job, links, now.time)

    assert letter
    assert (letter.email, letter.picture) == (person.email, None)
    assert links.manage(kept.audience, kept.ref, 0) in letter.text.body
    come(event, ZED_AND_CO, now, email="", once=SECOND)
    assert {row[3] for row in handed_over(session, event, {}).rows} == {person.email}
    assert {ask.name: getattr(kept, ask.name) for ask in RULES[label].asks} == {
        ask.name: getattr(person, ask.name) for ask in RULES[label].asks
    }


@ON_BOTH
def test_who_was_known_keeps_what_they_said_and_takes_a_seat_if_one_is_free(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links, capacity=2)
    ugo, uma, _udo = (sign_up(event, person) for person in (UGO, UMA, UDO))
    begins(event, now)

    known = come(event, Person("Somebody else", UGO.email), now)
    with pytest.raises(Conflict, match="No seat is free"):
        come(event, UDO, now)
    added = come(event, UDO, now, add_seat=True)
    leave(Audience.USERS, uma.ref, now=now.time)
    again = come(event, UMA, now)

    assert (known, added, again) == tuple(WalkIn(person.name, new=True, known=True) for person in (UGO, UDO, UMA))
    assert {standing for _, standing in people(session, event)} == {Standing.ATTENDED}
    assert seats(session, event) == (3, 3, 0)
    acts = session.scalars(select(Entry.act).where(Entry.actor_id.is_(None), Entry.ref == 0))
    assert list(acts)[-1] is Act.CHANGED
    assert ugo.ref


def test_a_free_seat_is_not_theirs_while_others_wait_for_it(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, capacity=1, offer_hours=1)
    ugo, _uma, udo = (sign_up(event, person) for person in (UGO, UMA, UDO))
    leave(Audience.USERS, ugo.ref, now=now.time)  # the seat is offered to Uma
    begins(event, now)

    with pytest.raises(Conflict, match="No seat is free"):
        come(event, ZED, now)
    offered = come(event, UMA, now)

    assert offered == WalkIn(UMA.name, new=True, known=True)
    assert seats(session, event) == (1, 1, 1)
    assert (UDO.name, Standing.WAITLISTED) in people(session, event)
    assert udo.ref


def test_who_is_held_is_an_organisers_to_decide_and_nobody_comes_at_other_times(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links)
    sign_up(event, ZED, invitation_ref=make_invitation(event, UDO).ref)
    with pytest.raises(Conflict, match="hours before the start"):
        come(event, UGO, now)
    begins(event, now)
    with pytest.raises(Conflict, match="decides about it"):
        come(event, ZED, now)
    now.pass_by(hours=26)

    with pytest.raises(Conflict, match="a day ago"):
        come(event, UGO, now)

    assert people(session, event) == [(ZED.name, Standing.PENDING)]


def test_who_is_added_once_it_is_over_is_told_of_no_seat_and_counts_as_who_had_come_before(
    session: Session, links: Links, now: Clock
) -> None:
    before = make_event(links)
    event = make_event(links, title="The next", starts_at=before.wall_start + timedelta(days=7))
    begins(before, now)
    come(before, UGO, now)
    now.time = event.ends_at + timedelta(hours=3)
    close_events(now.time)

    come(event, UGO, now)
    come(event, UMA, now)

    assert [one(session, event, each.email).came_before for each in (UGO, UMA)] == [True, False]
    assert session.scalars(select(Job.kind).where(Job.event_id == event.id)).all() == []

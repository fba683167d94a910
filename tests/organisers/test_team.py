"""The team: who may ask whom, what an invitation is good for, and what is left of somebody who is taken off. On both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.db import writing
from eventdesk.errors import Conflict, NotFound, Refused
from eventdesk.events.doors import dismiss, invite_to_door, take_back_from_door
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.organisers.letters import desk_letter_of
from eventdesk.organisers.models import Invitation, Organiser
from eventdesk.organisers.queries import by_email, open_invitations, signed_in, team
from eventdesk.organisers.rules import INVITATION_LASTS, Actor, may_grant
from eventdesk.organisers.service import SignInFailed, add_organiser, sign_in
from eventdesk.organisers.team import accept, give_role, invite, revoke, take_back, take_role
from eventdesk.outbox.models import Job, Kind
from tests.cast import ADA, BERT, CORA, HAL, PASSPHRASE, UGO, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event, sign_up

pytestmark = ON_BOTH
OTHER = "another lamp, other bridges"


def actor_of(session: Session, person: Person) -> Actor:
    session.rollback()
    found = by_email(session, person.email)
    assert found
    return found.actor


def held(session: Session, person: Person) -> Organiser:
    session.rollback()
    found = by_email(session, person.email)
    assert found
    return found


def ask(session: Session, now: Clock, person: Person = CORA, role: str = "community") -> Invitation:
    return invite(name=person.name, email=person.email, role=role, actor=actor_of(session, ADA), now=now.time)


def say_yes(invitation: Invitation, links: Links, now: Clock, passphrase: str = PASSPHRASE) -> str:
    said = {"name": "As I call myself", "passphrase": passphrase, "network": "n", "browser": "Firefox on Linux"}
    return accept(invitation.ref, links=links, now=now.time, **said)


def letters(session: Session, links: Links, now: Clock) -> list[tuple[str, str]]:
    """To whom the letters to the desk that are still true go, with their text."""
    session.rollback()
    jobs = session.scalars(select(Job).where(Job.kind.in_((Kind.JOIN, Kind.RESET))).order_by(Job.id)).all()
    written = [desk_letter_of(session, job, links, now.time) for job in jobs]
    return [(letter.email, letter.text.body) for letter in written if letter]


def test_who_says_yes_gets_an_account_and_the_role_and_is_signed_in(session: Session, links: Links, now: Clock) -> None:
    invitation = ask(session, now)
    [(to, said)] = letters(session, links, now)

    secret = say_yes(invitation, links, now)

    cora = held(session, CORA)
    assert (to, links.join(invitation.ref) in said, "as organiser of community sessions" in said) == (
        CORA.email,
        True,
        True,
    )
    assert "until Tuesday 23 February 2027" in said
    assert (cora.name, cora.labels) == ("As I call myself", frozenset({Label.COMMUNITY}))
    assert signed_in(session, secret, now.time) == cora
    assert letters(session, links, now) == []


def test_an_invitation_is_good_once_and_for_a_while(session: Session, links: Links, now: Clock) -> None:
    first = ask(session, now)
    say_yes(first, links, now)
    late, back = ask(session, now, BERT, "commercial"), ask(session, now, HAL, "owner")
    take_back(back.id, actor=actor_of(session, ADA), now=now.time)

    with pytest.raises(NotFound):
        say_yes(first, links, now, OTHER)
    with pytest.raises(NotFound):
        say_yes(back, links, now)
    now.time += INVITATION_LASTS
    with pytest.raises(NotFound):
        say_yes(late, links, now)

    assert [each.email for each in team(session)] == [ADA.email, CORA.email]
    assert (letters(session, links, now), open_invitations(session, now.time)) == ([], [])


def test_who_has_an_account_shows_its_passphrase_and_keeps_it(session: Session, links: Links, now: Clock) -> None:
    say_yes(ask(session, now), links, now)
    invitation = ask(session, now, CORA, "commercial")

    with pytest.raises(SignInFailed):
        say_yes(invitation, links, now, OTHER)
    unchanged = held(session, CORA).labels
    say_yes(invitation, links, now)

    assert unchanged == {Label.COMMUNITY}
    assert held(session, CORA).labels == set(RULES)
    assert len(team(session)) == 2


def test_nobody_grants_what_they_do_not_hold(session: Session, links: Links, now: Clock) -> None:
    say_yes(ask(session, now), links, now)
    cora = actor_of(session, CORA)
    event, other = make_event(links), make_event(links, Label.COMMERCIAL)
    offered = ask(session, now, BERT, "commercial")
    to_door = invite_to_door(other.slug, name=UGO.name, email=UGO.email, actor=actor_of(session, ADA), now=now.time)

    for role in ("commercial", "owner", "nonsense", ""):
        with pytest.raises(Refused):
            invite(name=HAL.name, email=HAL.email, role=role, actor=cora, now=now.time)
    with pytest.raises(NotFound):
        invite_to_door(other.slug, name=HAL.name, email=HAL.email, actor=cora, now=now.time)
    with pytest.raises(NotFound):
        take_back(offered.id, actor=cora, now=now.time)
    with pytest.raises(NotFound):
        take_back_from_door(other.slug, to_door.id, actor=cora, now=now.time)
    with pytest.raises(NotFound):
        take_back_from_door(event.slug, to_door.id, actor=cora, now=now.time)
    with pytest.raises(NotFound):
        give_role(cora.id or 0, "owner", actor=cora)
    with pytest.raises(NotFound):
        revoke(held(session, ADA).id, actor=cora, now=now.time)
    invite(name=HAL.name, email=HAL.email, role="community", actor=cora, now=now.time)

    assert may_grant(cora, "community")
    assert len(open_invitations(session, now.time)) == 2


def test_who_is_asked_or_has_the_role_is_not_asked_again(session: Session, links: Links, now: Clock) -> None:
    ask(session, now)

    with pytest.raises(Refused, match="asked already"):
        ask(session, now, Person("Cora", CORA.email.upper()))
    with pytest.raises(Refused, match="is owner already"):
        ask(session, now, ADA, "owner")


def test_who_helps_at_a_door_holds_that_door_alone_until_dismissed(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links, Label.COMMERCIAL)
    ada = actor_of(session, ADA)
    invitation = invite_to_door(event.slug, name=HAL.name, email=HAL.email, actor=ada, now=now.time)
    secret = say_yes(invitation, links, now)
    hal = held(session, HAL)
    kept = (hal.labels, hal.doors, signed_in(session, secret, now.time) is not None)

    with pytest.raises(Refused, match="already"):
        invite_to_door(event.slug, name=HAL.name, email=HAL.email, actor=ada, now=now.time)
    dismiss(event.slug, hal.id, actor=ada)

    assert kept == (frozenset[Label](), frozenset({event.id}), True)
    session.rollback()
    assert signed_in(session, secret, now.time) is None
    with pytest.raises(SignInFailed):
        sign_in(HAL.email, PASSPHRASE, links=links, network="n", now=now.time)


def test_who_is_taken_off_is_out_at_once_and_what_they_did_stays(session: Session, links: Links, now: Clock) -> None:
    secret = say_yes(ask(session, now), links, now)
    cora, event = held(session, CORA), make_event(links)
    sign_up(event, UGO)
    back_door = invite(
        name="Cora again", email="cora@elsewhere.example", role="community", actor=cora.actor, now=now.time
    )
    ask(session, now, CORA, "commercial")

    revoke(cora.id, actor=actor_of(session, ADA), now=now.time)

    session.rollback()
    assert signed_in(session, secret, now.time) is None
    assert open_invitations(session, now.time) == []
    with pytest.raises(NotFound):
        say_yes(back_door, links, now)
    with pytest.raises(SignInFailed):
        sign_in(CORA.email, PASSPHRASE, links=links, network="n", now=now.time)
    with pytest.raises(NotFound):
        give_role(cora.id, "community", actor=actor_of(session, ADA))
    assert event.seats.taken == 1
    say_yes(ask(session, now), links, now)  # asked anew, with the passphrase of old
    assert held(session, CORA).labels == {Label.COMMUNITY}


def test_the_last_owner_stays(session: Session, links: Links, now: Clock) -> None:
    ada = actor_of(session, ADA)

    with pytest.raises(Conflict, match="last owner"):
        revoke(ada.id or 0, actor=ada, now=now.time)
    with pytest.raises(Conflict, match="last owner"):
        take_role(ada.id or 0, "owner", actor=ada, now=now.time)
    say_yes(ask(session, now), links, now)
    give_role(held(session, CORA).id, "owner", actor=ada)
    take_role(ada.id or 0, "owner", actor=ada, now=now.time)

    assert held(session, CORA).is_owner
    assert not held(session, ADA).is_on_team
    with pytest.raises(NotFound):
        revoke(held(session, CORA).id, actor=actor_of(session, ADA), now=now.time)


def test_a_role_is_given_and_taken(session: Session, now: Clock) -> None:
    with writing():
        add_organiser(name=CORA.name, email=CORA.email, passphrase=PASSPHRASE, role="community", now=now.time)
    ada, cora = actor_of(session, ADA), held(session, CORA).id

    give_role(cora, "commercial", actor=ada)
    give_role(cora, "commercial", actor=ada)
    both = held(session, CORA).labels
    take_role(cora, "community", actor=ada, now=now.time)

    assert (both, held(session, CORA).labels) == (frozenset(RULES), frozenset({Label.COMMERCIAL}))
    with pytest.raises(Refused):
        give_role(cora, "nonsense", actor=ada)
    with pytest.raises(NotFound):
        take_role(cora, "community", actor=ada, now=now.time)


def test_a_letter_too_late_is_none(session: Session, links: Links, now: Clock) -> None:
    ask(session, now)
    now.time += INVITATION_LASTS - timedelta(seconds=1)
    in_time = len(letters(session, links, now))

    now.pass_by(seconds=1)

    assert (in_time, letters(session, links, now)) == (1, [])

"""Campaign links and personal ones: made, used, used up, ended, withdrawn. And arrivals, which nobody waits for."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.db import Busy, writing
from eventdesk.errors import Conflict, NotFound, Refused
from eventdesk.events.models import Event
from eventdesk.events.service import cancel_event
from eventdesk.history.models import Entry
from eventdesk.invites import arrivals as counting
from eventdesk.invites.arrivals import Arrivals
from eventdesk.invites.models import InviteLink
from eventdesk.invites.queries import by_token
from eventdesk.invites.rules import Ended, Ending, hint
from eventdesk.invites.service import invite, revoke_invitation, revoke_link
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.lists.service import leave
from eventdesk.organisers.rules import COMMAND_LINE, Actor
from tests.cast import UDO, UGO, UMA, ZED, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event, make_invitation, make_link, registered, sign_up


def fresh(session: Session, link: InviteLink) -> InviteLink:
    session.rollback()
    return session.get_one(InviteLink, link.id)


@ON_BOTH
def test_a_registration_uses_a_link_once_whoever_repeats_it(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    link = make_link(event, most_uses=2)

    ugo = sign_up(event, UGO, link_id=link.id)
    sign_up(event, UGO, link_id=link.id)
    leave(event.rules.audience, ugo.ref, now=now.time)
    sign_up(event, UGO, now.pass_by(hours=1), link_id=link.id)

    assert fresh(session, link).registrations == 1
    assert registered(event, ugo).link_id == link.id
    sign_up(event, UMA, link_id=link.id)
    with pytest.raises(Ended, match="as often as it may be"):
        sign_up(event, UDO, link_id=link.id)
    assert sign_up(event, UMA, link_id=link.id).new is False
    assert sign_up(event, UDO).new


@ON_BOTH
def test_a_link_is_used_no_more_often_than_it_may_be_by_many_at_once(
    session: Session, app: Flask, links: Links
) -> None:
    event = make_event(links, capacity=100)
    link = make_link(event, most_uses=5)
    event_id, link_id = event.id, link.id
    session.rollback()

    def come(number: int) -> bool:
        with app.app_context():
            try:
                sign_up(Event(id=event_id), Person(f"U {number}", f"u{number % 12}@users.example"), link_id=link_id)
            except Ended:
                return False
            return True

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(come, range(24)))

    assert fresh(session, link).registrations == 5
    assert session.get_one(Event, event_id).taken == 5


def test_the_database_itself_refuses_one_use_too_many(session: Session, links: Links) -> None:
    link = make_link(make_event(links), most_uses=1)

    with pytest.raises(Conflict), writing() as writer:
        writer.get_one(InviteLink, link.id).registrations = 2


def test_a_link_ends_at_its_time_and_when_it_is_withdrawn(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    timed, withdrawn = make_link(event, ends_at=now.time + timedelta(hours=1)), make_link(event)
    sign_up(event, UGO, link_id=timed.id)
    revoke_link(event.slug, withdrawn.code, actor=COMMAND_LINE, now=now.time)
    revoke_link(event.slug, withdrawn.code, actor=COMMAND_LINE, now=now.time)

    now.pass_by(hours=1)

    for link, ending in ((timed, Ending.EXPIRED), (withdrawn, Ending.REVOKED)):
        with pytest.raises(Ended) as said:
            sign_up(event, UMA, link_id=link.id)
        assert said.value.message == ending.value
    assert [
        (each.act.value, each.details.get("kind")) for each in session.scalars(select(Entry).where(Entry.ref == 0))
    ][-3:] == [("linked", "campaign"), ("linked", "campaign"), ("revoked", "campaign")]


def test_a_link_of_one_event_registers_for_no_other(session: Session, links: Links) -> None:
    mine, other = make_event(links), make_event(links, title="Another")
    link, invitation = make_link(mine), make_invitation(mine, UGO)

    with pytest.raises(NotFound):
        sign_up(other, UGO, link_id=link.id)
    with pytest.raises(NotFound):
        sign_up(other, UGO, invitation_ref=invitation.ref)


@ON_BOTH
@pytest.mark.parametrize("label", RULES)
def test_a_personal_link_is_one_address_s_until_it_is_withdrawn(
    session: Session, links: Links, now: Clock, label: Label
) -> None:
    event = make_event(links, label)
    invitation = make_invitation(event, UGO)
    address = links.personal_invite(invitation.audience, invitation.ref, invitation.generation)
    token = address.rpartition("/")[2]
    slug, id_ = event.slug, invitation.id

    assert by_token(session, links.keys, token)[1].email == UGO.email
    with pytest.raises(Refused, match="has a personal link already"):
        invite(slug, name="Again", email=UGO.email.upper(), actor=COMMAND_LINE, now=now.time)
    for _ in range(2):
        revoke_invitation(slug, id_, actor=COMMAND_LINE, now=now.time)
    with pytest.raises(NotFound):
        by_token(session, links.keys, token)
    with pytest.raises(NotFound):
        sign_up(event, UGO, invitation_ref=invitation.ref)
    assert make_invitation(event, UGO).id != id_


def test_a_link_is_made_for_an_event_of_one_s_own_that_is_still_to_come(
    session: Session, links: Links, now: Clock
) -> None:
    event, off = make_event(links), make_event(links, title="Off")
    other = Actor(None, frozenset({Label.COMMERCIAL}))
    cancel_event(off.slug, actor=COMMAND_LINE, links=links, now=now.time)

    with pytest.raises(NotFound):
        invite(event.slug, name="U", email=UGO.email, actor=other, now=now.time)
    with pytest.raises(Conflict, match="called off"):
        make_link(off)
    now.pass_by(days=40)
    with pytest.raises(Conflict, match="over"):
        make_invitation(event, UGO)


@ON_BOTH
def test_arrivals_are_added_up_and_written_together(session: Session, app: Flask, links: Links) -> None:
    event = make_event(links)
    first, second, third = (make_link(event, name=name) for name in ("One", "Two", "Three"))
    seen = Arrivals()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(seen.count, [first.id] * 300 + [second.id] * 200))

    seen.flush()
    seen.count(second.id)
    seen.flush()
    seen.flush()

    assert [fresh(session, link).arrivals for link in (first, second, third)] == [300, 201, 0]


def test_arrivals_that_could_not_be_written_are_kept(
    session: Session, links: Links, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = make_link(make_event(links))
    seen = Arrivals()
    seen.count(link.id)

    def busy() -> None:
        raise Busy("Not now.")

    with monkeypatch.context() as patched:
        patched.setattr(counting, "writing", busy)
        with pytest.raises(Busy):
            seen.flush()
    seen.count(link.id)
    seen.flush()

    assert fresh(session, link).arrivals == 2


@pytest.mark.parametrize(
    ("email", "hinted"),
    [
        (UGO.email, "u…@users.example"),
        ("z@elsewhere.example", "z…@elsewhere.example"),
        (ZED.email, "z…@elsewhere.example"),
    ],
)
def test_a_hint_tells_who_knows_it_and_nobody_else(email: str, hinted: str) -> None:
    assert hint(email) == hinted

"""Erasing: seats go on, counts stay, nothing more is written, and only who comes back by themself is there again."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.config import Settings
from eventdesk.consent.models import ConsentAct, ConsentEntry, Forgotten, Parting, Source
from eventdesk.consent.queries import choice_by_ref, choice_of, refusing
from eventdesk.errors import Conflict
from eventdesk.evenings.models import Quotation
from eventdesk.evenings.service import give
from eventdesk.events.models import Seats
from eventdesk.events.queries import by_slug
from eventdesk.history.models import Act, Entry
from eventdesk.labels import RULES, Audience, Label
from eventdesk.links import Keys, Links
from eventdesk.lists import approval
from eventdesk.lists.attendance import mark
from eventdesk.lists.files import Listed
from eventdesk.lists.files import Person as Guest
from eventdesk.lists.imports import plan
from eventdesk.lists.models import LISTS, State
from eventdesk.lists.queries import by_ref, listed
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.outbox.models import Job, Progress
from eventdesk.retention.queries import figures
from eventdesk.retention.service import close_events, remove_due
from eventdesk.rights.service import correct_name, erase, erase_registration, mail_link
from eventdesk.standing.service import stop_mail
from eventdesk.suggestions.models import Contribution, Vote
from eventdesk.suggestions.service import take_back, vote
from tests.cast import UDO, UGO, UMA, ZED, Person
from tests.conftest import ON_BOTH, Clock
from tests.factories import (
    make_contribution,
    make_event,
    make_invitation,
    make_link,
    make_round,
    make_standing,
    sign_up,
)

USERS = Audience.USERS


def erase_all(session: Session, person: Person, links: Links, now: Clock) -> None:
    """Everything that the users' list holds about somebody, by the link that is mailed."""
    mail_link(USERS, person.email, links=links, now=now.time)
    choice = choice_of(session, USERS, person.email)
    assert choice
    erase(USERS, choice.ref, keys=links.keys, now=now.time)


@ON_BOTH
def test_whose_seat_and_place_are_erased_makes_room_and_nothing_more_is_written_to_them(
    session: Session, links: Links, now: Clock
) -> None:
    event, other = make_event(links, capacity=1), make_event(links, title="Another", capacity=1)
    campaign = make_link(event).id
    refs = [sign_up(event, UGO, link_id=campaign).ref, sign_up(other, UGO).ref]
    waits = [sign_up(each, person).ref for each, person in ((event, UMA), (other, UMA), (event, UDO))]
    invited = make_invitation(make_event(links, title="A third"), UGO).ref

    erase_all(session, UGO, links, now)

    assert session.scalars(select(LISTS[USERS].email)).all().count(UGO.email) == 0
    assert [by_ref(session, USERS, ref).state for ref in waits] == [State.CONFIRMED, State.CONFIRMED, State.WAITLISTED]  # type: ignore[union-attr]
    seats = session.execute(select(Seats.taken, Seats.waiting).order_by(Seats.event_id)).all()
    assert [tuple(each) for each in seats] == [(1, 1), (1, 0), (0, 0)]
    assert (
        session.scalars(select(Job.id).where(Job.ref.in_([*refs, invited]), Job.progress != Progress.DONE)).all() == []
    )
    acts = session.scalars(select(Entry.act).where(Entry.ref == refs[0]).order_by(Entry.id)).all()
    assert acts == [Act.REGISTERED, Act.LEFT, Act.ERASED]
    assert make_link(event).registrations == 0
    assert session.get_one(type(make_link(event)), campaign).registrations == 1


def say_and_be_quoted(session: Session, links: Links, now: Clock) -> tuple[int, int]:
    """Ugo says something without a name, Uma finds it good, and he is quoted by a name of his own; he was there."""
    event = make_event(links)
    ugo, uma = sign_up(event, UGO), sign_up(event, UMA)
    said = make_contribution(event, ugo)
    vote(USERS, ugo.ref, make_contribution(event, uma, words="More tea, please.").ref, now=now.time)
    now.time = event.ends_at
    give(USERS, ugo.ref, "It held for a year.", "U. from Oslo", said=event.rules.quoted_said, now=now.time)
    return ugo.ref, said.ref


@ON_BOTH
def test_by_what_name_one_is_called_where_one_speaks_is_ones_own_choice(
    session: Session, links: Links, now: Clock
) -> None:
    ref, said = say_and_be_quoted(session, links, now)
    choice = choice_of(session, USERS, UGO.email)
    assert choice

    correct_name(USERS, choice.ref, "Ugo Else", now=now.time)
    take_back(USERS, ref, said, now=now.time)
    correct_name(USERS, choice.ref, "Ugo Last", now=now.time)

    session.rollback()
    assert session.scalars(select(Contribution.name)).all() == ["", ""]
    assert session.scalars(select(Quotation.name)).all() == ["U. from Oslo"]
    assert by_ref(session, USERS, ref).name == "Ugo Last"  # type: ignore[union-attr]


@ON_BOTH
def test_of_whose_last_registration_is_erased_no_word_stays(session: Session, links: Links, now: Clock) -> None:
    ref, _ = say_and_be_quoted(session, links, now)

    erase_registration(USERS, ref, keys=links.keys, now=now.time)

    session.rollback()
    assert session.scalars(select(Contribution.words).order_by(Contribution.id)).all() == ["", "More tea, please."]
    assert session.scalars(select(Quotation.words)).all() == [""]
    assert session.scalars(select(Vote.voter)).all() == []
    assert choice_of(session, USERS, UGO.email) is None


def test_who_refuses_mail_and_is_gone_is_named_no_more(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    make_contribution(event, sign_up(event, UGO), name=UGO.name)
    choice = choice_of(session, USERS, UGO.email)
    assert choice
    stop_mail(USERS, choice.ref, now=now.time)
    now.time = event.ends_at
    close_events(now.time)
    now.pass_by(hours=24 * 100)

    remove_due(now.time)

    session.rollback()
    assert session.scalars(select(Contribution.name)).all() == [""]


@ON_BOTH
def test_who_was_there_still_counts(session: Session, links: Links, now: Clock) -> None:
    event = make_event(links)
    refs = [sign_up(event, person).ref for person in (UGO, UMA)]
    now.time = event.ends_at
    for ref in refs:
        mark(USERS, ref, True, actor=COMMAND_LINE, now=now.time)
    close_events(now.time)
    before = figures(session, event)
    session.rollback()

    erase_registration(USERS, refs[0], keys=links.keys, now=now.time)

    session.expire_all()
    assert (before.registered, before.attended, before.first_time) == (2, 2, 2)
    assert figures(session, event) == before
    assert (event.seats.taken, [each.name for each in listed(session, event)]) == (1, [UMA.name])


@ON_BOTH
def test_who_was_erased_is_not_invited_again_until_they_come_by_themselves(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links)
    sign_up(event, UGO)
    erase_all(session, UGO, links, now)
    later = now.pass_by(hours=1)

    refused = refusing(session, USERS, [UGO.email, UMA.email], links.keys)
    session.rollback()
    with pytest.raises(Conflict, match="Nobody is left to invite"):
        make_round(event, UGO)

    guests = Listed([Guest(2, UGO.name, UGO.email), Guest(3, UMA.name, UMA.email)])
    looked = plan(session, by_slug(session, event.slug, RULES), guests, links.keys)
    session.rollback()

    assert refused == {UGO.email}
    assert ([each.email for each in looked.people], looked.left_out) == ([UMA.email], {"erased": 1})
    assert refusing(session, USERS, [UGO.email], Keys([b"a newer key", b"x" * 16])) == set()
    session.rollback()
    sign_up(event, UGO, later)
    assert refusing(session, USERS, [UGO.email], links.keys) == set()
    session.rollback()
    make_round(make_event(links, title="Another"), UGO)


def test_asking_again_by_the_standing_list_undoes_it_too_and_another_key_still_knows(
    session: Session, settings: Settings, links: Links, now: Clock
) -> None:
    sign_up(make_event(links), UGO)
    erase_all(session, UGO, links, now)
    now.pass_by(hours=1)
    rotated = Keys([b"a new key, and random", *(key.encode() for key in settings.secret_keys)])

    by_both = refusing(session, USERS, [UGO.email], rotated)
    session.rollback()
    make_standing(links, Label.COMMUNITY, UGO, confirmed=False)
    asked = refusing(session, USERS, [UGO.email], rotated)
    session.rollback()
    now.pass_by(minutes=20)
    make_standing(links, Label.COMMUNITY, UGO)

    assert (by_both, asked) == ({UGO.email}, {UGO.email})
    assert refusing(session, USERS, [UGO.email], rotated) == set()


def test_what_is_kept_of_who_was_erased_names_nobody(session: Session, links: Links, now: Clock) -> None:
    sign_up(make_event(links), UGO)
    make_standing(links, Label.COMMUNITY, UGO)

    erase_all(session, UGO, links, now)

    kept = session.scalars(select(Forgotten)).all()
    assert {(each.parting, len(each.digest)) for each in kept} == {(Parting.ERASED, 32)}
    consents = session.execute(select(ConsentEntry.act, ConsentEntry.source, ConsentEntry.ref)).all()
    assert [tuple(each[:2]) for each in consents] == [
        (ConsentAct.GIVEN, Source.FORM),
        (ConsentAct.WITHDRAWN, Source.ERASURE),
    ]
    assert choice_by_ref(session, USERS, consents[0].ref) is None
    assert len(kept) == 2
    assert UGO.email not in str([vars(each) for each in kept])


def test_who_is_held_by_the_link_of_somebody_erased_can_still_be_decided_about(
    session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links)
    held = sign_up(event, ZED, invitation_ref=make_invitation(event, UGO).ref)

    erase_all(session, UGO, links, now)

    approval.approve(event.slug, held.ref, actor=COMMAND_LINE, now=now.time)
    assert by_ref(session, USERS, held.ref).state is State.CONFIRMED  # type: ignore[union-attr]

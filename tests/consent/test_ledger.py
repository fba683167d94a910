"""The ledger of consents: what was read and who agreed, without saying who; added to, never changed, and no address in it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from eventdesk.consent.models import CHOICES, ConsentAct, ConsentEntry, Source
from eventdesk.consent.queries import Tally, choice_of, tallies, withdrawn_since
from eventdesk.consent.rules import version_of
from eventdesk.consent.service import open_choices, record_given, record_withdrawn
from eventdesk.db import WRITER, db, writing
from eventdesk.errors import NotFound
from eventdesk.invites.service import invite_no_more
from eventdesk.labels import RULES, RULES_BY_AUDIENCE, Audience, Label
from eventdesk.links import Links
from eventdesk.standing.models import STANDING
from eventdesk.standing.rules import UNCONFIRMED_LASTS
from eventdesk.standing.service import confirm, end, end_for_good, stop_mail, stop_mail_to
from tests.cast import UDO, UGO, UMA
from tests.conftest import ON_BOTH, Clock
from tests.factories import make_event, make_invitation, make_standing

USERS = Audience.USERS
SAID = "“Café Müller” may write to this address – seldom.\u00a0Ends by one click; 🍋."


def acts(audience: Audience, email: str) -> list[tuple[ConsentAct, Source]]:
    """What the ledger holds of an address, oldest first."""
    return [(entry.act, entry.source) for entry in entries(audience, email)]


def entries(audience: Audience, email: str) -> list[ConsentEntry]:
    db.session.rollback()
    choice = choice_of(db.session(), audience, email)
    label = RULES_BY_AUDIENCE[audience].label
    mine = select(ConsentEntry).where(ConsentEntry.ref == (choice.ref if choice else 0), ConsentEntry.label == label)
    return list(db.session.scalars(mine.order_by(ConsentEntry.id)))


@ON_BOTH
def test_what_was_said_is_kept_to_the_letter_under_a_reference_alone(session: Session, now: Clock) -> None:
    asked_at = now.time - timedelta(hours=3)
    with writing() as writer:
        record_given(writer, USERS, UGO.email, said=SAID, source=Source.FORM, asked_at=asked_at, now=now.time)
    later = now.pass_by(days=2)
    with writing() as writer:
        record_withdrawn(writer, USERS, UGO.email, source=Source.ERASURE, now=later)

    given, withdrawn = entries(USERS, UGO.email)
    assert (given.said, given.version, given.locale) == (SAID, version_of(SAID), "en")
    assert (given.act, given.source, given.asked_at, given.at) == (
        ConsentAct.GIVEN,
        Source.FORM,
        asked_at,
        later - timedelta(days=2),
    )
    assert (withdrawn.said, withdrawn.version, withdrawn.at) == ("", "", later)
    assert given.ref == withdrawn.ref > 0
    columns = {str(value) for entry in (given, withdrawn) for value in vars(entry).values()}
    assert not any(UGO.email in each or UGO.name in each for each in columns)
    assert version_of(SAID) != version_of(SAID.replace("\u00a0", " "))


@ON_BOTH
def test_no_row_is_changed_or_taken_out_whoever_asks(session: Session, links: Links) -> None:
    make_standing(links, Label.COMMUNITY, UGO)
    before = [vars(entry) | {"_sa_instance_state": None} for entry in entries(USERS, UGO.email)]

    for act in ("UPDATE consent_ledger SET said = 'Anything.'", "DELETE FROM consent_ledger"):
        db.session.rollback()
        with (
            db.engines[WRITER].connect() as connection,
            pytest.raises(DBAPIError, match=r"consent_ledger_(kept|whole)"),
        ):
            connection.execute(text(act))

    assert before
    assert [vars(entry) | {"_sa_instance_state": None} for entry in entries(USERS, UGO.email)] == before


@ON_BOTH
@pytest.mark.parametrize("label", RULES)
def test_each_way_onto_the_list_and_off_it_is_in_the_ledger_once(
    session: Session, links: Links, now: Clock, label: Label
) -> None:
    audience = RULES[label].audience
    given = (ConsentAct.GIVEN, Source.FORM)

    def off(source: Source) -> list[tuple[ConsentAct, Source]]:
        return [given, (ConsentAct.WITHDRAWN, source)]

    entry = make_standing(links, label, UGO)
    asked_at = entry.asked_at
    confirm(audience, entry.ref, now=now.pass_by(hours=1))
    [kept] = entries(audience, UGO.email)
    assert (kept.act, kept.source, kept.said, kept.asked_at) == (*given, entry.said, asked_at)
    end(audience, entry.ref, now=now.pass_by(hours=1))
    assert acts(audience, UGO.email) == off(Source.LINK)

    end_for_good(audience, make_standing(links, label, UMA).ref, source=Source.DESK, now=now.pass_by(hours=1))
    assert acts(audience, UMA.email) == off(Source.DESK)

    make_standing(links, label, UDO)
    choice = choice_of(db.session(), audience, UDO.email)
    assert choice
    ref = choice.ref
    for _ in range(2):
        stop_mail(audience, ref, source=Source.ONE_CLICK, now=now.pass_by(hours=1))
    assert acts(audience, UDO.email) == off(Source.ONE_CLICK)
    make_standing(links, label, UDO)  # and comes back
    assert acts(audience, UDO.email) == [*off(Source.ONE_CLICK), given]

    other = next(each for each in Audience if each is not audience)
    assert [acts(other, person.email) for person in (UGO, UMA, UDO)] == [[], [], []]


def test_who_was_invited_by_others_and_wants_no_more_takes_that_back_once(
    session: Session, links: Links, now: Clock
) -> None:
    invitation = make_invitation(make_event(links), UGO)

    for _ in range(2):
        invite_no_more(USERS, invitation.ref, now=now.pass_by(hours=1))

    assert acts(USERS, UGO.email) == [(ConsentAct.WITHDRAWN, Source.LINK)]


def test_nothing_is_kept_of_who_never_said_so_or_too_late(session: Session, links: Links, now: Clock) -> None:
    early = make_standing(links, Label.COMMUNITY, UGO, confirmed=False).ref
    late = make_standing(links, Label.COMMUNITY, UMA, confirmed=False).ref
    end(USERS, early, now=now.time)
    now.time += UNCONFIRMED_LASTS + timedelta(seconds=1)

    with pytest.raises(NotFound, match="seven days"):
        confirm(USERS, late, now=now.time)

    assert (acts(USERS, UGO.email), acts(USERS, UMA.email)) == ([], [])


@ON_BOTH
def test_who_is_erased_leaves_a_row_that_is_nobodys(session: Session, links: Links, now: Clock) -> None:
    make_standing(links, Label.COMMUNITY, UGO)
    [before] = entries(USERS, UGO.email)
    ref = before.ref
    with writing() as writer:
        for table in (CHOICES[USERS], STANDING[USERS]):
            writer.execute(delete(table).where(table.email_key == UGO.email))

    db.session.rollback()
    [kept] = db.session.scalars(select(ConsentEntry))
    assert (kept.ref, kept.said) == (ref, RULES[Label.COMMUNITY].agreed("Lathe Lane Software"))
    make_standing(links, Label.COMMUNITY, UGO)  # the same address is somebody new to it
    [anew] = entries(USERS, UGO.email)
    assert anew.ref != ref


def test_an_act_in_one_transaction_with_its_row_or_neither(session: Session, links: Links, now: Clock) -> None:
    entry = make_standing(links, Label.COMMUNITY, UGO, confirmed=False)

    def fail_after_it() -> None:
        with writing():
            confirm(USERS, entry.ref, now=now.time)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_after_it()

    assert acts(USERS, UGO.email) == []
    db.session.refresh(entry)
    assert entry.confirmed_at is None


@ON_BOTH
def test_numbers_by_month_and_place_of_one_label(session: Session, now: Clock) -> None:
    def note(audience: Audience, person: Any, *, given: bool, source: Source) -> None:
        with writing() as writer:
            if given:
                record_given(writer, audience, person.email, said="x", source=source, asked_at=now.time, now=now.time)
            else:
                record_withdrawn(writer, audience, person.email, source=source, now=now.time)

    note(USERS, UGO, given=True, source=Source.FORM)
    note(USERS, UMA, given=True, source=Source.FORM)
    note(USERS, UDO, given=True, source=Source.CROSSING)
    note(Audience.BUYERS, UDO, given=True, source=Source.CROSSING)
    assert not withdrawn_since(db.session(), USERS, UMA.email, now.time)
    asked_at, _ = now.time, now.pass_by(days=30)
    note(USERS, UMA, given=False, source=Source.ONE_CLICK)

    assert tallies(db.session(), Label.COMMUNITY) == [
        Tally("2027-02", ConsentAct.GIVEN, Source.CROSSING, 1),
        Tally("2027-02", ConsentAct.GIVEN, Source.FORM, 2),
        Tally("2027-03", ConsentAct.WITHDRAWN, Source.ONE_CLICK, 1),
    ]
    assert tallies(db.session(), Label.COMMERCIAL) == [Tally("2027-02", ConsentAct.GIVEN, Source.CROSSING, 1)]
    assert withdrawn_since(db.session(), USERS, UMA.email, asked_at)
    assert not withdrawn_since(db.session(), USERS, UGO.email, asked_at)
    with writing() as writer:
        open_choices(writer, USERS, ["new@users.example"], now.time)
        stop_mail_to(writer, USERS, "new@users.example", now.time)
    assert acts(USERS, "new@users.example") == [(ConsentAct.WITHDRAWN, Source.LINK)]

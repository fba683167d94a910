"""The examination finds nothing wrong with what the services made, and each thing that was made wrong behind their backs."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import create_engine, delete, select

from eventdesk import access, clock
from eventdesk.cli import commands
from eventdesk.consent.forgotten import forget
from eventdesk.consent.models import Forgotten, Parting
from eventdesk.db import db, writing
from eventdesk.labels import Label
from eventdesk.links import Links
from eventdesk.lists.models import UserRegistration
from eventdesk.verify.examination import verify
from tests.cast import BEA, BOB, UGO, UMA
from tests.conftest import NOW, ON_BOTH, Clock
from tests.factories import make_event, make_invitation, make_standing, sign_up

_SAID = (
    "INSERT INTO contribution (id, ref, label, programme_id, kind, author, name, words, state, for_all, made_at) "
    f"VALUES (1, 5, 'community', 1, 'suggestion', 3, '', 'More tea.', 'open', false, '{NOW:%Y-%m-%d}')"
)
#: By what must hold: how it comes not to, in the SQL of somebody who goes round the program.
PLANTED = {
    "Seats and places in line are counted as they are": ["UPDATE seats SET taken = taken - 1 WHERE event_id = 1"],
    "Nobody waits while a seat is free": ["UPDATE seats SET capacity = 9 WHERE event_id = 1"],
    "Everybody who is told of the next event gave their consent": [
        "UPDATE buyer_standing SET email_key = 'x@y.example'"
    ],
    "Messages and history are told under the label of the event": [
        "UPDATE outbox SET label = 'commercial' WHERE event_id = 1"
    ],
    "Messages and history hold no address.": ['UPDATE outbox SET details = \'{"to": "uma@people.example"}\''],
    "Nobody answered twice": [
        "INSERT INTO kept_answer (ref, event_id, label, kept, because, words) VALUES (1, 2, 'commercial', 'yes', '[]', '')"
    ],
    "An event with a topic has one twin": [
        f"INSERT INTO topic (id, made_at) VALUES (1, '{NOW:%Y-%m-%d}')",
        "UPDATE event SET topic_id = 1 WHERE id = 1",
    ],
    "Every event that was published has its calendar entry": ["DELETE FROM calendar_entry WHERE event_id = 2"],
    "Nobody is kept longer than their time.": [
        "UPDATE event SET ends_at = '2020-01-01 20:00:00', starts_at = '2020-01-01 18:00:00' WHERE id = 1",
    ],
    "Nobody is at an event, or invited to one, whose people were removed.": [
        f"INSERT INTO event_figures (event_id, label, registered, cancelled, waitlisted, attended, no_shows, first_time, came_before, walk_ins, stages, marked_at, emptied_at) VALUES (1, 'community', 0, 0, 0, 0, 0, 0, 0, 0, '{{}}', '{NOW:%Y-%m-%d}', '{NOW:%Y-%m-%d}')",
    ],
    "Nothing is still to be sent to somebody who was erased.": [
        (
            "INSERT INTO history (label, event_id, ref, act, details, at) "
            f"SELECT label, event_id, ref, 'erased', '{{}}', '{NOW:%Y-%m-%d}' FROM user_registration"
        )
    ],
    "What somebody said is as far as the newest reply to it.": [_SAID, "UPDATE contribution SET state = 'planned'"],
    "Whoever signed what they said, or is quoted, is known to the list": [
        _SAID,
        "UPDATE contribution SET name = 'Uma'",
    ],
    "Nobody finds good what they said themselves": [
        _SAID,
        (
            "INSERT INTO contribution_vote (contribution_id, voter, label, made_at) "
            f"VALUES (1, 3, 'community', '{NOW:%Y-%m-%d}')"
        ),
    ],
    "No reference is known on both lists": [
        "UPDATE buyer_registration SET ref = (SELECT min(ref) FROM user_registration) WHERE place = 1"
    ],
}
#: The same where the database itself would say no: it is told not to look.
PLANTED_IN_SQLITE = {
    "Everybody on the list is at an event of its label.": ["UPDATE user_registration SET label = 'commercial'"],
    "The tables are whole.": ["UPDATE user_registration SET event_id = 77"],
    "What may not be changed is guarded.": ["DROP TRIGGER consent_ledger_whole"],
}


@pytest.fixture
def filled(app: Flask, links: Links, now: Clock) -> None:
    """Both lists have people, who hold seats, wait, are invited and asked to be told."""
    with app.app_context():
        for label, people in ((Label.COMMUNITY, (UGO, UMA)), (Label.COMMERCIAL, (BEA, BOB))):
            event = make_event(links, label, capacity=1)
            for person in people:
                sign_up(event, person)
            make_invitation(event, people[0])
            make_standing(links, label, people[1])


def do(database_url: str, *statements: str) -> None:
    """Carry statements out without the program, and without checks and foreign keys where the database lets one."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA ignore_check_constraints = 1")
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def broken() -> dict[str, str]:
    """What does not hold, and about whom."""
    found = {each.said: each.about for each in verify(db.session(), access.links().keys, clock.now()) if each.broken}
    db.session.rollback()
    return found


@ON_BOTH
def test_everything_holds_of_what_the_services_made(app: Flask, filled: None) -> None:
    with app.app_context():
        held = list(verify(db.session(), access.links().keys, clock.now()))

        assert [each for each in held if each.broken] == []
        assert {each.about for each in held} == {"database", "users’ list", "buyers’ list", "both lists"}


@ON_BOTH
@pytest.mark.parametrize("said", PLANTED)
def test_what_was_made_wrong_is_found(app: Flask, database_url: str, filled: None, said: str) -> None:
    do(database_url, *PLANTED[said])

    with app.app_context():
        assert [each for each in broken() if each.startswith(said)] != []


@pytest.mark.parametrize("said", PLANTED_IN_SQLITE)
def test_what_no_constraint_would_let_in_is_found_as_well(
    app: Flask, database_url: str, filled: None, said: str
) -> None:
    do(database_url, *PLANTED_IN_SQLITE[said])

    with app.app_context():
        assert said in broken()


def test_who_is_back_without_having_come_back_is_found(app: Flask, links: Links, filled: None, now: Clock) -> None:
    with app.app_context(), writing() as session:
        forget(session, Label.COMMUNITY, UMA.email, Parting.ERASED, links.keys, now.time + timedelta(hours=1))
        [ref] = session.scalars(select(UserRegistration.ref).where(UserRegistration.email_key == UGO.email))
        forget(session, Label.COMMERCIAL, BEA.email, Parting.ERASED, links.keys, now.time - timedelta(hours=1))

    with app.app_context():
        assert broken() == {"Nobody is there who had themselves erased, and did not come back.": "users’ list"}
        with writing() as session:
            session.execute(delete(Forgotten))
            forget(session, Label.COMMUNITY, str(ref), Parting.ERASED, links.keys, now.time - timedelta(hours=1))
        assert broken() == {"Nobody is there who had themselves erased, and did not come back.": "users’ list"}


def test_the_command_tells_what_does_not_hold_and_exits_by_it(
    app: Flask, database_url: str, filled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENTDESK_DATABASE_URL", database_url)
    whole = CliRunner().invoke(commands, ["verify"])
    do(database_url, *PLANTED["Nobody waits while a seat is free"])
    told = CliRunner().invoke(commands, ["verify"])

    assert (whole.exit_code, told.exit_code) == (0, 1), whole.output
    assert "BROKEN" not in whole.output
    assert "BROKEN  users’ list: Nobody waits while a seat is free" in told.output
    assert "somebody waits for " in told.output

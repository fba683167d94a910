"""A restore brings nobody back: who had themselves erased or stopped mail since the backup is erased, and has stopped it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.backup.service import backup, restore
from eventdesk.config import Settings
from eventdesk.consent.queries import choice_of, refusing
from eventdesk.db import db, writing
from eventdesk.evenings.models import Quotation
from eventdesk.evenings.parting import withdraw
from eventdesk.labels import Audience, Label
from eventdesk.links import Keys, Links
from eventdesk.lists.merging import merge
from eventdesk.lists.models import LISTS
from eventdesk.lists.queries import by_email
from eventdesk.organisers.rules import COMMAND_LINE
from eventdesk.rights import journal
from eventdesk.rights import replay as again
from eventdesk.rights.journal import FILE, Line, Parted
from eventdesk.rights.replay import Replayed, complete
from eventdesk.rights.service import erase, erase_registration, mail_link
from eventdesk.server import caught_up
from eventdesk.standing.queries import by_email as standing_of
from eventdesk.standing.service import end, stop_mail_to
from eventdesk.suggestions import hosting
from eventdesk.suggestions.models import Breach, Contribution, Route
from eventdesk.suggestions.service import take_back
from tests.cast import BEA, UDO, UGO, UMA, Person
from tests.conftest import NOW, Clock, let_go, loaded, made
from tests.factories import make_contribution, make_event, make_standing, sign_up, signing

USERS, BUYERS = Audience.USERS, Audience.BUYERS
#: Came back after she had herself erased.
CLEO = Person("Cleo Comes-Back", "cleo@users.example")


def erase_all(audience: Audience, person: Person, keys: Keys, links: Links, now: Clock) -> None:
    """By the link that is mailed."""
    mail_link(audience, person.email, links=links, now=now.time)
    choice = choice_of(db.session(), audience, person.email)
    assert choice
    erase(audience, choice.ref, keys=keys, now=now.time)


def on_list(audience: Audience) -> set[str]:
    """The addresses there."""
    found = set(db.session.scalars(select(LISTS[audience].email)))
    db.session.rollback()
    return found


def test_what_people_did_since_the_backup_holds_after_the_restore(
    app: Flask, settings: Settings, links: Links, now: Clock, migrated: Path, tmp_path: Path
) -> None:
    instance, keys = tmp_path / "instance", links.keys
    instance.mkdir()
    with app.app_context():
        event, other = make_event(links, capacity=2), make_event(links, title="Another")
        briefing = make_event(links, Label.COMMERCIAL)
        sign_up(event, CLEO)
        erase_all(USERS, CLEO, keys, links, now)
        now.pass_by(hours=1)
        for person in (UGO, UMA, UDO):
            sign_up(event, person)
        sign_up(other, CLEO)
        once = sign_up(other, UDO)
        sign_up(briefing, BEA)
        sign_up(briefing, UGO)
        for person in (UGO, UMA, CLEO):
            make_standing(links, Label.COMMUNITY, person)
        make_standing(links, Label.COMMUNITY, UDO)
        now.pass_by(hours=1)
        backup(settings.database_url, tmp_path / "one.zip", now=now.time)
        now.pass_by(hours=1)
        erase_all(USERS, UGO, keys, links, now)
        erase_registration(USERS, once.ref, keys=keys, now=now.time)
        with writing() as session:
            stop_mail_to(session, USERS, UMA.email, now.time)
        entry = standing_of(db.session(), USERS, UDO.email)
        assert entry
        end(USERS, entry.ref, now=now.time)
        assert complete(instance, keys) > 0
        assert complete(instance, keys) == 0

    (tmp_path / "there").mkdir()
    (tmp_path / "there" / FILE).write_bytes((instance / FILE).read_bytes())
    there = loaded(tmp_path / "there", f"sqlite:///{tmp_path / 'there' / 'eventdesk.db'}")
    restore(there.database_url, tmp_path / "one.zip")
    with_key = made(there)
    with_key.extensions["eventdesk"] = settings_with(there, settings)
    now.pass_by(hours=1)
    with with_key.app_context():
        assert {UGO.email, UMA.email, UDO.email, CLEO.email} == on_list(USERS)

        replayed = caught_up(with_key)

        assert replayed == Replayed(erased=2, stopped=2)
        assert on_list(USERS) == {UMA.email, UDO.email, CLEO.email}
        assert on_list(BUYERS) == {BEA.email, UGO.email}
        session = db.session()
        assert refusing(session, USERS, [UGO.email, UMA.email, UDO.email, CLEO.email], keys) == {UGO.email, UMA.email}
        standing = {who.email for who in (UGO, UMA, UDO, CLEO) if standing_of(session, USERS, who.email)}
        assert standing == {CLEO.email}
        assert by_email(session, session.merge(event, load=False), UDO.email)
        session.rollback()
        assert caught_up(with_key) == Replayed()
    let_go(with_key)


def test_words_that_were_withdrawn_since_the_backup_are_not_quoted_again(
    session: Session, links: Links, now: Clock, tmp_path: Path
) -> None:
    said = {"label": Label.COMMUNITY, "author": 1, "words": "They answer.", "said": "I agree.", "given_at": now.time}
    with writing():
        session.add_all(Quotation(ref=ref, name=name, **said) for ref, name in enumerate(("Stands", "Gone"), start=1))

    def gone() -> Quotation:
        return session.scalars(select(Quotation).where(Quotation.ref == 2)).one()

    with writing():
        withdraw(session, [gone()], now.pass_by(hours=1))
    assert complete(tmp_path, links.keys) == 1
    with writing():  # as the backup has it
        back = gone()
        back.name, back.words, back.withdrawn_at = "Gone", "They answer.", None

    replayed = [again.replay(tmp_path, links.keys, now.time) for _ in range(2)]

    assert replayed == [Replayed(unquoted=1), Replayed()]
    assert [each.name for each in session.scalars(select(Quotation).order_by(Quotation.id))] == ["Stands", ""]
    assert "Gone" not in (tmp_path / FILE).read_text()


def test_what_was_taken_back_hidden_or_closed_since_the_backup_is_so_again_and_what_is_shown_stays_shown(
    session: Session, links: Links, now: Clock, tmp_path: Path
) -> None:
    event, actor = make_event(links), signing()
    ugo = sign_up(event, UGO)
    names = ("Stands", "Gone", "Rude", "Rude twice", "Shown")
    stands, gone, rude, twice, shown = [
        make_contribution(event, ugo, words=f"Words of {name}.", name=name) for name in names
    ]
    asked, still = (hosting.route(stands.ref, who.name, who.email, "", actor=actor, now=now.time) for who in (UMA, UDO))
    as_backed_up = state(session)
    now.pass_by(hours=1)
    take_back(USERS, ugo.ref, gone.ref, now=now.time)
    hosting.close_route(stands.ref, asked.ref, actor=actor, now=now.time)
    for said, breach in ((rude, Breach.ATTACK), (twice, Breach.ADVERTISING), (shown, Breach.ATTACK)):
        hosting.hide(said.ref, breach, actor=actor, now=now.time)
    assert complete(tmp_path, links.keys) == 5
    for said in (twice, shown):
        hosting.show(said.ref, actor=actor)
    assert (complete(tmp_path, links.keys), complete(tmp_path, links.keys)) == (2, 0)
    assert again.replay(tmp_path, links.keys, now.time) == Replayed()  # as at any start
    hosting.hide(twice.ref, Breach.ATTACK, actor=actor, now=now.pass_by(hours=1))
    assert (complete(tmp_path, links.keys), complete(tmp_path, links.keys)) == (1, 0)
    as_left = state(session)
    with writing():
        for row, were in as_backed_up.items():
            for field, was in were.items():
                setattr(session.get_one(*row), field, was)

    replayed = [again.replay(tmp_path, links.keys, now.time) for _ in range(2)]

    assert replayed == [Replayed(taken_back=1, hidden=2, closed=1), Replayed()]
    assert state(session) == as_left
    assert (as_left[Route, asked.id]["email"], as_left[Route, still.id]["email"]) == ("", UDO.email)
    assert as_left[Contribution, gone.id]["name"] == as_left[Contribution, gone.id]["words"] == ""
    assert as_left[Contribution, twice.id]["breach"] is Breach.ATTACK
    assert "Gone" not in (tmp_path / FILE).read_text()


def state(session: Session) -> dict[tuple[type[Any], int], dict[str, Any]]:
    """What is said and who is asked, by table and number: what a backup would bring back of them."""
    fields: dict[type[Any], tuple[str, ...]] = {
        Contribution: ("name", "words", "taken_back_at", "hidden_at", "breach"),
        Route: ("email", "generation", "closed_at"),
    }
    session.rollback()
    rows = {(table, row.id): row for table in fields for row in session.scalars(select(table))}
    found = {key: {field: getattr(row, field) for field in fields[key[0]]} for key, row in rows.items()}
    session.rollback()
    return found


def settings_with(there: Settings, keys_of: Settings) -> Settings:
    """The same place with the old key."""
    return replace(there, secret_keys=("a newer key than that", *keys_of.secret_keys))


def test_the_journal_names_nobody_is_its_owners_alone_and_survives_a_crash(tmp_path: Path) -> None:
    one = Line(Label.COMMUNITY, "0d" * 16, Parted.ERASED, NOW)
    two = Line(Label.COMMERCIAL, "0e" * 16, Parted.STOPPED, NOW)

    assert journal.read(tmp_path) == []
    assert (journal.add(tmp_path, [one]), journal.add(tmp_path, [one])) == (1, 0)
    with (tmp_path / FILE).open("a") as file:
        file.write('{"label": "community", "dig')  # cut short
    assert journal.add(tmp_path, [one, two]) == 1

    assert journal.read(tmp_path) == [one, two]
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    first = json.loads((tmp_path / FILE).read_text().splitlines()[0])
    assert first == {"label": "community", "digest": "0d" * 16, "parted": "erased", "at": "2027-02-09T12:00:00Z"}


def test_nothing_that_came_later_is_touched_when_it_starts_again(
    session: Session, links: Links, now: Clock, tmp_path: Path
) -> None:
    event = make_event(links)
    sign_up(event, UGO)
    make_standing(links, Label.COMMUNITY, UMA)
    erase_all(USERS, UGO, links.keys, links, now)
    with writing() as writer:
        stop_mail_to(writer, USERS, UMA.email, now.time)
    complete(tmp_path, links.keys)
    now.pass_by(hours=1)
    sign_up(event, UGO)
    make_standing(links, Label.COMMUNITY, UMA)

    replayed = again.replay(tmp_path, links.keys, now.pass_by(hours=1))

    assert replayed == Replayed()
    assert on_list(USERS) == {UGO.email}
    assert refusing(session, USERS, [UGO.email, UMA.email], links.keys) == set()
    assert standing_of(session, USERS, UMA.email)


def test_who_came_back_stays_also_where_their_address_moved_to_an_older_registration(
    app: Flask, links: Links, now: Clock, tmp_path: Path
) -> None:
    with app.app_context():
        event, other = make_event(links), make_event(links, title="Another")
        older = sign_up(event, UMA)
        sign_up(other, CLEO)
        now.pass_by(hours=1)
        erase_all(USERS, CLEO, links.keys, links, now)
        now.pass_by(hours=1)
        newer = sign_up(event, CLEO)
        merge(event.slug, [older.ref, newer.ref], newer.ref, actor=COMMAND_LINE, now=now.time)
        complete(tmp_path, links.keys)

        assert again.replay(tmp_path, links.keys, now.time).erased == 0
        assert by_email(db.session(), event, CLEO.email)

"""Who comes over by a crossing, and how often they may ask; on both databases where that is where it is decided."""

from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventdesk.consent.forgotten import forget
from eventdesk.consent.models import ConsentAct, Parting, Source
from eventdesk.consent.queries import choice_of, refusing
from eventdesk.consent.service import open_choices
from eventdesk.db import db, writing
from eventdesk.errors import NotFound, Refused, TooMany
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.lists.crossing import crossing_letter
from eventdesk.standing.crossing import Wish, come_over, wish_in
from eventdesk.standing.queries import by_email
from eventdesk.standing.rules import UNCONFIRMED_LASTS
from eventdesk.standing.service import stop_mail
from tests.cast import UGO, UMA
from tests.conftest import BASE_URL, NOW, ON_BOTH, Clock
from tests.factories import make_crossing, make_event, make_standing, sign_up
from tests.lists.crossed import OTHER, jobs, ledger, link_of


def test_the_longest_there_is_makes_an_address_that_is_taken(app: Flask, client: FlaskClient, links: Links) -> None:
    longest = f"{'ö' * 64}@{'ü' * 63}.{'ü' * 63}.{'ü' * 57}.ö"
    wish = Wish(
        label=Label.COMMERCIAL, name="🍋" * 100, email=longest, version="", source=Source.CROSSING, asked_at=NOW
    )

    path = wish.sealed(links, NOW).removeprefix(BASE_URL)

    assert client.get(path).status_code == 200
    assert len(path) < 2000


def test_a_double_click_is_one_mail_and_no_mailbox_is_filled(app: Flask, links: Links, now: Clock) -> None:
    with app.app_context():
        event = make_event(links)
        outcome = sign_up(event, UGO)
        for _ in range(3):
            make_crossing(links, event, outcome)
        assert len(jobs()) == 1
        now.pass_by(minutes=16)
        make_crossing(links, event, outcome)
        assert [job.ref for job in jobs()] == [outcome.ref] * 2
        for _ in range(12):
            now.pass_by(minutes=16)
            with suppress(TooMany):
                make_crossing(links, event, outcome)
        assert len(jobs()) == 10  # a day, over all that ask this mailbox
        make_crossing(links, event, sign_up(event, UMA))  # nobody else is held up


@ON_BOTH
@pytest.mark.parametrize("label", RULES)
def test_who_comes_over_is_found_or_made_and_a_refusal_of_old_is_taken_back(
    app: Flask, links: Links, now: Clock, label: Label
) -> None:
    target = RULES[OTHER[label]]
    with app.app_context():
        with writing() as session:
            open_choices(session, target.audience, [UGO.email], now.time)
        choice = choice_of(db.session(), target.audience, UGO.email)
        assert choice
        stop_mail(target.audience, choice.ref, now=now.time)
        asked = make_standing(links, target.label, UGO, confirmed=False).ref
        now.pass_by(hours=1)
        event = make_event(links, label)
        said = make_crossing(links, event, sign_up(event, UGO))
        sealed = link_of(links, now).removeprefix("/cross/")
        wish = wish_in(sealed, links, now.time)
        db.session.rollback()

        entries = [come_over(wish, said=None, keys=links.keys, now=now.time) for _ in range(2)]

        found = by_email(db.session(), target.audience, UGO.email)
        assert found
        assert ({entry.ref for entry in entries}, found.ref, found.said) == ({asked}, asked, said)
        assert refusing(db.session(), target.audience, [UGO.email], links.keys) == set()
        assert [each.act for each in ledger(target.audience)] == [ConsentAct.WITHDRAWN, ConsentAct.GIVEN]
        with pytest.raises(Refused):
            come_over(wish, said="Other words.", keys=links.keys, now=now.time)
        with writing() as session:
            forget(session, target.label, UGO.email, Parting.ERASED, links.keys, now.pass_by(hours=1))
        with pytest.raises(NotFound, match="not valid any more"):
            come_over(wish, said=None, keys=links.keys, now=now.time)
        with pytest.raises(NotFound, match="seven days"):
            wish_in(sealed, links, now.time + UNCONFIRMED_LASTS + timedelta(seconds=1))


def test_the_mail_is_in_the_words_of_what_one_comes_to_and_holds_one_link(app: Flask, links: Links, now: Clock) -> None:
    with app.app_context():
        for label in RULES:
            event = make_event(links, label)
            said = make_crossing(links, event, sign_up(event, UGO))
            job = jobs()[-1]
            letter = crossing_letter(db.session(), job, links, now.time)
            assert letter
            target = RULES[OTHER[label]]
            assert letter.text.body.startswith(f"{target.promise_of((), letter.sender)}\n\nHello,\n")
            assert (f"“{said}”" in letter.text.body, letter.email, letter.stop_url) == (True, UGO.email, "")
            assert letter.html.count("<a ") == 1
            assert UGO.name not in letter.text.body + letter.html
            assert crossing_letter(db.session(), job, links, now.time + timedelta(days=8)) is None
            db.session.rollback()

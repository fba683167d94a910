"""One person on both lists: what one list shows and does knows nothing of the other, and changes nothing there."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventdesk import clock
from eventdesk.consent.queries import choice_of, stop_url
from eventdesk.db import db
from eventdesk.events.models import Event
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.lists.files import Listed
from eventdesk.lists.files import Person as InFile
from eventdesk.lists.guard import OWNERS
from eventdesk.lists.imports import plan
from eventdesk.lists.queries import by_ref
from eventdesk.lists.service import leave
from eventdesk.orm import Model
from eventdesk.rights.rules import dated
from eventdesk.rights.service import correct_name, erase, erase_registration, mail_link
from eventdesk.standing.service import stop_mail
from tests.cast import ADA, PASSPHRASE, Person
from tests.conftest import Clock
from tests.crawl import csrf_of
from tests.factories import make_crossing, make_event, make_invitation, make_standing, sign_up

BOTH = Person("Ida Idle", "ida@people.example", "Idle Ltd", "Owner")
OTHER = {label: rules.crosses_to for label, rules in RULES.items()}
#: What is kept by label beside the lists; messages, too, but for those that go to nobody in particular.
BY_LABEL = ("outbox", "history", "consent_ledger", "forgotten", "kept_answer", "event_figures", "removal", "export")


def join(label: Label, event: Event, links: Links) -> int:
    """Come onto a list in every way there is; the reference of the registration."""
    ref = sign_up(event, BOTH).ref
    make_standing(links, label, BOTH)
    make_invitation(event, BOTH)
    return ref


def pages(client: FlaskClient, links: Links, event: Event, ref: int) -> dict[str, bytes]:
    """All that somebody is shown about themself under one label, by what it is."""
    audience = event.rules.audience
    person, choice = by_ref(db.session(), audience, ref), choice_of(db.session(), audience, BOTH.email)
    assert person
    assert choice
    manage = links.manage(audience, ref, person.generation)
    held = links.held(audience, choice.ref, dated(choice.generation, clock.now().date()))
    stop = stop_url(db.session(), audience, BOTH.email, links)
    db.session.rollback()
    wanted = [
        manage,
        f"{manage}.ics",
        f"{manage}/held",
        f"{manage}/held.json",
        held,
        f"{held}.json",
        f"{held}.csv",
        stop,
    ]
    answers = {url: client.get(url.removeprefix(links.base_url)) for url in wanted}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {url: answer.data for url, answer in answers.items()}


def rows_of(label: Label) -> dict[str, list[Any]]:
    """Every row that is of one label: all of its list, and what is kept under its name."""
    whose = RULES[label].audience
    found = {}
    for table in Model.metadata.sorted_tables:
        wanted = select(table)
        if table.name in BY_LABEL:
            wanted = wanted.where(table.c.label == label)
        elif OWNERS.get(table.name) is not whose:
            continue
        found[table.name] = sorted(map(tuple, db.session.execute(wanted)), key=str)
    db.session.rollback()
    return found


@pytest.mark.parametrize("label", RULES)
def test_what_is_shown_under_one_label_is_the_same_whoever_is_on_the_other_list(
    app: Flask, client: FlaskClient, links: Links, label: Label
) -> None:
    with app.app_context():
        event, elsewhere = make_event(links, label), make_event(links, OTHER[label])
        ref = join(label, event, links)
        alone = pages(client, links, event, ref)

        join(OTHER[label], elsewhere, links)

        assert pages(client, links, event, ref) == alone


@pytest.mark.parametrize("label", RULES)
def test_what_is_done_under_one_label_changes_no_row_of_the_other(
    app: Flask, at_desk: Callable[[Person], FlaskClient], links: Links, now: Clock, label: Label
) -> None:
    audience, browser = RULES[label].audience, at_desk(ADA)
    file = {"csrf_token": csrf_of(browser), "columns": "email", "reason": "For the door.", "passphrase": PASSPHRASE}
    with app.app_context():
        event, elsewhere = make_event(links, label), make_event(links, OTHER[label])
        join(OTHER[label], elsewhere, links)
        before = rows_of(OTHER[label])
        ref = join(label, event, links)

        def choice() -> int:
            found = choice_of(db.session(), audience, BOTH.email)
            db.session.rollback()
            assert found
            return found.ref

        def asks_to_cross() -> None:
            make_crossing(links, event, sign_up(event, BOTH))

        acts: Sequence[Callable[[], object]] = (
            asks_to_cross,
            lambda: mail_link(audience, BOTH.email, links=links, now=now.time),
            lambda: correct_name(audience, choice(), "Ida Else", now=now.time),
            lambda: browser.post(f"/desk/events/{event.slug}/people/export", data=file | {"file": "csv"}),
            lambda: browser.post(f"/desk/standing/{label}/export", data=file | {"file": "csv"}),
            lambda: stop_mail(audience, choice(), now=now.time),
            lambda: leave(audience, ref, now=now.time),
            lambda: erase_registration(audience, ref, keys=links.keys, now=now.time),
            lambda: erase(audience, choice(), keys=links.keys, now=now.time),
        )
        for act in acts:
            mine = rows_of(label)
            act()
            assert rows_of(OTHER[label]) == before
            assert rows_of(label) != mine


@pytest.mark.parametrize("label", RULES)
def test_who_is_on_the_other_list_or_was_erased_from_it_is_added_from_a_file_like_anybody(
    app: Flask, links: Links, now: Clock, label: Label
) -> None:
    file = Listed([InFile(2, BOTH.name, BOTH.email, BOTH.details, False)])
    with app.app_context():
        event, elsewhere = make_event(links, label), make_event(links, OTHER[label])

        def looked_at() -> str:
            made = plan(db.session(), db.session.get_one(Event, event_id), file, links.keys)
            db.session.rollback()
            assert made.people
            return made.mark

        event_id, audience = event.id, elsewhere.rules.audience
        unknown = looked_at()
        join(OTHER[label], elsewhere, links)
        on_the_other = looked_at()
        choice = choice_of(db.session(), audience, BOTH.email)
        assert choice
        erase(audience, choice.ref, keys=links.keys, now=now.time)

        assert on_the_other == looked_at() == unknown

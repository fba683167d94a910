"""The two lists never meet: not in an answer, not in a statement, not in a transaction. Leaks are planted to show the alarms."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import create_engine, event, select, text

from eventdesk import clock
from eventdesk.access import DESK
from eventdesk.consent.queries import choice_of, stop_url
from eventdesk.consent.service import open_choices
from eventdesk.db import db, writing
from eventdesk.events.models import Event
from eventdesk.labels import RULES, RULES_BY_AUDIENCE, Audience, Label
from eventdesk.links import Links
from eventdesk.lists.calendars import address_of
from eventdesk.lists.guard import OWNERS, ListsMixed
from eventdesk.lists.models import CALENDARS, LISTS
from eventdesk.lists.queries import by_ref, calendar_of
from eventdesk.outbox.mail import compose
from eventdesk.outbox.models import Job
from eventdesk.sheets import FILES
from eventdesk.worker import WRITERS
from tests.cast import ADA, BERT, CORA, PASSPHRASE, Person
from tests.conftest import Clock
from tests.crawl import crawl, csrf_of
from tests.factories import make_crossing, make_event, make_invitation, make_standing, sign_up
from tests.lists.crossed import link_of

U, B = "@u.canary", "@b.canary"
USERS = [Person(f"User {number} U-Canary", f"user{number}{U}") for number in range(3)]
BUYERS = [Person(f"Buyer {number} B-Canary", f"buyer{number}{B}", "B-Canary Ltd", "Owner") for number in range(3)]
#: On both lists: the same person in two unrelated rows, told apart by the mark in the name.
TWICE = "both@people.example"
#: All tables that hold people, of one list and of the other.
TABLES = [[table for table, whose in OWNERS.items() if whose is audience] for audience in Audience]
UNION = "SELECT email FROM user_registration UNION SELECT email FROM buyer_registration"

Seats = dict[Label, list[str]]


def marks(said: str) -> set[str]:
    """Whose marks a text holds."""
    return {mark for mark in ("u", "b") if f"{mark}-canary" in said.casefold() or f"@{mark}.canary" in said.casefold()}


def mixed(statement: str) -> bool:
    """Whether it names tables of both lists."""
    return all(any(table in statement for table in tables) for tables in TABLES)


@pytest.fixture
def personal(app: Flask, links: Links, now: Clock) -> list[str]:
    """Both lists are filled, some wait, one is on both; returns the paths of the personal links."""
    paths = []
    with app.app_context():
        for label, people in ((Label.COMMUNITY, USERS), (Label.COMMERCIAL, BUYERS)):
            happening = make_event(links, label, capacity=2)
            hidden = make_event(links, label, title=f"By invitation, {label}", visibility="invitation")
            mark = people[0].name.rpartition(" ")[2]
            both = Person(f"Both {mark}", TWICE, f"Both {mark}", "Owner")
            for person in (*people, both):
                for each in (happening, hidden):
                    outcome = sign_up(each, person)
                    url = links.manage(each.rules.audience, outcome.ref, outcome.generation)
                    paths.append(url.removeprefix(links.base_url))
                    if person is people[0] and each is happening:
                        make_crossing(links, happening, outcome)
                        paths.append(link_of(links, now))
            guest = Person(f"Guest {mark}", f"guest@{mark[0].lower()}.canary", f"Guest {mark}", "Owner")
            invitation = make_invitation(hidden, people[0])
            held = sign_up(hidden, guest, invitation_ref=invitation.ref)
            own = links.manage(hidden.rules.audience, held.ref, held.generation)
            invite = links.personal_invite(invitation.audience, invitation.ref, invitation.generation)
            asked = make_standing(links, label, people[0])
            standing = links.standing(asked.audience, asked.ref, asked.generation)
            make_standing(links, label, people[1], confirmed=False)
            with writing() as session:
                open_choices(session, asked.audience, [people[0].email], clock.now())
            stop = stop_url(db.session(), asked.audience, people[0].email, links)
            choice = choice_of(db.session(), asked.audience, people[0].email)
            assert choice
            held_about = links.held(asked.audience, choice.ref, choice.generation)
            paths += [url.removeprefix(links.base_url) for url in (own, invite, standing, stop, held_about)]
    return paths


@pytest.fixture
def own_feeds(app: Flask, links: Links, personal: list[str]) -> dict[Audience, str]:
    """The paths of the two feeds of the address that is on both lists."""
    paths = {}
    with app.app_context():
        for audience in CALENDARS:
            calendar = calendar_of(db.session(), audience, TWICE)
            assert calendar
            paths[audience] = address_of(calendar, links).removeprefix(links.base_url)
            db.session.rollback()
    return paths


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Every SQL statement that is carried out meanwhile."""
    said: list[str] = []

    def keep(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    with app.app_context():
        engines = list(db.engines.values())
    for engine in engines:
        event.listen(engine, "before_cursor_execute", keep)
    yield said
    for engine in engines:
        event.remove(engine, "before_cursor_execute", keep)


def seen_by(browser: FlaskClient, begin: list[str]) -> dict[str, set[str]]:
    """Whose marks each answer holds, its headers and its address included."""
    return {
        path: marks(f"{path}\n{answer.headers}\n{answer.get_data(as_text=True)}")
        for path, answer in crawl(browser, begin).items()
    }


PUBLIC = ["/", "/calendars/community.ics", "/calendars/commercial.ics", "/healthz", "/sign-in", "/nowhere"]


def test_no_answer_in_any_role_holds_people_of_both_lists(
    app: Flask,
    client: FlaskClient,
    at_desk: Callable[[Person], FlaskClient],
    personal: list[str],
    own_feeds: dict[Audience, str],
) -> None:
    browsers = {person.name: at_desk(person) for person in (ADA, CORA, BERT)}

    with statements(app) as said:
        seen = {name: seen_by(browser, ["/desk/", *PUBLIC]) for name, browser in browsers.items()}
        seen["nobody"] = seen_by(client, PUBLIC)
        seen["links"] = seen_by(client, [*personal, *(f"{path}.ics" for path in personal), *own_feeds.values()])

    assert [(who, path) for who, pages in seen.items() for path, found in pages.items() if len(found) > 1] == []
    assert [each for each in said if mixed(each)] == []
    reached = {who: set().union(*pages.values()) for who, pages in seen.items()}
    assert reached == {ADA.name: {"u", "b"}, CORA.name: {"u"}, BERT.name: {"b"}, "nobody": set(), "links": {"u", "b"}}


def test_no_file_holds_people_of_both_lists(
    app: Flask, at_desk: Callable[[Person], FlaskClient], personal: list[str]
) -> None:
    browser = at_desk(ADA)
    form = {"csrf_token": csrf_of(browser), "reason": "To see who is in it.", "passphrase": PASSPHRASE}
    with app.app_context():
        slugs = db.session.scalars(select(Event.slug)).all()
    forms = [f"/desk/standing/{label}/export" for label in RULES]
    forms += [f"/desk/events/{slug}/people/export{what}" for slug in slugs for what in ("", "?what=handover")]
    columns = [
        each for rules in RULES.values() for each in ("name", "email", "note", *(ask.name for ask in rules.asks))
    ]
    seen: dict[str, set[str]] = {}

    with statements(app) as said:
        for path in forms:
            offered = browser.get(path).text
            chosen = [each for each in columns if f'value="{each}"' in offered]
            for file in FILES:
                answer = browser.post(path, data=form | {"columns": chosen, "file": file})
                if answer.status_code == 200:
                    seen[f"{path} {file}"] = marks(read_back(answer.data, file))

    assert [path for path, found in seen.items() if len(found) > 1] == []
    assert set().union(*seen.values()) == {"u", "b"}
    assert {file for path in seen for file in FILES if path.endswith(file)} == set(FILES)
    assert [each for each in said if mixed(each)] == []


def read_back(data: bytes, file: str) -> str:
    """All that a file says."""
    if file != "xlsx":
        return data.decode()
    return str([[cell.value for cell in row] for row in load_workbook(BytesIO(data)).active.iter_rows()])


def test_no_letter_holds_people_of_both_lists(app: Flask, links: Links, personal: list[str], now: Clock) -> None:
    composed: list[set[str]] = []

    with app.app_context(), statements(app) as said:
        for job in db.session.scalars(select(Job).order_by(Job.id)).all():
            letter = WRITERS[job.kind](db.session(), job, links, clock.now())
            assert letter
            message = compose(letter, mailbox=links.mailbox, host=links.host, key=job.key, now=clock.now())
            composed.append(marks(message.as_bytes().decode() + letter.text.body + str(letter.calendar)))
            db.session.rollback()

    assert len(composed) == 24
    assert all(len(found) == 1 for found in composed)
    assert [each for each in said if mixed(each)] == []


def test_an_address_on_both_lists_has_two_feeds_that_know_nothing_of_each_other(
    app: Flask, client: FlaskClient, own_feeds: dict[Audience, str]
) -> None:
    with statements(app) as said:
        seen = {audience: client.get(path).text for audience, path in own_feeds.items()}

    nouns = {audience: RULES_BY_AUDIENCE[audience].noun for audience in seen}
    held = {
        audience: {noun for noun in nouns.values() if f"CATEGORIES:{noun}" in text} for audience, text in seen.items()
    }
    assert held == {audience: {noun} for audience, noun in nouns.items()}
    assert [text.count("BEGIN:VEVENT") for text in seen.values()] == [2, 2]
    assert [marks(text) for text in seen.values()] == [set(), set()]
    assert [each for each in said if mixed(each)] == []


def test_a_reference_opens_one_list_alone(app: Flask, personal: list[str]) -> None:
    with app.app_context():
        refs = list(db.session.scalars(select(LISTS[Audience.USERS].ref)))
        db.session.rollback()

        assert [by_ref(db.session(), Audience.BUYERS, ref) for ref in refs] == [None] * 9


@pytest.mark.own_app
def test_a_statement_that_names_both_lists_is_not_carried_out(
    app: Flask, at_desk: Callable[[Person], FlaskClient], personal: list[str]
) -> None:
    plant(app, lambda: str(db.session.execute(text(UNION)).all()))
    browser = at_desk(ADA)

    with pytest.raises(ListsMixed):
        browser.get("/desk/everybody")


@pytest.mark.own_app
def test_two_statements_of_one_transaction_that_name_both_lists_are_not_carried_out(
    app: Flask, at_desk: Callable[[Person], FlaskClient], personal: list[str]
) -> None:
    plant(app, lambda: str([db.session.scalars(select(people.email)).all() for people in LISTS.values()]))
    browser = at_desk(ADA)

    with pytest.raises(ListsMixed):
        browser.get("/desk/everybody")


@pytest.mark.own_app
def test_a_leak_that_goes_round_the_guard_is_seen_by_the_crawl(
    app: Flask, at_desk: Callable[[Person], FlaskClient], personal: list[str], database_url: str
) -> None:
    unguarded = create_engine(database_url)

    def everybody() -> str:
        with unguarded.connect() as connection:
            return " ".join(connection.execute(text(UNION)).scalars())

    plant(app, everybody)

    seen = seen_by(at_desk(ADA), ["/desk/everybody"])

    unguarded.dispose()
    assert seen == {"/desk/everybody": {"u", "b"}}


def plant(app: Flask, view: Callable[[], str]) -> None:
    """Add a route to the desk."""

    def planted() -> str:
        return view()

    app.add_url_rule("/desk/everybody", "planted", DESK(planted))

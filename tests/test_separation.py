"""The two lists never meet: not in an answer, not in a statement, not in a transaction. Leaks are planted to show the alarms."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from sqlalchemy import create_engine, event, select, text
from werkzeug.exceptions import HTTPException

from eventdesk import clock
from eventdesk.access import DESK
from eventdesk.db import db
from eventdesk.events.models import Event
from eventdesk.labels import RULES, RULES_BY_AUDIENCE, Audience
from eventdesk.links import Links
from eventdesk.lists.guard import ListsMixed
from eventdesk.lists.models import LISTS
from eventdesk.lists.queries import by_ref
from eventdesk.outbox.mail import compose
from eventdesk.outbox.models import Job
from eventdesk.sheets import FILES, Table
from eventdesk.worker import WRITERS
from tests.cast import ADA, BERT, CORA, PASSPHRASE, Person
from tests.conftest import Clock
from tests.crawl import crawl, csrf_of
from tests.separated import Filled, fill, marks, mixed, read_back

COLUMN = re.compile(r'<input(?=[^>]*name="columns")[^>]*value="([^"]+)"')
UNION = "SELECT email FROM user_registration UNION SELECT email FROM buyer_registration"


@pytest.fixture
def filled(app: Flask, links: Links, now: Clock) -> Filled:
    """Both lists are filled, some wait, one is on both."""
    with app.app_context():
        return fill(links, now)


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
        path: marks(f"{path}\n{answer.headers}\n{read_back(answer.data, answer.mimetype or '')}")
        for path, answer in crawl(browser, begin).items()
    }


PUBLIC = ["/", "/calendars/community.ics", "/calendars/commercial.ics", "/healthz", "/sign-in", "/nowhere"]
#: Pictures; links that make somebody an organiser; and a room that only events in a series have.
NOT_REACHED = {"static", "programmes.logo", "desk.link_qr", "desk.invitation_qr", "door.code"}
NOT_REACHED |= {"organisers.set_up", "organisers.join", "organisers.reset", "desk.series"}


def test_no_answer_in_any_role_holds_people_of_both_lists(
    app: Flask,
    client: FlaskClient,
    at_desk: Callable[[Person], FlaskClient],
    filled: Filled,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    browsers = {person.name: at_desk(person) for person in (ADA, CORA, BERT)}

    with statements(app) as said:
        seen = {
            name: seen_by(each, ["/desk/", *PUBLIC, *filled.doors, *filled.rooms]) for name, each in browsers.items()
        }
        seen["nobody"] = seen_by(client, PUBLIC)
        seen["links"] = seen_by(client, [*filled.personal, *filled.doors, *filled.feeds.values()])

    assert [(who, path) for who, pages in seen.items() for path, found in pages.items() if len(found) > 1] == []
    assert [each for each in said if mixed(each)] == []
    reached = {who: set().union(*pages.values()) for who, pages in seen.items()}
    assert reached == {ADA.name: {"u", "b"}, CORA.name: {"u"}, BERT.name: {"b"}, "nobody": set(), "links": {"u", "b"}}
    assert not_reached(app, {path for pages in seen.values() for path in pages}) == NOT_REACHED
    secrets = ("@people.example", *filled.personal, *filled.doors)
    assert [each for each in caplog.messages if marks(each) or any(secret in each for secret in secrets)] == []


def not_reached(app: Flask, paths: set[str]) -> set[str]:
    """The endpoints of pages that are at none of these paths."""
    there = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    routes = app.url_map.bind("localhost")
    for path in paths:
        with suppress(HTTPException):
            there.discard(routes.match(path.partition("?")[0])[0])
    return there


FORM = {"reason": "To see who is in it.", "passphrase": PASSPHRASE}


def taken(browser: FlaskClient, paths: list[str]) -> dict[str, set[str]]:
    """Whose marks the files hold that these forms give, with all that they offer, in all formats."""
    form, seen = FORM | {"csrf_token": csrf_of(browser)}, {}
    for path in paths:
        offered = COLUMN.findall(browser.get(path).text)
        for file in FILES:
            answer = browser.post(path, data=form | {"columns": offered, "file": file})
            if answer.status_code == 200 and answer.mimetype != "text/html":
                seen[f"{path} {file}"] = marks(read_back(answer.data, answer.mimetype or ""))
    return seen


def test_no_file_holds_people_of_both_lists(
    app: Flask, at_desk: Callable[[Person], FlaskClient], filled: Filled
) -> None:
    browser = at_desk(ADA)
    with app.app_context():
        slugs = db.session.scalars(select(Event.slug)).all()
    forms = [f"/desk/standing/{label}/export" for label in RULES]
    forms += [f"/desk/events/{slug}/people/export{what}" for slug in slugs for what in ("", "?what=handover")]

    with statements(app) as said:
        seen = taken(browser, forms)

    assert [path for path, found in seen.items() if len(found) > 1] == []
    assert set().union(*seen.values()) == {"u", "b"}
    assert {file for path in seen for file in FILES if path.endswith(file)} == set(FILES)
    assert [each for each in said if mixed(each)] == []


def test_no_letter_holds_people_of_both_lists(app: Flask, links: Links, filled: Filled, now: Clock) -> None:
    composed: list[set[str]] = []

    with app.app_context(), statements(app) as said:
        for job in db.session.scalars(select(Job).order_by(Job.id)).all():
            letter = WRITERS[job.kind](db.session(), job, links, clock.now())
            assert letter
            message = compose(letter, mailbox=links.mailbox, host=links.host, key=job.key, now=clock.now())
            composed.append(marks(message.as_bytes().decode() + letter.text.body + str(letter.calendar)))
            db.session.rollback()

    assert len(composed) == 39
    assert all(len(found) == 1 for found in composed)
    assert [each for each in said if mixed(each)] == []


def test_an_address_on_both_lists_has_two_feeds_that_know_nothing_of_each_other(
    app: Flask, client: FlaskClient, filled: Filled
) -> None:
    with statements(app) as said:
        seen = {audience: client.get(path).text for audience, path in filled.feeds.items()}

    nouns = {audience: RULES_BY_AUDIENCE[audience].noun for audience in seen}
    held = {
        audience: {noun for noun in nouns.values() if f"CATEGORIES:{noun}" in text} for audience, text in seen.items()
    }
    assert held == {audience: {noun} for audience, noun in nouns.items()}
    assert [text.count("BEGIN:VEVENT") for text in seen.values()] == [2, 2]
    assert [marks(text) for text in seen.values()] == [set(), set()]
    assert [each for each in said if mixed(each)] == []


def test_a_reference_opens_one_list_alone(app: Flask, filled: Filled) -> None:
    with app.app_context():
        refs = list(db.session.scalars(select(LISTS[Audience.USERS].ref)))
        db.session.rollback()

        assert len(refs) > 9
        assert {by_ref(db.session(), Audience.BUYERS, ref) for ref in refs} == {None}


@pytest.mark.own_app
def test_a_statement_that_names_both_lists_is_not_carried_out(
    app: Flask, at_desk: Callable[[Person], FlaskClient], filled: Filled
) -> None:
    plant(app, lambda: str(db.session.execute(text(UNION)).all()))
    browser = at_desk(ADA)

    with pytest.raises(ListsMixed):
        browser.get("/desk/everybody")


@pytest.mark.own_app
def test_two_statements_of_one_transaction_that_name_both_lists_are_not_carried_out(
    app: Flask, at_desk: Callable[[Person], FlaskClient], filled: Filled
) -> None:
    plant(app, lambda: str([db.session.scalars(select(people.email)).all() for people in LISTS.values()]))
    browser = at_desk(ADA)

    with pytest.raises(ListsMixed):
        browser.get("/desk/everybody")


@pytest.mark.own_app
def test_a_file_of_both_lists_is_seen_by_what_reads_files(
    app: Flask, at_desk: Callable[[Person], FlaskClient], filled: Filled
) -> None:
    def everybody() -> ResponseReturnValue:
        if request.method == "GET":
            return "Which columns?"
        rows: list[list[str]] = []
        for people in LISTS.values():
            rows += [[email] for email in db.session.scalars(select(people.email))]
            db.session.rollback()  # by turns, so that no transaction holds both: the guard lets it pass
        made = FILES["xlsx"]
        return Response(made.write(Table(["email"], rows)), content_type=made.content_type)

    plant(app, everybody, methods=["GET", "POST"])

    assert taken(at_desk(ADA), ["/desk/everybody"])["/desk/everybody xlsx"] == {"u", "b"}


@pytest.mark.own_app
def test_a_leak_that_goes_round_the_guard_is_seen_by_the_crawl(
    app: Flask, at_desk: Callable[[Person], FlaskClient], filled: Filled, database_url: str
) -> None:
    unguarded = create_engine(database_url)

    def everybody() -> str:
        with unguarded.connect() as connection:
            return " ".join(connection.execute(text(UNION)).scalars())

    plant(app, everybody)

    seen = seen_by(at_desk(ADA), ["/desk/everybody"])

    unguarded.dispose()
    assert seen == {"/desk/everybody": {"u", "b"}}


def plant(app: Flask, view: Callable[[], ResponseReturnValue], **said: Any) -> None:
    """Add a route to the desk."""

    def planted() -> ResponseReturnValue:
        return view()

    app.add_url_rule("/desk/everybody", "planted", DESK(planted), **said)

"""What the database itself refuses, whatever program speaks to it: plain SQL, no model, no service; on both databases."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from tests.servers import fresh_database

MOMENT = "2027-02-09 12:00:00"
ANSWERS = {f"brief_{name}": "An answer." for name in ("audience", "reason", "offer", "payment")}
#: What a published event of each label needs.
PUBLISHED: dict[str, dict[str, Any]] = {
    "community": {"status": "published", "published_at": MOMENT, "charter_accepted_at": MOMENT},
    "commercial": {"status": "published", "published_at": MOMENT, **ANSWERS},
}
PROGRAMMES = {"community": 1, "commercial": 2}
#: Ids of the events that are there: published ones with one seat, and drafts.
COMMUNITY, COMMERCIAL, DRAFT = 1, 2, 3


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(
    request: pytest.FixtureRequest, migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    if request.param == "sqlite":
        file = tmp_path_factory.mktemp("refusals") / "eventdesk.db"
        shutil.copy(migrated, file)
        engine = create_engine(f"sqlite:///{file}")
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON"))
        _furnish(engine)
        yield engine
        engine.dispose()
        return
    template = request.getfixturevalue("migrated_postgresql")
    with fresh_database(request.getfixturevalue("postgresql"), template) as url:
        engine = create_engine(url)
        _furnish(engine)
        yield engine
        engine.dispose()


@pytest.fixture
def database(engine: Engine) -> Iterator[Connection]:
    """A transaction that is taken back."""
    with engine.connect() as connection:
        yield connection
        connection.rollback()


def _furnish(engine: Engine) -> None:
    with engine.begin() as connection:
        for label, number in PROGRAMMES.items():
            insert(connection, "programme", id=number, label=label, slug=label, name=label, purpose="", sender="Us")
        add_event(connection, COMMUNITY, "community", **PUBLISHED["community"])
        add_event(connection, COMMERCIAL, "commercial", **PUBLISHED["commercial"])
        add_event(connection, DRAFT, "community")
        for number in (COMMUNITY, COMMERCIAL, DRAFT):
            insert(connection, "seats", event_id=number, capacity=1, taken=0, waiting=0, last_place=0)


def insert(connection: Connection, table: str, **values: Any) -> None:
    columns, places = ", ".join(values), ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({places})"), values)


def add_event(connection: Connection, number: int, label: str | None, **said: Any) -> None:
    usual = {
        "id": number,
        "uid": f"{number}@desk",
        "slug": f"event-{number}",
        "code": f"code-{number}",
        "label": label,
        "programme_id": PROGRAMMES.get(label or "", 1),
        "title": "An evening",
        "description": "",
        "zone": "UTC",
        "wall_start": "2027-03-11 18:00:00",
        "wall_end": "2027-03-11 20:00:00",
        "starts_at": "2027-03-11 18:00:00",
        "ends_at": "2027-03-11 20:00:00",
        "venue": "",
        "online_url": "",
        "hosts": "[]",
        "speakers": "[]",
        "visibility": "public",
        "status": "draft",
        "sequence": 0,
        "revision": 1,
        "made_at": MOMENT,
        "updated_at": MOMENT,
        **dict.fromkeys(ANSWERS, ""),
    }
    insert(connection, "event", **(usual | said))


def add_person(connection: Connection, table: str, event_id: int, label: str, **said: Any) -> None:
    usual = {"id": 1, "ref": 1, "event_id": event_id, "label": label, "name": "Ugo", "email": "u@x.example"}
    usual |= {"email_key": "u@x.example", "state": "confirmed", "place": 1, "generation": 0, "turns": 0}
    extra = {"company": "Beacon", "role": "Head"} if table == "buyer_registration" else {}
    insert(connection, table, **(usual | extra | {"made_at": MOMENT} | said))


def test_complete_rows_of_each_kind_are_taken(database: Connection) -> None:
    add_event(database, 10, "commercial", **ANSWERS)

    add_person(database, "user_registration", COMMUNITY, "community")
    add_person(database, "buyer_registration", COMMERCIAL, "commercial")

    assert database.execute(text("SELECT count(*) FROM event")).scalar() == 4


def test_an_event_without_a_label_is_refused(database: Connection) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)not.null"):
        add_event(database, 10, None)


@pytest.mark.parametrize("label", ["sales", "", "Community"])
def test_a_third_label_is_refused(database: Connection, label: str) -> None:
    with pytest.raises(DBAPIError, match="ck_event_label"):
        add_event(database, 10, label)


@pytest.mark.parametrize("missing", ANSWERS)
@pytest.mark.parametrize("blank", ["", "   "])
def test_a_published_briefing_with_an_open_question_is_refused(database: Connection, missing: str, blank: str) -> None:
    with pytest.raises(DBAPIError, match="ck_event_four_answers"):
        add_event(database, 10, "commercial", **PUBLISHED["commercial"] | {missing: blank})


def test_a_draft_briefing_may_leave_questions_open_but_is_not_published_so(database: Connection) -> None:
    add_event(database, 10, "commercial", brief_offer="Something.")

    with pytest.raises(DBAPIError, match="ck_event_four_answers"):
        database.execute(text(f"UPDATE event SET status = 'published', published_at = '{MOMENT}' WHERE id = 10"))


@pytest.mark.parametrize("answered", ANSWERS)
def test_a_community_event_with_an_answer_is_refused_even_as_a_draft(database: Connection, answered: str) -> None:
    with pytest.raises(DBAPIError, match="ck_event_no_answers"):
        add_event(database, 10, "community", **{answered: "Something to buy."})


@pytest.mark.parametrize("status", ["published", "cancelled"])
def test_a_community_event_out_of_draft_without_its_charter_is_refused(database: Connection, status: str) -> None:
    with pytest.raises(DBAPIError, match="ck_event_charter_accepted"):
        add_event(database, 10, "community", status=status, published_at=MOMENT)


@pytest.mark.parametrize(
    ("table", "event_id", "label"),
    [
        ("user_registration", COMMERCIAL, "commercial"),
        ("buyer_registration", COMMUNITY, "community"),
    ],
    ids=["a user at a briefing", "a buyer at a session"],
)
def test_a_person_of_the_other_list_is_refused(database: Connection, table: str, event_id: int, label: str) -> None:
    with pytest.raises(DBAPIError, match=f"ck_{table}_one_list"):
        add_person(database, table, event_id, label)


@pytest.mark.parametrize(
    ("table", "event_id", "label"),
    [
        ("user_registration", COMMERCIAL, "community"),
        ("buyer_registration", COMMUNITY, "commercial"),
    ],
    ids=["a user at a briefing", "a buyer at a session"],
)
def test_a_person_who_lies_about_the_events_label_is_refused(
    database: Connection, table: str, event_id: int, label: str
) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
        add_person(database, table, event_id, label)


def test_a_programme_of_the_other_label_is_refused(database: Connection) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
        add_event(database, 10, "community", programme_id=PROGRAMMES["commercial"])


def test_a_published_event_is_not_relabelled(database: Connection) -> None:
    relabel = f"UPDATE event SET label = 'commercial', programme_id = 2, {_all_answered()} WHERE id = {COMMUNITY}"

    with pytest.raises(DBAPIError, match="event_label_locked"):
        database.execute(text(relabel))


def test_a_draft_is_relabelled(database: Connection) -> None:
    relabel = f"UPDATE event SET label = 'commercial', programme_id = 2, {_all_answered()} WHERE id = {DRAFT}"

    database.execute(text(relabel))

    assert database.execute(text(f"SELECT label FROM event WHERE id = {DRAFT}")).scalar() == "commercial"


def test_a_draft_with_people_is_not_relabelled_under_their_feet(database: Connection) -> None:
    add_person(database, "user_registration", DRAFT, "community")

    with pytest.raises(DBAPIError, match=r"(?i)foreign key"):
        database.execute(text(f"UPDATE event SET label = 'commercial', programme_id = 2 WHERE id = {DRAFT}"))


@pytest.mark.parametrize("number", [COMMUNITY, COMMERCIAL])
def test_a_published_event_does_not_go_back_to_draft(database: Connection, number: int) -> None:
    with pytest.raises(DBAPIError, match="event_label_locked"):
        database.execute(text(f"UPDATE event SET status = 'draft', published_at = NULL WHERE id = {number}"))


def test_more_seats_than_there_are_are_not_given(database: Connection) -> None:
    database.execute(text(f"UPDATE seats SET taken = 1 WHERE event_id = {COMMUNITY}"))

    with pytest.raises(DBAPIError, match="ck_seats_not_oversold"):
        database.execute(text(f"UPDATE seats SET taken = taken + 1 WHERE event_id = {COMMUNITY}"))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("taken = -1", "ck_seats_not_oversold"),
        ("waiting = -1", "ck_seats_counts_waiting"),
        ("capacity = 0", "ck_seats_some_seat"),
    ],
)
def test_seats_are_counted_from_nothing_up(database: Connection, change: str, rule: str) -> None:
    with pytest.raises(DBAPIError, match=rule):
        database.execute(text(f"UPDATE seats SET {change} WHERE event_id = {COMMUNITY}"))


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"title": "  "}, "ck_event_titled"),
        ({"ends_at": "2027-03-11 18:00:00"}, "ck_event_ends_after_start"),
        ({"fold": 2}, "ck_event_fold"),
        ({"status": "published"}, "ck_event_published_once"),
        ({"visibility": "secret"}, "ck_event_visibility"),
        ({"status": "gone", "published_at": MOMENT}, "ck_event_status"),
    ],
)
def test_an_event_that_makes_no_sense_is_refused(database: Connection, said: dict[str, Any], rule: str) -> None:
    with pytest.raises(DBAPIError, match=rule):
        add_event(database, 10, "community", charter_accepted_at=MOMENT, **said)


def test_an_address_registers_once_for_an_event(database: Connection) -> None:
    add_person(database, "user_registration", COMMUNITY, "community")

    with pytest.raises(DBAPIError, match=r"(?i)unique"):
        add_person(database, "user_registration", COMMUNITY, "community", id=2, ref=2, place=2)


def _all_answered() -> str:
    return ", ".join(f"{name} = 'An answer.'" for name in ANSWERS)

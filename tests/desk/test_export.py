"""People leave as a file only by who shows again who they are, and says why; that is kept, and no cell is carried out."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from eventdesk.audit.models import Export, Refusal, RefusedAttempt, Taken
from eventdesk.audit.queries import exports, refusals
from eventdesk.cells import value_of
from eventdesk.db import db, writing
from eventdesk.errors import Conflict
from eventdesk.history.models import Act, Entry
from eventdesk.labels import RULES, Label
from eventdesk.links import Links
from eventdesk.lists.attendance import mark
from eventdesk.lists.models import BuyerRegistration
from eventdesk.lists.service import leave
from eventdesk.organisers.service import TRIES
from eventdesk.questions.models import Kind
from eventdesk.questions.queries import questions_of
from eventdesk.questions.rules import QuestionDraft
from eventdesk.questions.service import ask
from eventdesk.sheets import CELL_MOST, FILES, Table, csv_of, xlsx_of
from tests.cast import ADA, BEA, BERT, BOB, CORA, HAL, PASSPHRASE, UGO, UMA, Person
from tests.conftest import ON_BOTH, Clock
from tests.dumps import dump
from tests.factories import make_event, make_helper, make_standing, registered, sign_up, signing
from tests.payloads import CONTROLS, LINES, PAYLOADS

#: Within the time that a sign-in lasts; six in the evening in Oslo.
SOON = datetime(2027, 2, 12, 18)  # noqa: DTZ001 - a wall time
WHY = "To print the name tags."
LIST = {"columns": ["name", "email"], "file": "csv", "reason": WHY, "passphrase": PASSPHRASE}
#: Beyond those of tests/payloads.py: signs in other guises, behind blanks and separators.
FORMULAS = ("\t=1", "＋1", "－1", "＠x", "x;=1", "x|@y", '=HYPERLINK("https://evil.example")', "007", "1e5", "_x0041_")


def rows_of(data: bytes, form: str) -> list[list[str]]:
    """What a file reads back as: cells as they were before they were made safe."""
    if form == "csv":
        return [
            [value_of(each) for each in row] for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        ]
    if form == "xlsx":
        cells = load_workbook(io.BytesIO(data)).active.iter_rows()
        return [["" if each.value is None else each.value for each in row] for row in cells]
    return [list(each.values()) for each in json.loads(data)]


@pytest.mark.parametrize("label", list(RULES))
def test_a_list_goes_out_with_the_chosen_columns_and_it_is_kept_who_why_and_what(
    app: Flask, ada: Any, links: Links, label: Label
) -> None:
    with app.app_context():
        event = make_event(links, label)
        for person in (BEA, BOB):
            sign_up(event, person)
        path, slug = f"/desk/events/{event.slug}/people/export", event.slug
    page = ada(path).text
    for form in ("csv", "xlsx"):
        answer = ada(path, **LIST | {"file": form})

        assert rows_of(answer.data, form) == [["Name", "Email"], [BEA.name, BEA.email], [BOB.name, BOB.email]]
        named = f'attachment; filename="{slug}-{RULES[label].people}.{form}"'
        assert (answer.headers["Content-Disposition"], answer.headers["Cache-Control"]) == (named, "no-store")
        assert answer.content_type == FILES[form].content_type

    with app.app_context():
        kept = exports(db.session(), RULES)
        said = [(each.what, each.form, each.columns, each.people, each.reason, each.label) for each in kept]
        assert said == [(Taken.LIST, form, ["Name", "Email"], 2, WHY, label) for form in ("xlsx", "csv")]
        assert {each.made_by for each in kept} == {signing().id}
        acts = db.session.scalars(select(Entry).where(Entry.act == Act.EXPORTED)).all()
        assert [(each.details, each.actor_id) for each in acts] == [({"people": 2, "what": "list"}, signing().id)] * 2
    after = ada(path).text
    assert (WHY in page, WHY in after, "2 people as XLSX" in after, ADA.name in after) == (False, True, True, True)
    assert "Took 2 people of the list out as a file." in ada(f"/desk/events/{slug}/history").text
    assert ada(f"/desk/events/{slug}/people.csv").status_code == 404


def test_the_list_goes_out_as_it_was_open(app: Flask, ada: Any, links: Links) -> None:
    with app.app_context():
        event = make_event(links, capacity=1)
        for person in (UGO, UMA):
            sign_up(event, person)
        path = f"/desk/events/{event.slug}/people"

    link = ada(f"{path}?tab=waitlisted&q=um").text
    some, none = (ada(f"{path}/export?{query}", **LIST).data for query in ("tab=waitlisted&q=um", "tab=cancelled"))

    assert f"{path}/export?tab=waitlisted&amp;q=um" in link
    assert [rows_of(each, "csv")[1:] for each in (some, none)] == [[[UMA.name, UMA.email]], []]


def test_every_column_is_of_its_own_label(app: Flask, ada: Any, links: Links) -> None:
    offered: dict[Label, set[str]] = {}
    for label in RULES:
        with app.app_context():
            path = f"/desk/events/{make_event(links, label).slug}/people/export"
        page = ada(path).text
        offered[label] = {each.partition('"')[0] for each in page.split('name="columns" type="checkbox" value="')[1:]}
        assert ada(f"{path}?what=handover").status_code == (200 if RULES[label].stages else 404)
        for foreign in ("stage", "company", "password", ""):
            answer = ada(path, **LIST | {"columns": ["name", foreign]})
            assert answer.status_code == (200 if foreign in offered[label] else 422)

    common = {"name", "email", "state", "made_at", "origin", "note"}
    follow_up = {"company", "role", "stage", "owner", "value", "currency", "next_step", "next_step_on"}
    assert offered == {Label.COMMUNITY: common, Label.COMMERCIAL: common | follow_up}


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"passphrase": "not the right one"}, "passphrase", "This is not your passphrase."),
        ({"passphrase": ""}, "passphrase", "Give your passphrase."),
        ({"reason": "  "}, "reason", "Say what the file is for."),
        ({"reason": "x" * 501}, "reason", "500 characters at most"),
        ({"columns": []}, "columns", "Choose at least one."),
        ({"file": "exe"}, "file", "Choose one of these."),
    ],
)
def test_without_passphrase_reason_or_columns_nothing_leaves(
    app: Flask, ada: Any, links: Links, wrong: dict[str, Any], field: str, said: str
) -> None:
    with app.app_context():
        event = make_event(links)
        sign_up(event, UGO)
        path = f"/desk/events/{event.slug}/people/export"

    answer = ada(path, **LIST | wrong)

    assert (answer.status_code, answer.mimetype) == (422, "text/html")
    assert f'<a href="#{field}">' in answer.text
    assert said in answer.text
    assert UGO.email not in answer.text
    assert dump(app)["export"] == []


def test_a_wrong_passphrase_is_written_down_and_tried_as_often_as_at_sign_in(
    app: Flask, ada: Any, links: Links, now: Clock
) -> None:
    with app.app_context():
        event = make_event(links)
        path = f"/desk/events/{event.slug}/people/export"

    tried = [ada(path, **LIST | {"passphrase": "not the right one"}).status_code for _ in range(TRIES + 1)]
    right = ada(path, **LIST).status_code

    assert (tried, right) == ([422] * TRIES + [429], 429)
    with app.app_context():
        kept: list[RefusedAttempt] = list(refusals(db.session(), RULES))
        assert [(each.refusal, each.at_route, each.label) for each in kept] == [
            (Refusal.EXPORT, "desk.export_people", Label.COMMUNITY)
        ] * TRIES
        assert {each.organiser_id for each in kept} == {signing().id}
        assert list(exports(db.session(), RULES)) == []


def test_only_who_organises_the_label_comes_to_the_form(
    app: Flask, at_desk: Callable[[Person], FlaskClient], links: Links
) -> None:
    with app.app_context():
        event = make_event(links, Label.COMMERCIAL)
        make_helper(HAL, event.id)
        paths = [f"/desk/events/{event.slug}/people/export", f"/desk/standing/{event.label}/export"]

    seen = {who.name: [at_desk(who).get(path).status_code for path in paths] for who in (CORA, BERT, HAL)}

    assert seen == {CORA.name: [404, 404], BERT.name: [200, 200], HAL.name: [404, 404]}


@ON_BOTH
def test_what_is_kept_of_a_file_is_neither_changed_nor_taken_out(app: Flask, ada: Any, links: Links) -> None:
    with app.app_context():
        path = f"/desk/events/{make_event(links).slug}/people/export"
    ada(path, **LIST)

    with app.app_context():
        for change in (update(Export).values(reason="None."), delete(Export)):
            with pytest.raises((Conflict, DatabaseError)), writing() as session:
                session.execute(change)
        assert [each.reason for each in exports(db.session(), RULES)] == [WHY]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_column_holds_a_formula_and_each_reads_back_as_it_was(app: Flask, ada: Any, links: Links, form: str) -> None:
    planted = [*PAYLOADS, *(each for each in LINES), *FORMULAS]
    with app.app_context():
        event = make_event(links, Label.COMMERCIAL)
        for prompt in ("=Anything else?", "And?"):
            draft = QuestionDraft(prompt=prompt, kind=Kind.TEXT, reason="To know.")
            ask(event.id, event.label, draft, actor=signing(), now=event.made_at)
        refs = [str(each.ref) for each in questions_of(db.session(), event.id)]
        with writing() as session:
            for number, said in enumerate(planted):
                session.add(
                    BuyerRegistration(
                        ref=number + 1, event_id=event.id, label=event.label, name=said, email=said,
                        email_key=str(number), company=said, role=said, state="confirmed", place=number + 1,
                        made_at=event.made_at, note=said, answers=dict.fromkeys(refs, said), next_step=said,
                    )
                )  # fmt: skip
        path = f"/desk/events/{event.slug}/people/export"
    columns = ["name", "email", "company", "role", *(f"question_{ref}" for ref in refs), "note", "next_step"]

    answer = ada(path, **LIST | {"columns": columns, "file": form})

    header, *rows = rows_of(answer.data, form)
    assert header[4:6] == ["=Anything else?", "And?"]
    assert rows == [[said] * len(columns) for said in planted]
    if form == "xlsx":
        cells = [cell for row in load_workbook(io.BytesIO(answer.data)).active.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} == {"s"}
        assert not any(cell.hyperlink for cell in cells)
    else:
        raw = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
        assert not any(cell.lstrip().startswith(tuple("=+-@＝＋－＠")) for row in raw for cell in row)


def test_what_no_spreadsheet_can_hold_is_left_out_of_it() -> None:
    said = [*CONTROLS, "x" * (CELL_MOST + 1), "x\ufffey"]

    [_, *rows] = rows_of(xlsx_of(Table(["said"], [[each] for each in said])), "xlsx")

    assert [row[0] for row in rows[2:4]] == ["xy", "x[31m"]
    assert [len(row[0]) for row in rows[-2:]] == [CELL_MOST, 2]
    assert csv_of(Table(["a"], [["=1\n2"]])) == b'\xef\xbb\xbf"a"\r\n"\'=1\n2"\r\n'


def test_a_standing_list_goes_out_the_same_way(app: Flask, ada: Any, links: Links) -> None:
    with app.app_context():
        make_standing(links, Label.COMMUNITY, UGO)
        make_standing(links, Label.COMMUNITY, UMA, confirmed=False)
        make_standing(links, Label.COMMERCIAL, BEA)
    path = "/desk/standing/community/export"

    assert path in ada("/desk/standing/community").text
    answer = ada(path, **LIST | {"columns": ["name", "email", "confirmed_at", "said"]})
    asked = ada(f"{path}?tab=asked", **LIST)

    [row] = rows_of(answer.data, "csv")[1:]
    assert (row[:3], "may write" in row[3]) == ([UGO.name, UGO.email, "2027-02-09 12:00"], True)
    assert rows_of(asked.data, "csv")[1:] == [[UMA.name, UMA.email]]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="users-standing-list.csv"'
    with app.app_context():
        kept = [(each.what, each.event_id, each.people, each.label) for each in exports(db.session(), RULES)]
        assert kept == [(Taken.STANDING, None, 1, Label.COMMUNITY)] * 2


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_a_crm_gets_a_row_for_each_thing_that_became_of_each(
    app: Flask, ada: Any, links: Links, now: Clock, form: str
) -> None:
    with app.app_context():
        event = make_event(links, Label.COMMERCIAL, capacity=4, starts_at=SOON)
        people = [
            Person(name, f"{name}@buyers.example", "Ltd", "Owner")
            for name in ("came", "missed", "left", "sits", "waits")
        ]
        refs = {person.name: sign_up(event, person) for person in people}
        with writing() as session:
            first = session.scalars(select(BuyerRegistration).where(BuyerRegistration.name == "came")).one()
            first.value, first.currency, first.owner_id = 5000, "EUR", signing().id
        now.pass_by(hours=1)
        audience = event.rules.audience
        leave(audience, refs["left"].ref, now=now.time)  # `waits` moves up
        uid, starts, path = event.uid, event.starts_at, f"/desk/events/{event.slug}/people/export?what=handover"
        now.time = starts + timedelta(hours=12)
        for name, came in (("came", True), ("missed", False)):
            mark(audience, refs[name].ref, came, actor=signing(), now=now.time)
        assert registered(event, refs["waits"]).state.value == "confirmed"

    answer = ada(path, file=form, reason=WHY, passphrase=PASSPHRASE)
    rows = rows_of(answer.data, form)

    if form != "json":
        assert ",".join(rows.pop(0)) == (
            "event_uid,event_title,event_start,email,name,company,role,status,occurred_at,stage,owner,value,currency"
        )
    at, left, start = "2027-02-09T12:00:00Z", "2027-02-09T13:00:00Z", f"{starts:%Y-%m-%dT%H:%M:%SZ}"
    assert [(row[4], row[7], row[8]) for row in rows] == [
        ("came", "REGISTERED", at),
        ("came", "ATTENDED", start),
        ("missed", "REGISTERED", at),
        ("missed", "NO_SHOW", start),
        ("left", "REGISTERED", at),
        ("left", "CANCELLED", left),
        ("sits", "REGISTERED", at),
        ("waits", "REGISTERED", at),
    ]
    assert rows[0][:4] + rows[0][9:] == [uid, "Tire Server for fleets", start, "came@buyers.example", "new", ADA.name, "5000", "EUR"]  # fmt: skip
    with app.app_context():
        [kept] = exports(db.session(), RULES)
        assert (kept.what, kept.form, kept.people) == (Taken.HANDOVER, form, 5)

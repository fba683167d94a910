"""The desk's rooms by which people are added: looked at first, mended or left out, added; one by hand."""

import csv
import io
from html import unescape
from io import BytesIO
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from eventdesk.labels import Label
from eventdesk.links import Links
from eventdesk.lists.models import PeopleImport
from eventdesk.lists.queries import listed
from eventdesk.outbox.models import Job
from tests.cast import BEA, UGO, UMA
from tests.conftest import Clock
from tests.crawl import typed_in
from tests.factories import make_event, sign_up
from tests.payloads import SCRIPTS

SIGNED = {"source": "They registered at Luma.", "signed": "y"}
CSV = f"name,email,company,town\n{UGO.name},{UGO.email},Beacon,Oslo\n{UMA.name},{UMA.email},,\nZed,nowhere,,\n"


def room_of(event: Any) -> str:
    return f"/desk/events/{event.slug}/people/import"


def test_a_table_is_looked_at_and_then_added_as_it_was_shown(ada: Any, session: Session, links: Links) -> None:
    event = make_event(links)
    room = room_of(event)
    sign_up(event, UMA)

    looked = ada(room, file=(BytesIO(CSV.encode()), "guests.csv"), **SIGNED, act="look")
    page, fields = unescape(looked.text), typed_in(looked.text)
    wrong = ada(room, **fields, act="add")
    session.rollback()
    before = [each.name for each in listed(session, event)]
    left_out = ada(room, **fields, act="add", leave_out="y")
    people = unescape(ada(left_out.location).text)

    assert [each.status_code for each in (looked, wrong, left_out)] == [200, 422, 303]
    assert "1 person would be added</b>, with a seat each." in page
    assert "1 on the list already." in page
    assert "Row 4, email:</b>" in page
    assert "“nowhere”" in page
    assert "2 columns of this file are not kept:</b>" in page
    assert "company, town" in page
    assert "A row has a mistake, so nobody is added yet." in wrong.text
    assert before == [UMA.name]
    assert "1 person is added. Left out: 1 on the list already; 1 in rows with a mistake." in people
    assert UGO.email in people
    session.rollback()
    [kept] = session.scalars(select(PeopleImport)).all()
    assert kept.statement == f"They registered at Luma.\n{event.rules.added_signed}"
    assert "They registered at Luma." in ada(room).text


def test_the_table_is_mended_where_it_stands_and_columns_are_chosen_anew(
    ada: Any, session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links, Label.COMMERCIAL)
    room = room_of(event)
    strange = f"Who;Where;For whom;Email\n{BEA.name};{BEA.email};{BEA.company};x\n"

    first = ada(room, text=strange, **SIGNED)
    fields = typed_in(first.text)
    chosen = fields | {"in_name": "0", "in_email": "1", "in_company": "2"}
    unseen = ada(room, **chosen, act="add")
    second = ada(room, **chosen, act="look")
    mended = ada(room, **typed_in(second.text) | chosen | {"text": strange.replace(BEA.name, "Bea B.")}, act="look")
    added = ada(room, **typed_in(mended.text), act="add")

    assert (first.status_code, "Choose the column in which it stands." in first.text) == (422, True)
    assert (unseen.status_code, "changed since you looked" in unseen.text) == (409, True)
    assert [each.status_code for each in (second, mended, added)] == [200, 200, 303]
    assert "Bea B." in mended.text
    assert BEA.company in ada(added.location).text
    assert BEA.name not in ada(added.location).text


def test_a_table_without_addresses_says_so_and_what_to_do(ada: Any, session: Session, links: Links) -> None:
    meetup = "Name\tUser ID\tRSVP\tRSVPed on\nUgo\tuser 1\tYes\tJan 1\n"

    looked = ada(room_of(make_event(links)), text=meetup, **SIGNED)

    assert looked.status_code == 422
    assert "Choose the column in which it stands." in looked.text
    assert "Meetup gives no addresses away" in looked.text


def test_what_cannot_be_read_or_was_not_signed_is_refused_at_its_field(
    ada: Any, session: Session, links: Links, now: Clock
) -> None:
    event = make_event(links)
    room = room_of(event)
    refused = {
        "Choose a file, or paste the table.": ada(room, **SIGNED),
        "This is a spreadsheet or an archive": ada(room, file=(BytesIO(b"PK\x03\x04"), "x.xlsx"), **SIGNED),
        "Only with this said can they be added.": ada(room, text=CSV, source="At Luma."),
        "Say where they come from.": ada(room, text=CSV, signed="y"),
        "Choose the column": ada(room, text=CSV, **SIGNED, in_name="0", in_email="99"),
        "Say who it is.": ada(room.replace("import", "add"), **{"one-email": UGO.email}),
    }
    draft = make_event(links, published=False)

    assert {said for said, answer in refused.items() if said not in unescape(answer.text)} == set()
    assert {answer.status_code for answer in refused.values()} == {422}
    assert "This event is a draft" in ada(room_of(draft)).text
    assert ada(room_of(draft), text=CSV, **SIGNED, act="add", leave_out="y").status_code == 409
    session.rollback()
    assert session.scalars(select(PeopleImport)).all() == []


def test_what_stands_in_a_table_is_shown_and_never_carried_out(ada: Any, session: Session, links: Links) -> None:
    room = room_of(make_event(links, Label.COMMERCIAL))
    out = io.StringIO()
    csv.writer(out).writerows(
        [
            ["name", "email", "company", *SCRIPTS],
            *([nasty, f"n{number}@buyers.example", nasty, nasty] for number, nasty in enumerate(SCRIPTS)),
            *([nasty, nasty, nasty] for nasty in SCRIPTS),
        ]
    )

    looked = ada(room, text=out.getvalue(), source=" ".join(SCRIPTS), signed="y")
    added = ada(room, **typed_in(looked.text), act="add", leave_out="y")
    pages = [each.text for each in (looked, ada(added.location), ada(room))]

    assert (looked.status_code, added.status_code) == (200, 303)
    live = [nasty for nasty in SCRIPTS if "<" in nasty] + ["<script>", "onerror=alert(1)>"]
    assert [sign for sign in live for page in pages if sign in page] == []
    shown = unescape("".join(pages))
    assert all(nasty in shown for nasty in SCRIPTS)


def test_one_person_is_added_by_hand_once(ada: Any, session: Session, links: Links) -> None:
    event = make_event(links, Label.COMMERCIAL)
    path = f"/desk/events/{event.slug}/people/add"
    said = {"one-name": BEA.name, "one-email": BEA.email, "one-company": BEA.company, "one-signed": "y"}

    added = ada(path, **said, **{"one-source": "By telephone."})
    twice = ada(path, **said, **{"one-source": "By telephone."})

    assert (added.status_code, twice.status_code) == (303, 409)
    assert "Nobody is left to add. 1 on the list already" in twice.text
    session.rollback()
    [bea] = listed(session, event)
    assert (bea.name, vars(bea)["company"], vars(bea)["role"]) == (BEA.name, BEA.company, "")
    assert len(session.scalars(select(Job).where(Job.ref == bea.ref)).all()) == 1
    page = ada(f"/desk/events/{event.slug}/people/{bea.ref}").text
    assert "By telephone." in page

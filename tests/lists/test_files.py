"""A file of people: read in whatever way a program wrote it, or refused with what is wrong in which row and column."""

import csv
import io
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from eventdesk.cells import cell, value_of
from eventdesk.labels import RULES, Label
from eventdesk.lists import files
from eventdesk.lists.files import (
    BYTES_MOST,
    CELL_MOST,
    COLUMNS_MOST,
    Fault,
    Listed,
    Unreadable,
    decoded,
    people_in,
    places_in,
    source_of,
    table_of,
)
from eventdesk.lists.sources import LEFT_OUT, SOURCES, STATES, Part, Why

ASKS = RULES[Label.COMMERCIAL].asks


def read(data: bytes) -> Listed:
    table = table_of(decoded(data))
    return people_in(table, places_in(table, ASKS), ASKS)


def people(data: bytes) -> list[tuple[str, str]]:
    listed = read(data)
    assert listed.faults == []
    return [(each.name, each.email) for each in listed.people]


@pytest.mark.parametrize(
    "text",
    [
        "name,email\nUgo Üser,ugo@users.example\n,uma@users.example\n",
        "\ufeffEmail;NAME;Town\r\nugo@users.example; Ugo Üser ;Oslo\r\n\r\numa@users.example;;\r\n",
        'E-Mail\tfull name\n"ugo@users.example"\t"Ugo Üser"\numa@users.example',
        "\n\nTown,Email Address,Name\nOslo,ugo@users.example,Ugo Üser\n,uma@users.example\n",
        "First_name,Surname,Mail\nUgo,Üser,ugo@users.example\n,,uma@users.example\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_columns_are_found_in_any_order_case_separator_and_encoding(text: str, encoding: str) -> None:
    assert people(text.encode(encoding)) == [("Ugo Üser", "ugo@users.example"), ("", "uma@users.example")]


def test_what_the_desk_wrote_itself_reads_back() -> None:
    names = ["=1+1", "'t Hooft", "-x", "Ugo", "@ugo"]
    rows = "".join(f'"{cell(name)}","{cell("+a@users.example")}"\n' for name in names)

    assert [value_of(cell(name)) for name in names] == names
    assert {each.email for each in read(f"Name,Email\n{rows}".encode()).people} == {"+a@users.example"}


#: As the programs write them: the columns in their order, as far as anybody needs them, and who is left out why.
EXPORTS = {
    "Luma": (
        (
            "api_id,name,first_name,last_name,email,phone_number,created_at,approval_status,checked_in_at,custom_source,"
            "qr_code_url,ticket_type_id,ticket_name,What's your company?,What is your job title?\n"
            "gst-1,Ugo User,Ugo,User,ugo@users.example,,2027-01-01,approved,2027-02-01T18:01:00Z,,,,Standard,Beacon,Head\n"
            "gst-2,,Uma,User,uma@users.example,,2027-01-01,approved,,,,,Standard,,\n"
            "gst-3,Udo,Udo,,udo@users.example,,2027-01-01,declined,,,,,Standard,,\n"
            "gst-4,Zed,Zed,,zed@users.example,,2027-01-01,pending_approval,,,,,Standard,,\n"
        ),
        [(4, Why.DECLINED), (5, Why.UNDECIDED)],
    ),
    "Eventbrite": (
        (
            "Order #,Order Date,First Name,Last Name,Email,Quantity,Ticket Type,Attendee #,Attendee Status,Company,Job Title\n"
            "1001,2027-01-01,Ugo,User,ugo@users.example,1,Free,5001,Checked In,Beacon,Head\n"
            "1002,2027-01-01,Uma,User,uma@users.example,1,Free,5002,Attending,,\n"
            "1003,2027-01-01,Udo,User,udo@users.example,1,Free,5003,Not Attending,,\n"
            "1004,2027-01-01,Zed,User,zed@users.example,1,Free,5004,Refunded,,\n"
        ),
        [(4, Why.DECLINED), (5, Why.CANCELLED)],
    ),
    "pretix": (
        (
            "Event slug,Order code,Position ID,Status,Email,Phone number,Order date,Attendee name,Attendee name: Given name,"
            "Attendee name: Family name,Attendee email,Company,Position,Checked in,Company\n"
            "x,ABC,1,paid,buyer@x.example,,2027-01-01,Ugo User,Ugo,User,ugo@users.example,Beacon,Head,2027-02-01 18:00,Other\n"
            "x,ABC,2,paid,buyer@x.example,,2027-01-01,Uma User,Uma,User,uma@users.example,,,,\n"
            "x,ABD,1,canceled,udo@users.example,,2027-01-01,Udo User,Udo,User,udo@users.example,,,,\n"
            "x,ABE,1,pending (overdue),z@users.example,,2027-01-01,Zed User,Zed,User,z@users.example,,,,\n"
        ),
        [(4, Why.CANCELLED), (5, Why.UNDECIDED)],
    ),
    "Meetup": (
        (
            "Name\tUser ID\tTitle\tEvent Host\tRSVP\tGuests\tRSVPed on\tJoined Group on\tURL of Member Profile\tAttendance\tEmail\n"
            "Ugo User\tuser 1\tOrganizer\t\tYes\t0\tJan 1\tJan 1\thttps://x.example\tYes\tugo@users.example\n"
            "Uma User\tuser 2\t\t\tYes\t2\tJan 1\tJan 1\thttps://x.example\tNo\tuma@users.example\n"
            "Udo User\tuser 3\t\t\tNo\t0\tJan 1\tJan 1\thttps://x.example\t\tudo@users.example\n"
            "Zed User\tuser 4\t\t\tWaiting\t0\tJan 1\tJan 1\thttps://x.example\t\tzed@users.example\n"
        ),
        [(4, Why.DECLINED), (5, Why.UNDECIDED)],
    ),
    "Eventdesk": (
        (
            "Name,Email,Company,Role,State,Registered (UTC)\n"
            "Ugo User,ugo@users.example,Beacon,Head,attended,2027-01-01 12:00\n"
            "Uma User,uma@users.example,,,no-show,2027-01-01 12:00\n"
            "Udo User,udo@users.example,,,cancelled,2027-01-01 12:00\n"
            "Zed User,zed@users.example,,,waitlisted,2027-01-01 12:00\n"
        ),
        [(4, Why.CANCELLED), (5, Why.UNDECIDED)],
    ),
}


def test_each_export_is_known_there() -> None:
    assert set(EXPORTS) == {source.name for source in SOURCES}
    assert set(Why) == set(LEFT_OUT)
    assert {why for why in STATES.values() if why} < set(Why)


@pytest.mark.parametrize("name", EXPORTS)
def test_the_export_of_another_program_is_recognised_with_who_comes_and_who_came(name: str) -> None:
    text, left = EXPORTS[name]
    table = table_of(decoded(text.encode("utf-16" if name == "Meetup" else "utf-8")))

    listed = people_in(table, places_in(table, ASKS), ASKS, named=True)

    assert source_of(table).name == name
    assert listed.faults == []
    assert [(each.name, each.email) for each in listed.people] == [
        ("Ugo User", "ugo@users.example"),
        ("Uma User", "uma@users.example"),
    ]
    assert [each.came for each in listed.people] == [True, False]
    assert listed.left == left
    if name != "Meetup":
        assert listed.people[0].details == {"company": "Beacon", "role": "Head"}
    assert listed.people[1].details == {"company": "", "role": ""}


def test_of_two_columns_for_one_thing_the_fuller_counts() -> None:
    table = table_of(
        "Order code,Attendee name,Attendee email,E-mail\nA,Ugo,,ugo@users.example\nB,Uma,,uma@users.example\n"
    )

    assert places_in(table)[Part.EMAIL] == 3


def test_nothing_is_asked_of_a_file_that_the_label_does_not_ask() -> None:
    table = table_of("name,email,company\nUgo,ugo@users.example,Beacon\n")

    assert "company" not in places_in(table, RULES[Label.COMMUNITY].asks)
    assert people_in(table, places_in(table)).people[0].details == {}


def test_each_row_with_a_mistake_is_named_as_a_spreadsheet_counts_it() -> None:
    rows = (
        "Ugo,ugo@users.example,going",
        "Uma,nowhere,going",
        "",
        "Udo,,going",
        '"two\nlines",udo@users.example,going',
        "www.evil.example,zed@users.example,going",
        f"{'x' * 101},zed@users.example,going",
        f"{'x' * (CELL_MOST + 1)},zed@users.example,going",
        "a\x07bell,zed@users.example,going",
        "=?utf-8?q?x?=,zed@users.example,going",
        "Bea,bea@buyers.example,perhaps",
        "Bea,bea@buyers.example,",
    )

    listed = read("\n".join(["name,email,status", *rows]).encode())

    assert [each.name for each in listed.people] == ["Ugo", "Bea"]
    assert [fault.row for fault in listed.faults] == [3, 5, 6, 7, 8, 9, 10, 11, 12]
    assert listed.faults[0] == Fault(3, "This is not an email address like name@example.org.", "email", "nowhere")
    assert listed.faults[1].said == "There is no address."
    assert {fault.column for fault in listed.faults[2:8]} == {"name"}
    assert (listed.faults[8].column, listed.faults[8].cell) == ("status", "perhaps")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "nothing in it"),
        (b"\n ;; \n", "nothing in it"),
        (b"name,email\n\n\n", "nobody in this file"),
        (b"PK\x03\x04whatever", "a spreadsheet or an archive"),
        (b"\xd0\xcf\x11\xe0whatever", "a spreadsheet"),
        ("name,email\nUgo Üser,ugo@users.example".encode("latin-1"), "cannot be read"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b'name,email\n"Ugo,ugo@users.example\n', "quotation mark"),
        (b'email\n"' + b"x" * 140_000 + b'"\n', "has no end"),
        (b"," * (COLUMNS_MOST + 1), "columns"),
        (b"email\n" + b"u@users.example\n" * 4, "3 people at most"),
        (b"x" * (BYTES_MOST + 1), "too large"),
    ],
)
def test_what_is_no_list_of_people_is_refused_with_a_sentence(
    data: bytes, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "ROWS_MOST", 3)

    with pytest.raises(Unreadable, match=said):
        table_of(decoded(data))


_cells = some.text(max_size=30) | some.sampled_from(["email", "name", "ugo@users.example", "", "yes", "=1+1", "\x00"])
_tables = some.lists(some.lists(_cells, max_size=6), max_size=8)


def _written(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


@settings(max_examples=60, deadline=timedelta(seconds=2))
@given(some.binary(max_size=300) | _tables.map(lambda rows: _written(rows).encode(errors="replace")))
def test_no_file_at_all_breaks_the_reader(data: bytes) -> None:
    try:
        table = table_of(decoded(data))
    except Unreadable:
        return
    for places in (places_in(table, ASKS), {part: number for number, part in enumerate(Part)}):
        fitting = {part: place for part, place in places.items() if place < len(table.head)}
        listed = people_in(table, fitting, ASKS, named=True)

        assert len(listed.people) + len(listed.faults) + len(listed.left) == len(table.rows)
        assert all(each.name and "@" in each.email for each in listed.people)


def test_a_word_that_does_not_say_whether_somebody_was_there_is_asked_about() -> None:
    said = ["yes", "2027-02-09 18:04", "no", "", "nein"]
    rows = "".join(f"p{number}@users.example,{each}\n" for number, each in enumerate(said))
    listed = read(f"Email,Checked in\n{rows}".encode())

    assert [each.came for each in listed.people] == [True, True, False, False]
    assert [(fault.row, "Write yes or no" in fault.said) for fault in listed.faults] == [(6, True)]

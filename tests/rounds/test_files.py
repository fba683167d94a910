"""A file of people: read in whatever way a spreadsheet wrote it, or refused with what is wrong in which row."""

import pytest

from eventdesk.cells import cell, value_of
from eventdesk.rounds import files
from eventdesk.rounds.files import BYTES_MOST, CELL_MOST, COLUMNS_MOST, Fault, Unreadable, read
from eventdesk.rounds.rules import Guest

UGO, UMA = Guest("Ugo Üser", "ugo@users.example"), Guest("", "uma@users.example")


@pytest.mark.parametrize(
    "text",
    [
        "name,email\nUgo Üser,ugo@users.example\n,uma@users.example\n",
        "\ufeffEmail;NAME;Town\r\nugo@users.example; Ugo Üser ;Oslo\r\n\r\numa@users.example;;\r\n",
        'E-Mail\tfull name\n"ugo@users.example"\t"Ugo Üser"\numa@users.example',
        "Town,Email Address,Name\nOslo,ugo@users.example,Ugo Üser\n,uma@users.example\n",
    ],
)
def test_columns_are_found_in_any_order_case_and_separator(text: str) -> None:
    listed = read(text.encode())

    assert (listed.guests, listed.faults) == ([UGO, UMA], [])


def test_a_file_of_addresses_alone_names_nobody() -> None:
    assert read(b"email\numa@users.example\n").guests == [UMA]


def test_what_the_desk_wrote_itself_reads_back() -> None:
    names = ["=1+1", "'t Hooft", "-x", "Ugo", "@ugo"]
    rows = "".join(f'"{cell(name)}","{cell("+a@users.example")}"\n' for name in names)

    assert [value_of(cell(name)) for name in names] == names
    assert [guest.email for guest in read(f"Name,Email\n{rows}".encode()).guests] == ["+a@users.example"] * 5


def test_each_row_with_a_mistake_is_named_as_a_spreadsheet_counts_it() -> None:
    rows = (
        "Ugo,ugo@users.example",
        "Uma,nowhere",
        "",
        "Udo,",
        '"two\nlines",udo@users.example',
        "www.evil.example,zed@users.example",
        f"{'x' * 101},zed@users.example",
        f"{'x' * (CELL_MOST + 1)},zed@users.example",
        "a\x07bell,zed@users.example",
        "=?utf-8?q?x?=,zed@users.example",
        "Bea,bea@buyers.example",
    )

    listed = read("\n".join(["name,email", *rows]).encode())

    assert [guest.name for guest in listed.guests] == ["Ugo", "Bea"]
    assert [fault.row for fault in listed.faults] == [3, 5, 6, 7, 8, 9, 10, 11]
    assert listed.faults[0] == Fault(3, "This is not an email address like name@example.org.")
    assert listed.faults[1].said == "There is no address."
    assert all(fault.said.startswith("The name: ") for fault in listed.faults[2:5])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "must name the columns"),
        (b"first,last\nUgo,User\n", "must be called “email”"),
        (b"email,name,Email\na@b.example,x,c@d.example\n", "Two columns"),
        (b"name,email\n\n\n", "nobody in this file"),
        (b"PK\x03\x04whatever", "a spreadsheet"),
        ("name,email\nUgo Üser,ugo@users.example".encode("latin-1"), "cannot be read"),
        (b'name,email\n"Ugo,ugo@users.example\n', "quotation mark"),
        (b'email\n"' + b"x" * 140_000 + b'"\n', "has no end"),
        (b"," * (COLUMNS_MOST + 1), "columns"),
        (b"email\n" + b"u@users.example\n" * 4, "5,000 people at most"),
        (b"x" * (BYTES_MOST + 1), "too large"),
    ],
)
def test_what_is_no_list_of_people_is_refused_with_a_sentence(
    data: bytes, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST", 3)

    with pytest.raises(Unreadable, match=said):
        read(data)

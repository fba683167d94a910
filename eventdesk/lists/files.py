"""People from a file with separators, as spreadsheets and other programs write it. No database.

Read whole, or refused with what is wrong in which row and column. Used by who adds people and by who invites them.
"""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from wtforms import ValidationError

from ..cells import value_of
from ..fields import Address, NoSite, Plain, tidy
from ..labels import Ask
from .sources import ANY, CAME_WORDS, NOT_CAME_WORDS, SOURCES, STATES, Part, Source, Why

#: As much as a request may carry.
BYTES_MOST = 1_000_000
ROWS_MOST, COLUMNS_MOST, CELL_MOST, NAME_MOST, EMAIL_MOST = 5_000, 100, 4_000, 100, 254
SEPARATORS = ",;\t"
SAVE_AS = "Save it as CSV in UTF-8, and try again."
TOO_LARGE = f"This is too large: {BYTES_MOST // 1_000_000} MB is the most. Split it."
#: How files begin that are no text, and what they are.
_NO_TEXT = {b"PK\x03\x04": "a spreadsheet or an archive", b"\xd0\xcf\x11\xe0": "a spreadsheet", b"%PDF": "a PDF"}
_ENCODINGS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class Unreadable(Exception):
    """The file is no list of people; the message says why."""


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row; the row with the names of the columns is 1, unless blank ones stand above it.

    `column` is its name, and `cell` what stands there; both blank where it is the row that is wrong.
    """

    row: int
    said: str
    column: str = ""
    cell: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody in a file, checked as a form would; a blank name where only the address is known."""

    row: int
    name: str
    email: str
    #: The answers to what the label asks, by their names; blank where the file says nothing.
    details: Mapping[str, str] = field(default_factory=dict)
    came: bool = False

    @property
    def key(self) -> str:
        """By what an address is known, in any spelling of case."""
        return self.email.casefold()


@dataclass(frozen=True)
class Table:
    """A file as rows and cells; each row with its number."""

    head: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]

    def filled(self, place: int) -> int:
        """In how many rows something stands in a column."""
        return sum(bool(row[place : place + 1] and row[place].strip()) for _, row in self.rows)


#: Where each part stands, by its name (`Part`, or what a label asks).
Places = Mapping[str, int]


@dataclass(frozen=True)
class Listed:
    """The people in a file in its order, the rows in which something is wrong, and those left out by what they say."""

    people: Sequence[Person] = ()
    faults: Sequence[Fault] = ()
    left: Sequence[tuple[int, Why]] = ()


def decoded(data: bytes) -> str:
    """The text of a file: UTF-8, or UTF-16 that says so, as spreadsheets write it. Raises Unreadable."""
    if len(data) > BYTES_MOST:
        raise Unreadable(TOO_LARGE)
    for beginning, what in _NO_TEXT.items():
        if data.startswith(beginning):
            raise Unreadable(f"This is {what}, not a CSV file. {SAVE_AS}")
    try:
        return data.decode(_ENCODINGS.get(data[:2], "utf-8-sig")).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Unreadable(f"The letters in this file cannot be read. {SAVE_AS}") from error


def table_of(text: str) -> Table:
    """The text as a table: the first row that says anything names the columns, blank rows are left out. Raises Unreadable."""
    if len(text.encode(errors="replace")) > BYTES_MOST:
        raise Unreadable(TOO_LARGE)
    rows = [(number, row) for number, row in enumerate(_rows(text), 1) if any(map(str.strip, row))]
    if len(rows) > ROWS_MOST + 1:
        raise Unreadable(f"{ROWS_MOST:,} people at most are taken at once. Split the file.")
    if not rows:
        raise Unreadable("There is nothing in it. The first row must name the columns, such as “name” and “email”.")
    if len(rows) == 1:
        raise Unreadable("There is nobody in this file: it has no row below the names of its columns.")
    return Table(head=[tidy(title)[:CELL_MOST] for title in rows[0][1]], rows=rows[1:])


def _rows(text: str) -> Iterator[list[str]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(SEPARATORS, key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            if len(row) > COLUMNS_MOST:
                raise Unreadable(f"A row of this file has more than {COLUMNS_MOST} columns.")
            yield row
    except csv.Error as error:
        raise Unreadable(f"A quotation mark in this file is left open, or a cell has no end. {SAVE_AS}") from error


def source_of(table: Table) -> Source:
    """Whose export it is, as far as its columns say."""
    titles = set(map(_title, table.head))
    return next((each for each in SOURCES if any(signs <= titles for signs in each.signs)), ANY)


def places_in(table: Table, asks: Sequence[Ask] = ()) -> dict[str, int]:
    """Where each part stands that can be recognised by the name of its column: of a person, and of what a label asks."""
    titles = [_title(title) for title in table.head]
    source = source_of(table)
    places = {}
    for part in (*Part, *(ask.name for ask in asks)):
        names = source.columns.get(part, ())
        found = [titles.index(name) for name in names if name in titles]
        if found:
            places[str(part)] = max(found, key=table.filled)  # the first of those with most in them
    return places


def _title(head: str) -> str:
    return " ".join(head.casefold().replace("_", " ").replace("’", "'").split())


def people_in(table: Table, places: Places, asks: Sequence[Ask] = (), *, named: bool = False) -> Listed:
    """The people in a table whose parts stand at these places; `named`: each of them must have a name."""
    people, faults, left = [], [], []
    for number, row in table.rows:
        try:
            if why := _state(_Row(table, places, number, row)):
                left.append((number, why))
            else:
                people.append(_person(_Row(table, places, number, row), asks, named=named))
        except _Wrong as wrong:
            faults.append(wrong.fault)
    return Listed(people, faults, left)


#: No cell of ours is longer, whatever stands in it; a text of many lines says less about why it is refused.
_SHORT = Plain(CELL_MOST, lines=True)


class _Wrong(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.said)
        self.fault = fault


@dataclass(frozen=True)
class _Row:
    """One row, asked for its parts."""

    table: Table
    places: Places
    number: int
    cells: Sequence[str]

    def part(self, part: str, *checks: Any) -> str:
        """What a part says, once checked; blank where it has no column. Raises _Wrong."""
        place = self.places.get(part)
        said = self.cells[place] if place is not None and place < len(self.cells) else ""
        typed = SimpleNamespace(data=value_of(tidy(said)), errors=[])
        try:
            for check in (_SHORT, *checks):
                check(None, typed)
        except ValidationError as error:
            raise self.wrong(part, str(error)) from error
        return str(typed.data)

    def wrong(self, part: str, said: str) -> _Wrong:
        """What is wrong with a part."""
        place = self.places.get(part)
        if place is None:
            return _Wrong(Fault(self.number, said))
        cell = self.cells[place] if place < len(self.cells) else ""
        return _Wrong(Fault(self.number, said, self.table.head[place] or f"Column {place + 1}", cell[:60]))


def _state(row: _Row) -> Why | None:
    """Why a row is left out by what it says of itself. Raises _Wrong for a word that nobody knows."""
    word = _title(row.part(Part.STATE))
    if word not in STATES:
        raise row.wrong(Part.STATE, "Nobody knows whether this means that they come.")
    return STATES[word]


def _person(row: _Row, asks: Sequence[Ask], *, named: bool) -> Person:
    name = row.part(Part.NAME, Plain(NAME_MOST, links=False), NoSite())
    if not name:
        part = Plain(NAME_MOST, links=False)
        name = f"{row.part(Part.FIRST, part, NoSite())} {row.part(Part.LAST, part, NoSite())}".strip()
    if named and not name:
        raise row.wrong(next((each for each in (Part.NAME, Part.FIRST) if each in row.places), Part.NAME), "No name.")
    if len(name) > NAME_MOST:
        raise row.wrong(Part.FIRST, f"First and last name together have more than {NAME_MOST} characters.")
    if not row.part(Part.EMAIL):
        raise row.wrong(Part.EMAIL, "There is no address.")
    email = row.part(Part.EMAIL, Plain(EMAIL_MOST), Address())
    details = {ask.name: row.part(ask.name, Plain(ask.limit, links=False)) for ask in asks}
    return Person(row.number, name, email, details, _came(row))


def _came(row: _Row) -> bool:
    """Whether they were there: a word for it, or a time at which they came in. Raises _Wrong for another word."""
    said = _title(row.part(Part.CAME))
    if said in NOT_CAME_WORDS:
        return _title(row.part(Part.STATE)) in ("attended", "checked in")
    if said not in CAME_WORDS and not any(map(str.isdigit, said)):
        raise row.wrong(Part.CAME, "It is not clear whether this says that they were there. Write yes or no.")
    return True

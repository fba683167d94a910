"""People from a file with commas, as spreadsheets save it: read whole, or refused with what is wrong in which row. No database."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace

from wtforms import ValidationError

from ..cells import value_of
from ..fields import Address, Plain, tidy
from .rules import MOST, TOO_MANY, Guest

#: As much as a request may carry.
BYTES_MOST = 1_000_000
COLUMNS_MOST, CELL_MOST, NAME_MOST, EMAIL_MOST = 100, 4_000, 100, 254
SEPARATORS = ",;\t"
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "full name"),
    "email": ("email", "e-mail", "mail", "email address", "e-mail address"),
}
SAVE_AS = "Save it as CSV in UTF-8, and try again."


class Unreadable(Exception):
    """The file is no list of people; the message says why."""


@dataclass(frozen=True)
class Fault:
    """What is wrong in a row; the first row, with the names of the columns, is 1, as a spreadsheet counts."""

    row: int
    said: str


@dataclass(frozen=True)
class Listed:
    """The people in a file, and the rows that name nobody who could be written to."""

    guests: Sequence[Guest]
    faults: Sequence[Fault]


def read(data: bytes) -> Listed:
    """The people in a file with the columns name and email, in any order. Raises Unreadable."""
    if len(data) > BYTES_MOST:
        raise Unreadable(f"This file is too large: {BYTES_MOST // 1_000_000} MB is the most. Split it.")
    rows = _rows(_text(data))
    places = _columns(next(rows, []))
    guests, faults = [], []
    for number, row in enumerate(rows, 2):
        if not any(map(str.strip, row)):
            continue
        try:
            guests.append(_guest(row, places))
        except ValidationError as error:
            faults.append(Fault(number, str(error)))
        if len(guests) + len(faults) > MOST:
            raise Unreadable(TOO_MANY)
    if not guests and not faults:
        raise Unreadable("There is nobody in this file: it has no row below the names of its columns.")
    return Listed(guests, faults)


def _text(data: bytes) -> str:
    if data.startswith(b"PK\x03\x04"):
        raise Unreadable(f"This is a spreadsheet, not a CSV file. {SAVE_AS}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"The letters in this file cannot be read. {SAVE_AS}") from error


def _rows(text: str) -> Iterator[list[str]]:
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            if len(row) > COLUMNS_MOST:
                raise Unreadable(f"A row of this file has more than {COLUMNS_MOST} columns.")
            yield row
    except csv.Error as error:
        raise Unreadable(f"A quotation mark in this file is left open, or a cell has no end. {SAVE_AS}") from error


def _columns(head: Sequence[str]) -> Mapping[str, int]:
    """Where each column stands. Raises Unreadable without one for addresses, or with two for the same thing."""
    titles = [" ".join(title.casefold().replace("_", " ").split()) for title in head]
    places = {}
    for column, names in COLUMNS.items():
        found = [number for number, title in enumerate(titles) if title in names]
        if len(found) > 1:
            raise Unreadable(f"Two columns of this file are called “{column}”. Keep one.")
        if found:
            places[column] = found[0]
    if "email" not in places:
        raise Unreadable("The first row must name the columns, and one of them must be called “email”.")
    return places


def _guest(row: Sequence[str], places: Mapping[str, int]) -> Guest:
    """Raises ValidationError with what is wrong."""
    name = _cell(row, places.get("name"))
    email = SimpleNamespace(data=_cell(row, places["email"]), errors=[])
    if not email.data:
        raise ValidationError("There is no address.")
    Plain(EMAIL_MOST)(None, email)
    Address()(None, email)
    try:
        Plain(NAME_MOST, links=False)(None, SimpleNamespace(data=name))
    except ValidationError as error:
        raise ValidationError(f"The name: {error}") from error
    return Guest(name, str(email.data))


def _cell(row: Sequence[str], place: int | None) -> str:
    """Raises ValidationError for what is no word any more."""
    said = row[place] if place is not None and place < len(row) else ""
    if len(said) > CELL_MOST:
        raise ValidationError(f"A cell has more than {CELL_MOST:,} characters.")
    return value_of(tidy(said))

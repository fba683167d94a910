"""Tables as files: CSV, XLSX and JSON. Every cell is text, and nothing in it is carried out where it is opened."""

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from xlsxwriter import Workbook

from .cells import cell

#: What no cell of XLSX may hold (XML 1.0 section 2.2).
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: The most characters that a cell of XLSX holds.
CELL_MOST = 32_767
#: Nothing becomes what it looks like: no formula, no link, no number.
_AS_TEXT = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class Table(NamedTuple):
    """Rows under a header, each as long as it."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]


class File(NamedTuple):
    """A kind of file: what it is called, its media type, and who writes it."""

    title: str
    content_type: str
    write: Callable[[Table], bytes]


def csv_of(table: Table) -> bytes:
    """UTF-8 with a byte order mark, as spreadsheets want it; `cells.value_of` reads a cell back."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerows([cell(value) for value in row] for row in (table.header, *table.rows))
    return ("\ufeff" + out.getvalue()).encode()


def xlsx_of(table: Table) -> bytes:
    """One sheet of text cells, without what XML cannot hold."""
    out = io.BytesIO()
    with Workbook(out, _AS_TEXT) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        for row, values in enumerate((table.header, *table.rows)):
            for column, value in enumerate(values):
                sheet.write_string(row, column, _NOT_XML.sub("", value)[:CELL_MOST])
    return out.getvalue()


def json_of(table: Table) -> bytes:
    """An array of objects, by the header's names."""
    rows = [dict(zip(table.header, row, strict=True)) for row in table.rows]
    return json.dumps(rows, ensure_ascii=False, indent=1).encode()


FILES: Mapping[str, File] = {
    "csv": File("CSV", "text/csv; charset=utf-8", csv_of),
    "xlsx": File("Excel (XLSX)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_of),
    "json": File("JSON", "application/json", json_of),
}
#: Those in which a list goes out; the third is for programs.
SHEETS = ("csv", "xlsx")

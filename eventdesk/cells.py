"""Cells of files that spreadsheets open: nothing that is written into one is carried out, and it reads back as it was."""

import re

#: What a spreadsheet takes for a formula: a sign where a cell begins, behind blanks and quotes and whatever it takes for
#: a separator. It never looks back, so that a long cell takes no longer than its length.
_LIVE = re.compile(r"(?:^|[;|,\t])(?:(?![=+\-@＝＋－＠;|,\t])[\W_])*+[=+\-@＝＋－＠]")


def cell(value: str) -> str:
    """A value no spreadsheet carries out."""
    return f"'{value}" if _LIVE.search(value) else value


def value_of(cell: str) -> str:
    """The value of a cell that `cell` wrote."""
    return cell[1:] if cell.startswith("'") and _LIVE.search(cell[1:]) else cell

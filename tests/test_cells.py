"""Cells that spreadsheets open: never carried out, read back as they were, and no slower for being long."""

from eventdesk.cells import cell, value_of


def test_a_long_cell_takes_no_longer_than_its_length() -> None:
    for long in (";" * 131_000, "'" + ";" * 131_000, ", " * 65_000 + "a"):
        assert value_of(cell(long)) in (long, long[1:])  # a quadratic search takes minutes


def test_a_formula_is_quoted_behind_whatever_a_spreadsheet_passes_over() -> None:
    live = ["=1+1", " =1", ";@SUM(A1)", "a;_-1", '"=1', "\t＝1", "x|+1", ";;;;=1"]

    assert [cell(each) for each in live] == [f"'{each}" for each in live]
    assert [value_of(cell(each)) for each in live] == live
    assert [cell(each) for each in ("a=1", "1-2", "a; b", "")] == ["a=1", "1-2", "a; b", ""]

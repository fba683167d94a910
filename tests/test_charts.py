"""Small charts: every number stands in the table, every bar is as high as its number, and no colour is needed."""

import xml.etree.ElementTree as ET
from typing import Any

from flask import Flask

from eventdesk.programmes.cadence import Mark

SERIES = (("Came", [10, None, 0, 5]), ("For the first time", [5, None, 0, 5]))
MONTHS = ["Nov 2026", "Dec 2026", "Jan 2027", "Feb 2027"]


def drawn(app: Flask, macro: str, *said: Any, **more: Any) -> ET.Element:
    """What a macro makes of that."""
    made = getattr(app.jinja_env.get_template("_macros/charts.html").make_module(), macro)(*said, **more)
    return ET.fromstring(made)  # noqa: S314 - our own


def test_a_chart_says_its_numbers_in_bars_in_words_and_in_a_table(standing_app: Flask) -> None:
    figure = drawn(standing_app, "bars", SERIES, MONTHS, "Who came & when", "From 0 to 10.", id="came")
    drawing, bars = (
        figure.find("svg"),
        [(bar, group) for group in figure.findall("svg/g") for bar in group.findall("rect")],
    )

    assert drawing is not None
    assert [figure.findtext(f".//*[@id='{id_}']") for id_ in drawing.attrib["aria-labelledby"].split()] == [
        "Who came & when",
        "From 0 to 10.",
    ]
    assert [(bar.attrib["height"], group.attrib["fill"]) for bar, group in bars] == [
        ("72.0", "currentColor"),
        ("36.0", "currentColor"),
        ("36.0", "none"),
        ("36.0", "none"),
    ]
    assert {float(bar.attrib["y"]) + float(bar.attrib["height"]) for bar, _ in bars} == {86.5}
    assert [text.text for text in figure.findall("svg//text")] == ["10", "Nov", "2026", "Dec", "Jan", "2027", "Feb"]
    assert [[cell.text for cell in row] for row in figure.findall(".//tbody/tr")] == [
        ["Nov 2026", "10", "5"],
        ["Dec 2026", "–", "–"],
        ["Jan 2027", "0", "0"],
        ["Feb 2027", "5", "5"],
    ]
    late = drawn(standing_app, "bars", SERIES, ["Dec 2026", *MONTHS[2:], "Mar 2027"], "Who came", "")
    assert [text.text for text in late.findall("svg/g/text")] == [
        "Dec",
        "Jan",
        "2027",
        "Feb",
        "Mar",
    ]  # or years would touch
    assert not any("style" in each.attrib for each in figure.iter())


def test_a_year_is_written_where_it_begins_and_never_over_another(standing_app: Flask) -> None:
    written = [
        [text.text for text in drawn(standing_app, "bars", [("Came", [1] * len(of))], of, "x", "y").iter("text")][1:]
        for of in (MONTHS, MONTHS[1:], MONTHS[:1], MONTHS[2:])
    ]

    assert written == [
        ["Nov", "2026", "Dec", "Jan", "2027", "Feb"],
        ["Dec", "Jan", "2027", "Feb"],
        ["Nov", "2026"],
        ["Jan", "2027", "Feb"],
    ]


def test_a_strip_says_the_same_by_shape_and_in_a_table(standing_app: Flask) -> None:
    marks = [Mark(f"Week {number}", "Nov 2027" if number < 4 else "Dec 2027", number % 3 == 0) for number in range(15)]

    figure = drawn(standing_app, "strip", marks, "5 of 15 weeks kept", what="Week")
    squares = figure.findall("svg/rect")

    assert [square.attrib["fill"] != "none" for square in squares] == [mark.kept for mark in marks]
    assert len({(square.attrib["x"], square.attrib["y"]) for square in squares}) == len(marks)
    assert [text.text for text in figure.findall("svg/text")] == ["Nov", "Dec"]
    assert [row[1].text == "Kept" for row in figure.findall(".//tbody/tr")] == [mark.kept for mark in marks]
    assert figure.findtext("svg/title") == "5 of 15 weeks kept"

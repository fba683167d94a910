"""What changed between two versions, in words."""

from eventdesk.programmes.rules import changes


def test_changes_are_told_in_words() -> None:
    before = {"name": "A", "conduct": "Be kind.\nAsk.", "charter": ["one", "two"], "sender": "S"}
    after = {"name": "B", "conduct": "Be kind.", "charter": ["two", "one"], "sender": "S", "reply_to": "a@b.example"}

    assert changes(before, after) == [
        "Name: now “B”; it was “A”",
        "Charter: the same lines in another order",
        "Conduct rules: taken out “Ask.”",
        "Reply address: added “a@b.example”",
    ]
    assert changes(after, after) == []


def test_days_are_told_in_words() -> None:
    without, first, later = ({"commitment_until": day} for day in ("", "2027-11-22", "2028-01-02"))

    assert changes({}, first) == changes(without, first) == ["Committed until: added “22 November 2027”"]
    assert changes(first, later) == ["Committed until: now “2 January 2028”; it was “22 November 2027”"]
    assert changes(later, without) == ["Committed until: taken out “2 January 2028”"]

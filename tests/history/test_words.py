"""What happened, in words: a sentence for each act, whatever was kept with it."""

from typing import Any

import pytest

from eventdesk.events.rules import Draft
from eventdesk.history.models import Act
from eventdesk.history.words import FIELDS, WORDS, sentence, who


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize(
    "details",
    [
        {},
        None,
        [],
        "x",
        {"fields": [], "people": None},
        {"fields": {"a": 1}},
        {"unknown": "{x}"},
        {"people": {}},
        {"channel": []},
    ],
    ids=str,
)
def test_every_act_is_a_sentence_whatever_is_known_of_it(act: Act, details: Any) -> None:
    said = sentence(act, details)

    assert said[0].isupper()
    assert said.endswith(".")
    assert not any(sign in said for sign in ("{", "}", "None", "“”"))


def test_every_act_has_words_of_its_own() -> None:
    assert set(WORDS) == set(Act)
    assert len({sayings[-1].text for sayings in WORDS.values()}) == len(Act)


@pytest.mark.parametrize(
    ("act", "details", "said"),
    [
        (Act.CHANGED, {"fields": ["starts_at", "ends_at", "venue"]}, "Changed the time and the place."),
        (Act.CHANGED, {"fields": ["colour"]}, "Changed colour."),
        (Act.MESSAGED, {"people": 1, "message": 7}, "Wrote to 1 person."),
        (Act.MESSAGED, {"people": 14, "message": 7}, "Wrote to 14 people."),
        (Act.ATTENDED, {"attended": True}, "Marked as attended."),
        (Act.ATTENDED, {"attended": False}, "Marked as a no-show."),
        (Act.ATTENDED, {"attended": None}, "Took the mark back."),
        (Act.PLEDGED, {"did": "given"}, "A speaker pledged to keep to the charter."),
        (Act.PLEDGED, {"did": "taken back"}, "A speaker took the pledge back."),
        (Act.WORDED, {"channel": "telegram"}, "Changed the words for “telegram”."),
        (Act.LEFT, {"waited": True}, "Gave the place in line back."),
        (Act.WORDED, {"channel": "reminder", "generated": True}, "Went back to the generated words for “Reminder”."),
    ],
)
def test_a_sentence_says_what_is_known(act: Act, details: dict[str, Any], said: str) -> None:
    assert sentence(act, details) == said


def test_whatever_an_event_says_has_a_name() -> None:
    assert set(FIELDS) >= set(Draft.__dataclass_fields__)


@pytest.mark.parametrize(
    ("act", "ref", "organiser", "said"),
    [
        (Act.CHANGED, 0, "Ada Owner", "Ada Owner"),
        (Act.CHANGED, 0, None, "The command line"),
        (Act.REMINDED, 0, None, "By itself"),
        (Act.PROMOTED, 7, None, "By itself"),
        (Act.LEFT, 7, None, "The person"),
        (Act.PLEDGED, 0, None, "By their link"),
    ],
)
def test_who_did_it_is_told(act: Act, ref: int, organiser: str | None, said: str) -> None:
    assert who(act, ref, organiser) == said

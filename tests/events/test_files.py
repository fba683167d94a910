"""An event as it is typed, at the desk or as JSON: each thing that cannot be taken is told at its field."""

from datetime import datetime
from typing import Any

import pytest

from eventdesk.errors import Refused
from eventdesk.events.files import answer, from_json
from eventdesk.events.filled import copied, form_of, typed
from eventdesk.events.rules import Draft
from eventdesk.labels import RULES, Brief, Label
from eventdesk.links import Links
from eventdesk.questions.models import Kind
from eventdesk.questions.rules import QuestionDraft
from tests.factories import ANSWERS, SAID, make_event


def draft(**said: Any) -> Draft:
    """What comes of SAID and this; a field given as `...` is left out."""
    whole = {name: value for name, value in (SAID | said).items() if value is not ...}
    return from_json(whole).draft()


def problems(**said: Any) -> dict[str, list[str]]:
    """What is refused of SAID and this, by field."""
    with pytest.raises(Refused) as refusal:
        draft(**said)
    return refusal.value.problems


def test_the_least_that_must_be_said_makes_a_draft() -> None:
    made = draft()

    assert (made.label, made.title, made.starts_at) == (
        Label.COMMUNITY,
        "An evening",
        datetime.fromisoformat("2027-03-11T18:00"),
    )
    assert (made.capacity, made.fold, made.visibility, made.brief, made.hosts) == (None, None, "public", Brief(), ())


def test_all_that_may_be_said_is_kept() -> None:
    made = draft(
        label="commercial",
        programme="x",
        description="a\r\nb",
        venue="  Quay  ",
        online_url="https://meet.example/x?a=b;c,d",
        capacity=50,
        hosts=["Ada", " Bo "],
        speakers=["Cy"],
        brief=vars(ANSWERS),
        visibility="invitation",
        questions=[{"question": "Vegan?", "kind": "yes_no", "reason": "For the food.", "required": True}],
        fold=None,
        offer_hours=5,
        thanks=False,
        offers_crossing=False,
    )

    assert (made.offer_hours, made.thanks, draft().offer_hours, draft().thanks) == (5, False, 0, True)
    assert (made.offers_crossing, draft().offers_crossing) == (False, True)
    assert (made.description, made.venue, made.capacity, made.hosts) == ("a\nb", "Quay", 50, ("Ada", "Bo"))
    assert (made.brief, made.visibility, made.programme) == (ANSWERS, "invitation", "x")
    assert made.questions == (QuestionDraft(prompt="Vegan?", kind=Kind.YES_NO, reason="For the food.", required=True),)
    assert (draft().questions, draft(questions=None).questions, draft(questions=[]).questions) == (None, None, ())


@pytest.mark.parametrize(
    ("said", "field", "sentence"),
    [
        ({"label": ...}, "label", "Say first what it is: a community session or a commercial briefing."),
        ({"label": None}, "label", "Say first what it is"),
        ({"label": "sales"}, "label", "“sales” is no label"),
        ({"label": "Community"}, "label", "no label"),
        ({"label": 1}, "label", "quotation marks"),
        ({"title": ...}, "title", "Give the event a title"),
        ({"title": " \t\n "}, "title", "Give the event a title"),
        ({"title": "x" * 201}, "title", "Use 200 characters at most; this has 201"),
        ({"title": "x" * 5_000}, "title", "this has 5,000"),
        ({"title": "a\nb"}, "title", "one line"),
        ({"title": "a\r\nBcc: x"}, "title", "one line"),
        ({"title": "a\rb"}, "title", "control characters"),
        ({"title": "a\0b"}, "title", "control characters"),
        ({"title": "a\x1bb"}, "title", "control characters"),
        ({"title": "a\u202eb"}, "title", "control characters"),
        ({"title": "a\u2028b"}, "title", "control characters"),
        ({"title": "a\ud800b"}, "title", "control characters"),
        ({"description": "x" * 20_001}, "description", "20,000"),
        ({"description": "a\x07b"}, "description", "control characters"),
        ({"venue": "x" * 5_000}, "venue", "300"),
        ({"venue": "a\nb"}, "venue", "one line"),
        ({"starts_at": ...}, "starts_at", "Say when it starts"),
        ({"starts_at": "tomorrow"}, "starts_at", "such as 2027-03-11T18:00"),
        ({"starts_at": "2027-02-30T18:00"}, "starts_at", "such as"),
        ({"starts_at": "0001-01-01T00:00"}, "starts_at", "2000 to 2199"),
        ({"ends_at": "9999-12-31T23:59"}, "ends_at", "2000 to 2199"),
        ({"starts_at": "2027-03-11T18:00Z"}, "starts_at", "such as"),
        ({"starts_at": 1_800_000_000}, "starts_at", "quotation marks"),
        ({"ends_at": "2027-03-11T18:00"}, "ends_at", "after the start"),
        ({"ends_at": "2027-03-10T20:00"}, "ends_at", "after the start"),
        ({"timezone": ...}, "timezone", "Choose a time zone"),
        ({"timezone": "Foo/Bar"}, "timezone", "such as Europe/Oslo"),
        ({"timezone": "../../etc/passwd"}, "timezone", "such as Europe/Oslo"),
        ({"timezone": "x" * 5_000}, "timezone", "such as Europe/Oslo"),
        ({"timezone": "Europe/Oslo\0"}, "timezone", "such as Europe/Oslo"),
        ({"capacity": -1}, "capacity", "1 to 100,000"),
        ({"capacity": 0}, "capacity", "1 to 100,000"),
        ({"capacity": 100_001}, "capacity", "1 to 100,000"),
        ({"capacity": 10**100}, "capacity", "1 to 100,000"),
        ({"capacity": 1.5}, "capacity", "whole number"),
        ({"capacity": True}, "capacity", "whole number"),
        ({"capacity": "12"}, "capacity", "whole number"),
        ({"remind_days": 31}, "remind_days", "from 0, which is never, to 30"),
        ({"remind_days": -1}, "remind_days", "from 0"),
        ({"remind_days": 10**9}, "remind_days", "from 0"),
        ({"remind_days": None}, "remind_days", "from 0"),
        ({"remind_days": "1"}, "remind_days", "whole number"),
        ({"offer_hours": 337}, "offer_hours", "from 0, which asks nobody, to 336"),
        ({"offer_hours": -1}, "offer_hours", "from 0"),
        ({"offer_hours": None}, "offer_hours", "from 0"),
        ({"offer_hours": True}, "offer_hours", "whole number"),
        ({"thanks": "yes"}, "thanks", "true or false"),
        ({"thanks": None}, "thanks", "true or false"),
        ({"offers_crossing": 1}, "offers_crossing", "true or false"),
        ({"online_url": "javascript:alert(1)"}, "online_url", "https://"),
        ({"online_url": "https://"}, "online_url", "https://"),
        ({"online_url": "https://["}, "online_url", "https://"),
        ({"online_url": 'https://x.example/"onload='}, "online_url", "https://"),
        ({"online_url": "https://x.example/\r\nATTENDEE:x"}, "online_url", "one line"),
        ({"hosts": "Ada"}, "hosts", "list of names"),
        ({"hosts": ["A\nB"]}, "hosts", "list of names"),
        ({"hosts": ["A\u2028B"]}, "hosts", "control characters"),
        ({"hosts": [None]}, "hosts", "list of names"),
        ({"hosts": ["x" * 121]}, "hosts", "120 characters"),
        ({"hosts": ["x"] * 21}, "hosts", "20 at most"),
        ({"hosts": ["see https://evil.example"]}, "hosts", "web and mail addresses"),
        ({"speakers": ["x\0"]}, "speakers", "control characters"),
        ({"visibility": "secret"}, "visibility", "public or invitation"),
        ({"visibility": None}, "visibility", "public or invitation"),
        ({"fold": 2}, "fold", "Use 0"),
        ({"fold": "0"}, "fold", "whole number"),
        ({"brief": "yes"}, "brief", "audience, reason, offer, payment"),
        ({"brief": {"price": "4"}}, "brief", "audience, reason, offer, payment"),
        ({"brief": {"offer": 4}}, "brief", "quotation marks"),
        ({"brief": {"offer": "Tires"}}, "brief_offer", "answers no such question"),
        ({"label": "commercial", "brief": {"offer": "x" * 1_001}}, "brief_offer", "1,000"),
        ({"questions": ["Vegan?"]}, "questions", "Question 1, question: Give an object"),
        ({"questions": [{"question": "Vegan?"}]}, "questions", "Question 1, reason: Say why you ask"),
        ({"colour": "red"}, "colour", "no such field"),
        ({"status": "published"}, "status", "no such field"),
        ({"uid": "x"}, "uid", "no such field"),
        ({"x" * 5_000: 1}, "x" * 40, "no such field"),
    ],
    ids=lambda given: ascii(given)[:50],
)
def test_what_cannot_be_taken_is_told_at_its_field(said: dict[str, Any], field: str, sentence: str) -> None:
    found = problems(**said)

    assert sentence in " ".join(found[field])
    assert set(found) == {field}


@pytest.mark.parametrize("typed_in", ["--5", "-", "1e3", "5 5", "٣x"])
def test_a_number_typed_wrongly_is_told_in_words(typed_in: str) -> None:
    form = from_json(SAID, over={"capacity": typed_in})

    with pytest.raises(Refused) as refusal:
        form.draft()

    assert refusal.value.problems["capacity"][0] == "Write a whole number, or leave this empty."


@pytest.mark.parametrize("said", [[], "x", None, 5, [SAID]])
def test_what_is_no_object_is_no_event(said: Any) -> None:
    with pytest.raises(Refused, match="one object"):
        from_json(said)


def test_several_things_wrong_are_all_told_at_once() -> None:
    assert set(problems(title="", timezone="x", capacity=0)) == {"title", "timezone", "capacity"}


def test_a_time_that_the_clocks_jump_over_is_refused_with_the_reason() -> None:
    found = problems(starts_at="2026-03-29T02:30", ends_at="2026-03-29T04:00")

    jump = "the clocks go forward from 02:00 to 03:00"
    assert found == {
        "starts_at": [
            f"There is no 02:30 in Europe/Oslo on that day: {jump}. Choose a time before 02:00, or 03:00 or later."
        ]
    }


def test_a_time_that_comes_twice_is_asked_about() -> None:
    twice = {"starts_at": "2026-10-25T02:30", "ends_at": "2026-10-25T04:00"}

    asked = problems(**twice)

    assert set(asked) == {"fold"}
    assert "comes twice" in asked["fold"][0]
    assert [draft(**twice, fold=fold).fold for fold in (0, 1)] == [0, 1]
    assert draft(fold=1).fold is None


def test_an_end_is_after_its_start_by_the_clock_that_counts() -> None:
    night = {"starts_at": "2026-10-25T02:50", "ends_at": "2026-10-25T03:10"}

    assert draft(**night, fold=1).ends_at.hour == 3
    assert set(problems(starts_at="2026-10-25T02:50", ends_at="2026-10-25T02:10", fold=0)) == {"ends_at"}


@pytest.mark.parametrize("label", RULES)
def test_a_part_of_the_json_changes_that_part_alone(links: Links, session: Any, label: Label) -> None:
    event = make_event(links, label, capacity=5, speakers=("Cy",), online_url="https://meet.example")
    whole = form_of(event).draft()

    changed = from_json({"venue": "Another house"}, over=typed(event)).draft()

    assert vars(changed) == vars(whole) | {"venue": "Another house"}


def test_a_part_of_the_brief_changes_that_answer_alone(links: Links, session: Any) -> None:
    event = make_event(links, Label.COMMERCIAL)

    changed = from_json({"brief": {"offer": "More."}}, over=typed(event)).draft()

    assert changed.brief == Brief(**vars(ANSWERS) | {"offer": "More."})


def test_a_copy_begins_without_dates_links_and_people(links: Links, session: Any) -> None:
    event = make_event(links, Label.COMMERCIAL, speakers=("Cy",), online_url="https://meet.example", capacity=9)

    form = copied(event)

    cleared = {name: form[name].data for name in ("starts_at", "ends_at", "online_url", "speakers", "revision")}
    assert {name for name, data in cleared.items() if data} == set()
    assert (form.title.data, form.capacity.data, form.brief_offer.data) == (event.title, 9, ANSWERS.offer)


def test_an_answer_has_addresses_only_of_what_can_be_seen(links: Links, session: Any) -> None:
    public = answer(make_event(links), links)
    hidden = answer(make_event(links, visibility="invitation"), links)
    draft_ = answer(make_event(links, published=False), links)

    assert all(url.startswith("http://desk.example/") for url in public["urls"].values())
    assert (public["status"], public["sequence"], set(public)) == (
        "published",
        0,
        {"slug", "uid", "sequence", "status", "urls"},
    )
    assert (hidden["urls"]["page"], hidden["urls"]["calendar"]) == (None, None)
    assert hidden["urls"]["invite"].startswith("http://desk.example/i/")
    assert set(draft_["urls"].values()) == {None}

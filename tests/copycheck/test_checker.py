"""The check: what is found where, why, and what is not answered. Pure, and right about offsets whatever is typed."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventdesk.copycheck import Finding, Level, Place, Report, check, says_something
from eventdesk.copycheck.folding import fold, spans
from eventdesk.copycheck.words import stem
from eventdesk.labels import RULES, Brief, Label, LabelRules
from tests.copycheck.corpus import CORPUS, records
from tests.copycheck.generated import chartered, texts

COMMUNITY, COMMERCIAL = RULES[Label.COMMUNITY], RULES[Label.COMMERCIAL]
SELLS = "Use the code CLUB10 at checkout and get 10% off your first order."
CLEAN = (
    "Bring a chair and a mug. Amina shows how she joins two boards without glue, and what went wrong. Doors at seven."
)
BRIEFING = (
    "Owners of cafés with ten to thirty staff: you still do the rosters by hand on Sunday night. Rosterly is our "
    "software, which reads the roster and pays everybody. It costs $4 a person each month, by direct debit."
)


def found(text: str, title: str = "An evening") -> Report:
    return check(COMMUNITY, title, text)


def test_a_selling_sentence_is_found_where_it_was_typed_and_explained() -> None:
    text = f"{CLEAN}\n\n* **{SELLS}**\n"

    [finding] = found(text).findings

    assert finding.passage == text[finding.start : finding.end] == SELLS
    assert (finding.place, finding.level, finding.rule) == (Place.TEXT, Level.BLOCKS, "promo-code")
    assert finding.kind == "selling"
    assert finding.touches == COMMUNITY.charter[0]
    assert finding.why.endswith(".")
    assert finding.suggestion


def test_a_clean_session_is_clean() -> None:
    report = found(CLEAN)

    assert (report.findings, report.missing, report.verdict) == ((), (), "clean")
    assert not report.blocked
    assert report.sounds_like is Label.COMMUNITY


def test_a_title_may_sell_as_well() -> None:
    [finding] = check(COMMUNITY, "Buy one, get one free: Larkstep Pro at half price until Friday", CLEAN).in_title

    assert (finding.place, finding.start) == (Place.TITLE, 0)


def test_what_no_list_of_words_knows_is_found_and_shows_its_cues() -> None:
    text = "Our sponsor Grenvex has halved the paperwork of forty clinics, and their people will be at the back to sign you up."
    [finding] = found(f"{CLEAN} {text}").findings

    assert finding.passage == text
    assert finding.level is Level.ADVISES
    assert "“" in finding.why


def test_a_briefing_that_poses_is_told() -> None:
    report = check(
        COMMERCIAL,
        "Neighbours’ circle: swapping notes about winter bills",
        "A friendly get-together by locals, for locals. Nobody is selling anything. Grenvex will measure your roof.",
    )

    assert report.verdict == "disguised"
    assert {finding.touches for finding in report.findings} == {COMMERCIAL.promise_of((), "The host")}
    assert report.blocked
    assert "payment" in report.missing


def test_a_complete_briefing_is_clean() -> None:
    report = check(COMMERCIAL, "Payroll for cafés: a sales briefing", BRIEFING)

    assert (report.verdict, report.missing, report.sounds_like) == ("clean", (), Label.COMMERCIAL)


def test_what_the_text_leaves_open_the_brief_may_answer_if_it_says_something() -> None:
    without = BRIEFING.rpartition(" It costs")[0]

    assert check(COMMERCIAL, "Payroll for cafés", without).missing == ("payment",)
    assert check(COMMERCIAL, "Payroll for cafés", without, Brief(payment="Ask us!")).missing == ("payment",)
    assert check(COMMERCIAL, "Payroll for cafés", without, Brief(payment="$4 a head each month")).missing == ()
    assert check(COMMERCIAL, "Payroll for cafés", without).verdict == "incomplete"


@pytest.mark.parametrize(
    ("name", "answer", "counts"),
    [
        ("audience", "everyone", False),
        ("audience", "Businesses of every size!", False),
        ("audience", "", False),
        ("audience", "Vineyards with four hectares or more", True),
        ("reason", "Because it’s the best.", False),
        ("reason", "Hand grading costs nine cents a kilo", True),
        ("offer", "our solution", False),
        ("offer", "The Pathway™", False),
        ("offer", "Grenvex", False),
        ("offer", "A camera sorter, installed", True),
        ("payment", "Ask us", False),
        ("payment", "Talk to us about packages.", False),
        ("payment", "Entry is free", False),
        ("payment", "Monthly, by invoice", True),
    ],
)
def test_an_answer_counts_only_if_it_says_something(name: str, answer: str, counts: bool) -> None:
    assert says_something(COMMERCIAL, name, answer) is counts


def test_a_community_session_has_nothing_to_answer() -> None:
    assert check(COMMUNITY, "", "").missing == ()
    assert check(COMMERCIAL, "", "").missing == tuple(question.name for question in COMMERCIAL.brief)


@pytest.mark.parametrize(
    "hidden",
    [
        SELLS.replace("code", "co\u200bde").replace("off", "o\u00adff"),  # letters that no eye sees
        SELLS.replace("code", "с\u043ede"),  # Cyrillic ones
        SELLS.replace("order", "o**rd**er").replace("code", "`code`"),
        SELLS.replace("checkout", "ｃｈｅｃｋｏｕｔ"),
        SELLS.replace("get", "𝐠𝐞𝐭"),
        SELLS.replace("e", "e\u0301"),
        SELLS.replace(" at ", "\u00a0at\u2003"),
    ],
)
def test_no_disguise_of_letters_helps(hidden: str) -> None:
    [finding] = found(f"{CLEAN} {hidden} {CLEAN}").findings

    assert finding.passage == hidden.rstrip("\u0301") or finding.passage == hidden
    assert finding.rule == "promo-code"


def test_an_override_holds_while_the_words_stay_and_no_longer() -> None:
    def key(text: str) -> str:
        [finding] = found(text).findings
        return finding.key

    assert key(f"{CLEAN} {SELLS}") == key(f"{SELLS}\n\n{CLEAN}")
    assert key(f"{CLEAN} {SELLS}") != key(f"{CLEAN} {SELLS.replace('CLUB10', 'CLUB20')}")


def test_no_clean_record_is_blocked() -> None:
    rules = {str(label): each for label, each in RULES.items()}
    clean = [row for row in records(CORPUS) if row["verdict"] == "clean"]

    reports = {row["id"]: check(rules[row["label"]], row["title"], row["description"]) for row in clean}

    assert len(reports) == 80
    assert [name for name, report in reports.items() if report.blocked] == []


def test_a_sentence_is_cut_as_a_reader_would() -> None:
    text = "# Plan\n1. Tea at 9.30 a.m. in the hall. Then Dr. No shows it\nand we talk! \n\n- “Really?” she said."

    assert [text[span.start : span.end] for span in spans(fold(text).text)] == [
        "Plan",
        "Tea at 9.30 a.m. in the hall.",
        "Then Dr. No shows it\nand we talk!",
        "“Really?”",
        "she said.",
    ]


def test_inflections_of_a_word_are_one() -> None:
    for words in (
        "order orders ordered ordering",
        "price prices priced pricing",
        "stop stops stopped",
        "company companies",
    ):
        assert len({stem(word) for word in words.split()}) == 1
    assert len({stem(word) for word in ("bus", "business", "busy", "sell", "sale")}) == 5


ANYTHING = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("aeo \n.!?*_`#-1%$€\u200b\u0301\u202eас’“")), max_size=400
) | st.lists(
    st.sampled_from([SELLS, CLEAN, BRIEFING, "**", "\n", "> ", "1. ", "\u200b", "…", "code"]), max_size=12
).map("".join)


@settings(max_examples=150, deadline=None)
@given(ANYTHING, ANYTHING)
def test_whatever_is_typed_findings_are_its_own_words_in_order(title: str, text: str) -> None:
    for rules in RULES.values():
        report = check(rules, title, text)
        told = {Place.TITLE: title, Place.TEXT: text}

        assert [each.passage for each in report.findings] == [
            told[each.place][each.start : each.end] for each in report.findings
        ]
        assert all(each.start < each.end and each.passage.strip() == each.passage for each in report.findings)
        assert report.findings == (*report.in_title, *report.in_text)
        assert in_order(report.in_title)
        assert in_order(report.in_text)


def in_order(findings: tuple[Finding, ...]) -> bool:
    """Whether they follow each other without touching the same letter."""
    return all(first.end <= second.start for first, second in pairwise(findings))


@pytest.mark.slow
@pytest.mark.parametrize("rules", chartered(), ids=lambda rules: rules.label)
def test_what_the_program_writes_under_a_charter_keeps_it(rules: LabelRules) -> None:
    faults = {finding.passage for text in texts(rules) for finding in check(rules, *text).findings}

    assert faults == set()

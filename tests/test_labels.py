"""The two labels and what each decides."""

from dataclasses import fields

import pytest

from eventdesk.labels import BRIEF_NAMES, RULES, RULES_BY_AUDIENCE, Audience, Brief, Label, LabelRules, joined


def test_there_are_two_labels_and_each_has_its_own_list() -> None:
    assert list(RULES) == list(Label)
    assert len(RULES) == 2
    assert {rules.audience for rules in RULES.values()} == set(Audience)
    assert {audience: rules.audience for audience, rules in RULES_BY_AUDIENCE.items()} == {
        each: each for each in Audience
    }
    assert all(rules.label is label for label, rules in RULES.items())


SHARED = {
    "stages",
    "heard",
    "sells",
    "asks",
    "brief",
    "charter",
    "needs_postal_address",
    "pledge",
    "never_asks",
    "never_asks_because",
}


@pytest.mark.parametrize("name", [field.name for field in fields(LabelRules) if field.name not in SHARED])
def test_nothing_that_is_shown_is_the_same_for_both(name: str) -> None:
    first, second = (getattr(rules, name) for rules in RULES.values())

    assert first
    assert first != second


def test_community_asks_nothing_beyond_and_sells_nothing() -> None:
    rules = RULES[Label.COMMUNITY]

    assert (rules.asks, rules.brief, rules.needs_postal_address) == ((), (), False)
    assert rules.charter
    assert rules.pledge
    assert [never.what for never in rules.never_asks] == ["a company", "a budget", "a plan to buy"]
    assert (rules.heard, rules.sells) == (True, False)
    assert rules.promise_of(["Ada"], "Us") == "This is a community session. Nobody may sell to you here."


def test_commercial_asks_company_and_role_and_answers_four_questions() -> None:
    rules = RULES[Label.COMMERCIAL]

    assert [ask.name for ask in rules.asks] == ["company", "role"]
    assert tuple(question.name for question in rules.brief) == BRIEF_NAMES == ("audience", "reason", "offer", "payment")
    assert (rules.charter, rules.pledge, rules.never_asks, rules.needs_postal_address) == ((), None, (), True)


@pytest.mark.parametrize(
    ("names", "said"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")]
)
def test_names_are_joined_as_one_says_them(names: list[str], said: str) -> None:
    assert joined(names) == said


def test_a_host_with_braces_is_only_a_name() -> None:
    assert (
        RULES[Label.COMMERCIAL].promise_of(["{host} {0}"], "").startswith("This is a commercial briefing. {host} {0} ")
    )


def test_an_answer_is_found_by_its_name() -> None:
    assert Brief(offer="x")["offer"] == "x"

"""What a label never asks of a person, however it is put; and what is only about the same things."""

import pytest

from eventdesk.labels import RULES, Label
from eventdesk.questions.models import Kind, Question
from eventdesk.questions.rules import answers_in_words, never_asked
from tests.questions.conftest import question

COMMUNITY = RULES[Label.COMMUNITY]


@pytest.mark.parametrize(
    ("prompt", "named"),
    [
        ("Company", "“company” asks for a company"),
        ("Job title and company (optional)", "“company” asks for a company"),
        ("Employer / organisation", "“employer”"),
        ("What is your company’s name?", "“your company”"),
        ("Which companies have you worked for?", "“companies have you worked”"),
        ("Which firm are you from?", "“firm are you from”"),
        ("Who do you work for?", "“who do you work”"),
        ("Where do you work?", "“where do you work”"),
        ("Your work e-mail", "“work email”"),
        ("What’s your budget?", "“your budget” asks for a budget"),
        ("Do you have budget for tools?", "“have budget”"),
        ("How much do you spend on tires?", "“how much do you spend”"),
        ("Do you plan to buy a licence?", "“plan to buy” asks for a plan to buy"),
        ("Are you interested in buying it?", "“interested in buying”"),
        ("Are you a decision-maker?", "“decision maker”"),
        ("May our sales team call you?", "“our sales team”"),
        ("Would you like a quote?", "“like a quote”"),
        ("YOUR  COMPANY", "“your company”"),
        ("your com\u00adpany", "“your company”"),
        ("your c\u200bompany", "“your company”"),
        ("\uff43ompany", "“company”"),
        ("your cómpany", "“your company”"),
    ],
)
def test_a_community_session_asks_nobody_for_company_budget_or_plans(prompt: str, named: str) -> None:
    found = never_asked(COMMUNITY, question(prompt))

    assert set(found) == {"question"}
    assert named in found["question"][0]
    assert COMMUNITY.never_asks_because in found["question"][0]


@pytest.mark.parametrize(
    "prompt",
    [
        "Which company wrote the tool you use?",
        "Which companies make good sensors?",
        "Will you bring company?",
        "How large is your error budget?",
        "How do you run it on a small budget?",
        "How much time do you spend on upgrades?",
        "Which sensor did you buy?",
        "What would you like to hear?",
        "Where do you work on it, at home or outside?",
        "How do you organise your firmware updates?",
        "Would you like to give a demo?",
        "What is your business logic written in?",
        "Are you ready to show your setup?",
        "Who pays attention to alarms?",
    ],
)
def test_what_is_only_about_the_same_things_may_be_asked(prompt: str) -> None:
    assert never_asked(COMMUNITY, question(prompt)) == {}


def test_reasons_and_options_are_read_too() -> None:
    choice = question("Which?", kind=Kind.CHOICE, options=("We plan to buy", "No"), reason="To know your budget.")

    found = never_asked(COMMUNITY, choice)

    assert set(found) == {"reason", "options"}


def test_a_briefing_may_ask_what_a_session_may_not() -> None:
    assert never_asked(RULES[Label.COMMERCIAL], question("What is your company’s budget?")) == {}


def test_answers_are_told_in_the_order_of_the_questions() -> None:
    asked = [
        Question(ref=1, prompt="Vegan?", kind=Kind.YES_NO),
        Question(ref=2, prompt="Topics?", kind=Kind.SEVERAL),
        Question(ref=3, prompt="More?", kind=Kind.TEXT),
        Question(ref=4, prompt="Word?", kind=Kind.TEXT),
    ]

    said = answers_in_words(asked, {"4": "yes", "2": ["Tires", "Sensors"], "1": "no", "99": "gone"})

    assert said == [("Vegan?", "No"), ("Topics?", "Tires, Sensors"), ("Word?", "yes")]

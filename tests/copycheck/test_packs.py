"""Rules as data: each fires on what it is for and not on what only comes near; organisers add their own."""

import re
from pathlib import Path

import pytest

from eventdesk.copycheck import FaultyPack, Level, additions, check, package
from eventdesk.copycheck.checker import touched
from eventdesk.copycheck.packs import Rule, fires
from eventdesk.copycheck.words import lexicon
from eventdesk.labels import BRIEF_NAMES, RULES, Label

COMMUNITY, COMMERCIAL = RULES[Label.COMMUNITY], RULES[Label.COMMERCIAL]
EVERY_RULE = [pytest.param(rule, id=rule.id) for pack in package().values() for rule in pack.rules]
OWN = """
[[rule]]
id = "raffle"
kind = "leads"
level = "blocks"
why = "We agreed on no raffles."
phrases = ["raffle ticket/tickets", "win … <name>"]
unless = ["no raffle"]
fires = ["Raffle tickets at the door."]
near = ["There are no raffle tickets."]
"""


@pytest.mark.parametrize("rule", EVERY_RULE)
def test_a_rule_fires_on_its_examples_and_on_no_near_miss(rule: Rule) -> None:
    assert [example for example in rule.fires if not fires(rule, example)] == []
    assert [example for example in rule.near if fires(rule, example)] == []


def test_each_rule_and_kind_says_what_it_touches_why_and_what_to_write_instead() -> None:
    for label, pack in package().items():
        rules = RULES[label]
        assert len({rule.id for rule in pack.rules} | set(pack.kinds)) == len(pack.rules) + len(pack.kinds)
        assert all(rule.kind in pack.kinds for rule in pack.rules)
        for kind in pack.kinds.values():
            assert touched(rules, kind.touches) in {*rules.charter, rules.promise_of((), "The host")}
            assert kind.why
            assert kind.suggestion.endswith((".", "”"))


def test_words_offered_instead_of_a_passage_draw_no_finding_themselves() -> None:
    offered = [
        (label, words)
        for label, pack in package().items()
        for suggestion in [rule.suggestion for rule in pack.rules] + [kind.suggestion for kind in pack.kinds.values()]
        for words in re.findall("“([^”]+)”", suggestion)
    ]

    assert len(offered) >= 8
    for label, words in offered:
        text = f"Bring a chair and a mug. {words} Doors at seven."
        assert check(RULES[label], "An evening", text).findings == (), words


def test_the_cues_of_a_kind_are_classes_of_words() -> None:
    lex = lexicon()
    seen = {name for classes in lex.words.values() for name in classes}
    seen |= {
        name
        for seconds in lex.phrases.values()
        for phrases in seconds.values()
        for _, classes in phrases
        for name in classes
    }
    seen |= {"money", "number", "name", "camel", "percent", "superlative", "denial", "twice"}

    assert {cue for pack in package().values() for kind in pack.kinds.values() for cue in kind.cues} - seen == set()


def test_few_rules_block() -> None:
    blocking = [rule for pack in package().values() for rule in pack.rules if rule.level is Level.BLOCKS]

    assert 1 <= len(blocking) <= 6


def test_a_label_with_a_brief_knows_hollow_answers_to_each_question() -> None:
    for label, pack in package().items():
        asked = {question.name for question in RULES[label].brief}
        assert set(pack.hollow) - {"any"} == asked
        assert asked <= set(BRIEF_NAMES)


def test_an_organiser_adds_rules_of_their_own(tmp_path: Path) -> None:
    (tmp_path / f"{COMMUNITY.label}-ours.toml").write_text(OWN)
    packs = additions(tmp_path)

    [finding] = check(COMMUNITY, "Evening", "Bring a chair. Win a trip with Zorblax.", packs=packs).findings

    assert (finding.rule, finding.level, finding.passage) == ("raffle", Level.BLOCKS, "Win a trip with Zorblax.")
    assert finding.why == "We agreed on no raffles."
    assert finding.touches == COMMUNITY.charter[-1]
    assert check(COMMUNITY, "Evening", "Bring a chair. Raffle tickets at the gate.").findings == ()


def test_without_additions_there_are_the_packages_own(tmp_path: Path) -> None:
    assert additions(tmp_path / "nowhere") == package()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("win … <name>", "no … tickets"), "raffle fires on “There are no raffle tickets.”"),
        (('"raffle ticket/tickets"', '"tombola"'), "raffle does not fire on “Raffle tickets at the door.”"),
        (('"leads"', '"lotteries"'), "raffle is of no kind there is: cajoling, leads"),
        (('"blocks"', '"forbids"'), "'forbids' is not a valid Level"),
        (("near =", "far ="), "raffle: far cannot be"),
        (('near = ["There are no raffle tickets."]', ""), "raffle needs near"),
        (("[[rule]]", "[[rules]]"), "rules cannot stand here"),
        (("id =", "id"), "Expected '='"),
    ],
)
def test_a_faulty_pack_is_refused_with_its_name_and_the_reason(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    own = OWN.replace('unless = ["no raffle"]\n', "") if change[1].startswith("no") else OWN
    (tmp_path / f"{COMMUNITY.label}.toml").write_text(own.replace(*change))

    with pytest.raises(FaultyPack) as refused:
        additions(tmp_path)

    assert refused.value.message.startswith(f"{COMMUNITY.label}.toml: ")
    assert said in refused.value.message


def test_a_pack_is_named_for_its_label(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_text(OWN)

    with pytest.raises(FaultyPack, match=r"ours.toml: call it community-….toml or commercial-….toml"):
        additions(tmp_path)

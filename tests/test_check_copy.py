"""`eventdesk check-copy`: words from a file held to a label, with no installation at all."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from eventdesk.cli import commands

CLEAN = "Bring a chair and a mug. Amina shows how she joins two boards without glue, and what went wrong."
ADVISED = f"{CLEAN} Dan from Grenvex Solar takes on new clients and can size your roof for you while you wait."
BLOCKED = f"{CLEAN} Use the code CLUB10 at checkout and get 10% off."
Command = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """`run("--label", "community", said=…)`: where nothing is installed, and nothing is after it either."""
    instance = tmp_path / "instance"
    monkeypatch.setenv("EVENTDESK_INSTANCE", str(instance))

    def command(*words: str, said: str | bytes = "") -> Result:
        there = instance.exists()
        done = CliRunner().invoke(commands, ["check-copy", *words, "-"], input=said)
        assert instance.exists() is there
        return done

    return command


@pytest.mark.parametrize(("said", "status"), [(CLEAN, 0), (ADVISED, 1), (BLOCKED, 2)])
def test_the_exit_status_says_clean_advised_or_blocked(run: Command, said: str, status: int) -> None:
    assert run("--label", "community", said=said).exit_code == status


def test_a_finding_is_told_with_its_why_and_what_to_write_instead(run: Command) -> None:
    told = run("--label", "community", said=f"# Bench night\n{BLOCKED}").stdout

    assert "blocks (selling): Use the code CLUB10" in told
    assert "Touches: Nobody sells here" in told
    assert "Use instead: " in told
    assert told.endswith("sells; sounds like community\n")


def test_json_tells_everything_and_offsets_are_those_of_the_description(run: Command) -> None:
    told = json.loads(run("--label", "community", "--json", said=f"# Bench night\n{BLOCKED}").stdout)

    [finding] = told["findings"]
    assert BLOCKED[finding["start"] : finding["end"]] == finding["passage"]
    assert (told["verdict"], told["blocked"], told["missing"], finding["level"]) == ("sells", True, [], "blocks")


def test_an_events_own_file_names_its_label_and_brings_its_brief(run: Command) -> None:
    event: dict[str, Any] = {
        "label": "commercial",
        "title": "Payroll for cafés",
        "description": "Come and see Rosterly.",
    }
    brief = {
        "audience": "Cafés with ten to thirty staff",
        "reason": "Rosters eat your Sunday night",
        "offer": "Payroll software which reads the roster",
        "payment": "ask us",
    }

    told = json.loads(run("--json", said=json.dumps(event | {"brief": brief})).stdout)

    assert (told["verdict"], told["missing"]) == ("incomplete", ["payment"])
    assert run(said=json.dumps(event | {"brief": brief})).exit_code == 1


def test_a_batch_is_answered_line_by_line(run: Command) -> None:
    lines = [
        {"id": "a", "label": "community", "title": "Bench night", "description": BLOCKED, "note": "as in the corpus"},
        {"id": "b", "label": "commercial", "title": "Meet Grenvex", "description": "Doors at five."},
    ]

    done = run("--batch", said="\n\n".join(map(json.dumps, lines)))

    assert done.exit_code == 0
    first, second = map(json.loads, done.stdout.splitlines())
    assert first == {"id": "a", "verdict": "sells", "spans": [BLOCKED.removeprefix(f"{CLEAN} ")], "missing": []}
    assert (second["id"], second["verdict"], second["spans"]) == ("b", "incomplete", [])
    assert "payment" in second["missing"]


@pytest.mark.parametrize(
    ("words", "said", "wanted"),
    [
        ((), CLEAN, "Which label?"),
        (("--label", "civic"), CLEAN, "'civic' is not one of"),
        (("--label", "community"), "{nonsense", "not JSON"),
        (("--label", "community"), b"\xff\xfe", "not text in UTF-8"),
        (("--label", "community"), '{"title": 7}', "must be texts"),
        (("--batch",), '{"label": "community"}\n[]', "Line 2: This is no JSON object."),
        (("--batch",), '{"label": "civic"}', "Line 1: Which label?"),
    ],
)
def test_what_cannot_be_checked_is_refused_with_a_status_of_its_own(
    run: Command, words: tuple[str, ...], said: str | bytes, wanted: str
) -> None:
    done = run(*words, said=said)

    assert done.exit_code == 3
    assert wanted in done.stderr
    assert "Traceback" not in done.stderr


def test_an_organisers_own_rules_are_found_in_the_instance(run: Command, tmp_path: Path) -> None:
    folder = tmp_path / "instance" / "copycheck"
    folder.mkdir(parents=True)
    own = folder / "community-ours.toml"
    own.write_text(
        '[[rule]]\nid = "mugs"\nkind = "leads"\nlevel = "blocks"\nphrases = ["a mug"]\n'
        'fires = ["Bring a mug."]\nnear = ["Bring a cup."]\n'
    )

    assert run("--label", "community", said=CLEAN).exit_code == 2

    own.write_text(own.read_text().replace("a cup", "a mug"))
    faulty = run("--label", "community", said=CLEAN)
    assert (faulty.exit_code, faulty.stderr) == (3, "community-ours.toml: mugs fires on “Bring a mug.”.\n")

"""The command line: answers on standard output, refusals in words on standard error, and nothing else."""

import json
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from eventdesk.cli import commands
from eventdesk.migrations import is_current
from tests.cast import ADA, CORA, PASSPHRASE, UGO
from tests.conftest import Clock
from tests.factories import SAID

Command = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: Clock) -> Command:
    """`run("event", "add", "-", said={…})`: the command line on an empty installation."""
    for name, value in {"INSTANCE": str(tmp_path / "instance"), "BASE_URL": "http://desk.example"}.items():
        monkeypatch.setenv(f"EVENTDESK_{name}", value)

    def command(*words: str, said: Any = None, stdin: str | bytes = "") -> Result:
        return CliRunner().invoke(commands, words, input=json.dumps(said) if said is not None else stdin)

    return command


@pytest.fixture
def desk(run: Command) -> Command:
    """The same, set up."""
    done = run("organiser", "add", ADA.email, "--role", "owner", stdin=PASSPHRASE + "\nmore\n")
    assert json.loads(done.stdout) == {"email": ADA.email, "role": "owner"}
    return run


def refusal(result: Result) -> str:
    """What was said on standard error; nothing was answered."""
    assert result.exit_code != 0
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert isinstance(result.exception, SystemExit)
    return result.stderr


def test_an_event_is_added_changed_and_called_off(desk: Command) -> None:
    added = json.loads(desk("event", "add", "--publish", "-", said=SAID).stdout)
    changed = json.loads(desk("event", "change", added["slug"], "-", said={"venue": "Quay"}).stdout)
    cancelled = json.loads(desk("event", "cancel", added["slug"]).stdout)

    assert [(each["status"], each["sequence"]) for each in (added, changed, cancelled)] == [
        ("published", 0),
        ("published", 1),
        ("cancelled", 2),
    ]
    assert len({each["uid"] for each in (added, changed, cancelled)}) == 1
    assert added["urls"]["page"] == "http://desk.example/events/an-evening"
    assert added["urls"]["invite"].startswith("http://desk.example/i/")
    assert added["urls"]["calendar"] == "http://desk.example/events/an-evening.ics"


def test_words_that_break_the_label_are_refused_and_advice_is_told_beside_the_answer(desk: Command) -> None:
    sells = {"description": "Use the discount code CLUB10 at the checkout and save 20 percent."}
    slug = json.loads(desk("event", "add", "--publish", "-", said=SAID).stdout)["slug"]

    refused = [
        desk("event", "add", "--publish", "-", said=SAID | sells),
        desk("event", "change", slug, "-", said=sells),
    ]
    draft = desk("event", "add", "-", said=SAID | sells)

    assert [refusal(each).partition("”")[0] for each in refused] == [f"description: “{sells['description']}"] * 2
    assert json.loads(draft.stdout)["status"] == "draft"
    assert sells["description"] in draft.stderr


def test_a_list_is_an_array_and_empty_at_first(desk: Command, tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_text(json.dumps(SAID))
    slug = json.loads(desk("event", "add", "--publish", str(file)).stdout)["slug"]

    listed, plain = desk("list", slug, "--json"), desk("list", slug)

    assert (json.loads(listed.stdout), plain.stdout, plain.exit_code) == ([], "", 0)


def test_a_printed_list_is_noted_once_an_hour(desk: Command, now: Clock) -> None:
    slug = json.loads(desk("event", "add", "--publish", "-", said=SAID).stdout)["slug"]
    for _ in range(3):
        desk("list", slug, "--json")
        desk("list", slug)
        now.pass_by(minutes=40)

    with sqlite3.connect(Path(os.environ["EVENTDESK_INSTANCE"]) / "eventdesk.db") as kept:
        rows = kept.execute("SELECT form, people, reason, made_by FROM export ORDER BY id").fetchall()
    assert rows == [(form, 0, "Command line.", None) for form in ("json", "text") * 2]


def test_the_demo_fills_both_lists(run: Command) -> None:
    told = json.loads(run("demo").stdout)

    people = json.loads(run("list", "get-the-most-out-of-tire-server", "--json").stdout)
    buyers = json.loads(run("list", "tire-server-for-fleets-of-fifty-and-more", "--json").stdout)
    assert {"email", "passphrase"} <= set(told)
    assert [each["state"] for each in people] == ["confirmed"] * 12 + ["waitlisted"] * 6 + ["pending"]
    assert {frozenset(each) for each in people} == {frozenset({"name", "email", "state"})}
    assert {each["email"].partition("@")[2] for each in buyers} == {"buyers.example"}
    assert run("list", "get-the-most-out-of-tire-server").stdout.startswith(
        "confirmed  Ada Lindqvist <ada@users.example>\n"
    )
    assert "something in this installation" in refusal(run("demo"))


def test_a_backup_is_restored_into_another_installation(
    desk: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk("event", "add", "--publish", "-", said=SAID)
    file = tmp_path / "one.zip"
    written = desk("backup", str(file))
    monkeypatch.setenv("EVENTDESK_INSTANCE", str(tmp_path / "another"))
    restored = desk("restore", str(file))

    assert json.loads(written.stdout) == json.loads(restored.stdout)
    assert json.loads(written.stdout)["path"] == str(file)
    assert "The secret key is not in it" in written.stderr
    assert "There is no forgotten.jsonl here" in restored.stderr
    assert desk("list", "an-evening", "--json").stdout == "[]\n"
    assert "There is something in this installation already" in refusal(desk("restore", str(file)))
    assert "is there already" in refusal(desk("backup", str(file)))


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"label": None}, "label"),
    ({"label": "sales"}, "label"),
    ({"title": "x" * 5_000}, "title"),
    ({"title": "\ud800\0"}, "title"),
    ({"capacity": -1}, "capacity"),
    ({"ends_at": "2027-03-11T17:00"}, "ends_at"),
    ({"colour": "red"}, "colour"),
    ({"label": "commercial"}, "brief_audience"),
    ({"programme": "\ud800"}, "programme"),
]


def test_an_event_that_cannot_be_taken_is_refused_in_words(desk: Command) -> None:
    for said, field in REFUSED:
        told = refusal(desk("event", "add", "--publish", "-", said=SAID | said))

        assert told.startswith(f"{field}: "), said
    assert "no such event" in refusal(desk("list", "an-evening"))


NO_EVENTS = ("", "{", "[]", "null", b"\xff\xfe", "[" * 100_000, '{"capacity": ' + "9" * 5_000 + "}")


def test_what_is_no_json_of_an_event_is_refused_in_words(desk: Command) -> None:
    assert ["JSON" in refusal(desk("event", "add", "-", stdin=stdin)) for stdin in NO_EVENTS] == [True] * len(NO_EVENTS)


def test_what_is_not_there_is_said(desk: Command) -> None:
    for words in (
        ("event", "change", "nothing", "-"),
        ("event", "cancel", "nothing"),
        ("list", "nothing"),
        ("list", "x\0"),
    ):
        assert "There is no such event." in refusal(desk(*words, said={}))


def test_before_the_set_up_only_the_owner_may_come(run: Command) -> None:
    assert "Set the installation up first" in refusal(run("event", "add", "-", said=SAID))
    assert "--role owner" in refusal(run("organiser", "add", CORA.email, "--role", "community", stdin=PASSPHRASE))
    assert "--role" in refusal(run("organiser", "add", CORA.email, "--role", "admin", stdin=PASSPHRASE))


@pytest.mark.parametrize(
    ("email", "passphrase", "field"),
    [("ada", PASSPHRASE, "email"), (UGO.email, "short", "passphrase"), (UGO.email, "", "passphrase")],
)
def test_an_account_that_cannot_be_taken_is_refused_in_words(
    run: Command, email: str, passphrase: str, field: str
) -> None:
    assert refusal(run("organiser", "add", email, "--role", "owner", stdin=passphrase)).startswith(f"{field}: ")


def test_a_file_that_is_not_there_is_said(desk: Command) -> None:
    assert "No such file" in refusal(desk("event", "add", "/nowhere/event.json"))


def test_a_database_is_brought_up_to_date(run: Command, tmp_path: Path) -> None:
    assert run("db", "upgrade").exit_code == 0
    assert run("db", "upgrade").exit_code == 0

    assert (tmp_path / "instance" / "eventdesk.db").exists()


def test_a_postgresql_that_is_not_up_to_date_is_told_how(
    run: Command, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVENTDESK_DATABASE_URL", postgresql_url)

    told = refusal(run("list", "x"))

    assert "eventdesk db upgrade" in told
    assert run("db", "upgrade").exit_code == 0
    assert is_current(postgresql_url)


def test_a_setting_that_cannot_be_used_is_said(run: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTDESK_BASE_URL", "nonsense")

    assert "EVENTDESK_BASE_URL" in refusal(run("list", "x"))

"""`eventdesk check-copy`: the copy checker at the command line. It needs no database and no settings."""

import json
import sys
from collections.abc import Mapping
from typing import Any, TextIO

import click

from .config import instance_folder
from .copycheck import Finding, Pack, Place, Report, additions, check
from .errors import DomainError
from .labels import BRIEF_NAMES, RULES, Brief, Label, LabelRules

CLEAN, ADVISED, BLOCKED, NOT_CHECKED = 0, 1, 2, 3


class _Command(click.Command):
    """A wish that cannot be understood has a status of its own, since 1 and 2 say what was found."""

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """As any command's."""
        try:
            return super().make_context(*args, **extra)
        except click.UsageError as error:
            error.show()
            sys.exit(NOT_CHECKED)


@click.command("check-copy", cls=_Command)
@click.option("--label", type=click.Choice([str(label) for label in RULES]), help="What the event promises to be.")
@click.option("--json", "as_json", is_flag=True, help="The whole report, as JSON.")
@click.option(
    "--batch", is_flag=True, help="A line of JSON for each of a file's events: id, label, title, description."
)
@click.argument("file", type=click.File(encoding="utf-8"))
def check_copy(label: str | None, as_json: bool, batch: bool, file: TextIO) -> None:
    """Hold an event's words to its label: Markdown whose first line may be “# Title”, or an event's JSON; - for standard input.

    Exit status: 0 clean, 1 advised, 2 blocked, 3 not checked; 0 for a batch.
    """
    try:
        packs = additions(instance_folder() / "copycheck")
        if batch:
            _check_all(file, packs)
        else:
            sys.exit(_check_one(file.read(), label, packs, as_json=as_json))
    except DomainError as error:
        click.echo(error.message, err=True)
        sys.exit(NOT_CHECKED)
    except UnicodeError:
        click.echo("This is not text in UTF-8.", err=True)
        sys.exit(NOT_CHECKED)


def _check_one(text: str, label: str | None, packs: Mapping[Label, Pack], *, as_json: bool) -> int:
    event = _parsed(text) if text.lstrip().startswith("{") else _markdown(text)
    report = _report(event | ({"label": label} if label else {}), packs)
    if as_json:
        click.echo(json.dumps(_told(report), ensure_ascii=False))
    else:
        for finding in report.findings:
            click.echo(_in_words(finding))
        for name in report.missing:
            click.echo(f"Not answered: {name}")
        click.echo(f"{report.verdict}; sounds like {report.sounds_like}")
    return BLOCKED if report.blocked else ADVISED if report.findings or report.missing else CLEAN


def _check_all(file: TextIO, packs: Mapping[Label, Pack]) -> None:
    for number, line in enumerate(file, 1):
        if line.strip():
            try:
                event = _parsed(line)
                report = _report(event, packs)
            except DomainError as error:
                raise DomainError(f"Line {number}: {error.message}") from error
            spans = [finding.passage for finding in report.findings]
            told = {"id": event.get("id"), "verdict": report.verdict, "spans": spans, "missing": report.missing}
            click.echo(json.dumps(told, ensure_ascii=False))


def _parsed(text: str) -> dict[str, Any]:
    try:
        event = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DomainError(f"This is not JSON: {error}") from error
    if not isinstance(event, dict):
        raise DomainError("This is no JSON object.")
    return event


def _markdown(text: str) -> dict[str, Any]:
    first, _, rest = text.partition("\n")
    return {"title": first[2:].strip(), "description": rest} if first.startswith("# ") else {"description": text}


def _report(event: Mapping[str, Any], packs: Mapping[Label, Pack]) -> Report:
    brief = event.get("brief") or {}
    answers = {name: brief.get(name) or "" for name in BRIEF_NAMES} if isinstance(brief, dict) else {"audience": brief}
    said = {name: event.get(name) or "" for name in ("title", "description")}
    if not all(isinstance(each, str) for each in [*said.values(), *answers.values()]):
        raise DomainError("Title, description and the four answers must be texts.")
    return check(_rules(event.get("label")), said["title"], said["description"], Brief(**answers), packs=packs)


def _rules(said: object) -> LabelRules:
    for name, rules in RULES.items():
        if said == str(name):
            return rules
    raise DomainError(f"Which label? Give --label, or “label” in the JSON: {', '.join(RULES)}.")


def _told(report: Report) -> dict[str, Any]:
    return {
        "verdict": report.verdict,
        "blocked": report.blocked,
        "sounds_like": report.sounds_like,
        "missing": report.missing,
        "findings": [
            {name: getattr(finding, name) for name in Finding.__dataclass_fields__} for finding in report.findings
        ],
    }


def _in_words(finding: Finding) -> str:
    where = f"{finding.place}:{finding.start}" if finding.place is Place.TEXT else finding.place
    lines = [
        f"{where} {finding.level} ({finding.kind}): {finding.passage}",
        f"    {finding.why}",
        f"    Touches: {finding.touches}",
    ]
    return "\n".join([*lines, *([f"    Use instead: {finding.suggestion}"] if finding.suggestion else [])])

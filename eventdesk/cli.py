"""The command line. Standard output carries answers alone; a refusal exits non-zero with its reason on standard error."""

import json
import logging
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any, TextIO

import click

from . import clock
from .access import links
from .audit.models import Taken
from .audit.queries import was_exported
from .audit.service import record_export
from .backup import service as backups
from .check_copy import check_copy
from .config import DEFAULT_HOST, DEFAULT_PORT, load
from .db import db, writing
from .demo import fill_demo
from .doctor.examination import examine
from .errors import DomainError, Refused
from .events import service as events
from .events.copydesk import notes_of
from .events.files import answer, draft_of, parsed
from .events.filled import typed
from .events.models import Event
from .events.queries import by_slug
from .findings.rules import advice
from .labels import RULES
from .links import redact
from .lists.queries import listed
from .migrations import upgrade
from .organisers.forms import AccountForm, SetUpForm
from .organisers.queries import installation
from .organisers.rules import COMMAND_LINE, OWNER, ROLES
from .organisers.service import add_organiser
from .programmes.service import set_up
from .retention.service import keep_no_longer, report
from .server import caught_up, opened, run_server
from .verify.examination import verify
from .worker import Worker

#: A list that is printed again and again is noted once in this time.
NOTED_AGAIN = timedelta(hours=1)
KEEP_THE_KEY = "personal links and sign-ins hold with the same key alone. Keep a copy of it apart."


@click.group()
def commands() -> None:
    """Eventdesk: community sessions for users, commercial briefings for buyers, and never a mixture."""


class Redacted(logging.Formatter):
    """Whatever is logged, by whomever, is written without the secret part of personal links."""

    def format(self, record: logging.LogRecord) -> str:
        """As any formatter, redacted."""
        return redact(super().format(record))


def main() -> None:
    """The console script."""
    os.umask(0o077)
    log = logging.StreamHandler()
    log.setFormatter(Redacted("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(handlers=[log], level=logging.WARNING)
    commands()


def in_words(command: Callable[..., Any]) -> Callable[..., Any]:
    """A refusal becomes its message on standard error and exit status 1."""

    @wraps(command)
    def run(*args: Any, **given: Any) -> Any:
        try:
            return command(*args, **given)
        except DomainError as error:
            click.echo(error.message, err=True)
            sys.exit(1)
        except UnicodeError:
            click.echo("This is not text in UTF-8.", err=True)
            sys.exit(1)

    return run


def with_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside the application."""

    @wraps(command)
    @in_words
    def run(**given: Any) -> Any:
        with opened(load()).app_context():
            return command(**given)

    return run


@commands.command()
@click.option("--host", default=DEFAULT_HOST, show_default=True, help="The address to listen at.")
@click.option(
    "--port", default=DEFAULT_PORT, show_default=True, help="The port to listen at.", type=click.IntRange(1, 65535)
)
@in_words
def serve(host: str, port: int) -> None:
    """Serve the pages, and carry out what is in the outbox."""
    run_server(load(), host, port)


@commands.command()
@in_words
def worker() -> None:
    """Carry out what is in the outbox, beside the servers; several may run."""
    app = opened(load())
    caught_up(app)
    one = Worker(app)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: one.stopping.set())
    one.run()


@commands.group("db")
def database() -> None:
    """The database."""


@database.command("upgrade")
@in_words
def db_upgrade() -> None:
    """Bring the tables up to date (SQLite does it by itself)."""
    upgrade(load().database_url)


@commands.group("organiser")
def organisers() -> None:
    """Those who work at the desk."""


@organisers.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), required=True, help="A label, for its events alone, or owner.")
@click.option("--name", default="", help="By default, the part of the address before the @.")
@click.option("--organisation", default="Our user group", show_default=True, help="For the first owner: whose it is.")
@click.option("--timezone", default="Etc/UTC", show_default=True, help="For the first owner: where most events are.")
@with_app
def organiser_add(email: str, role: str, name: str, organisation: str, timezone: str) -> None:
    """Add an organiser; the passphrase is the first line of standard input. The first owner completes the set-up."""
    passphrase = sys.stdin.readline().rstrip("\r\n")
    said = {"name": name or email.partition("@")[0], "email": email, "passphrase": passphrase}
    first = installation(db.session()) is None
    if first and role != OWNER:
        raise DomainError(f"The first organiser is the owner: use --role {OWNER}.")
    form = (
        SetUpForm(data=said | {"organisation": organisation, "timezone": timezone}) if first else AccountForm(data=said)
    )
    if not form.validate():
        raise Refused({field: list(problems) for field, problems in form.errors.items() if field})
    account = {field.name: field.data for field in form}
    if first:
        set_up(now=clock.now(), **account)
    else:
        add_organiser(role=role, now=clock.now(), **account)
    click.echo(json.dumps({"email": form.email.data, "role": role}))


@commands.group("event")
def event() -> None:
    """Events."""


def read_json(file: TextIO) -> Any:
    """The file's JSON. Raises DomainError in words."""
    try:
        return parsed(file.read())
    except UnicodeError as error:
        raise DomainError(f"This is not JSON: {error}") from error


def advise(said: Event) -> None:
    """Say on standard error what the copy checker finds in an event's words, and what else they sound like."""
    notes = notes_of(db.session(), said)
    for note in notes.open:
        click.echo(f"{note.field}: {advice(note.finding)}", err=True)
    if notes.sounds_like and notes.open:
        click.echo(f"This sounds like a {notes.sounds_like.noun}, and is labelled a {said.rules.noun}.", err=True)


@event.command("add")
@click.option("--publish", is_flag=True, help="Publish it at once; this accepts the charter.")
@click.argument("file", type=click.File(encoding="utf-8"))
@with_app
def event_add(file: TextIO, publish: bool) -> None:
    """Add an event from a JSON file, or - for standard input."""
    now = clock.now()
    if installation(db.session()) is None:
        raise DomainError(f"Set the installation up first: eventdesk organiser add EMAIL --role {OWNER}")
    added = events.add(draft_of(read_json(file)), publish=publish, actor=COMMAND_LINE, links=links(), now=now)
    click.echo(json.dumps(answer(added, links())))
    advise(added)


@event.command("change")
@click.argument("slug")
@click.argument("file", type=click.File(encoding="utf-8"))
@with_app
def event_change(slug: str, file: TextIO) -> None:
    """Change what a JSON file says of an event, and nothing else."""
    draft = draft_of(read_json(file), over=typed(by_slug(db.session(), slug, RULES)))
    changed = events.change(slug, draft, revision=None, actor=COMMAND_LINE, links=links(), now=clock.now())
    click.echo(json.dumps(answer(changed, links())))
    advise(changed)


@event.command("cancel")
@click.argument("slug")
@with_app
def event_cancel(slug: str) -> None:
    """Call an event off; everyone registered is told."""
    cancelled = events.cancel_event(slug, actor=COMMAND_LINE, links=links(), now=clock.now())
    click.echo(json.dumps(answer(cancelled, links())))


@commands.command("list")
@click.argument("slug")
@click.option("--json", "as_json", is_flag=True, help="An array of name, email and state.")
@with_app
def list_people(slug: str, as_json: bool) -> None:
    """Who is on an event's list, in order of arrival."""
    event = by_slug(db.session(), slug, RULES)
    people, form = listed(db.session(), event), "json" if as_json else "text"
    rows = [{"name": each.name, "email": each.email, "state": each.standing.value} for each in people]
    now = clock.now()
    if not was_exported(db.session(), event.id, form=form, made_by=None, since=now - NOTED_AGAIN):
        with writing() as session:
            record_export(
                session,
                Taken.LIST,
                label=event.label,
                event_id=event.id,
                form=form,
                columns=["name", "email", "state"],
                people=len(rows),
                reason="Command line.",
                made_by=None,
                now=now,
            )
    if as_json:
        click.echo(json.dumps(rows))
    else:
        for row in rows:
            click.echo("{state:<11}{name} <{email}>".format_map(row))


@commands.command()
@with_app
def demo() -> None:
    """Fill an empty installation with a fictional user group and its vendor."""
    click.echo(json.dumps(fill_demo(links(), clock.now())))


@commands.command()
@click.argument("path", type=click.Path(path_type=Path))
@in_words
def backup(path: Path) -> None:
    """Write everything to a new file, as it is at this moment; servers go on meanwhile."""
    written = backups.backup(load().database_url, path, now=clock.now())
    click.echo(json.dumps({"path": str(path), "rows": written.rows}))
    click.echo(f"The secret key is not in it: {KEEP_THE_KEY}", err=True)


@commands.command()
@click.argument("path", type=click.Path(path_type=Path))
@in_words
def restore(path: Path) -> None:
    """Put a backup into an empty installation, on the same kind of database or the other: all of it or nothing."""
    settings = load()
    restored = backups.restore(settings.database_url, path)
    again = caught_up(opened(settings))
    click.echo(json.dumps({"path": str(path), "rows": restored.rows}))
    click.echo(f"The secret key was not in it: {KEEP_THE_KEY}", err=True)
    click.echo(again.said, err=True)


@commands.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be removed, now and within 14 days.")
@with_app
def retention(dry_run: bool) -> None:
    """Remove people whose time is over, as the worker does each hour: rows by event with --dry-run, else by table."""
    click.echo(json.dumps(report(clock.now()) if dry_run else keep_no_longer(clock.now())))


@commands.command()
@click.option("--dns", default="", metavar="ADDRESS", help="Ask this DNS server, not the machine's own.")
@in_words
def doctor(dns: str) -> None:
    """Say what is wrong with settings, database, worker, mail and clock, and what mends it."""
    findings = examine(dns)
    for finding in findings:
        click.echo(f"{finding.verdict:<6}{finding.about}: {finding.said}")
    sys.exit(0 if all(finding.good for finding in findings) else 1)


@commands.command("verify")
@with_app
def verify_all() -> None:
    """Ask whether everything holds that must: seats, labels, consents, the two lists apart. Changes nothing."""
    held = list(verify(db.session(), links().keys, clock.now()))
    for each in held:
        click.echo(f"{'BROKEN' if each.broken else 'ok':<8}{each.about}: {each.said}")
        for where in each.broken:
            click.echo(f"        {where}")
    sys.exit(1 if any(each.broken for each in held) else 0)


commands.add_command(check_copy)

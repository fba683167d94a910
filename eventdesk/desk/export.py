"""The desk's pages by which people leave as a file: chosen columns, the passphrase once more, and a reason that is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import DESK, links, network, organiser
from ..audit.models import Refusal, Taken
from ..audit.queries import exports_of
from ..audit.service import record_export, record_refusal
from ..db import db, writing
from ..errors import NotFound, Refused
from ..events.models import Event
from ..events.queries import by_slug
from ..labels import Label, LabelRules
from ..lists.columns import Column, columns_of, table_of
from ..lists.forms import TakeOutForm
from ..lists.handover import handed_over
from ..lists.queries import listed
from ..organisers.queries import names as names_of
from ..organisers.service import SignInFailed, verify
from ..questions.queries import questions_of
from ..sheets import FILES, SHEETS, Table
from ..standing.queries import listed as standing_listed
from .blueprint import asked, blueprint
from .people import standing_asked
from .standing import TABS, rules_of

#: How many of those before are shown below the form.
SHOWN_MOST = 10
NOT_YOURS = "This is not your passphrase."


@dataclass(frozen=True)
class Taking:
    """One way to take people out."""

    what: Taken
    rules: LabelRules
    event: Event | None
    #: What the file is called, without its ending.
    stem: str
    files: Sequence[str]
    #: Those to choose among: name, title, whether ticked to begin with; none where all go out.
    columns: Sequence[tuple[str, str, bool]]
    #: The table with these columns.
    table: Callable[[Sequence[str]], Table]
    #: Where in its header a person is told from another; None where each row is one.
    counted_by: str | None = None


@blueprint.route("/events/<slug:slug>/people/export", methods=["GET", "POST"])
@DESK
def export_people(slug: str) -> ResponseReturnValue:
    """An event's list as a file, as it was open: its tab, its search; with `what=handover`, for a CRM."""
    event = by_slug(db.session(), slug, organiser().labels)
    taking = _handover(event) if asked("what") == Taken.HANDOVER else _list(event)
    return _take_out(taking, "desk/export.html")


@blueprint.route("/standing/<label:label>/export", methods=["GET", "POST"])
@DESK
def export_standing(label: Label) -> ResponseReturnValue:
    """A standing list as a file."""
    rules = rules_of(label)
    search = asked("q")
    confirmed = TABS[asked("tab") if asked("tab") in TABS else ""][1]
    titles = {"name": "Name", "email": "Email", "asked_at": "Asked (UTC)", "confirmed_at": "Confirmed (UTC)"}
    titles |= {"said": "What they agreed to"}

    def table(names: Sequence[str]) -> Table:
        entries = standing_listed(db.session(), rules.audience, search, confirmed=confirmed)
        rows = [[_plain(getattr(entry, name)) for name in names] for entry in entries]
        return Table([titles[name] for name in names], rows)

    columns = [(name, title, name != "said") for name, title in titles.items()]
    stem = f"{rules.people}-standing-list"
    return _take_out(Taking(Taken.STANDING, rules, None, stem, SHEETS, columns, table), "desk/export_standing.html")


def _list(event: Event) -> Taking:
    known: dict[str, Column] = {
        each.key: each for each in columns_of(event, questions_of(db.session(), event.id), names_of(db.session()))
    }

    def table(names: Sequence[str]) -> Table:
        people = listed(db.session(), event, standing_asked(), asked("q"))
        return table_of([known[name] for name in names], people)

    columns = [(key, column.title, column.usual) for key, column in known.items()]
    stem = f"{event.slug}-{event.rules.people}"
    return Taking(Taken.LIST, event.rules, event, stem, SHEETS, columns, table)


def _handover(event: Event) -> Taking:
    if not event.rules.stages:
        raise NotFound("There is no such page.")

    def table(_: Sequence[str]) -> Table:
        return handed_over(db.session(), event, names_of(db.session()))

    return Taking(Taken.HANDOVER, event.rules, event, f"{event.slug}-handover", tuple(FILES), (), table, "email")


def _take_out(taking: Taking, template: str) -> ResponseReturnValue:
    """The form; sent, the file: once it is written down who takes it, and why."""
    form = TakeOutForm(request.form if request.method == "POST" else None).of(taking.columns, taking.files)
    if request.method == "POST":
        if form.validate() and _is_really_they(form, taking):
            return _file(taking, form)
        return _page(taking, form, template), Refused.status
    return _page(taking, form, template)


def _is_really_they(form: TakeOutForm, taking: Taking) -> bool:
    """Whether the passphrase is that of who is signed in; if not, that is written down. Raises TooMany, as signing in does."""
    now, mine = clock.now(), organiser()
    try:
        verify(mine.email, form.passphrase.data or "", links=links(), network=network(), now=now)
    except SignInFailed:
        form.passphrase.errors = [NOT_YOURS]
        record_refusal(
            Refusal.EXPORT, label=taking.rules.label, at_route=request.endpoint or "", organiser_id=mine.id, now=now
        )
        return False
    return True


def _file(taking: Taking, form: TakeOutForm) -> Response:
    """The file. That it is taken out is kept before any of it leaves."""
    kind = FILES[form.file.data]
    table = taking.table(form.columns.data or () if taking.columns else ())
    body, header = kind.write(table), list(table.header)
    counted = {row[header.index(taking.counted_by)] for row in table.rows} if taking.counted_by else table.rows
    with writing() as session:
        record_export(
            session,
            taking.what,
            label=taking.rules.label,
            event_id=taking.event.id if taking.event else None,
            form=form.file.data,
            columns=header,
            people=len(counted),
            reason=form.reason.data or "",
            made_by=organiser().id,
            now=clock.now(),
        )
    disposition = f'attachment; filename="{taking.stem}.{form.file.data}"'
    return Response(body, content_type=kind.content_type, headers={"Content-Disposition": disposition})


def _page(taking: Taking, form: TakeOutForm, template: str) -> str:
    session, event = db.session(), taking.event
    kinds = (Taken.STANDING,) if event is None else (Taken.LIST, Taken.HANDOVER)
    before = exports_of(session, taking.rules.label, kinds, event.id if event else None, SHOWN_MOST)
    tab, search = asked("tab") or None, asked("q") or None
    back = (
        url_for(".people", slug=event.slug, tab=tab, q=search)
        if event
        else url_for(".standing_list", label=taking.rules.label, tab=tab, q=search)
    )
    return render_template(
        template,
        event=event,
        rules=taking.rules,
        form=form,
        what=taking.what,
        action=request.full_path.rstrip("?"),
        back=back,
        tab=tab,
        q=search,
        before=before,
        names=names_of(session, {each.made_by for each in before if each.made_by}),
        past=event.is_past(clock.now()) if event else False,
    )


def _plain(value: Any) -> str:
    return "" if value is None else f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)

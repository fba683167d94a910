"""The desk's page of messages to all who come to one event: write, preview, send, see how far they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..access import DESK, links, organiser
from ..db import db
from ..errors import Conflict, Refused
from ..events.models import Event
from ..events.queries import by_slug
from ..findings.reading import advised
from ..history.queries import on_offer
from ..messages.forms import MessageForm
from ..messages.models import Message
from ..messages.queries import messages_of
from ..messages.rules import no_message
from ..messages.service import NO_ADDRESS, send
from ..organisers.queries import names
from ..outbox.models import Kind
from ..outbox.queries import Sent, sent_of
from ..wording import Channel, Reader, Text, write
from .blueprint import blueprint, mail_missing

#: Who the preview is written to, and the end of their own link.
SAMPLE = "Sam Sample"
OWN_LINK, OWN_STOP = "/r/…", "/u/…"


@dataclass(frozen=True)
class Shown:
    """A message that was sent, and how far it is; `at` is aware, in the event's zone."""

    subject: str
    body: str
    who: str
    at: datetime
    so_far: str
    failed: int


@blueprint.get("/events/<slug:slug>/messages")
@DESK
def event_messages(slug: str) -> ResponseReturnValue:
    """What was written to those who come, and the form for more."""
    event = by_slug(db.session(), slug, organiser().labels)
    return _page(event, MessageForm())


@blueprint.post("/events/<slug:slug>/messages/preview")
@DESK
def preview_message(slug: str) -> ResponseReturnValue:
    """The message as one who comes will read it; nothing is kept."""
    event = by_slug(db.session(), slug, organiser().labels)
    form = MessageForm(request.form).under(event.rules)
    if not form.validate():
        return _page(event, form, status=Refused.status)
    return _page(event, form, preview=_written(event, form))


@blueprint.post("/events/<slug:slug>/messages")
@DESK
def send_message(slug: str) -> ResponseReturnValue:
    """Send it; the same form sent twice sends once."""
    event = by_slug(db.session(), slug, organiser().labels)
    form = MessageForm(request.form).under(event.rules)
    if not form.validate():
        return _page(event, form, status=Refused.status)
    subject, body = form.subject.data or "", form.body.data or ""
    try:
        send(slug, subject=subject, body=body, after=form.seen, actor=organiser().actor, now=clock.now())
    except Conflict as error:
        event = by_slug(db.session(), slug, organiser().labels)
        return _page(event, form, problem=error.message, status=error.status)
    missing = mail_missing()
    flash(f"The message is on its way.{f' It waits until {missing} is set.' if missing else ''}")
    return redirect(url_for(".event_messages", slug=slug), 303)


def so_far(sent: Sent) -> str:
    """How far a message is, in words."""
    if sent.beginning:
        return "On its way"
    failed = f", {sent.failed} could not be delivered" if sent.failed else ""
    return f"Sent to {sent.sent} of {sent.people}{failed}"


def _page(
    event: Event, form: MessageForm, *, preview: Text | None = None, problem: str = "", status: int = 200
) -> ResponseReturnValue:
    session, now = db.session(), clock.now()
    messages = messages_of(session, event.id)
    form.after.data = str(messages[0].id) if messages else ""
    programme = event.programme
    return render_template(
        "desk/event_messages.html",
        event=event,
        rules=event.rules,
        promise=event.promise,
        past=event.is_past(now),
        form=form,
        preview=preview,
        notes=advised(event.rules, form.body.data or "", form.subject.data or "") if preview else None,
        problem=problem,
        refusal=no_message(event, now),
        readers=event.taken - on_offer(session, event.id),
        no_address=NO_ADDRESS if programme.lacks_postal_address else "",
        programme_url=url_for(".programme", slug=programme.slug),
        messages=_shown(event, messages),
    ), status


def _written(event: Event, form: MessageForm) -> Text:
    reader = Reader(
        name=SAMPLE,
        manage_url=links().base_url + OWN_LINK,
        subject=form.subject.data or "",
        message=form.body.data or "",
        stop_url=links().base_url + OWN_STOP,
    )
    return write(Channel.MESSAGE, event.facts(links()), reader)


def _shown(event: Event, messages: Sequence[Message]) -> list[Shown]:
    session = db.session()
    known = names(session, {message.made_by for message in messages})
    progress = sent_of(session, event.id, Kind.MESSAGE) if messages else {}
    return [
        Shown(
            message.subject,
            message.body,
            known[message.made_by],
            message.made_at.astimezone(event.starts.tzinfo),
            so_far(sent := progress.get(message.id, Sent())),
            sent.failed,
        )
        for message in messages
    ]
